"""Start the diagnosis and record the finding."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.diagnose import FindingForm
from complaints.lifecycle import diagnose
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def start(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        None,
        lambda c, form, who: diagnose.start_diagnosis(c, **who.signed),
        said=_("The diagnosis has begun."),
    )


@login_required
@require_POST
def finding(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        FindingForm(request.POST),
        lambda c, form, who: diagnose.record_finding(c, form.finding_data(), **who.versioned),
        key="finding",
        said=_("The finding is recorded."),
    )
