"""Escalate a complaint to the next tier."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.escalate import EscalateForm
from complaints.lifecycle import escalate as steps
from complaints.models import Complaint
from complaints.views.doors import Request
from complaints.views.steps import on_complaint

WORDS = ("reason", "tried", "ask", "customer_insists")


@login_required
@require_POST
def escalate(request: Request, number: str) -> HttpResponse:
    def said(complaint: Complaint, _result: object) -> str:
        asked = complaint.waiting_on == "approval"
        return _("A decision has been requested.") if asked else _("Escalated.")

    return on_complaint(
        request,
        number,
        EscalateForm(request.POST),
        lambda c, form, who: steps.escalate(
            c, **{name: form.cleaned_data[name] for name in WORDS}, **who.versioned
        ),
        key="escalate",
        said=said,
    )
