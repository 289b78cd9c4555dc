"""The figures that exist, and what a page of them shows. Their definitions are in docs/metrics.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from complaints.models import Callback, Clock, Complaint
from complaints.rights import access
from complaints.terms.stages import Stage
from reporting.metrics.backlog import BACKLOG, STAGES
from reporting.metrics.basis import Figure, Value
from reporting.metrics.callbacks import CALLBACKS
from reporting.metrics.escalations import ESCALATIONS
from reporting.metrics.first_response import FIRST_RESPONSE
from reporting.metrics.paused import by_agent_and_team
from reporting.metrics.resolution import RESOLUTION
from reporting.metrics.volume import VOLUME
from reporting.period import Period
from ui.names import pick

FIGURES: dict[str, Figure] = {
    figure.key: figure for figure in (VOLUME, FIRST_RESPONSE, RESOLUTION, CALLBACKS, ESCALATIONS, BACKLOG)
}
PAGE, TOP = 50, 8


def overview(user: User, period: Period, at: datetime) -> dict[str, Any]:
    """Return every number of the overview.

    Each is counted by the same query whose rows its link shows.
    """
    seen = access.visible_to(user)
    values = {key: Value(figure, figure.counts(seen, period, at)) for key, figure in FIGURES.items()}
    stages = [
        {"key": stage.value, "label": stage.label, "count": values["open"].counts[stage.value]}
        for stage in STAGES
    ]
    agents, teams = by_agent_and_team(seen, period)
    return {
        "paused_agents": agents[:TOP],
        "paused_teams": teams[:TOP],
        "values": [value for key, value in values.items() if key != "open"],
        "open": values["open"],
        "stages": _with_share(stages),
        "teams": _with_share(_named(list(open_by(seen, "team", at)), "team")),
        "categories": _with_share(_named(list(open_by(seen, "category", at)), "category")),
    }


def open_by(seen: QuerySet[Complaint], field: str, at: datetime) -> QuerySet[Complaint, dict[str, Any]]:
    """Return open complaints by team or category, largest number first.

    They are the same rows that the queue shows for that code.
    """
    names = (f"{field}__code", f"{field}__name_en", f"{field}__name_zh", f"{field}__name_hant")
    return (
        seen.exclude(stage=Stage.CLOSED)
        .order_by()
        .values(*names)
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=at)))
        .order_by("-count", f"{field}__code")[:TOP]
    )


def _named(rows: list[Any], field: str) -> list[Any]:
    """Return the rows with `name` in the reader's language and the `code` that filters the queue."""
    return [row | {"name": pick(row, f"{field}__name"), "code": row[f"{field}__code"]} for row in rows]


def _with_share(rows: list[Any]) -> list[Any]:
    full = max((row["count"] for row in rows), default=0) or 1
    return [row | {"share": f"{100 * row['count'] / full:.1f}"} for row in rows]


@dataclass(frozen=True)
class Line:
    """One row behind a number: the complaint, and the deadline that it is about, if there is one."""

    complaint: Complaint
    due_at: datetime | None = None
    done_at: datetime | None = None
    round: int | None = None


def page_of_rows(
    user: User, figure: Figure, part: str, period: Period, at: datetime, number: str | None
) -> Any:
    """Return one page of the rows that a number counts, newest first."""
    rows = figure.rows(access.visible_to(user), period, at, part)
    prefix = {Clock: "complaint__", Callback: "handling__complaint__"}.get(rows.model, "")
    related = [f"{prefix}{name}" for name in ("customer", "category", "team", "assignee")]
    return Paginator(rows.select_related(*related).order_by(f"-{prefix}received_at", "-pk"), PAGE).get_page(
        number
    )


def lines(page: Any) -> Iterator[Line]:
    """Yield the rows of a page in one form, whichever model they come from."""
    for row in page:
        if isinstance(row, Clock):
            yield Line(row.complaint, row.due_at, row.stopped_at, row.round)
        elif isinstance(row, Callback):
            yield Line(row.handling.complaint, row.due_at, getattr(row, "first_at", None), row.handling.round)
        else:
            yield Line(row)
