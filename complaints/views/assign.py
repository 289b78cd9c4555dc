"""Take, release and assign a complaint."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.escalate import AssignForm
from complaints.forms.resolve import ReasonForm
from complaints.lifecycle import assign as steps
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def take(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        None,
        lambda c, form, who: steps.take(c, **who.signed),
        said=_("The complaint is now yours."),
    )


@login_required
@require_POST
def release(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        ReasonForm(request.POST),
        lambda c, form, who: steps.release(c, reason=form.cleaned_data["reason"], **who.versioned),
        said=_("Released to the team."),
    )


@login_required
@require_POST
def assign(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        lambda c: AssignForm(request.POST, complaint=c),
        lambda c, form, who: steps.assign(c, **form.assignment(), **who.versioned),
        key="assign",
        said=_("Assigned."),
    )
