"""Steps on the customer's page that bind the customer: they need a one-time code once per device.

1. The form is checked, and the step is tried and rolled back, so that errors show before a code is sent.
2. No code is needed on a known device, or if there is no contact to which a code could be sent.
3. Otherwise a code is sent, and a page asks for it. That page carries the typed fields; the server keeps
   none.
4. With the right code the step is made, and a signed cookie makes this device known for this complaint.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from complaints.forms.base import StepForm
from complaints.lifecycle import engine, known
from complaints.models import Complaint, PortalCode
from complaints.rights import codes
from complaints.rights.actors import Actor, customer
from complaints.terms.errors import LifecycleError, MissingDetail
from complaints.terms.known import KnownBy
from complaints.views import doors, portal_page
from complaints.views.portal_door import Visit
from ui.answers import done_at

Step = Callable[[Complaint, Actor], object]
OWN = ("code", "again", "csrfmiddlewaretoken")
"""The fields that the page which asks for the code adds to those of the form."""
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Binding:
    """A form on the customer's page whose step commits them to something, such as accepting an offer.

    `key` is the form's key in `portal_page`, `said` returns the message of success.
    """

    key: str
    form: StepForm
    step: Step
    said: Callable[[Complaint], str]


def bind(visit: Visit, binding: Binding) -> HttpResponse:
    """Make the step that binds the customer, or show what is wrong with it, or ask for the code first."""
    tried = doors.attempt(binding.form, lambda: _rehearse(visit, binding))
    if not tried.done:
        return _refused(visit, binding, tried)
    code = codes.code_of_device(
        visit.complaint, visit.request.COOKIES.get(_cookie(visit.complaint), ""), at=visit.at
    )
    fresh = None
    if code is None and known.contacts_of(visit.complaint):
        try:
            fresh = code = _typed(visit)
        except LifecycleError as problem:
            return _ask(visit, problem)
        if code is None:
            return _ask(visit)
    by = customer(known.known_by(code) if code else KnownBy.LINK)
    made = doors.attempt(binding.form, lambda: binding.step(visit.complaint, by))
    response = _done(visit, binding) if made.done else _refused(visit, binding, made)
    return _remember(visit, response, fresh) if fresh else response


def _rehearse(visit: Visit, binding: Binding) -> None:
    """Try the step on a fresh copy of the complaint and roll everything back."""
    with transaction.atomic(), engine.solving_at_once():
        binding.step(visit.again(), customer(KnownBy.LINK))
        transaction.set_rollback(True)


def _typed(visit: Visit) -> PortalCode | None:
    """Use up the code that came with the form and return it; None if none came or a new one is asked for."""
    posted = visit.request.POST
    if "again" in posted or "code" not in posted:
        return None
    return known.use_code(visit.complaint, posted["code"], at=visit.at)


def _ask(visit: Visit, problem: LifecycleError | None = None) -> HttpResponse:
    """Show the page that asks for the code. A code is sent unless a wrong one was just typed."""
    request, contacts = visit.request, known.contacts_of(visit.complaint)
    way = request.POST.get("again", "")
    sent, refusal = None, problem
    if problem is None:
        try:
            sent = known.send_code(visit.complaint, at=visit.at, way=way)
        except known.TooManyCodes as too_many:
            refusal = too_many
    latest = PortalCode.objects.filter(complaint=visit.complaint).order_by("-pk").first()
    to = sent or next((c for c in contacts if latest and c.way == latest.channel), contacts[0])
    error = refusal.errors["code"][0] if isinstance(refusal, MissingDetail) else refusal and refusal.message
    context = {
        "complaint": visit.complaint,
        "token": visit.token,
        "typed": _fields(request),
        "to": to,
        "others": [contact for contact in contacts if contact.way != to.way],
        "error": error,
        "sent": sent is not None,
    }
    status = refusal.status if refusal else 200
    return portal_page.short(request, "complaints/portal/code.html", context, status=status)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return everything typed, in order, as (name, value)."""
    return [
        (name, str(value)) for name, values in request.POST.lists() if name not in OWN for value in values
    ]


def _refused(visit: Visit, binding: Binding, attempt: doors.Attempt) -> HttpResponse:
    return portal_page.show(
        visit.request, visit.again(), token=visit.token, bound={binding.key: binding.form}, attempt=attempt
    )


def _done(visit: Visit, binding: Binding) -> HttpResponse:
    return done_at(visit.request, binding.said(visit.complaint), "complaints:portal", visit.token)


def _cookie(complaint: Complaint) -> str:
    return f"portal_known_{complaint.pk}"


def _remember(visit: Visit, response: HttpResponse, code: PortalCode) -> HttpResponse:
    """Mark this device, so that it needs no code next time. Browsers keep this cookie from other sites."""
    options: dict[str, Any] = {"path": "/p/", "httponly": True, "samesite": "Strict"}
    response.set_cookie(
        _cookie(visit.complaint),
        codes.sign_device(code),
        max_age=settings.PORTAL_LINK_DAYS * DAY,
        secure=visit.request.is_secure(),
        **options,
    )
    return response
