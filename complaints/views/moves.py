"""Show the form of one of the moves behind “More”, and make the move."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from complaints.models import Complaint
from complaints.rights import access, standings
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request
from complaints.views.more import ENTRIES, item


@login_required
@require_http_methods(["GET", "POST"])
def move(request: Request, number: str, move: str) -> HttpResponse:
    """Show the form (GET) or make the move (POST). For htmx the form comes alone, otherwise on the page."""
    complaint = access.get_complaint_for(request.user, number)
    if move not in ENTRIES:
        raise Http404("no such move")
    return _make(request, complaint, move) if request.method == "POST" else _form(request, complaint, move)


def _form(request: Request, complaint: Complaint, move: str) -> HttpResponse:
    if move not in standings.allowed_moves(person(request.user), complaint):
        raise PermissionDenied
    fresh = {"version": complaint.version}
    form = ENTRIES[move].form(complaint=complaint, user=request.user, initial=fresh)
    if not request.htmx:
        return detail.show(request, complaint, bound={move: form})
    context = {"complaint": complaint, "form": form, "entry": item(move, form)}
    response = render(request, "complaints/detail/_move_form.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _make(request: Request, complaint: Complaint, move: str) -> HttpResponse:
    entry = ENTRIES[move]
    form = entry.form(request.POST, complaint=complaint, user=request.user)
    by, at = person(request.user), doors.now()

    def step() -> None:
        entry.step(complaint, by=by, at=at, version=form.seen_version, **form.data_for_step())

    attempt = doors.attempt(form, step)
    if not attempt.done:
        return detail.show(request, complaint, bound={move: form}, attempt=attempt)
    return detail.done(request, complaint, str(entry.done))
