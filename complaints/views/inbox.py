"""Lists of complaints: my work, the queues of teams, and search."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import Tier
from complaints.models import Complaint
from complaints.reads import queue, queue_state
from complaints.setup import codes
from complaints.terms.stages import Channel, Severity, Stage, stage_index
from complaints.views import doors
from complaints.views.doors import Request


@require_safe
def home(request: Request) -> HttpResponse:
    """Send each role to the page where its work starts, and the very first visitor to the set-up page."""
    if not request.user.is_authenticated:
        return redirect("complaints:setup") if codes.needed() else redirect_to_login("/")
    if request.user.is_department:
        return redirect("/tasks/")
    if request.user.is_administrator:
        return redirect("/settings/people/")
    return work_list(request)


@login_required
@require_safe
def work_list(request: Request) -> HttpResponse:
    """Show one view of the queue, filtered and searched by the query string."""
    at = doors.now()
    words = request.GET.get("q", "").replace("\x00", "")
    key = request.GET.get("view", "")
    if key not in queue.VIEWS:
        key = "open" if words else queue.default_view(request.user)
    chosen = {name: request.GET[name] for name in queue.FILTERS if request.GET.get(name)}
    found = queue.work_list(request.user, key, at, chosen=chosen, words=words)
    seen, end_of_day = _take_seen(request), _end_of_day(at)
    if seen:
        rows = queue_state.rows_of_page(found, request.GET.get("page"))
        if seen == queue_state.in_one_word(rows, at, end_of_day):
            return HttpResponse(status=204)
    page = queue.paginate(found, request.GET.get("page"))
    counts = queue.view_counts(request.user, at)
    context = {
        "view": queue.VIEWS[key],
        "side": _side(counts, key, words),
        "groups": _groups(list(page.object_list), at),
        "page": page,
        "overdue": counts.get("overdue", 0),
        "words": words,
        "chosen": chosen,
        "filters": _filters(chosen),
        "now": at,
        "seen": queue_state.in_one_word(
            [queue_state.row_of(complaint) for complaint in page.object_list], at, end_of_day
        ),
    }
    return doors.page_or_part(request, "complaints/inbox/page.html", "complaints/inbox/_queue.html", context)


def _take_seen(request: Request) -> str:
    """Return the state that the open page shows, so that an unchanged list need not be sent again.

    The parameter is removed from the request, so that it does not get into the links of the answer.
    """
    query = request.GET.copy()
    seen = query.pop("seen", [""])[-1]
    request.GET = query  # type: ignore[assignment]
    return seen if request.htmx else ""


def _end_of_day(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _side(counts: dict[str, int], current: str, words: str) -> list[dict[str, Any]]:
    """Return the side bar by groups."""
    return [
        {
            "group": group,
            "views": [
                {"view": view, "count": counts.get(view.key), "current": view.key == current and not words}
                for view in views
            ],
        }
        for group, views in groupby(queue.VIEWS.values(), key=lambda view: view.group)
    ]


def _groups(complaints: list[Complaint], at: Any) -> list[dict[str, Any]]:
    """Return the rows grouped under headings such as Overdue, Next hour and Later today."""
    end_of_day = _end_of_day(at)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for complaint in complaints:
        grouped.setdefault(queue_state.heading(complaint, at, end_of_day), []).append(_row(complaint))
    return [{"key": key, "label": queue.GROUPS[key], "rows": rows} for key, rows in grouped.items()]


def _row(complaint: Complaint) -> dict[str, Any]:
    return {
        "complaint": complaint,
        "clock": queue.first_clock(complaint),
        "done": stage_index(complaint.stage),
        "next_step": queue.next_step(complaint),
        "owes_reply": queue.owes_reply(complaint),
        "paused_long": any(clock.paused_long for clock in complaint.live_clocks),  # type: ignore[attr-defined]
        "waits": complaint.waiting_on is not None,
    }


def _filters(chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Return the filters of the query string, with their choices and the chosen value."""
    offered: tuple[tuple[str, Any, Any], ...] = (
        ("stage", _("Stage"), Stage.choices),
        ("tier", _("Tier"), [(str(value), label) for value, label in Tier.choices]),
        ("severity", _("Severity"), Severity.choices),
        ("channel", _("Channel"), Channel.choices),
    )
    return [
        {"name": name, "label": label, "choices": choices, "value": chosen.get(name, "")}
        for name, label, choices in offered
    ]
