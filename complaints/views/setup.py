"""The first page of an empty installation. It exists while there is no active administrator."""

from typing import Any

from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from complaints.forms.setup import FirstForm
from complaints.setup import codes, install
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: Request) -> HttpResponse:
    """Create the first administrator, load the starting set, and sign the administrator in."""
    if not codes.needed():
        raise Http404("no such page")
    if request.method != "POST":
        return _page(request, FirstForm())
    form, at = FirstForm(request.POST), doors.now()
    made: list[install.Report] = []

    def step() -> None:
        codes.check(form.cleaned_data["code"], at)
        made.append(install.install_once(form.wish(), code=form.cleaned_data["code"], at=at))

    result = doors.attempt(form, step)
    if not result.done:
        return _page(request, form, result)
    user = made[0].administrator
    assert user is not None
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override(user.language):
        return done_at(request, _("Redress is installed. This is what is left to do."), "complaints:start")


def _page(request: Request, form: FirstForm, result: Attempt = doors.FINE) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "refusal": result.message}
    return render(request, "complaints/setup/first.html", context, status=result.status)
