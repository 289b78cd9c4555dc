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
from complaints.views import detail
from complaints.views.doors import Request
from complaints.views.more import ENTRIES, item
from complaints.views.steps import on_complaint


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, number: str, move: str) -> HttpResponse:
    """Show the form (GET) or make the move (POST). For htmx the form comes alone, otherwise on the page."""
    complaint = access.get_complaint_for(request.user, number)
    if move not in ENTRIES:
        raise Http404("no such move")
    if request.method != "POST":
        return _form(request, complaint, move)
    entry = ENTRIES[move]
    return on_complaint(
        request,
        number,
        lambda c: entry.form(request.POST, complaint=c, user=request.user),
        lambda c, form, who: entry.step(c, **form.data_for_step(), **who.versioned),
        key=move,
        said=str(entry.done),
    )


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
