"""How much work the agents of a team have."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts import people
from accounts.models import User
from complaints.rights import access
from complaints.terms.stages import Stage

SOON = timedelta(hours=1)


def team_load(user: User, at: datetime) -> list[User]:
    """Return the agents of the user's teams (a manager's: all) with counts of open, overdue and due work."""
    agents = people.agents()
    if not user.is_manager:
        agents = agents.filter(teams__in=user.teams.all())
    is_open = ~Q(assigned__stage=Stage.CLOSED) & Q(assigned__isnull=False)
    is_open &= ~Q(assigned__in=access.about(user))
    late = is_open & Q(assigned__next_due_at__lte=at)
    soon = is_open & Q(assigned__next_due_at__gt=at, assigned__next_due_at__lte=at + SOON)
    return list(
        agents.annotate(
            open_count=Count("assigned", filter=is_open, distinct=True),
            late_count=Count("assigned", filter=late, distinct=True),
            soon_count=Count("assigned", filter=soon, distinct=True),
        ).order_by("-late_count", "-open_count", "username")
    )


def load_rows(user: User, at: datetime) -> list[dict[str, Any]]:
    """Return the load as bars on one scale, so that the longest bar is the largest load."""
    people = team_load(user, at)
    full = max([*(agent.open_count for agent in people), 8])  # type: ignore[attr-defined]
    rows = []
    for agent in people:
        counts: Any = agent
        late, soon, every = counts.late_count, counts.soon_count, counts.open_count
        shares = {"late": late, "soon": soon, "good": every - late - soon}
        rows.append(
            {"agent": agent, "open": every, "late": late, "soon": soon}
            | {f"{name}_share": 100 * value / full for name, value in shares.items()}
        )
    return rows
