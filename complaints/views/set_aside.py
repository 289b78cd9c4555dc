"""Clocks that failed and were set aside until a person looks, for managers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import for_roles
from complaints.reads import failed_clocks
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.sweeps import set_aside
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    return _page(request)


@managers
@require_POST
def try_again(request: Request, pk: int) -> HttpResponse:
    clock = failed_clocks.clock_for(request.user, pk)
    try:
        seen = parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    seen = seen if seen and seen.tzinfo else None
    by, at = person(request.user), doors.now()
    attempt = doors.attempt(None, lambda: set_aside.try_again(clock, seen=seen, by=by, at=at))
    if not attempt.done:
        return _page(request, attempt)
    return done_at(request, _("It will be tried again within seconds."), "complaints:set-aside")


def _page(request: Request, attempt: Attempt = doors.FINE) -> HttpResponse:
    context = {"rows": failed_clocks.rows(request.user), "now": doors.now(), "refusal": attempt.message}
    return render(request, "complaints/set_aside/page.html", context, status=attempt.status)
