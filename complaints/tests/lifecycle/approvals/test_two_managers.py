"""Money above every single limit needs two managers to approve it; one is enough to refuse."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import engine
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, ApprovalVote, Clock, Complaint, Event, Outbox, ParticipantRole, Plan
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.terms.errors import AlreadyDecided
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
ABOVE = 2_000_001


def offer(amount: str) -> dict[str, object]:
    return {
        "options": [{"kind": "FULL", "amount": amount, "description": "D"}],
        "single_option_reason": "R",
    }


def requested(people: People) -> Approval:
    factories.offered(people["agent"], offer=offer("20000.01"))
    return Approval.objects.get()


def decide(
    approval: Approval,
    by: User,
    *,
    approve: bool = True,
    note: str = "",
    limit: int | None = None,
    at: datetime = LATER,
) -> Approval:
    return decisions.decide(approval, by=person(by), at=at, approve=approve, note=note, limit_minor=limit)


def told(template: str) -> list[str]:
    return sorted(
        Outbox.objects.filter(template=template, channel="in_app").values_list("user__username", flat=True)
    )


def test_all_managers_are_asked_and_two_must_approve(people: People) -> None:
    approval = requested(people)
    assert (approval.needs, approval.required_role) == (2, "manager")
    assert sorted(user.username for user in approval.asked.all()) == ["manager", "manager2"]


def test_the_first_approval_is_kept_and_the_request_waits_on(people: People) -> None:
    approval = requested(people)
    version = Complaint.objects.get().version
    approval = decide(approval, people["manager"])
    assert (approval.state, approval.decided_by) == ("pending", None)
    assert [vote.by for vote in approval.votes.all()] == [people["manager"]]
    assert Event.objects.filter(kind="approval_vote").count() == 1
    assert told("approval_vote") == ["manager2"]
    assert Plan.objects.get().state == "waiting"
    assert Complaint.objects.get().version == version, "one approval changes nothing yet"
    assert Clock.objects.live().filter(kind="approval").exists()


def test_the_second_approval_carries_it_out(people: People) -> None:
    approval = requested(people)
    decide(approval, people["manager2"])
    approval = decide(approval, people["manager"])
    assert (approval.state, approval.decided_by) == ("approved", people["manager"])
    assert Plan.objects.get().state == "offered"
    assert ApprovalVote.objects.count() == 2
    assert not Clock.objects.live().filter(kind="approval").exists()
    with pytest.raises(AlreadyDecided):
        decide(approval, people["manager2"])


def test_the_same_manager_does_not_count_twice(people: People) -> None:
    approval = requested(people)
    decide(approval, people["manager"])
    assert status_of(lambda: decide(approval, people["manager"])) == 403
    assert (Approval.objects.get().state, ApprovalVote.objects.count()) == ("pending", 1)


@pytest.mark.parametrize("name", ["manager", "manager2"])
def test_one_refusal_decides_whoever_approved_before(people: People, name: str) -> None:
    approval = requested(people)
    decide(approval, people["manager"])
    assert wrong_fields(lambda: decide(approval, people[name], approve=False)) == {"reason"}
    assert decide(approval, people[name], approve=False, note="Too much").state == "rejected"
    assert Plan.objects.get().state == "draft"


def test_a_refusal_needs_no_first_approval(people: People) -> None:
    assert decide(requested(people), people["manager"], approve=False, note="No").state == "rejected"


@pytest.mark.parametrize("name", ["supervisor", "supervisor2", "quality"])
def test_supervisors_do_not_take_part(people: People, name: str) -> None:
    assert status_of(lambda: decide(requested(people), people[name])) == 403


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [(500_000, None, 500_000), (None, 400_000, 400_000), (500_000, 300_000, 300_000), (None, None, None)],
)
def test_the_lower_of_two_limits_counts(
    people: People, first: int | None, second: int | None, result: int | None
) -> None:
    approval = requested(people)
    decide(approval, people["manager"], limit=first)
    assert decide(approval, people["manager2"], limit=second).limit_minor == result
    assert Plan.objects.get().state == ("draft" if result else "offered")


@pytest.mark.parametrize("limit", [500_001, ABOVE])
def test_the_second_does_not_go_above_what_the_first_approved(people: People, limit: int) -> None:
    approval = requested(people)
    decide(approval, people["manager"], limit=500_000)
    assert wrong_fields(lambda: decide(approval, people["manager2"], limit=limit)) == {"limit"}


def test_an_approval_by_somebody_with_a_conflict_since_does_not_count(people: People) -> None:
    third = User.objects.create(username="manager3", role="manager")
    approval = requested(people)
    decide(approval, people["manager"], limit=500_000)
    engine.involve(approval.complaint, ParticipantRole.CONFLICT, at=LATER, user=people["manager"])
    assert decide(approval, people["manager2"]).state == "pending"
    approval = decide(approval, third)
    assert (approval.state, approval.limit_minor) == ("approved", None)


def test_with_only_one_fit_manager_it_is_refused_at_once(people: People) -> None:
    complaint = factories.found(people["agent"])
    User.objects.filter(username="manager2").update(is_active=False)
    act = lambda: offers.offer(complaint, offer("20000.01"), by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"reason"}
    assert not Plan.objects.exists()


def test_below_the_limit_one_manager_is_enough(people: People) -> None:
    factories.offered(people["agent"], offer=offer("20000.00"))
    assert decide(Approval.objects.get(), people["manager"]).state == "approved"


def test_undecided_it_is_never_granted_even_after_the_first_approval(people: People) -> None:
    approval = requested(people)
    decide(approval, people["manager"])
    Clock.objects.exclude(kind="approval").delete()
    sweep(LATER + timedelta(days=5))
    assert Approval.objects.get().state == "pending"
    assert told("approval_at_top") == ["manager", "manager2"]
