"""Refresh open pages. The answer is empty while nothing has changed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.reads import one_complaint
from complaints.rights import access
from complaints.views import doors, workspace
from complaints.views.doors import Request

NOTHING_NEW = 204


@never_cache
@require_safe
def complaint(request: Request, number: str) -> HttpResponse:
    """Return head and timeline of a changed complaint. Forms that are being filled in are not replaced.

    `seen` is the state that the page shows, `shown` the version for which its forms were rendered.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=NOTHING_NEW)
    found = access.visible_to(request.user).filter(number=number.upper())
    state = found.values_list("version", "event_count").first()
    if state is None:
        raise Http404("no such complaint")
    if request.GET.get("seen") == "{}.{}".format(*state):
        return HttpResponse(status=NOTHING_NEW)
    current, shown = access.get_complaint_for(request.user, number), request.GET.get("shown", "")
    clocks = one_complaint.clocks_of(current)
    context = workspace.live_parts(request.user, current, clocks, doors.now())
    context |= {"shown": shown, "moved": shown != str(current.version)}
    return render(request, "complaints/detail/_looked.html", context)
