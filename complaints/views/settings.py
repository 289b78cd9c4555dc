"""Pages for managers and administrators: the steps left to do, and the organisation's name and language."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints.forms.setup import OrganisationForm
from complaints.reads import start as reads
from complaints.rights.actors import person
from complaints.setup import organisation
from complaints.views import doors
from complaints.views.doors import Request
from complaints.views.organisation import keepers
from ui.answers import done_at


@keepers
@require_safe
def start(request: Request) -> HttpResponse:
    steps = reads.steps(doors.now())
    context = {
        "steps": [(step, request.user.role in step.roles) for step in steps],
        "left": sum(not step.done for step in steps),
    }
    return render(request, "complaints/setup/start.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def of_organisation(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, OrganisationForm(initial=organisation.values()))
    form, at, by = OrganisationForm(request.POST), doors.now(), person(request.user)

    def step() -> None:
        given = {name: form.cleaned_data[name] for name in organisation.FIELDS}
        organisation.change(given, by=by, at=at)

    result = doors.attempt(form, step)
    if result.done:
        return done_at(request, _("The organisation is saved."), "complaints:organisation")
    return _page(request, form, result)


def _page(request: Request, form: OrganisationForm, result: doors.Attempt = doors.FINE) -> HttpResponse:
    server = [
        ("SITE_URL", settings.SITE_URL),
        ("DEFAULT_FROM_EMAIL", settings.DEFAULT_FROM_EMAIL),
        ("EMAIL_HOST", settings.EMAIL_HOST),
        ("COMPLAINT_NUMBER_PREFIX", settings.COMPLAINT_NUMBER_PREFIX),
    ]
    context = {"form": form, "refusal": result.message, "server": server, "here": "organisation"}
    return render(request, "complaints/setup/organisation.html", context, status=result.status)
