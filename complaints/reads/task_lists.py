"""Lists of work that teams ask of each other."""

from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from accounts.models import User
from complaints.models import Complaint, Task
from complaints.reads import task_lists
from complaints.rights import access, standings
from complaints.rights.actors import person

POSSIBLE: dict[str, frozenset[str]] = {
    "accept-task": frozenset({Task.State.OPEN}),
    "finish-task": frozenset({Task.State.OPEN, Task.State.ACCEPTED, Task.State.REJECTED_BACK}),
    "reject-back-task": frozenset({Task.State.OPEN, Task.State.ACCEPTED}),
    "cancel-task": frozenset({Task.State.OPEN, Task.State.ACCEPTED, Task.State.REJECTED_BACK}),
}
"""{move of a task: the states of a task in which it can be made}."""

UNFINISHED = (Task.State.OPEN, Task.State.ACCEPTED, Task.State.REJECTED_BACK)
TASK_PARTS = ("complaint__category", "owner", "option__remedy", "step", "after__team", "after__step")
"""The relations that are loaded with a department's tasks. None of them leads to the customer."""


def tasks_of(user: User) -> QuerySet[Task]:
    """Return the unfinished tasks of the user's teams, earliest due first. Those that wait come last."""
    own = Q() if user.is_department else Q(team=F("complaint__team"))
    waits = Case(When(after__state__in=UNFINISHED, then=1), default=0)
    return (
        access.tasks_for(user)
        .filter(state__in=UNFINISHED)
        .exclude(own)
        .select_related(*TASK_PARTS)
        .order_by(waits, F("due_at").asc(nulls_last=True), "id")
    )


def tasks_done_of(user: User, since: datetime) -> QuerySet[Task]:
    """Return what the user's teams have finished since a moment, newest first."""
    done = access.tasks_for(user).filter(state=Task.State.DONE, finished_at__gte=since)
    return done.select_related(*TASK_PARTS, "finished_by").order_by("-finished_at", "-id")


def is_waiting(task: Task) -> bool:
    """Return True if a task cannot begin yet, because the task before it is not finished."""
    return task.is_unfinished and task.after is not None and task.after.is_unfinished


def possible_moves(task: Task) -> set[str]:
    """Return the moves that the state of a task allows, whoever makes them."""
    if is_waiting(task):
        return {"cancel-task"} - _not_for_remedies(task)
    return {name for name, states in POSSIBLE.items() if task.state in states} - _not_for_remedies(task)


def _not_for_remedies(task: Task) -> set[str]:
    return {"cancel-task"} if task.option_id else set()


def task_rows(user: User, complaint: Complaint, tasks: list[Task]) -> list[dict[str, Any]]:
    """Return each task with the moves that this user may make now.

    A task of a chosen remedy has none here, because the panel of the remedy offers them.
    """
    allowed = standings.allowed_task_moves(person(user), complaint, tasks)
    return [
        {
            "task": task,
            "waits": task_lists.is_waiting(task),
            "moves": set() if task.option_id else allowed[task.pk] & task_lists.possible_moves(task),
        }
        for task in tasks
    ]
