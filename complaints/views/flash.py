"""Call the flash squad, write for it, and edit the seats that managers keep."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import for_roles
from complaints.forms.base import StepForm
from complaints.forms.flash import Seats, SquadForm
from complaints.lifecycle import flash
from complaints.models import SquadSeat
from complaints.rights import access, duties
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request


@login_required
@require_POST
def call(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form, by, at = StepForm(request.POST), person(request.user), doors.now()
    result = doors.attempt(form, lambda: flash.call(complaint, by=by, at=at, version=form.seen_version))
    if not result.done:
        return detail.show(request, complaint, attempt=result)
    return detail.done(request, complaint, _("The flash squad has been called. It has 15 minutes."))


@login_required
@require_POST
def fill(request: Request, number: str) -> HttpResponse:
    """Save one of the three fields, or all of them."""
    complaint = access.get_complaint_for(request.user, number)
    form, by, at = SquadForm(request.POST), person(request.user), doors.now()
    result = doors.attempt(form, lambda: flash.fill(complaint, by=by, at=at, **form.given()))
    if not result.done:
        return detail.show(request, complaint, bound={"squad": form}, attempt=result)
    return detail.done(request, complaint, _("Saved for the flash squad."))


@for_roles(*duties.EDIT_RULES)
@require_http_methods(["GET", "POST"])
def rota(request: Request) -> HttpResponse:
    """Edit the seats that every squad has; an empty form adds a new one."""
    data = request.POST if request.method == "POST" else None
    seats = Seats(data, queryset=SquadSeat.objects.all(), prefix="seats")
    if data is not None and seats.is_valid():
        seats.save()
        messages.success(request, _("The rota is saved."))
        answer = redirect("complaints:squad-rota")
        answer.status_code = 303
        return answer
    status = 400 if request.method == "POST" else 200
    return render(request, "complaints/flash/rota.html", {"seats": seats}, status=status)
