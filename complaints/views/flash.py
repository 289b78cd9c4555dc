"""Call the flash squad and fill in its fields; managers edit its permanent seats."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import for_roles
from complaints.forms.base import StepForm
from complaints.forms.flash import Seats, SquadForm
from complaints.lifecycle import flash
from complaints.models import SquadSeat
from complaints.rights import duties
from complaints.views.doors import Request
from complaints.views.steps import on_complaint
from ui.answers import done_at


@login_required
@require_POST
def call(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        StepForm(request.POST),
        lambda c, form, who: flash.call(c, **who.versioned),
        said=_("The flash squad has been called. It has 15 minutes."),
    )


@login_required
@require_POST
def fill(request: Request, number: str) -> HttpResponse:
    """Save one of the three fields, or all of them."""
    return on_complaint(
        request,
        number,
        SquadForm(request.POST),
        lambda c, form, who: flash.fill(c, **form.given(), **who.signed),
        key="squad",
        said=_("Saved for the flash squad."),
    )


@for_roles(*duties.EDIT_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def rota(request: Request) -> HttpResponse:
    """Edit the seats that every squad has; an empty form adds a new one."""
    data = request.POST if request.method == "POST" else None
    seats = Seats(data, queryset=SquadSeat.objects.all(), prefix="seats")
    if data is not None and seats.is_valid():
        seats.save()
        return done_at(request, _("The rota is saved."), "complaints:squad-rota")
    status = 400 if request.method == "POST" else 200
    return render(request, "complaints/flash/rota.html", {"seats": seats}, status=status)
