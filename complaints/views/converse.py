"""The composer: a reply, a note, a call that we made, or what the customer said."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.forms.converse import MessageForm
from complaints.lifecycle import converse
from complaints.models import Complaint, Purpose
from complaints.views.doors import Request
from complaints.views.steps import Signed, on_complaint

SAID = {
    "reply": _("Sent to the customer."),
    "note": _("Note added."),
    "call": _("Call logged."),
    "received": _("What the customer said is recorded."),
}


@login_required
@require_POST
def message(request: Request, number: str) -> HttpResponse:
    """Send a reply, add a note, log a call, or record what the customer said."""
    return on_complaint(
        request,
        number,
        lambda c: MessageForm(request.POST, complaint=c),
        _say,
        key="message",
        said=lambda complaint, kind: str(SAID[kind]),
    )


def _say(complaint: Complaint, form: MessageForm, who: Signed) -> str:
    """Run the step of the chosen tab, and return the kind of the entry."""
    data: dict[str, Any] = form.cleaned_data
    if data["kind"] == "note":
        converse.note(complaint, body=data["body"], **who.signed)
        return "note"
    if data["kind"] == "call":
        converse.log_call(complaint, body=data["body"], reached=not data["not_reached"], **who.signed)
        return "call"
    if data["kind"] == "received":
        said_at, channel = data["said_at"], data["channel"]
        converse.log_received(complaint, body=data["body"], channel=channel, said_at=said_at, **who.signed)
        return "received"
    purpose = data["purpose"] or Purpose.REPLY
    converse.message(complaint, body=data["body"], purpose=purpose, **who.signed)
    return "reply"
