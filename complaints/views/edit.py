"""Correct the record of a complaint."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.edit import EditForm
from complaints.lifecycle import edit as grade
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def edit(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        lambda c: EditForm(request.POST, complaint=c),
        lambda c, form, who: grade.edit(c, form.changes(), **who.versioned),
        key="edit",
        said=_("The record is corrected."),
    )
