"""Escalate a complaint to the next tier."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.escalate import EscalateForm
from complaints.lifecycle import escalate as steps
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request

WORDS = ("reason", "tried", "ask", "customer_insists")


@login_required
@require_POST
def escalate(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = EscalateForm(request.POST)
    result = doors.attempt(
        form,
        lambda: steps.escalate(
            complaint,
            by=person(request.user),
            at=doors.now(),
            version=form.seen_version,
            **{name: form.cleaned_data[name] for name in WORDS},
        ),
    )
    if not result.done:
        return detail.show(request, complaint, bound={"escalate": form}, attempt=result)
    asked = complaint.waiting_on == "approval"
    return detail.done(request, complaint, _("A decision has been requested.") if asked else _("Escalated."))
