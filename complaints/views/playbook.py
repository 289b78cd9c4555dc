"""Tick an item of the checklist, and start the tasks of a playbook."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.base import StepForm
from complaints.lifecycle.remedies import playbook
from complaints.models import Handling
from complaints.reads import playbooks
from complaints.rights import access, standings
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def tick(request: Request, number: str, item: int) -> HttpResponse:
    """Tick or untick one item.

    Only the card is drawn again, so that nothing typed in the form around it is lost.
    """
    complaint = access.get_complaint_for(request.user, number)
    done, by, at = request.POST.get("done") == "1", person(request.user), doors.now()
    attempt = doors.attempt(None, lambda: playbook.tick(complaint, item, done=done, by=by, at=at))
    if not request.htmx:
        if attempt.done:
            return detail.done(request, complaint, _("Checked.") if done else _("No longer checked."))
        return detail.show(request, complaint, attempt=attempt)
    complaint = access.get_complaint_for(request.user, number)
    handling = Handling.objects.get(complaint=complaint, round=complaint.round)
    context = {
        "complaint": complaint,
        "checklist": playbooks.checklist(complaint, handling),
        "moves": standings.allowed_moves(by, complaint),
        "refusal": attempt.message,
        "open": True,
    }
    return render(request, "complaints/playbook/_checklist.html", context, status=attempt.status)


@login_required
@require_POST
def start(request: Request, number: str, playbook_id: int) -> HttpResponse:
    return on_complaint(
        request,
        number,
        StepForm(request.POST),
        lambda c, form, who: playbook.start(c, playbook_id, **who.versioned),
        said=_("The tasks of the playbook have been opened."),
    )
