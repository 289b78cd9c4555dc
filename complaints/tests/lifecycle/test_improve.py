"""Improvement actions are done by their owner and verified by somebody else."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import engine, improve, review
from complaints.lifecycle.approvals import decisions
from complaints.models import Approval, Complaint, ImprovementAction, Outbox, ParticipantRole
from complaints.rights.actors import CUSTOMER, person
from complaints.rows import timeline
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.fixture
def action(people: People) -> ImprovementAction:
    """Return an action of a closed complaint, owned by the specialist, who cannot see that complaint."""
    complaint = factories.called_back(people["agent"], people["callback"])
    asked = {"title": "Foam corners", "owner": people["specialist"], "due_at": LATER + DAY}
    data = {**factories.LIGHT_REVIEW, "actions": [asked]}
    review.record_review(complaint, data, by=person(people["agent"]), at=LATER)
    return ImprovementAction.objects.select_related("complaint").get()


def do(action: ImprovementAction, user: User, note: str = "Foam is in the kit") -> ImprovementAction:
    return improve.mark_done(action, by=person(user), at=LATER, note=note)


def judge(action: ImprovementAction, user: User, *, works: bool = True, note: str = "No damage for 30 days"):  # type: ignore[no-untyped-def]
    return improve.verify(action, by=person(user), at=LATER, works=works, note=note)


def test_it_is_done_then_verified_and_both_stand_in_the_timeline_of_the_closed_complaint(
    people: People, action: ImprovementAction
) -> None:
    do(action, people["specialist"])
    assert (action.done_at, action.done_by) == (LATER, people["specialist"])
    judge(action, people["quality"])
    assert (action.verified_at, action.verified_by, action.verification) == (
        LATER,
        people["quality"],
        "No damage for 30 days",
    )
    complaint = Complaint.objects.get()
    assert complaint.stage == "closed"
    assert {"action_done", "action_verified"} <= set(complaint.events.values_list("kind", flat=True))
    assert list(timeline.faults(complaint)) == []
    assert list(Outbox.objects.filter(template="action_done").values_list("user__username", flat=True)) == [
        "quality"
    ]


def test_what_does_not_work_goes_on(people: People, action: ImprovementAction) -> None:
    do(action, people["specialist"])
    judge(action, people["quality"], works=False, note="Two more came in broken")
    assert (action.done_at, action.verified_at) == (None, None)
    assert Outbox.objects.get(template="action_failed").user == people["specialist"]
    do(action, people["specialist"], "Thicker foam")
    judge(action, people["manager"])
    assert action.verified_by == people["manager"]


@pytest.mark.parametrize("who", ["specialist", "supervisor", "quality"])
def test_its_owner_or_a_supervisor_marks_it_done(people: People, action: ImprovementAction, who: str) -> None:
    assert do(action, people[who]).done_by == people[who]


@pytest.mark.parametrize("who", ["agent", "agent2", "supervisor2", "manager", "warehouse", "admin"])
def test_others_do_not(people: People, action: ImprovementAction, who: str) -> None:
    assert status_of(lambda: do(action, people[who])) == 403
    assert status_of(lambda: improve.mark_done(action, by=CUSTOMER, at=LATER, note="x")) == 403


@pytest.mark.parametrize("who", ["specialist", "agent", "supervisor", "supervisor2", "warehouse", "admin"])
def test_only_quality_and_managers_verify(people: People, action: ImprovementAction, who: str) -> None:
    do(action, people["specialist"])
    assert status_of(lambda: judge(action, people[who])) == 403


@pytest.mark.parametrize("who", ["quality", "manager"])
def test_nobody_verifies_what_they_own_or_have_marked_done(
    people: People, action: ImprovementAction, who: str
) -> None:
    ImprovementAction.objects.update(owner=people[who])
    improve.mark_done(action, by=person(people[who]), at=LATER, note="Done")
    assert status_of(lambda: judge(action, people[who])) == 403
    ImprovementAction.objects.update(owner=people["specialist"])
    assert status_of(lambda: judge(action, people[who])) == 403


@pytest.mark.parametrize("who", ["quality", "manager"])
def test_a_conflict_of_interest_bars(people: People, action: ImprovementAction, who: str) -> None:
    do(action, people["specialist"])
    engine.involve(action.complaint, ParticipantRole.CONFLICT, at=LATER, user=people[who])
    assert status_of(lambda: judge(action, people[who])) == 403
    assert action not in improve.actions_for(people[who])


def test_its_state_says_what_is_next(people: People, action: ImprovementAction) -> None:
    assert status_of(lambda: judge(action, people["quality"])) == 409
    do(action, people["specialist"])
    assert status_of(lambda: do(action, people["specialist"])) == 409
    judge(action, people["quality"])
    assert status_of(lambda: judge(action, people["manager"])) == 409


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_both_are_said_in_words_that_can_be_kept(
    people: People, action: ImprovementAction, text: str
) -> None:
    assert wrong_fields(lambda: do(action, people["specialist"], text)) == {"note"}
    do(action, people["specialist"])
    assert wrong_fields(lambda: judge(action, people["quality"], note=text)) == {"verification"}


def test_who_sees_which(people: People, action: ImprovementAction) -> None:
    seeing = {name for name, user in people.items() if action in improve.actions_for(user)}
    assert seeing == {"specialist", "quality", "manager", "manager2"}


def test_the_actions_of_a_refused_review_fall_away_with_it(people: People) -> None:
    complaint = factories.called_back(people["agent"], people["callback"])
    Complaint.objects.update(severity="major")
    asked = {"title": "Foam corners", "owner": people["agent"], "due_at": LATER + DAY}
    data = {**factories.FULL_REVIEW, "actions": [asked]}
    review.record_review(complaint, data, by=person(people["agent"]), at=LATER)
    action = ImprovementAction.objects.get()
    decisions.decide(
        Approval.objects.get(), by=person(people["quality"]), at=LATER, approve=False, note="Dig"
    )
    assert not improve.actions_for(people["agent"]).exists()
    assert status_of(lambda: do(action, people["agent"])) == 409
