"""Complaints that end without a remedy, are reopened, or are handed down to a lower tier."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import acknowledge, escalate, promises, review
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import conclude, reopen, withdraw
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Clock, Complaint, Outbox, Plan, Promise, Wait
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
DAY = timedelta(days=1)


def nothing_is_left(complaint: Complaint) -> None:
    assert not Clock.objects.live().filter(complaint=complaint).exists()
    assert not Wait.objects.filter(complaint=complaint, until__isnull=True).exists()
    assert not Approval.objects.filter(complaint=complaint, state="pending").exists()
    assert complaint.waiting_on is None


def end(complaint: Complaint, by: User, outcome: str, **extra: Any) -> Complaint:
    given = {"reason": "Praise, no complaint", "at": LATER, **extra}
    return conclude.conclude(complaint, by=person(by), outcome=outcome, **given)


def test_what_is_out_of_scope_closes_at_once_and_the_customer_gets_the_letter(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"])
    end(complaint, people["supervisor"], "out_of_scope", letter="This is for the city's office")
    assert (complaint.stage, complaint.outcome, complaint.closed_at) == ("closed", "out_of_scope", LATER)
    nothing_is_left(complaint)
    assert Outbox.objects.get(complaint=complaint, template="final_letter").event.text.body  # type: ignore[union-attr]


def test_a_silent_customers_complaint_goes_to_a_light_review(people: dict[str, User]) -> None:
    complaint, _plan = factories.offered(people["agent"])
    end(complaint, people["supervisor"], "no_response_customer")
    assert (complaint.stage, complaint.outcome) == ("review", "no_response_customer")
    nothing_is_left(complaint)
    assert Plan.objects.get().state == "expired"
    assert review.required_form(complaint) == "light"
    review.record_review(complaint, factories.LIGHT_REVIEW, by=person(people["agent"]), at=LATER)
    assert complaint.stage == "closed"


@pytest.mark.parametrize("how", ["withdrawn", "concluded", "reviewed"])
def test_a_promise_that_was_missed_is_broken_though_no_sweep_saw_it(
    people: dict[str, User], how: str
) -> None:
    agent, last = person(people["agent"]), LATER + 3 * timedelta(hours=24)
    complaint = factories.in_stage(
        "review" if how == "reviewed" else "resolve", people["agent"], people["callback"]
    )
    due_at = LATER + timedelta(hours=1)
    kept, missed, to_come = (
        promises.promise(complaint, by=agent, at=LATER, text=text, due_at=due)
        for text, due in (("Kept", due_at), ("Missed", due_at), ("To come", last + timedelta(hours=1)))
    )
    promises.keep(complaint, kept.pk, by=agent, at=LATER)
    if how == "withdrawn":
        withdraw.withdraw(complaint, by=CUSTOMER, at=last)
    elif how == "concluded":
        end(complaint, people["supervisor"], "no_response_customer", at=last)
    else:
        review.record_review(complaint, factories.LIGHT_REVIEW, by=agent, at=last)
    broken = dict(Promise.objects.values_list("text", "broken_at"))
    assert broken == {"Kept": None, "Missed": due_at, "To come": None}
    assert missed.pk != to_come.pk


def test_a_deadlock_is_stated_by_a_manager_after_three_refused_offers(people: dict[str, User]) -> None:
    complaint, _plan = factories.offered(people["agent"])
    stuck = lambda by="manager", **extra: end(  # noqa: E731
        complaint, people[by], "deadlock_external", letter="Our final answer", **extra
    )
    assert status_of(stuck) == 409
    for _number in range(3):
        offers.reject(complaint, by=CUSTOMER, at=LATER, reason="No")
        if Plan.objects.filter(rejected_at__isnull=False).count() < 3:
            offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
    assert Approval.objects.get(kind="escalation").state == "pending"
    assert status_of(lambda: stuck("supervisor")) == 403
    stuck()
    assert (complaint.stage, complaint.outcome) == ("review", "deadlock_external")
    assert Approval.objects.get(kind="escalation").state == "expired"


def test_a_third_refusal_stands_even_when_nobody_can_be_asked(
    people: dict[str, User],
) -> None:
    complaint, _plan = factories.offered(people["agent"])
    User.objects.filter(role__in=["supervisor", "manager"]).update(is_active=False)
    for number in range(3):
        offers.reject(complaint, by=CUSTOMER, at=LATER, reason="No")
        if number < 2:
            offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
    assert Plan.objects.filter(rejected_at__isnull=False).count() == 3
    assert not Approval.objects.exists()
    assert complaint.events.filter(kind="escalation_unasked").exists()


def test_only_known_ends_with_reasons_are_concluded(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert wrong_fields(lambda: end(complaint, people["supervisor"], "upheld", reason=" ")) == {
        "outcome",
        "reason",
    }
    assert status_of(lambda: end(complaint, people["manager"], "out_of_scope")) == 403
    assert status_of(lambda: end(complaint, people["agent"], "out_of_scope")) == 403


def test_an_accepted_remedy_is_carried_out_before_anything_is_concluded(people: dict[str, User]) -> None:
    complaint = factories.chosen(people["agent"])
    assert status_of(lambda: end(complaint, people["supervisor"], "no_response_customer")) == 409


def test_the_customer_withdraws_on_their_page_an_agent_needs_evidence(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    alone = lambda: withdraw.withdraw(complaint, by=person(people["agent"]), at=LATER, reason="Done")  # noqa: E731
    assert wrong_fields(alone) == {"evidence"}
    withdraw.withdraw(complaint, by=CUSTOMER, at=LATER)
    assert (complaint.stage, complaint.callback_outcome) == ("review", None)
    assert calls.open_callback(complaint) is None
    assert status_of(lambda: withdraw.withdraw(complaint, by=CUSTOMER, at=LATER)) == 409
    assert Outbox.objects.filter(complaint=complaint, template="withdrawn", channel="email").count() == 1


def test_reopened_it_goes_on_in_a_new_round_with_half_the_time(people: dict[str, User]) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    closed_at, first = complaint.closed_at, complaint.handlings.get()
    assert closed_at
    reopen.reopen(complaint, by=CUSTOMER, at=closed_at + 30 * DAY, reason="Broken again")
    assert (complaint.stage, complaint.round, complaint.tier, complaint.team.code) == (
        "diagnose",
        2,
        1,
        "FL-PHONE",
    )
    assert (complaint.assignee, complaint.outcome, complaint.callback_outcome) == (None, None, None)
    first.refresh_from_db()
    assert first.resolved_at
    live = {c.kind: c.target_seconds for c in Clock.objects.live().filter(complaint=complaint)}
    assert live == {"resolution": 720 * 60, "update": 720 * 60, "pickup": 30 * 60}


def test_the_window_for_reopening_is_thirty_days(people: dict[str, User]) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    assert complaint.closed_at
    late = complaint.closed_at + 30 * DAY + timedelta(seconds=1)
    by = person(people["supervisor"])
    assert status_of(lambda: reopen.reopen(complaint, by=by, at=late, reason="Broken")) == 409
    assert wrong_fields(lambda: reopen.reopen(complaint, by=by, at=LATER, reason="")) == {"reason"}
    agent = person(people["agent"])
    assert status_of(lambda: reopen.reopen(complaint, by=agent, at=LATER, reason="Broken")) == 403


def test_handed_down_with_guidance_it_waits_for_its_former_tier(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    down = lambda **extra: escalate.de_escalate(  # noqa: E731
        complaint,
        by=person(people["supervisor"]),
        at=LATER,
        **{"reason": "Simple", "guidance": "Refund", **extra},
    )
    assert status_of(down) == 409
    escalate.escalate(complaint, by=person(people["supervisor"]), at=LATER, reason="R", tried="T", ask="A")
    assert wrong_fields(lambda: down(guidance="")) == {"guidance"}
    down()
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (1, "FL-PHONE", None)
    assert complaint.highest_tier == 2
    assert Clock.objects.live().filter(complaint=complaint, kind="pickup").count() == 1


def test_the_acknowledgement_repeated_is_no_answer_by_a_person(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    agent = person(people["online"])
    acknowledge.acknowledge(complaint, by=agent, at=LATER)
    assert Outbox.objects.filter(complaint=complaint, template="acknowledgement").count() == 2
    assert Clock.objects.live().filter(complaint=complaint, kind="first_response").exists()
    acknowledge.acknowledge(complaint, by=agent, at=LATER, body="I am Xu Qing and look into it")
    assert not Clock.objects.live().filter(complaint=complaint, kind="first_response").exists()
    silent = factories.receive(people["agent"], customer=factories.nobody())
    assert status_of(lambda: acknowledge.acknowledge(silent, by=person(people["agent"]), at=LATER)) == 409
