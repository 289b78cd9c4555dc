"""Record that a supervisor has looked at a clock that was paused for too long."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.long_pauses import PauseForm
from complaints.sweeps import long_pauses
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_POST
def looked(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        PauseForm(request.POST),
        lambda c, form, who: long_pauses.looked(c, note=form.cleaned_data["note"], **who.signed),
        key="pause",
        said=_("Recorded that you have looked at it."),
    )
