"""Recalculate open deadlines on the newest policies and calendars, for managers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import for_roles
from complaints.forms.retarget import RetargetForm
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.sweeps import retarget_job
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """Show what would change; a POST starts the job."""
    if request.method != "POST":
        return _page(request, RetargetForm())
    form, at, by = RetargetForm(request.POST), doors.now(), person(request.user)
    result = doors.attempt(form, lambda: retarget_job.begin(reason=form.cleaned_data["reason"], by=by, at=at))
    if not result.done:
        return _page(request, form, result)
    return done_at(request, _("Open deadlines are being recalculated."), "complaints:retarget")


@managers
@require_safe
def progress(request: Request) -> HttpResponse:
    """Show the progress of the jobs.

    The page asks again while one is running and reloads when it has finished.
    """
    jobs = retarget_job.recent()
    answer = render(request, "complaints/retarget/_jobs.html", {"jobs": jobs})
    if not any(job.is_open for job in jobs):
        answer["HX-Refresh"] = "true"
    return answer


def _page(request: Request, form: RetargetForm, result: Attempt = doors.FINE) -> HttpResponse:
    jobs = retarget_job.recent()
    hidden = bool(jobs) and jobs[0].is_open and not form.is_bound
    context: dict[str, Any] = {
        "form": form,
        "jobs": jobs,
        "found": None if hidden else retarget_job.preview(request.user, doors.now()),
        "refusal": result.message,
    }
    return render(request, "complaints/retarget/page.html", context, status=result.status)
