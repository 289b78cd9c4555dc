"""What every request to the customer's page passes first: limits, private link, language, and preview.

A request is authorised by the unguessable link; steps that bind the customer also need a code
(`portal_code.py`). Staff who are signed in get a preview: the link gives them no power.
"""

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from accounts import rates
from accounts.models import User
from complaints.models import Complaint, PortalLink
from complaints.rights import access, links
from complaints.views import doors, portal_page

COOKIE = "portal_language"


@dataclass
class Visit:
    """A request of a customer through a valid link."""

    request: HttpRequest
    link: PortalLink
    token: str
    at: datetime

    @property
    def complaint(self) -> Complaint:
        return self.link.complaint

    def again(self) -> Complaint:
        """Return the complaint as it is in the database now."""
        return access.get_complaint_by_token(self.token, at=self.at)


Private = Callable[[Visit], HttpResponse]
Preview = Callable[[HttpRequest, Complaint], HttpResponse]


def private(view: Private) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find the complaint by its link, use the customer's language, and keep the link out of caches.

    The views are exempt from the CSRF check. A forged request would need the link, and steps that bind the
    customer also need a cookie that browsers do not send with requests from other sites. The check could not
    work anyway: under `no-referrer` browsers send no origin to compare.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        wished = request.GET.get("lang", "") or request.COOKIES.get(COOKIE, "")
        known = dict(settings.LANGUAGES)
        usual = translation.get_language() or "en"
        wait = _too_many(request, token)
        if wait is not None:
            speak(request, wished if wished in known else usual)
            response = _busy(request, wait)
        else:
            response = _answer(request, token, view, wished if wished in known else "", usual)
        if request.GET.get("lang") in known:
            response.set_cookie(COOKIE, wished, path="/p/", httponly=True, samesite="Lax")
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _answer(request: HttpRequest, token: str, view: Private, wished: str, usual: str) -> HttpResponse:
    at = doors.now()
    try:
        link = links.find(token, at=at)
        if isinstance(request.user, User):
            return _preview(request, request.user, link.complaint)
    except Http404:
        speak(request, wished or usual)
        return gone(request)
    speak(request, wished or link.complaint.customer.language)
    response = view(Visit(request, link, token, at))
    if request.method == "POST":
        links.mark_used(link, at=at)
    return response


def _preview(request: HttpRequest, user: User, complaint: Complaint) -> HttpResponse:
    """Show staff what the customer sees, if they may see the complaint. Their input is not accepted."""
    seen = access.get_complaint_for(user, str(complaint.number))
    return portal_page.preview(request, seen, status=403 if request.method == "POST" else 200)


def gone(request: HttpRequest) -> HttpResponse:
    return portal_page.short(request, "complaints/portal/gone.html", status=404)


def speak(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language() or language


# --- Limits ---
def _too_many(request: HttpRequest, token: str) -> float | None:
    """Count this request and return the seconds to wait, or None if it is within the limits."""
    seconds = time.time()
    for key, limit in (
        (f"portal:address:{address_of(request)}", settings.PORTAL_CALLS_OF_ADDRESS),
        (f"portal:link:{links.digest_of(token)}", settings.PORTAL_CALLS_OF_LINK),
        ("portal:all", settings.PORTAL_CALLS_OF_ALL),
    ):
        wait = rates.over(key, limit, seconds=seconds)
        if wait is not None:
            return wait
    return None


def _busy(request: HttpRequest, wait: float) -> HttpResponse:
    seconds = max(1, math.ceil(wait))
    response = portal_page.short(request, "complaints/portal/busy.html", status=429)
    response["Retry-After"] = str(seconds)
    return response


def address_of(request: HttpRequest) -> str:
    """Return the caller's address as our outermost proxy saw it. For IPv6 it is only the caller's network."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < settings.PROXIES_IN_FRONT <= len(forwarded):
        given = forwarded[-settings.PROXIES_IN_FRONT].strip() or given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return links.digest_of(given)[:16]
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
