"""Explain how a deadline was calculated: on its own page, or in a part beside the list of clocks."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.models import Clock, ClockKind, Complaint
from complaints.reads import one_complaint
from complaints.reads.policy_words import pack_length
from complaints.rights import access
from complaints.sla.deadlines.days import DayCount, explain_days
from complaints.sla.deadlines.deadline import explain
from complaints.views import doors
from complaints.views.doors import Request
from ui.names import in_language

PAGE, PART, DAYS_PART = (f"complaints/deadlines/{name}.html" for name in ("page", "_clock", "_days"))


@login_required
@require_safe
def clock(request: Request, number: str, pk: int) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    shown = (
        Clock.objects.filter(complaint=complaint, pk=pk)
        .select_related("calendar__calendar", "rule__policy")
        .prefetch_related("pauses")
        .first()
    )
    if shown is None:
        raise Http404("no such clock")
    at, reader = doors.now(), timezone.get_current_timezone()
    reader = reader if isinstance(reader, ZoneInfo) else ZoneInfo("UTC")
    events = one_complaint.timeline_of(complaint, request.user)
    if shown.kind == ClockKind.STATUTORY:
        return _by_days(request, complaint, shown, explain_days(shown, events), at)
    found = explain(shown, events, at=at, reader=reader)
    context = {
        "complaint": complaint,
        "clock": shown,
        "found": found,
        "part": PART,
        "calendar_name": in_language(shown.calendar.calendar, "name"),
        "other_zone": found.zone if found.zone.key != reader.key else None,
        "now": at,
    }
    return doors.page_or_part(request, PAGE, PART, context)


def _by_days(
    request: Request, complaint: Complaint, shown: Clock, found: DayCount | None, at: datetime
) -> HttpResponse:
    """Show a statutory deadline, which is counted in days, weeks or months.

    `found` is None if an authority set the date, because then nothing is counted.
    """
    context: dict[str, Any] = {"complaint": complaint, "clock": shown, "found": found, "now": at}
    if found is not None:
        left = [pack_length(found.pack, more) for more in found.left]
        context |= {"length": pack_length(found.pack, found.length), "left": left}
    return doors.page_or_part(request, PAGE, DAYS_PART, context | {"part": DAYS_PART})
