"""Take, release and assign a complaint."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.escalate import AssignForm
from complaints.forms.resolve import ReasonForm
from complaints.lifecycle import assign as steps
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request


@login_required
@require_POST
def take(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    at = doors.now()
    result = doors.attempt(None, lambda: steps.take(complaint, by=person(request.user), at=at))
    if not result.done:
        return detail.show(request, complaint, attempt=result)
    return detail.done(request, complaint, _("The complaint is now yours."))


@login_required
@require_POST
def release(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = ReasonForm(request.POST)
    result = doors.attempt(
        form,
        lambda: steps.release(
            complaint,
            by=person(request.user),
            at=doors.now(),
            version=form.seen_version,
            reason=form.cleaned_data["reason"],
        ),
    )
    if not result.done:
        return detail.show(request, complaint, attempt=result)
    return detail.done(request, complaint, _("Released to the team."))


@login_required
@require_POST
def assign(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = AssignForm(request.POST, complaint=complaint)
    result = doors.attempt(
        form,
        lambda: steps.assign(
            complaint, by=person(request.user), at=doors.now(), version=form.seen_version, **form.assignment()
        ),
    )
    if not result.done:
        return detail.show(request, complaint, bound={"assign": form}, attempt=result)
    return detail.done(request, complaint, _("Assigned."))
