"""A complaint solved on the call: every step or none is kept, and a colleague calls back (worked path 2)."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import first_contact
from complaints.lifecycle.first_contact import Solution
from complaints.models import Approval, Clock, Complaint, Customer, Event, Outbox, Task
from complaints.rights.actors import CUSTOMER, person
from complaints.rows import timeline
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
OFFER: dict[str, Any] = {
    "options": [{"kind": "COUP50", "description": "A voucher of ¥50"}],
    "single_option_reason": "She asked for just this",
}


def solution(**given: Any) -> Solution:
    words = {
        "finding": factories.FINDING,
        "offer": OFFER,
        "acceptance": "Accepted on the phone",
        "done_evidence": "Voucher 8812",
        "final_answer": "A voucher of ¥50 is in your account.",
    }
    return Solution(**{**words, **given})


def solve(by: User, *, given: dict[str, Any] | None = None, **receipt: Any) -> Complaint:
    return first_contact.solve_at_once(
        factories.receipt(**receipt), solution(**(given or {})), by=person(by), at=MONDAY
    )


def nothing_is_kept() -> bool:
    models = (Complaint, Customer, Event, Outbox, Approval, Task)
    return not any(model.objects.exists() for model in models)


@pytest.mark.parametrize("channel", ["phone", "store", "chat"])
def test_received_solved_and_resolved_in_one_go(people: dict[str, User], channel: str) -> None:
    complaint = solve(people["agent"], channel=channel)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.assignee, complaint.outcome) == ("callback", people["agent"], "upheld")
    kinds = list(Event.objects.filter(complaint=complaint).order_by("seq").values_list("kind", flat=True))
    steps = ("received", "diagnosis_started", "finding", "offer", "chosen", "task_done", "call", "resolved")
    assert [kind for kind in kinds if kind in steps] == list(steps)
    assert list(timeline.faults(complaint)) == []
    running = Clock.objects.live().filter(complaint=complaint).values_list("kind", flat=True)
    assert sorted(running) == ["callback", "callback_outcome"]
    assert not Clock.objects.filter(complaint=complaint, breached_at__isnull=False).exists()


def test_the_callback_that_nobody_makes_is_missed(people: dict[str, User]) -> None:
    complaint = solve(people["agent"])
    sweep(MONDAY + timedelta(hours=24))
    assert Clock.objects.get(complaint=complaint, kind="callback").breached_at == MONDAY + timedelta(hours=24)


def test_above_the_limit_nothing_is_kept_and_the_amount_is_named(people: dict[str, User]) -> None:
    big = {"offer": {**OFFER, "options": [{"kind": "PART", "amount": "200.01", "description": "Part"}]}}
    assert wrong_fields(lambda: solve(people["agent"], given=big)) == {"options.1.amount"}
    assert nothing_is_kept()


@pytest.mark.parametrize(
    "receipt",
    [
        {"risk_flags": ["safety"]},
        {"risk_flags": ["vulnerable"]},
        {"gravity": "S3"},
        {"about_staff": ["agent"]},
        {"description": "我要找律师起诉你们"},
    ],
)
def test_what_is_grave_risky_or_about_oneself_is_not_solved_on_the_call(
    people: dict[str, User], receipt: dict[str, Any]
) -> None:
    assert status_of(lambda: solve(people["agent"], **receipt)) == 409
    assert nothing_is_kept()


@pytest.mark.parametrize("channel", ["web", "email", "regulator", "marketplace"])
def test_only_on_the_line(people: dict[str, User], channel: str) -> None:
    assert wrong_fields(lambda: solve(people["agent"], channel=channel)) == {"channel"}
    assert nothing_is_kept()


@pytest.mark.parametrize("name", ["supervisor", "manager", "warehouse", "admin"])
def test_only_agents_solve_on_the_call(people: dict[str, User], name: str) -> None:
    assert status_of(lambda: solve(people[name])) == 403
    assert nothing_is_kept()


def test_nor_does_a_customer(org: None) -> None:
    with pytest.raises(first_contact.RoleMayNot):
        first_contact.solve_at_once(factories.receipt(), solution(), by=CUSTOMER, at=MONDAY)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"finding": {**factories.FINDING, "scene": "", "nature": None}}, {"scene", "nature"}),
        ({"offer": {**OFFER, "single_option_reason": ""}}, {"single_option_reason"}),
        ({"offer": {"options": []}}, {"options", "single_option_reason"}),
        (
            {"offer": {**OFFER, "options": [{"kind": "PART", "amount": "x", "description": "P"}]}},
            {"options.1.amount"},
        ),
        ({"acceptance": " ", "done_evidence": ""}, {"acceptance", "done_evidence"}),
        ({"finding": {**factories.FINDING, "problem_type": "cognition"}}, {"no_visual_reason"}),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_nothing_is_kept(
    people: dict[str, User], given: dict[str, Any], fields: set[str]
) -> None:
    assert wrong_fields(lambda: solve(people["agent"], given=given)) == fields
    assert nothing_is_kept()


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
@pytest.mark.parametrize("name", ["acceptance", "done_evidence", "final_answer"])
def test_words_that_cannot_be_kept_are_refused(people: dict[str, User], name: str, text: str) -> None:
    assert wrong_fields(lambda: solve(people["agent"], given={name: text})) == {name}


def test_the_receipt_and_the_solution_are_checked_together(people: dict[str, User]) -> None:
    wrong = wrong_fields(lambda: solve(people["agent"], given={"final_answer": ""}, description=""))
    assert wrong == {"description", "final_answer"}


def test_the_same_form_sent_twice_is_one_complaint(people: dict[str, User]) -> None:
    first, second = (solve(people["agent"], submission_key="k1") for _time in range(2))
    assert first.pk == second.pk
    assert Complaint.objects.count() == 1


def test_a_customer_without_any_contact_goes_straight_to_the_review(people: dict[str, User]) -> None:
    assert solve(people["agent"], customer=factories.nobody()).stage == "review"
