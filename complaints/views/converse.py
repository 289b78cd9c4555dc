"""The composer with its three tabs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.forms.converse import MessageForm
from complaints.lifecycle import converse
from complaints.models import Purpose
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request

SAID = {"reply": _("Sent to the customer."), "note": _("Note added."), "call": _("Call logged.")}


@login_required
@require_POST
def message(request: Request, number: str) -> HttpResponse:
    """Send a reply, add a note or log a call."""
    complaint = access.get_complaint_for(request.user, number)
    form = MessageForm(request.POST, complaint=complaint)
    by, at = person(request.user), doors.now()

    def step() -> None:
        body, kind = form.cleaned_data["body"], form.cleaned_data["kind"]
        if kind == "note":
            converse.note(complaint, by=by, at=at, body=body)
        elif kind == "call":
            reached = not form.cleaned_data["not_reached"]
            converse.log_call(complaint, by=by, at=at, body=body, reached=reached)
        else:
            purpose = form.cleaned_data["purpose"] or Purpose.REPLY
            converse.message(complaint, by=by, at=at, body=body, purpose=purpose)

    result = doors.attempt(form, step)
    if not result.done:
        return detail.show(request, complaint, bound={"message": form}, attempt=result)
    return detail.done(request, complaint, str(SAID.get(form.cleaned_data["kind"], SAID["reply"])))
