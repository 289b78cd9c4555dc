"""The figures divided by day, category, team and so on. They count the same rows as the overview."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone

from accounts.models import Team, User
from complaints.models import Callback, Category, Clock
from complaints.rights import access
from complaints.terms.stages import Channel, Region
from reporting.figures import FIGURES
from reporting.metrics.basis import Figure, Value
from reporting.period import Period

LONGEST_DAYS = 731
SNAPSHOTS = frozenset({"open"})
"""Figures of the present moment, which cannot be divided by days."""
SPANS: Mapping[str, Any] = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
FIELDS = {
    "category": "category__code",
    "channel": "channel",
    "region": "region",
    "team": "team__code",
    "agent": "assignee__username",
}
GROUPS = (*SPANS, *FIELDS)
_PREFIX = {Clock: "complaint__", Callback: "handling__complaint__"}
_MOMENT = {Clock: "due_at", Callback: "due_at"}


def overview(user: User, period: Period, at: datetime, group_by: str | None) -> dict[str, Any]:
    """Return `totals` and, if `group_by` is given, `groups`, over the complaints that the user may see."""
    seen = access.visible_to(user)
    totals = {key: _shown(figure, figure.counts(seen, period, at)) for key, figure in FIGURES.items()}
    if group_by is None:
        return {"group_by": None, "totals": totals, "groups": []}
    rows: dict[Any, dict[str, Any]] = {}
    for key, figure in FIGURES.items():
        if group_by in SPANS and key in SNAPSHOTS:
            continue
        for group, counts in _counts_by(figure, figure.base(seen, period), group_by, at):
            rows.setdefault(group, {})[key] = _shown(figure, counts)
    label = _labels(group_by)
    groups = [
        {"key": _key(group), "label": label(group), "figures": rows[group]}
        for group in sorted(rows, key=lambda group: (group is None, str(group)))
    ]
    return {"group_by": group_by, "totals": totals, "groups": groups}


def _shown(figure: Figure, counts: dict[str, int]) -> dict[str, Any]:
    value = Value(figure, counts)
    percent = None if value.percent is None else round(value.percent, 2)
    return {"n": value.n, "percent": percent, "too_few": value.too_few, "parts": counts}


def _counts_by(
    figure: Figure, rows: QuerySet[Any], group_by: str, at: datetime
) -> list[tuple[Any, dict[str, int]]]:
    parts = figure.parts(at)
    if group_by in SPANS:
        moment = _MOMENT.get(rows.model, "received_at")
        by: Any = SPANS[group_by](moment, tzinfo=timezone.get_current_timezone())
    else:
        by = F(f"{_PREFIX.get(rows.model, '')}{FIELDS[group_by]}")
    counted = {f"part_{name}": Count("pk", filter=where, distinct=True) for name, where in parts.items()}
    found = rows.order_by().annotate(group=by).values("group").annotate(**counted)
    return [(row["group"], {name: row[f"part_{name}"] for name in parts}) for row in found]


def _key(group: Any) -> str | None:
    if isinstance(group, datetime):
        return timezone.localtime(group).date().isoformat()
    return group if group is None else str(group)


def _labels(group_by: str) -> Callable[[Any], str]:
    """Return a function that gives the name of a group in the reader's language."""
    names: dict[Any, Any] = {}
    if group_by == "category":
        names = {category.code: category.name for category in Category.objects.all()}
    elif group_by == "team":
        names = {team.code: team.name for team in Team.objects.all()}
    elif group_by == "agent":
        names = {user.username: user.display_name for user in User.objects.all()}
    elif group_by == "channel":
        names = dict(Channel.choices)
    elif group_by == "region":
        names = dict(Region.choices)
    return lambda group: "–" if group is None else str(names.get(group) or _key(group))
