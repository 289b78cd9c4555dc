"""All settings as a file: download it, upload one, see what it would change, and apply it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import for_roles
from complaints.forms.settings_file import SettingsFileForm
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.setup import file
from complaints.setup.document import Difference
from complaints.views import doors
from complaints.views.doors import FINE, Attempt, Request
from ui import organisation
from ui.answers import done_at

administrators = for_roles(*duties.MOVE_SETTINGS)


@administrators
@require_safe
def download(request: Request) -> HttpResponse:
    at = doors.now()
    text = file.export(by=person(request.user), at=at)
    response = HttpResponse(text, content_type="application/json")
    name = f"redress-settings-{timezone.localtime(at):%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """Show what a file would change. With `take` in the form, apply the file."""
    if request.method != "POST":
        return _page(request, SettingsFileForm())
    form, at, by = SettingsFileForm(request.POST, request.FILES), doors.now(), person(request.user)
    found: list[Difference] = []
    kept: list[str] = []
    takes = "take" in request.POST

    def step() -> None:
        text = form.content()
        kept.append(text)
        if takes:
            found.extend(file.take_over(text, reason=form.cleaned_data["reason"], by=by, at=at))
        else:
            found.extend(file.try_out(text, by=by, at=at))

    result = doors.attempt(form, step)
    organisation.forget()
    if takes and result.done:
        said = _("The settings are as the file says. Changed: %(n)d.") % {"n": len(found)}
        return done_at(request, said, "complaints:settings-file")
    shown = SettingsFileForm(initial={"text": kept[0]}) if kept and result.done else form
    return _page(request, shown, result, found, tried=result.done)


def _page(
    request: Request,
    form: SettingsFileForm,
    result: Attempt = FINE,
    found: list[Difference] | None = None,
    *,
    tried: bool = False,
) -> HttpResponse:
    context = {"form": form, "refusal": result.message, "found": found, "tried": tried}
    return render(request, "complaints/setup/file.html", context, status=result.status)
