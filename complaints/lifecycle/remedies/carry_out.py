"""Tasks: carrying out the chosen remedy, and work that other teams are asked for (lifecycle.md, "Tasks")."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.lifecycle import engine
from complaints.models import ClockKind, Complaint, Event, Plan, PlanOption, Task
from complaints.notices import notify
from complaints.reads import task_lists
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.clocks import Subject
from complaints.terms.errors import MoveNotAllowed, Problems, StaleComplaint
from complaints.terms.input import check_not_too_far, clean_text
from complaints.terms.stages import WaitingOn

SUBJECT = "task"


def open_remedy_task(turn: engine.Turn, option: PlanOption) -> Task:
    """Open a task for the complaint's team to carry out the chosen remedy.

    It holds up `resolve` until done. Its pages name it by the remedy, in each reader's language.
    """
    complaint = turn.complaint
    return open_task(
        turn,
        title=f"{option.letter} · {option.remedy.name}",
        team=complaint.team,
        owner=complaint.assignee,
        blocking=True,
        shared=True,
        option=option,
    )


def add_task(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    title: str,
    team: Team | None,
    owner: User | None = None,
    due_at: datetime | None = None,
    blocking: bool = True,
    after: Task | int | None = None,
    shared: bool = False,
    version: int | None = None,
) -> Task:
    """Ask a team for work on this complaint, and return the task.

    `due_at` is an aware moment in the future. `after` is a task of this complaint that must end first, or its
    id.
    """
    with engine.move("add-task", complaint, by=by, at=at, version=version) as turn:
        problems = Problems()
        title = clean_text(problems, "title", title, limit=200, required=True)
        _check_team(problems, team, owner)
        if due_at is not None and due_at <= at:
            problems.add("due_at", _("This time is in the past."))
        elif due_at is not None:
            check_not_too_far(problems, "due_at", due_at, at)
        before = after if isinstance(after, Task) else Task.objects.filter(pk=after or 0).first()
        if after is not None and (before is None or before.complaint_id != turn.complaint.pk):
            problems.add("after", _("Choose a task of this complaint."))
        problems.check()
        assert team is not None
        fields = {"owner": owner, "blocking": blocking, "shared": shared, "due_at": due_at}
        return open_task(turn, title=title, team=team, after=before, **fields)


def _check_team(problems: Problems, team: Team | None, owner: User | None) -> None:
    if team is None or not team.is_active:
        problems.add("team", _("Choose a team."))
    if owner is not None and team is not None and not owner.teams.filter(pk=team.pk).exists():
        problems.add("owner", _("This person is not in the team."))


def open_task(turn: engine.Turn, *, title: str, team: Team, after: Task | None = None, **fields: Any) -> Task:
    """Create a task. It begins at once, unless it has to wait until the task before it has ended."""
    owner = fields.get("owner")
    if owner is not None and owner != turn.complaint.assignee:
        engine.hold(owner)
    task = Task.objects.create(
        complaint=turn.complaint,
        handling=turn.handling,
        title=title,
        team=team,
        after=after,
        created_at=turn.at,
        created_by=turn.user,
        **fields,
    )
    event = turn.event("task_opened", title, task=task.pk, team=team.code, **_named(task))
    if not task_lists.is_waiting(task):
        _begin(turn, task, event, "task")
    return task


def _named(task: Task) -> dict[str, Any]:
    """Return what an event stores of the task's name: the title, and its translations if it has any."""
    return {"title": task.title} | ({"names": task.names} if task.names else {})


def _begin(turn: engine.Turn, task: Task, event: Event, template: str) -> None:
    """Begin a task: start its clock, open a wait if a department does it, and notify people."""
    due_at = task.due_at
    if due_at is None and task.step is not None and task.step.minutes:
        due_at = turn.at + timedelta(minutes=task.step.minutes)
    # If the task's date has passed while the task waited, its clock is due at once and it is late from the
    # start.
    clock_due = max(due_at, turn.at) if due_at else None
    subject = Subject(SUBJECT, task.pk)
    clock = clocks.start(turn.complaint, ClockKind.TASK, turn.at, subject=subject, due_at=clock_due)
    task.due_at = due_at or (clock.due_at if clock else None)
    task.save(update_fields=["due_at"])
    if task.team.kind == TeamKind.DEPARTMENT:
        turn.wait(WaitingOn.DEPARTMENT, SUBJECT, task.pk)
    turn.tell(notify.doers(task), template, event=event)


# --- What the team does with it ---


def accept_task(task: Task, *, by: Actor, at: datetime, version: int | None = None) -> Task:
    """Accept the task for the team. If it has no owner, whoever accepts it becomes the owner."""
    with _task_move("accept-task", task, by=by, at=at, version=version) as (turn, fresh):
        fresh.state, fresh.accepted_at, fresh.accepted_by = Task.State.ACCEPTED, at, turn.user
        if fresh.owner is None:
            assert turn.user is not None
            engine.hold(turn.user)
            fresh.owner = turn.user
        fresh.save()
        turn.event("task_accepted", task=fresh.pk, **_named(fresh))
    return task


def finish_task(
    task: Task, *, by: Actor, at: datetime, evidence: str = "", note: str = "", version: int | None = None
) -> Task:
    """Mark the task as done. A task that carries out a remedy needs evidence."""
    with _task_move("finish-task", task, by=by, at=at, version=version) as (turn, fresh):
        problems = Problems()
        is_remedy = fresh.option_id is not None
        fresh.evidence = clean_text(problems, "evidence", evidence, limit=1000, required=is_remedy)
        fresh.note = clean_text(problems, "note", note, limit=1000)
        problems.check()
        event = turn.event("task_done", fresh.evidence or fresh.note, task=fresh.pk, **_named(fresh))
        _end(turn, fresh, Task.State.DONE)
        people = notify.responsible(turn.complaint)
        notify.tell_users(people, "task_done", complaint=turn.complaint, at=at, event=event)
    return task


def reject_back_task(task: Task, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Task:
    """Send the task back to the assignee with a reason. It still has to be finished, so its clock runs on."""
    with _task_move("reject-back-task", task, by=by, at=at, version=version) as (turn, fresh):
        fresh.reason = _reason(reason)
        fresh.state = Task.State.REJECTED_BACK
        fresh.save()
        turn.stop_waiting(WaitingOn.DEPARTMENT, SUBJECT, fresh.pk)
        event = turn.event("task_sent_back", fresh.reason, task=fresh.pk, **_named(fresh))
        people = [*notify.responsible(turn.complaint), *([fresh.owner] if fresh.owner else [])]
        notify.tell_users(people, "task_sent_back", complaint=turn.complaint, at=at, event=event)
    return task


def cancel_task(task: Task, *, by: Actor, at: datetime, reason: str, version: int | None = None) -> Task:
    """Cancel a task that is no longer needed. The task of a chosen remedy cannot be cancelled."""
    with _task_move("cancel-task", task, by=by, at=at, version=version) as (turn, fresh):
        fresh.reason = _reason(reason)
        event = turn.event("task_cancelled", fresh.reason, task=fresh.pk, **_named(fresh))
        _end(turn, fresh, Task.State.CANCELLED)
        people = notify.doers(fresh)
        notify.tell_users(people, "task_cancelled", complaint=turn.complaint, at=at, event=event)
    return task


@contextmanager
def _task_move(
    name: str, task: Task, *, by: Actor, at: datetime, version: int | None
) -> Iterator[tuple[engine.Turn, Task]]:
    """Run one move of a task, and yield the turn with the task as the database has it now."""

    def ready(turn: engine.Turn) -> Task:
        fresh = _fresh(task)
        if fresh.complaint_id != turn.complaint.pk:
            # A merge or unmerge has moved the task to another complaint since it was read.
            raise StaleComplaint
        if name not in task_lists.possible_moves(fresh):
            raise MoveNotAllowed(_why_not(name, fresh))
        return fresh

    with engine.move(name, task.complaint, by=by, at=at, version=version, task=task, ready=ready) as turn:
        yield turn, turn.found
    task.refresh_from_db()


def _fresh(task: Task) -> Task:
    return Task.objects.select_related("team", "owner", "accepted_by", "after", "step").get(pk=task.pk)


def _why_not(name: str, task: Task) -> str:
    if not task.is_unfinished:
        return _("This task is already done or cancelled.")
    if name == "cancel-task":
        return _("This task carries out what the customer chose. Take the offer back instead.")
    if task_lists.is_waiting(task):
        assert task.after is not None
        return _("This task has to wait until “%(title)s” is finished.") % {"title": task.after.label}
    if task.state == Task.State.REJECTED_BACK:
        return _("This task has already been sent back.")
    name = task.accepted_by.display_name if task.accepted_by else ""
    return _("%(name)s has already accepted it.") % {"name": name}


def _reason(text: str) -> str:
    problems = Problems()
    reason = clean_text(problems, "reason", text, limit=1000, required=True)
    problems.check()
    return reason


# --- How tasks end ---
def _end(turn: engine.Turn, task: Task, state: Task.State, *, next_begins: bool = True) -> None:
    waited = task_lists.is_waiting(task)
    task.state, task.finished_at, task.finished_by = state, turn.at, turn.user
    task.save()
    subject = Subject(SUBJECT, task.pk)
    ended = clocks.meet if state == Task.State.DONE else clocks.cancel
    ended(turn.complaint, ClockKind.TASK, at=turn.at, subject=subject)
    turn.stop_waiting(WaitingOn.DEPARTMENT, SUBJECT, task.pk)
    followers = Task.objects.select_related("team", "owner", "after", "step").filter(after=task)
    if waited:
        # This task was cancelled before it began, so its followers now wait for the task that it waited for.
        followers.update(after=task.after)
        return
    for follower in followers if next_begins else ():
        if follower.is_unfinished:
            event = turn.event("task_turn", task=follower.pk, team=follower.team.code, **_named(follower))
            _begin(turn, follower, event, "task")


def unfinished_remedies(complaint: Complaint) -> bool:
    """Return True if a remedy that the customer accepted has not been carried out yet."""
    tasks = Task.objects.filter(complaint=complaint, option__isnull=False)
    return any(task.is_unfinished for task in tasks)


def cancel_what_is_left(turn: engine.Turn) -> None:
    """Cancel the unfinished tasks of a complaint that ends."""
    for task in Task.objects.select_related("after").filter(complaint=turn.complaint):
        if task.is_unfinished:
            _end(turn, task, Task.State.CANCELLED, next_begins=False)


def cancel_remedy_tasks(turn: engine.Turn, plan: Plan, reason: str) -> None:
    """Cancel the unfinished tasks of an offer that was taken back."""
    for task in Task.objects.filter(option__plan=plan):
        if task.is_unfinished:
            task.reason = reason[:1000]
            _end(turn, task, Task.State.CANCELLED)
