"""The customer's own page behind a private link: status, choice, messages, rating. There is no sign-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.portal import OtherForm, PickForm, RateForm, ReopenForm, WithdrawForm, WriteForm
from complaints.lifecycle import converse, known
from complaints.lifecycle.callback import rating
from complaints.lifecycle.ending import reopen
from complaints.lifecycle.ending import withdraw as steps
from complaints.lifecycle.remedies import offers
from complaints.models import Complaint
from complaints.notices import outside
from complaints.reads import portal as portal_reads
from complaints.rights.actors import CUSTOMER, Actor
from complaints.terms.stages import Channel, Stage
from complaints.views import doors, portal_page
from complaints.views.portal_code import Binding, bind
from complaints.views.portal_door import Visit, gone, private
from ui.answers import done_at


@require_safe
@private
def page(visit: Visit) -> HttpResponse:
    return portal_page.show(visit.request, visit.complaint, token=visit.token)


@require_safe
def file(request: HttpRequest, token: str, item: int) -> HttpResponse:
    """Hand out a shared file. Of a picture it is a copy that does not say where it was taken."""
    return private(lambda visit: _handed_out(visit, item))(request, token)


def _handed_out(visit: Visit, item: int) -> HttpResponse:
    found = next((each for each in portal_reads.shared_files(visit.complaint) if each.pk == item), None)
    content = outside.copy_of(found) if found is not None else None
    if found is None or content is None:
        return gone(visit.request)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@private
def choose(visit: Visit) -> HttpResponse:
    form = PickForm(visit.request.POST)

    def step(complaint: Complaint, by: Actor) -> None:
        option, evidence = form.cleaned_data["option"] or 0, _("Chosen on the customer’s own page")
        offers.choose(complaint, option, by=by, at=visit.at, channel=Channel.WEB, evidence=evidence)

    said = _("Thank you. We will carry out what you chose.")
    return bind(visit, Binding("pick", form, step, lambda _complaint: said))


@require_POST
@private
def reject(visit: Visit) -> HttpResponse:
    form = OtherForm(visit.request.POST)

    def step(complaint: Complaint, by: Actor) -> None:
        words: dict[str, Any] = {name: form.cleaned_data[name] for name in ("reason", "counter_proposal")}
        offers.reject(complaint, by=by, at=visit.at, **words)

    said = _("Thank you. We will look for another solution and let you know.")
    return bind(visit, Binding("other", form, step, lambda _complaint: said))


@require_POST
@private
def write(visit: Visit) -> HttpResponse:
    """Receive a message from the customer. The link is enough, because a message binds them to nothing."""
    form = WriteForm(visit.request.POST)
    attempt = doors.attempt(
        form,
        lambda: converse.write_in(
            visit.complaint,
            by=CUSTOMER,
            at=visit.at,
            body=form.cleaned_data["body"],
            key=form.cleaned_data["key"],
        ),
    )
    if not attempt.done:
        return portal_page.show(
            visit.request, visit.again(), token=visit.token, bound={"write": form}, attempt=attempt
        )
    return done_at(visit.request, _("Your message has arrived."), "complaints:portal", visit.token)


@require_POST
@private
def withdraw(visit: Visit) -> HttpResponse:
    form = WithdrawForm(visit.request.POST)

    def step(complaint: Complaint, by: Actor) -> None:
        steps.withdraw(complaint, by=by, at=visit.at, reason=form.cleaned_data["reason"])

    said = _("Your complaint has been withdrawn.")
    return bind(visit, Binding("withdraw", form, step, lambda _complaint: said))


@require_POST
@private
def open_again(visit: Visit) -> HttpResponse:
    form = ReopenForm(visit.request.POST)

    def step(complaint: Complaint, by: Actor) -> None:
        reopen.reopen(complaint, by=by, at=visit.at, reason=form.cleaned_data["reason"])

    said = _("Your complaint is open again. You do not need to repeat anything.")
    return bind(visit, Binding("reopen", form, step, lambda _complaint: said))


@require_POST
@private
def rate(visit: Visit) -> HttpResponse:
    form = RateForm(visit.request.POST)

    def step(complaint: Complaint, by: Actor) -> None:
        rating.rate(complaint, form.answers(), by=by, at=visit.at)

    return bind(visit, Binding("rate", form, step, _thanks))


def _thanks(complaint: Complaint) -> str:
    if complaint.stage == Stage.DIAGNOSE:
        return _(
            "Thank you for telling us. A senior team will take it up. You do not need to repeat anything."
        )
    if complaint.stage == Stage.CALLBACK:
        return _("Thank you. We will call you about what is still missing.")
    return _("Thank you for your answer.")


@require_POST
@private
def end_links(visit: Visit) -> HttpResponse:
    """Let the customer end all private links, for example after one was passed on by mistake."""
    known.revoke_links(visit.complaint, by=CUSTOMER, at=visit.at)
    return gone(visit.request)
