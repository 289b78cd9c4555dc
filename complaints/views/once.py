"""A form has its effect only once, however often it is sent (docs/http-interface.md, "Forms").

Every form carries a hidden one-time key: the tag `csrf_token` writes it, `once_key` does so in forms that
need no CSRF token.

1. In the transaction of the step a row with the digest of user, key, address and input is inserted. It is
   unique, so of two requests at once the second waits for the first.
2. If the step leads to another page, the address and the messages are kept in the row. After any other answer
   the row is dropped, because nothing happened that must not happen twice. A crash leaves no row.
3. A later request with the same digest is sent to the same address and shows the same messages.

A form with the same key but other input counts as a new one: somebody went back and changed it.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from complaints.models import SentForm

FIELD = "once"
COOKIE = "rd-sent"
"""This cookie tells the page which form was accepted, so that the draft on the device can be deleted."""
LONGEST = 64
KEPT_FOR = timedelta(days=7)
COOKIE_SECONDS = 600
NO_CONTENT, SEE_OTHER = 204, 303
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ITS_OWN = (
    "accounts:login",
    "accounts:logout",
    "complaints:notice-trial",
    "complaints:person-new",
    "complaints:person-invite",
    "complaints:person-reset",
)
"""Forms that this middleware leaves alone; sending them twice does no harm.

Signing in and out change the session. A trial notice and mailed links wait for another machine, and no
transaction may stay open for so long.
"""
View = Callable[..., HttpResponseBase]


class Once:
    """Middleware that runs the view of a form in one transaction with the row of its key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        key = _key(request)
        if not key:
            return None
        digest, at = _digest(request, key), timezone.now()
        try:
            with transaction.atomic():
                row = SentForm.objects.create(user=_user(request), digest=digest, created_at=at)
                response = view(request, *args, **kwargs)
                _keep(request, row, response)
        except IntegrityError:
            # Either this form was sent before, or the view broke some other constraint.
            kept = SentForm.objects.filter(digest=digest).first()
            if kept is None:
                raise
            response = _again(request, kept)
        if _leads(response):
            response.set_cookie(
                COOKIE, key, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure()
            )
        return response


def forget_old(at: datetime) -> int:
    """Delete the keys of forms that nobody sends again. Return how many."""
    deleted, _rows = SentForm.objects.filter(created_at__lte=at - KEPT_FOR).delete()
    return deleted


def _key(request: HttpRequest) -> str:
    """Return the one-time key of a form that changes something for its sender, or an empty text."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name in ITS_OWN:
        return ""
    if request.content_type not in FORMS:
        return ""
    if not (request.user.is_authenticated or match.view_name.startswith("complaints:portal")):
        return ""
    key = request.POST.get(FIELD, "")
    return key if len(key) <= LONGEST and key.isascii() and key.isprintable() else ""


def _user(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _digest(request: HttpRequest, key: str) -> str:
    found = hashlib.sha256(
        f"{request.user.pk}\n{key}\n{request.get_full_path()}".encode("utf-8", "surrogatepass")
    )
    for name in sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken"}):
        for value in request.POST.getlist(name):
            found.update(f"\n{name}\n{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            found.update(f"\n{name}\n{file.name}".encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()


def _leads(response: HttpResponseBase) -> bool:
    """Return True for an answer that leads to another page, which is how views answer a successful step."""
    return response.has_header("HX-Redirect") or (300 <= response.status_code < 400)


def _keep(request: HttpRequest, row: SentForm, response: HttpResponseBase) -> None:
    if not _leads(response):
        row.delete()
        return
    row.location = response.headers.get("HX-Redirect") or response.headers["Location"]
    queued: list[Any] = getattr(messages.get_messages(request), "_queued_messages", [])
    row.told = [[message.level, str(message.message)] for message in queued]
    row.save(update_fields=["location", "told"])


def _again(request: HttpRequest, kept: SentForm) -> HttpResponse:
    for level, text in kept.told:
        messages.add_message(request, level, text)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=NO_CONTENT, headers={"HX-Redirect": kept.location})
    return HttpResponse(status=SEE_OTHER, headers={"Location": kept.location})
