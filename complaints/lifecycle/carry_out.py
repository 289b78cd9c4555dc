"""Tasks: the chosen remedy carried out, and work asked of other teams."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints import notify
from complaints.actors import Actor
from complaints.lifecycle import engine
from complaints.lifecycle.errors import MoveNotAllowed, Problems
from complaints.lifecycle.stages import WaitingOn
from complaints.lifecycle.words import clean_text
from complaints.models import ClockKind, Complaint, Plan, PlanOption, Task
from complaints.sla import clocks
from complaints.sla.clocks import Subject

SUBJECT = "task"


def open_remedy_task(turn: engine.Turn, option: PlanOption) -> Task:
    """The remedy that was chosen becomes work of the team in charge; it holds up `resolve` until done."""
    complaint = turn.complaint
    return open_task(
        turn,
        title=f"{option.letter} · {option.remedy.name_en} / {option.remedy.name_zh}",
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
) -> Task:
    """Ask another team for work on this complaint."""
    with engine.move("add-task", complaint, by=by, at=at) as turn:
        problems = Problems()
        title = clean_text(problems, "title", title, limit=200, required=True)
        if team is None or not team.is_active:
            problems.add("team", _("Choose a team."))
        if owner is not None and team is not None and not owner.teams.filter(pk=team.pk).exists():
            problems.add("owner", _("This person is not in the team."))
        if due_at is not None and due_at <= at:
            problems.add("due_at", _("This time is in the past."))
        problems.check()
        assert team is not None
        task = open_task(
            turn, title=title, team=team, owner=owner, blocking=blocking, shared=False, due_at=due_at
        )
        if team.kind == TeamKind.DEPARTMENT:
            turn.wait(WaitingOn.DEPARTMENT, SUBJECT, task.pk)
    return task


def open_task(
    turn: engine.Turn,
    *,
    title: str,
    team: Team,
    owner: User | None,
    blocking: bool,
    shared: bool,
    option: PlanOption | None = None,
    due_at: datetime | None = None,
) -> Task:
    task = Task.objects.create(
        complaint=turn.complaint,
        handling=turn.handling,
        option=option,
        title=title,
        team=team,
        owner=owner,
        blocking=blocking,
        shared=shared,
        created_at=turn.at,
        created_by=turn.user,
    )
    clock = clocks.start(
        turn.complaint, ClockKind.TASK, turn.at, subject=Subject(SUBJECT, task.pk), due_at=due_at
    )
    task.due_at = clock.due_at if clock else due_at
    task.save(update_fields=["due_at"])
    event = turn.event("task_opened", title, task=task.pk, team=team.code)
    people = [owner] if owner else list(team.members.filter(is_active=True))
    notify.tell_users(people, "task", complaint=turn.complaint, at=turn.at, event=event)
    return task


def finish_task(
    task: Task, *, by: Actor, at: datetime, evidence: str = "", note: str = "", version: int | None = None
) -> Task:
    """Done, by the owner, its team, the complaint's assignee or a supervisor. A remedy needs evidence."""

    def unfinished(_turn: engine.Turn) -> None:
        if not Task.objects.get(pk=task.pk).is_unfinished:
            raise MoveNotAllowed(_("This task is already done or cancelled."))

    with engine.move(
        "finish-task", task.complaint, by=by, at=at, version=version, task=task, ready=unfinished
    ) as turn:
        fresh = Task.objects.get(pk=task.pk)
        problems = Problems()
        evidence = clean_text(
            problems, "evidence", evidence, limit=1000, required=fresh.option_id is not None
        )
        note = clean_text(problems, "note", note, limit=1000)
        problems.check()
        _end(turn, fresh, Task.State.DONE, evidence=evidence, note=note)
        event = turn.event("task_done", evidence or note, task=fresh.pk, title=fresh.title)
        notify.tell_users(
            notify.responsible(turn.complaint), "task_done", complaint=turn.complaint, at=at, event=event
        )
    task.refresh_from_db()
    return task


def _end(turn: engine.Turn, task: Task, state: Task.State, *, evidence: str = "", note: str = "") -> None:
    task.state, task.finished_at, task.finished_by = state, turn.at, turn.user
    task.evidence, task.note = evidence, note
    task.save()
    subject = Subject(SUBJECT, task.pk)
    ended = clocks.meet if state == Task.State.DONE else clocks.cancel
    ended(turn.complaint, ClockKind.TASK, at=turn.at, subject=subject)
    turn.stop_waiting(WaitingOn.DEPARTMENT, SUBJECT, task.pk)


def unfinished_remedies(complaint: Complaint) -> bool:
    """Whether something the customer accepted is still to be carried out."""
    tasks = Task.objects.filter(complaint=complaint, option__isnull=False)
    return any(task.is_unfinished for task in tasks)


def cancel_what_is_left(turn: engine.Turn) -> None:
    """The complaint closes: work that did not hold it up is nobody's any more."""
    for task in Task.objects.filter(complaint=turn.complaint):
        if task.is_unfinished:
            _end(turn, task, Task.State.CANCELLED)


def cancel_remedy_tasks(turn: engine.Turn, plan: Plan, reason: str) -> None:
    """The offer was taken back: what was to be carried out falls away."""
    for task in Task.objects.filter(option__plan=plan):
        if task.is_unfinished:
            _end(turn, task, Task.State.CANCELLED, note=reason)
