"""One complaint: show its page, and answer after a step."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.forms.base import StepForm
from complaints.lifecycle import escalate
from complaints.models import Complaint
from complaints.rights import access
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from complaints.views.workspace import workspace
from ui.answers import see_other


@login_required
@require_safe
def page(request: Request, number: str) -> HttpResponse:
    return show(request, access.get_complaint_for(request.user, number))


def done(request: HttpRequest, complaint: Complaint, text: str) -> HttpResponse:
    """Answer after a step: a message and the complaint, or the start page if the user no longer sees it."""
    user = request.user
    visible = access.visible_to(user).filter(pk=complaint.pk).exists()  # type: ignore[arg-type]
    messages.success(request, text)
    if missed := escalate.missed_and_raised(complaint):
        words = _("The deadline “%(clock)s” had already passed, so %(number)s moved up to: %(tier)s.")
        facts = {
            "clock": missed.get_kind_display(),
            "number": complaint.number,
            "tier": complaint.tier_name,
        }
        messages.warning(request, words % facts)
    response = see_other(complaint.get_absolute_url() if visible else "complaints:home")
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = response["Location"]
        return answer
    return response


def show(
    request: HttpRequest,
    complaint: Complaint,
    *,
    bound: dict[str, StepForm] | None = None,
    attempt: Attempt = doors.FINE,
) -> HttpResponse:
    """Show the workspace. A refused form is shown as it was filled in, with what was wrong."""
    complaint = access.get_complaint_for(request.user, str(complaint.number))  # type: ignore[arg-type]
    context = workspace(request, complaint, bound or {}) | {"refusal": attempt.message}
    return doors.page_or_part(
        request,
        "complaints/detail/page.html",
        "complaints/detail/_workspace.html",
        context,
        status=attempt.status,
    )
