"""Why a deadline of a complaint is when it is: a page, or a part beside the list of promises."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.names import in_language
from complaints import access, one_complaint
from complaints.models import Clock
from complaints.sla.explain import explain
from complaints.views import doors
from complaints.views.doors import Request


@login_required
@require_GET
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
    found = explain(shown, events, at=at, reader=reader)
    context = {
        "complaint": complaint,
        "clock": shown,
        "found": found,
        "calendar_name": in_language(shown.calendar.calendar, "name"),
        "other_zone": found.zone if found.zone.key != reader.key else None,
        "now": at,
    }
    return doors.page_or_part(
        request, "complaints/explain/page.html", "complaints/explain/_clock.html", context
    )
