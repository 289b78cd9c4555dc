"""Tasks: accepted by one person, sent back, cancelled, and begun in their order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from complaints.lifecycle import engine
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Clock, Complaint, Event, Outbox, ParticipantRole, Plan, Task
from complaints.rights import access
from complaints.rights.actors import person
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def complaint(people: People) -> Complaint:
    return factories.diagnosed(people["agent"])


def ask(complaint: Complaint, title: str = "Find the parcel", team: str = "WAREHOUSE", **more: Any) -> Task:
    by = person(User.objects.get(username="agent"))
    asked = Team.objects.get(code=team)
    return carry_out.add_task(complaint, by=by, at=LATER, title=title, team=asked, **more)


def told(template: str, complaint: Complaint) -> set[str]:
    rows = Outbox.objects.filter(complaint=complaint, template=template)
    return {str(name) for name in rows.values_list("user__username", flat=True)}


def colleague(team: str = "WAREHOUSE") -> User:
    user = User.objects.create_user("colleague", role="department")
    user.teams.add(Team.objects.get(code=team))
    return user


def test_who_accepts_it_owns_it_and_the_second_is_told_who_was_faster(
    people: People, complaint: Complaint
) -> None:
    task, second = ask(complaint), colleague()
    carry_out.accept_task(task, by=person(people["warehouse"]), at=LATER)
    assert (task.state, task.owner, task.accepted_by) == ("accepted", people["warehouse"], task.owner)
    with pytest.raises(Exception, match="Warehouse has already accepted it"):
        carry_out.accept_task(Task.objects.get(pk=task.pk), by=person(second), at=LATER)
    assert status_of(lambda: carry_out.accept_task(task, by=person(second), at=LATER)) == 409
    assert complaint.events.filter(kind="task_accepted").count() == 1


def test_a_task_sent_back_is_told_is_no_longer_waited_for_and_keeps_its_clock(
    people: People, complaint: Complaint
) -> None:
    second = colleague()
    task = ask(complaint, owner=second)
    carry_out.reject_back_task(task, by=person(people["warehouse"]), at=LATER, reason="Not ours")
    complaint.refresh_from_db()
    assert (task.state, task.reason, complaint.waiting_on) == ("rejected_back", "Not ours", None)
    assert told("task_sent_back", complaint) == {"agent", "colleague"}
    assert Clock.objects.live().filter(kind="task", subject_id=task.pk).exists()
    again = lambda: carry_out.reject_back_task(task, by=person(second), at=LATER, reason="x")  # noqa: E731
    assert status_of(again) == 409
    assert status_of(lambda: carry_out.accept_task(task, by=person(second), at=LATER)) == 409
    carry_out.finish_task(task, by=person(second), at=LATER, note="Found after all")
    assert (task.state, task.reason) == ("done", "Not ours")


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
@pytest.mark.parametrize(
    ("step", "who"), [(carry_out.reject_back_task, "warehouse"), (carry_out.cancel_task, "agent")]
)
def test_it_is_sent_back_and_cancelled_with_a_reason_that_can_be_kept(
    people: People, complaint: Complaint, step: Callable[..., Task], who: str, text: str
) -> None:
    task = ask(complaint)
    assert wrong_fields(lambda: step(task, by=person(people[who]), at=LATER, reason=text)) == {"reason"}
    task.refresh_from_db()
    assert task.state == "open"


@pytest.mark.parametrize("who", ["agent", "supervisor"])
def test_the_assignee_or_a_supervisor_cancels_it(people: People, complaint: Complaint, who: str) -> None:
    task = ask(complaint)
    carry_out.cancel_task(task, by=person(people[who]), at=LATER, reason="Found at home")
    complaint.refresh_from_db()
    assert (task.state, task.reason, complaint.waiting_on) == ("cancelled", "Found at home", None)
    assert not Clock.objects.live().filter(kind="task").exists()
    assert told("task_cancelled", complaint) == {"warehouse"}


def test_what_the_customer_chose_is_never_cancelled_but_falls_with_the_offer(people: People) -> None:
    complaint, by = factories.chosen(people["agent"]), person(people["agent"])
    task = Task.objects.get(option__isnull=False)
    assert status_of(lambda: carry_out.cancel_task(task, by=by, at=LATER, reason="No")) == 409
    assert Plan.objects.get().state == "chosen"
    offers.withdraw_offer(complaint, by=by, at=LATER, reason="Out of stock")
    task.refresh_from_db()
    assert (task.state, task.reason) == ("cancelled", "Out of stock")


STEPS: dict[str, Callable[[Task, User], object]] = {
    "accept": lambda task, user: carry_out.accept_task(task, by=person(user), at=LATER),
    "reject_back": lambda task, user: carry_out.reject_back_task(task, by=person(user), at=LATER, reason="R"),
    "finish": lambda task, user: carry_out.finish_task(task, by=person(user), at=LATER),
    "cancel": lambda task, user: carry_out.cancel_task(task, by=person(user), at=LATER, reason="R"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["agent2", "callback", "specialist", "supervisor2", "manager", "admin"])
def test_others_do_nothing_with_it(people: People, complaint: Complaint, step: str, who: str) -> None:
    task = ask(complaint)
    assert status_of(lambda: STEPS[step](task, people[who])) == 403


@pytest.mark.parametrize(
    ("step", "who"), [("accept", "agent"), ("reject_back", "supervisor"), ("cancel", "warehouse")]
)
def test_the_team_answers_and_the_complaint_s_people_cancel(
    people: People, complaint: Complaint, step: str, who: str
) -> None:
    task = ask(complaint)
    assert status_of(lambda: STEPS[step](task, people[who])) == 403


@pytest.mark.parametrize("role", [ParticipantRole.NAMED, ParticipantRole.CONFLICT])
def test_who_is_named_or_has_a_conflict_neither_sees_nor_touches_it(
    people: People, complaint: Complaint, role: ParticipantRole
) -> None:
    task, user = ask(complaint), people["warehouse"]
    engine.involve(complaint, role, at=LATER, user=user)
    assert not access.tasks_for(user).exists()
    with pytest.raises(Exception, match="no such task"):
        access.get_task_for(user, task.pk)
    for step in ("accept", "reject_back", "finish"):
        assert status_of(lambda step=step: STEPS[step](task, user)) == 403  # type: ignore[misc]


def test_a_stale_form_changes_nothing(people: People, complaint: Complaint) -> None:
    task = ask(complaint)
    old = Complaint.objects.get(pk=complaint.pk).version - 1
    act = lambda: carry_out.accept_task(task, by=person(people["warehouse"]), at=LATER, version=old)  # noqa: E731
    assert status_of(act) == 409
    assert Task.objects.get().state == "open"


# --- Order ---
def test_what_waits_its_turn_has_no_clock_and_nobody_touches_it(people: People, complaint: Complaint) -> None:
    first = ask(complaint)
    second = ask(complaint, "Send a new one", team="TECH", after=first)
    assert second.due_at is None
    assert not Clock.objects.filter(kind="task", subject_id=second.pk).exists()
    assert not Outbox.objects.filter(event__text__details__task=second.pk).exists()
    tech = colleague("TECH")
    for step in ("accept", "finish", "reject_back"):
        assert status_of(lambda step=step: STEPS[step](second, tech)) == 409  # type: ignore[misc]
    with pytest.raises(Exception, match="has to wait until “Find the parcel”"):
        STEPS["accept"](second, tech)


@pytest.mark.parametrize("how", ["finish", "cancel"])
def test_its_turn_comes_when_the_one_before_is_done_or_cancelled(
    people: People, complaint: Complaint, how: str
) -> None:
    first, tech = ask(complaint), colleague("TECH")
    second = ask(complaint, "Send a new one", team="TECH", after=first)
    STEPS[how](first, people["agent"])
    second.refresh_from_db()
    clock = Clock.objects.live().get(kind="task", subject_id=second.pk)
    assert (clock.started_at, clock.due_at) == (LATER, second.due_at)
    event = Event.objects.get(kind="task_turn")
    assert set(Outbox.objects.filter(event=event).values_list("user__username", flat=True)) == {"colleague"}
    complaint.refresh_from_db()
    assert complaint.waiting_on == "department"
    STEPS["accept"](second, tech)


def test_a_date_of_its_own_stays_and_may_be_late_from_the_first_moment(
    people: People, complaint: Complaint
) -> None:
    first = ask(complaint)
    second = ask(complaint, "B", after=first, due_at=LATER + DAY)
    third = ask(complaint, "C", after=first, due_at=LATER + MINUTE)
    carry_out.finish_task(first, by=person(people["agent"]), at=LATER + timedelta(hours=2))
    for task, due in ((second, LATER + DAY), (third, LATER + MINUTE)):
        task.refresh_from_db()
        assert task.due_at == due
    assert Clock.objects.get(subject_id=third.pk, kind="task").due_at == LATER + timedelta(hours=2)


def test_one_cancelled_before_its_turn_hands_its_place_on(people: People, complaint: Complaint) -> None:
    first = ask(complaint, "A")
    second = ask(complaint, "B", after=first)
    third = ask(complaint, "C", after=second)
    STEPS["cancel"](second, people["agent"])
    third.refresh_from_db()
    assert third.after == first
    assert not Clock.objects.filter(kind="task", subject_id=third.pk).exists()


def test_after_names_a_task_of_the_same_complaint(people: People, complaint: Complaint) -> None:
    other = ask(factories.diagnosed(people["agent"]))
    assert wrong_fields(lambda: ask(complaint, after=other)) == {"after"}


def test_after_one_that_is_done_it_begins_at_once(people: People, complaint: Complaint) -> None:
    first = ask(complaint)
    STEPS["finish"](first, people["warehouse"])
    first.refresh_from_db()
    second = ask(complaint, "B", after=first)
    assert Clock.objects.live().filter(kind="task", subject_id=second.pk).exists()


# --- Late ---
@pytest.mark.parametrize(("owned", "who"), [(True, "colleague"), (False, "warehouse")])
def test_overdue_the_owner_or_the_team_hears_and_from_ninety_percent_the_supervisor(
    people: People, complaint: Complaint, owned: bool, who: str
) -> None:
    owner = colleague() if owned else None
    task = ask(complaint, owner=owner, due_at=LATER + timedelta(minutes=50))
    Clock.objects.filter(complaint=complaint).exclude(kind="task").delete()

    def heard(level: int) -> set[str]:
        rows = Outbox.objects.filter(channel="in_app", effect__clock__subject_id=task.pk, effect__level=level)
        return {str(name) for name in rows.values_list("user__username", flat=True)}

    due_clocks.sweep(LATER + timedelta(minutes=38))
    assert heard(75) == {who}
    for level in (90, 100):
        due_clocks.sweep(LATER + timedelta(minutes=level / 2))
        assert heard(level) == {who, "supervisor"}
    complaint.refresh_from_db()
    assert complaint.tier == 1, "another team's delay does not escalate the complaint"
