"""Start the diagnosis and record the finding."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.diagnose import FindingForm
from complaints.lifecycle import diagnose
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request


@login_required
@require_POST
def start(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    at = doors.now()
    result = doors.attempt(None, lambda: diagnose.start_diagnosis(complaint, by=person(request.user), at=at))
    if not result.done:
        return detail.show(request, complaint, attempt=result)
    return detail.done(request, complaint, _("The diagnosis has begun."))


@login_required
@require_POST
def finding(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = FindingForm(request.POST)
    result = doors.attempt(
        form,
        lambda: diagnose.record_finding(
            complaint, form.finding_data(), by=person(request.user), at=doors.now(), version=form.seen_version
        ),
    )
    if not result.done:
        return detail.show(request, complaint, bound={"finding": form}, attempt=result)
    return detail.done(request, complaint, _("The finding is recorded."))
