"""Correct the record of a complaint."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.grade import EditForm
from complaints.lifecycle import grade
from complaints.rights import access
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Request


@login_required
@require_POST
def edit(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = EditForm(request.POST, complaint=complaint)
    at, by = doors.now(), person(request.user)

    def step() -> None:
        grade.edit(complaint, form.changes(), by=by, at=at, version=form.seen_version)

    result = doors.attempt(form, step)
    if not result.done:
        return detail.show(request, complaint, bound={"edit": form}, attempt=result)
    return detail.done(request, complaint, _("The record is corrected."))
