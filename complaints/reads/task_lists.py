"""Lists of work that teams ask of each other."""

from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, When

from accounts.models import User
from accounts.roles import Role
from complaints.models import Task
from complaints.rights import access

UNFINISHED = (Task.State.OPEN, Task.State.ACCEPTED, Task.State.REJECTED_BACK)
TASK_PARTS = ("complaint__category", "owner", "option__remedy", "step", "after__team", "after__step")
"""What a department sees around a task: nothing of the customer."""


def tasks_of(user: User) -> QuerySet[Task]:
    """Unfinished tasks of the user's teams, due first; those that wait their turn come last.

    An agent's own complaints show their tasks themselves: here stands what other teams ask for.
    """
    own = Q() if user.role == Role.DEPARTMENT else Q(team=F("complaint__team"))
    waits = Case(When(after__state__in=UNFINISHED, then=1), default=0)
    return (
        access.tasks_for(user)
        .filter(state__in=UNFINISHED)
        .exclude(own)
        .select_related(*TASK_PARTS)
        .order_by(waits, F("due_at").asc(nulls_last=True), "id")
    )


def tasks_done_of(user: User, since: datetime) -> QuerySet[Task]:
    """What the user's teams have finished lately, newest first."""
    done = access.tasks_for(user).filter(state=Task.State.DONE, finished_at__gte=since)
    return done.select_related(*TASK_PARTS, "finished_by").order_by("-finished_at", "-id")
