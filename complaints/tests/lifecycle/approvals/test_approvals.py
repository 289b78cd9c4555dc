"""Requests are decided by the right person, once, with a reason and within their limit."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from complaints.lifecycle import engine, escalate, resolve
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Complaint, Outbox, ParticipantRole, Plan
from complaints.rights.actors import person
from complaints.terms.errors import AlreadyDecided
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def requested(people: dict[str, User], amount: str = "1299.00") -> Approval:
    offer = {
        "options": [{"kind": "FULL", "amount": amount, "description": "All of it"}],
        "single_option_reason": "Broken",
    }
    factories.offered(people["agent"], offer=offer)
    return Approval.objects.get(state="pending")


def decide(
    approval: Approval, by: User, *, approve: bool = True, note: str = "", limit: int | None = None
) -> Approval:
    return decisions.decide(approval, by=person(by), at=LATER, approve=approve, note=note, limit_minor=limit)


def test_approved_the_plan_goes_out_in_the_same_step(people: dict[str, User]) -> None:
    approval = decide(requested(people), people["supervisor"])
    assert (approval.state, approval.decided_by, approval.decided_at) == (
        "approved",
        people["supervisor"],
        LATER,
    )
    assert Plan.objects.get().state == "offered"
    assert Outbox.objects.filter(template="offer").count() == 1
    assert Complaint.objects.get().waiting_on == "customer"


def test_decided_it_never_changes(people: dict[str, User]) -> None:
    approval = decide(requested(people), people["supervisor"])
    for approve in (True, False):
        with pytest.raises(AlreadyDecided, match="Wang Min was faster"):
            decide(approval, people["supervisor"], approve=approve, note="No")
    assert Approval.objects.get().state == "approved"


def test_a_refusal_needs_a_reason_and_returns_the_plan(people: dict[str, User]) -> None:
    approval = requested(people)
    assert wrong_fields(lambda: decide(approval, people["supervisor"], approve=False)) == {"reason"}
    decide(approval, people["supervisor"], approve=False, note="Repair first")
    assert Plan.objects.get().state == "draft"
    assert Outbox.objects.filter(template="approval_decided", user=people["agent"]).exists()


def test_with_a_lower_limit_a_new_offer_at_it_goes_out_at_once(people: dict[str, User]) -> None:
    approval = requested(people)
    for limit in (129_900, 200_000):
        assert wrong_fields(lambda limit=limit: decide(approval, people["supervisor"], limit=limit)) == {
            "limit"
        }  # type: ignore[misc]
    decide(approval, people["supervisor"], limit=50_000)
    assert Plan.objects.get().state == "draft"
    complaint = Complaint.objects.get()
    for amount, state in (("500.01", "waiting"), ("500.00", "offered")):
        offer = {
            "options": [{"kind": "FULL", "amount": amount, "description": "D"}],
            "single_option_reason": "R",
        }
        assert offers.offer(complaint, offer, by=person(people["agent"]), at=LATER).state == state


@pytest.mark.parametrize("name", ["agent", "agent2", "specialist", "warehouse", "admin"])
def test_roles_that_do_not_decide_are_refused(people: dict[str, User], name: str) -> None:
    assert status_of(lambda: decide(requested(people), people[name])) == 403


@pytest.mark.parametrize("name", ["supervisor2", "quality", "manager"])
def test_who_was_not_asked_does_not_decide(people: dict[str, User], name: str) -> None:
    assert status_of(lambda: decide(requested(people), people[name])) == 403


@pytest.mark.parametrize(
    ("amount", "asked"),
    [
        ("3000.00", ["supervisor"]),
        ("3000.01", ["manager", "manager2"]),
        ("20000.00", ["manager", "manager2"]),
    ],
)
def test_money_goes_to_the_first_whose_limit_covers_it(
    people: dict[str, User], amount: str, asked: list[str]
) -> None:
    assert sorted(user.username for user in requested(people, amount).asked.all()) == asked


def test_above_everybodys_limit_and_without_two_managers_it_is_refused_at_once(
    people: dict[str, User],
) -> None:
    complaint = factories.found(people["agent"])
    engine.involve(complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["manager2"])
    offer = {
        "options": [{"kind": "FULL", "amount": "20000.01", "description": "D"}],
        "single_option_reason": "R",
    }
    act = lambda: offers.offer(complaint, offer, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"reason"}
    assert not Plan.objects.exists()


def test_who_has_a_conflict_neither_is_asked_nor_decides(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    engine.involve(complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["supervisor"])
    offers.offer(complaint, factories.BIG_OFFER, by=person(people["agent"]), at=LATER)
    approval = Approval.objects.get()
    assert [user.username for user in approval.asked.all()] == ["supervisor2"], "the deputy"
    assert status_of(lambda: decide(approval, people["supervisor"])) == 403


def test_a_conflict_declared_after_being_asked_bars_too(people: dict[str, User]) -> None:
    approval = requested(people)
    engine.involve(approval.complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["supervisor"])
    assert status_of(lambda: decide(approval, people["supervisor"])) == 403


def test_the_database_itself_keeps_four_eyes_and_one_request(people: dict[str, User]) -> None:
    approval = requested(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(decided_by=approval.requested_by)
    approval.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        approval.save(force_insert=True)


def test_nobody_decides_on_what_was_resolved_meanwhile(people: dict[str, User]) -> None:
    complaint = factories.carried_out(people["agent"])
    escalate.escalate(complaint, by=person(people["agent"]), at=LATER, reason="R", tried="T", ask="A")
    resolve.resolve(complaint, by=person(people["agent"]), at=LATER, final_answer="Done")
    approval = Approval.objects.get()
    assert approval.state == "expired"
    assert status_of(lambda: decide(approval, people["supervisor"])) == 409


@pytest.mark.parametrize("text", BAD_TEXTS[2:], ids=BAD_TEXT_IDS[2:])
def test_a_note_that_cannot_be_kept_is_refused(people: dict[str, User], text: str) -> None:
    approval = requested(people)
    assert wrong_fields(lambda: decide(approval, people["supervisor"], note=text)) == {"note"}
