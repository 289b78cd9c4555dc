"""Whoever made a request can withdraw it until somebody has decided."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import conflict, escalate, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Clock, Complaint, Event, Outbox, Plan, Review
from complaints.rights.actors import CUSTOMER, SYSTEM, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)


def money(people: People) -> Approval:
    factories.offered(people["agent"], offer=factories.BIG_OFFER)
    return Approval.objects.get()


def test_the_plan_is_a_draft_again_and_a_new_offer_may_be_made(people: People) -> None:
    approval = money(people)
    approval = decisions.withdraw(approval, by=person(people["agent"]), at=LATER)
    assert (approval.state, approval.decided_by, approval.decided_at) == ("withdrawn", None, LATER)
    assert Plan.objects.get().state == "draft"
    complaint = Complaint.objects.get()
    assert complaint.waiting_on is None
    assert Clock.objects.get(kind="approval").ended_as == "cancelled"
    assert Event.objects.filter(kind="approval_withdrawn").count() == 1
    assert Outbox.objects.get(template="approval_withdrawn", channel="in_app").user == people["supervisor"]
    assert offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER).state == "offered"


def test_an_escalation_may_be_asked_again_at_once(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    texts = {"reason": "R", "tried": "T", "ask": "A"}
    escalate.escalate(complaint, by=person(people["agent"]), at=LATER, **texts)
    decisions.withdraw(Approval.objects.get(), by=person(people["agent"]), at=LATER)
    assert Complaint.objects.get().tier == 1
    escalate.escalate(complaint, by=person(people["agent"]), at=LATER, **texts)
    assert Approval.objects.filter(state="pending").count() == 1


def test_a_review_is_written_again(people: People) -> None:
    complaint = factories.called_back(people["agent"], people["callback"])
    Complaint.objects.update(highest_tier=3)
    review.record_review(complaint, factories.FULL_REVIEW, by=person(people["agent"]), at=LATER)
    decisions.withdraw(Approval.objects.get(), by=person(people["agent"]), at=LATER)
    assert Review.objects.get().superseded_at == LATER
    assert Complaint.objects.get().stage == "review"


def test_whoever_has_declared_a_conflict_since_leaves_it_to_others(people: People) -> None:
    approval = money(people)
    conflict.declare_conflict(approval.complaint, by=person(people["agent"]), at=LATER, reason="My brother")
    assert status_of(lambda: decisions.withdraw(approval, by=person(people["agent"]), at=LATER)) == 403


@pytest.mark.parametrize("name", ["agent2", "specialist", "supervisor", "manager"])
def test_nobody_else_takes_it_back(people: People, name: str) -> None:
    approval = money(people)
    assert status_of(lambda: decisions.withdraw(approval, by=person(people[name]), at=LATER)) == 403
    assert Approval.objects.get().state == "pending"


@pytest.mark.parametrize("name", ["warehouse", "admin"])
def test_roles_that_never_ask_are_refused(people: People, name: str) -> None:
    approval = money(people)
    assert status_of(lambda: decisions.withdraw(approval, by=person(people[name]), at=LATER)) == 403
    for nobody in (CUSTOMER, SYSTEM):
        assert status_of(lambda who=nobody: decisions.withdraw(approval, by=who, at=LATER)) == 403  # type: ignore[misc]


def test_decided_or_taken_back_it_is_too_late(people: People) -> None:
    approval = money(people)
    decisions.withdraw(approval, by=person(people["agent"]), at=LATER)
    assert status_of(lambda: decisions.withdraw(approval, by=person(people["agent"]), at=LATER)) == 409
    decide = lambda: decisions.decide(approval, by=person(people["supervisor"]), at=LATER, approve=True)  # noqa: E731
    assert status_of(decide) == 409
