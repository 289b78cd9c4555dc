"""The review: light or full, a full one approved by quality, then closed with nothing left running."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from complaints.lifecycle import converse, extend, resolve, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Clock, Complaint, ImprovementAction, Review, Task, Wait
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)


def after_partly(people: dict[str, User]) -> Any:
    """Return a complaint in review after a make-good, for which the full form is required."""
    complaint, by = factories.resolved(people["agent"]), person(people["callback"])
    calls.record_callback(complaint, factories.PARTLY, by=by, at=LATER)
    calls.make_good_done(complaint, by=by, at=LATER, evidence="Voucher 7")
    return calls.record_callback(complaint, factories.SATISFIED, by=by, at=LATER)


def test_a_light_review_closes_it_and_only_once(people: dict[str, User]) -> None:
    complaint, by = factories.called_back(people["agent"], people["callback"]), person(people["agent"])
    act = lambda: review.record_review(complaint, factories.LIGHT_REVIEW, by=by, at=LATER)  # noqa: E731
    act()
    assert (complaint.stage, complaint.closed_at, complaint.next_due_at) == ("closed", LATER, None)
    assert not Clock.objects.live().exists()
    assert status_of(act) == 409


def test_closed_it_is_read_only_but_for_notes(people: dict[str, User]) -> None:
    complaint, by = factories.closed(people["agent"], people["callback"]), person(people["agent"])
    converse.note(complaint, by=by, at=LATER, body="She sent a card")
    assert status_of(lambda: converse.message(complaint, by=by, at=LATER, body="Bye")) == 409


def test_work_that_held_nothing_up_ends_with_the_complaint(people: dict[str, User]) -> None:
    complaint = factories.carried_out(people["agent"])
    team = Team.objects.get(code="WAREHOUSE")
    carry_out.add_task(
        complaint, by=person(people["agent"]), at=MONDAY, title="Count", team=team, blocking=False
    )
    resolve.resolve(complaint, by=person(people["agent"]), at=LATER, final_answer="Done")
    calls.record_callback(complaint, factories.SATISFIED, by=person(people["callback"]), at=LATER)
    review.record_review(complaint, factories.LIGHT_REVIEW, by=person(people["agent"]), at=LATER)
    assert Task.objects.get(title="Count").state == "cancelled"
    assert not Wait.objects.filter(until__isnull=True).exists()
    assert complaint.waiting_on is None
    assert not Clock.objects.live().exists()


def test_a_full_review_waits_for_quality(people: dict[str, User]) -> None:
    complaint = after_partly(people)
    review.record_review(complaint, factories.FULL_REVIEW, by=person(people["agent"]), at=LATER)
    assert (complaint.stage, complaint.waiting_on) == ("review", "approval")
    act = lambda: review.record_review(complaint, factories.FULL_REVIEW, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert status_of(act) == 409
    approval = Approval.objects.get(kind="review")
    assert approval.required_role == "quality"
    decisions.decide(approval, by=person(people["quality"]), at=LATER, approve=True)
    complaint.refresh_from_db()
    assert complaint.stage == "closed"


def test_a_refused_review_is_written_again(people: dict[str, User]) -> None:
    complaint, by = after_partly(people), person(people["agent"])
    review.record_review(complaint, factories.FULL_REVIEW, by=by, at=LATER)
    decisions.decide(
        Approval.objects.get(), by=person(people["quality"]), at=LATER, approve=False, note="Dig"
    )
    review.record_review(complaint, factories.FULL_REVIEW, by=by, at=LATER)
    assert Review.objects.filter(superseded_at__isnull=True).count() == 1
    assert Approval.objects.filter(state="pending").count() == 1


def test_quality_does_not_approve_its_own_review(people: dict[str, User]) -> None:
    complaint, by = after_partly(people), person(people["quality"])
    review.record_review(complaint, factories.FULL_REVIEW, by=by, at=LATER)
    approval = Approval.objects.get()
    assert approval.required_role == "supervisor"
    assert status_of(lambda: decisions.decide(approval, by=by, at=LATER, approve=True)) == 403


def test_the_assignee_never_approves_the_review_even_as_the_only_supervisor(people: dict[str, User]) -> None:
    complaint = after_partly(people)
    Complaint.objects.filter(pk=complaint.pk).update(assignee=people["quality"])
    complaint.refresh_from_db()
    review.record_review(complaint, factories.FULL_REVIEW, by=person(people["supervisor"]), at=LATER)
    approval = Approval.objects.get()
    assert people["quality"] not in approval.asked.all()
    for name in ("quality", "supervisor"):
        act = lambda name=name: decisions.decide(approval, by=person(people[name]), at=LATER, approve=True)  # noqa: E731
        assert status_of(act) == 403


@pytest.mark.parametrize("outcome", sorted(review.CONCLUDED))
def test_after_withdraw_or_conclude_the_light_form_does(people: dict[str, User], outcome: str) -> None:
    complaint = factories.receive(people["agent"], severity="critical", severity_reason="R")
    complaint.outcome = outcome
    assert review.required_form(complaint) == "light"


def test_what_is_systemic_forces_an_improvement_in_the_light_form_too(people: dict[str, User]) -> None:
    complaint, by = factories.called_back(people["agent"], people["callback"]), person(people["agent"])
    data = {**factories.LIGHT_REVIEW, "scope": "systemic"}
    act = lambda: review.record_review(complaint, data, by=by, at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"no_action_reason"}
    data["no_action_reason"] = "The packing was changed last week"
    act()
    assert complaint.stage == "closed"


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ({}, False),
        ({"severity": "major", "severity_reason": "R"}, True),
        ({"severity": "critical", "severity_reason": "R"}, True),
        ({"severity": "minor", "severity_reason": "R"}, False),
    ],
)
def test_what_is_grave_is_reviewed_in_full(
    people: dict[str, User], given: dict[str, Any], full: bool
) -> None:
    complaint = factories.receive(people["agent"], **given)
    assert review.required_form(complaint) == ("full" if full else "light")


@pytest.mark.parametrize(("days", "full"), [(30, True), (31, False)])
def test_the_same_cause_within_thirty_days_too(people: dict[str, User], days: int, full: bool) -> None:
    factories.receive(people["agent"], at=MONDAY - timedelta(days=days))
    assert review.required_form(factories.receive(people["agent"])) == ("full" if full else "light")


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"attribution": "weather"}, {"attribution"}),
        ({"scope": ""}, {"scope"}),
        ({"cause": "LOG"}, {"cause"}),
        ({"cause": None}, {"cause"}),
        ({"whys": [{"why": "Once"}]}, {"whys"}),
        ({"whys": [{"why": "Once"}, {"why": " "}]}, {"whys"}),
        ({"fishbone": {}}, {"fishbone"}),
        ({"fishbone": {"luck": ["bad"]}}, {"fishbone"}),
        ({"no_action_reason": ""}, {"no_action_reason"}),
        ({"actions": [{"title": ""}]}, {"actions.0.title", "actions.0.owner", "actions.0.due_at"}),
        *[({"lesson": text}, {"lesson"}) for text in BAD_TEXTS[2:]],
    ],
)
def test_wrong_input_is_named(people: dict[str, User], given: dict[str, Any], fields: set[str]) -> None:
    complaint = after_partly(people)
    data = {**factories.FULL_REVIEW, **given}
    act = lambda: review.record_review(complaint, data, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == fields


def test_an_action_has_an_owner_and_a_date_to_come(people: dict[str, User]) -> None:
    complaint, by = factories.called_back(people["agent"], people["callback"]), person(people["agent"])

    def data(due_at: datetime) -> dict[str, Any]:
        action = {"title": "Foam corners", "kind": "process", "owner": people["specialist"], "due_at": due_at}
        return {**factories.LIGHT_REVIEW, "actions": [action]}

    assert wrong_fields(lambda: review.record_review(complaint, data(LATER), by=by, at=LATER)) == {
        "actions.0.due_at"
    }
    review.record_review(complaint, data(LATER + timedelta(days=1)), by=by, at=LATER)
    assert ImprovementAction.objects.get().owner == people["specialist"]


def test_a_request_nobody_decided_ends_with_the_complaint(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    complaint = factories.resolved(people["agent"])
    told = converse.message(complaint, by=agent, at=LATER, body="It takes a day longer")
    asked = extend.extend(
        complaint,
        by=agent,
        at=LATER,
        clock="callback",
        due_at=MONDAY + timedelta(days=3),
        reason="She travels",
        customer_told=told.pk,
    )
    calls.record_callback(
        complaint, factories.SATISFIED, by=person(people["callback"]), at=LATER + timedelta(minutes=30)
    )
    review.record_review(complaint, factories.LIGHT_REVIEW, by=agent, at=LATER + timedelta(hours=1))
    asked.refresh_from_db()
    assert (complaint.stage, asked.state) == ("closed", "expired")
