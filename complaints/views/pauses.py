"""Record that a supervisor has looked at a clock that was paused for too long."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.forms.pauses import PauseForm
from complaints.rights import access
from complaints.rights.actors import person
from complaints.sweeps import long_pauses
from complaints.views import detail, doors
from complaints.views.doors import Request


@login_required
@require_POST
def looked(request: Request, number: str) -> HttpResponse:
    complaint = access.get_complaint_for(request.user, number)
    form = PauseForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: long_pauses.looked(
            complaint, by=person(request.user), at=doors.now(), note=form.cleaned_data["note"]
        ),
    )
    if attempt.done:
        return detail.done(request, complaint, _("Recorded that you have looked at it."))
    return detail.show(request, complaint, bound={"pause": form}, attempt=attempt)
