"""Each reason that forbids a decision is enough by itself; who may do and verify improvements."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import engine, improve
from complaints.lifecycle.approvals import decisions, requests
from complaints.models import Approval, Complaint, ImprovementAction, ParticipantRole, Review
from complaints.rights import limits
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.moves_attempts import LATER
from complaints.tests.lifecycle.test_guards import says

pytestmark = pytest.mark.django_db
People = dict[str, User]


def money(people: People, amount: str = "300.00") -> Approval:
    """Return a request above the agent's limit, which the supervisor is asked to decide."""
    offer = {
        "options": [{"kind": "FULL", "amount": amount, "description": "D"}],
        "single_option_reason": "R",
    }
    factories.offered(people["agent"], offer=offer)
    return Approval.objects.get()


def asked_by_oneself(approval: Approval, people: People) -> None:
    Approval.objects.update(requested_by=people["supervisor"])


def assigned_to_oneself(approval: Approval, people: People) -> None:
    Complaint.objects.update(assignee=people["supervisor"])


def conflict_declared(approval: Approval, people: People) -> None:
    engine.involve(approval.complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["supervisor"])


def not_asked(approval: Approval, people: People) -> None:
    approval.asked.set([people["manager"]])
    approval.complaint.team.members.remove(people["supervisor"])


def above_the_limit(approval: Approval, people: People) -> None:
    Approval.objects.update(amount_minor=300_001)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (asked_by_oneself, "your own request"),
        (assigned_to_oneself, "assigned to you"),
        (conflict_declared, "conflict of interest"),
        (not_asked, "for somebody else to decide"),
        (above_the_limit, "above your limit"),
    ],
)
def test_each_reason_alone_forbids_to_decide(
    people: People, spoil: Callable[[Approval, People], None], words: str
) -> None:
    approval = money(people)
    spoil(approval, people)
    for approve in (True, False):
        status, said = says(
            lambda approve=approve: decisions.decide(  # type: ignore[misc]
                approval, by=person(people["supervisor"]), at=LATER, approve=approve, note="Seen"
            )
        )
        assert status == 403
        assert words in said
    assert Approval.objects.get().state == "pending"


def test_decided_in_between_the_second_decision_is_not_kept(people: People) -> None:
    """The update in the database refuses it, not what was read before."""
    approval = money(people)
    with engine.recording(approval.complaint, by=person(people["supervisor"]), at=LATER) as turn:
        Approval.objects.update(state="rejected", decided_by=people["manager"], decided_at=LATER)
        status, words = says(lambda: requests.end(turn, approval, requests.ApprovalState.APPROVED))
    assert (status, "was faster" in words) == (409, True)
    assert Approval.objects.get().state == "rejected"


@pytest.mark.parametrize("name", ["agent", "warehouse", "admin"])
def test_only_supervisors_and_managers_decide(people: People, name: str) -> None:
    approval = money(people)
    act = lambda: decisions.decide(approval, by=person(people[name]), at=LATER, approve=True)  # noqa: E731
    assert says(act) == (403, "Your role cannot decide on requests.")


@pytest.mark.parametrize("name", ["warehouse", "admin"])
def test_who_never_asks_takes_no_request_back(people: People, name: str) -> None:
    approval = money(people)
    act = lambda: decisions.withdraw(approval, by=person(people[name]), at=LATER)  # noqa: E731
    assert says(act) == (403, "Your role cannot make requests.")


@pytest.mark.parametrize("name", ["agent", "supervisor", "admin"])
def test_only_managers_change_limits(people: People, name: str) -> None:
    act = lambda: limits.change("front_line", {"limit": "300"}, by=person(people[name]), at=MONDAY)  # noqa: E731
    assert says(act) == (403, "Only managers can change limits.")


# --- Improvements ---
def action(people: People, *, done: bool = False) -> ImprovementAction:
    """Return an improvement action owned by the specialist."""
    complaint = factories.closed(people["agent"], people["agent2"])
    engine.involve(complaint, ParticipantRole.QUALITY, at=MONDAY, user=people["quality"])
    made = ImprovementAction.objects.create(
        complaint=complaint,
        title="Foam corners",
        kind="process",
        owner=people["specialist"],
        due_at=MONDAY + timedelta(days=9),
        created_at=MONDAY,
    )
    return mark(made, people["specialist"]) if done else made


def mark(made: ImprovementAction, by: User) -> ImprovementAction:
    return improve.mark_done(made, by=person(by), at=LATER, note="Ordered")


def verify(made: ImprovementAction, by: User, *, works: bool = True) -> ImprovementAction:
    return improve.verify(made, by=person(by), at=LATER, works=works, note="No breakage since")


def test_done_by_its_owner_and_verified_by_quality(people: People) -> None:
    made = verify(action(people, done=True), people["quality"])
    assert (made.done_by, made.verified_by, made.verified_at) == (
        people["specialist"],
        people["quality"],
        LATER,
    )
    assert says(lambda: verify(made, people["manager"])) == (
        409,
        "This improvement has already been verified.",
    )


def test_what_does_not_work_goes_on(people: People) -> None:
    made = verify(action(people, done=True), people["quality"], works=False)
    assert (made.done_at, made.verified_at) == (None, None)
    assert says(lambda: verify(made, people["quality"])) == (409, "This improvement is not marked as done.")


def test_it_is_marked_as_done_once(people: People) -> None:
    made = action(people, done=True)
    status, words = says(lambda: mark(made, people["supervisor"]))
    assert (status, "already marked it as done" in words) == (409, True)


def test_neither_customers_nor_administrators_have_to_do_with_it(people: People) -> None:
    made = action(people)
    refused = (403, "Your role cannot do this.")
    assert says(lambda: mark(made, people["admin"])) == refused
    assert says(lambda: improve.mark_done(made, by=CUSTOMER, at=LATER, note="Done")) == refused


@pytest.mark.parametrize("name", ["agent2", "quality", "manager"])
def test_others_do_not_mark_it_as_done(people: People, name: str) -> None:
    made = action(people)
    if name == "quality":
        made.complaint.participants.filter(user=people["quality"]).delete()
    status, words = says(lambda: mark(made, people[name]))
    assert (status, "Somebody else" in words) == (403, True)


def test_only_quality_and_managers_verify_and_never_what_is_their_own(people: People) -> None:
    made = action(people, done=True)
    assert says(lambda: verify(made, people["agent"]))[0] == 403
    assert "quality supervisors and managers" in says(lambda: verify(made, people["agent"]))[1]
    for name in ("supervisor", "supervisor2"):
        assert says(lambda name=name: verify(made, people[name]))[0] == 403  # type: ignore[misc]
    ImprovementAction.objects.update(owner=people["quality"])
    assert says(lambda: verify(made, people["quality"]))[0] == 403


def test_whoever_has_a_conflict_neither_does_nor_verifies_it(people: People) -> None:
    made = action(people)
    engine.involve(made.complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["specialist"])
    assert says(lambda: mark(made, people["specialist"])) == (
        403,
        "You have a conflict of interest in this complaint.",
    )


def test_what_a_refused_review_asked_for_has_fallen_away(people: People) -> None:
    made = action(people)
    made.review = Review.objects.get()
    made.save()
    Review.objects.update(superseded_at=LATER)
    assert says(lambda: mark(made, people["specialist"])) == (
        409,
        "The review that asked for this was refused.",
    )
