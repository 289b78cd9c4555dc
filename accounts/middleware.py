"""Show pages in the language and time zone of the person who is signed in; send others to sign in."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from ui import organisation

MACHINES_ONLY = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses for monitoring, which must answer even if the database does not."""


class UserPreferences:
    """Activates the person's language and time zone; it must run after authentication.

    Anonymous people get the language that LocaleMiddleware chose, and the organisation's time zone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            with timezone.override(_zone_of_organisation(request.path)):
                return self.get_response(request)
        # Load the person's teams once: they decide what the person sees, and a page needs them many times.
        prefetch_related_objects([request.user], "teams")
        # The language stays active because LocaleMiddleware names it in Content-Language afterwards. At the
        # next request LocaleMiddleware sets it again.
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(known_zone(request.user.timezone)):
            return self.get_response(request)


def _zone_of_organisation(path: str) -> zoneinfo.ZoneInfo | None:
    return None if path in MACHINES_ONLY else known_zone(organisation.current().time_zone)


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the zone. If this machine no longer knows it, return None, which means the server's zone."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


class SignInAgain:
    """Leads somebody whose session has ended to the sign-in page, and from there back to their page.

    A request by htmx is answered with 401 and an `HX-Redirect`, so that the sign-in form never appears inside
    a part of a page. After a form the person returns to the page of the form, because its own address cannot
    be opened. A form that fails the CSRF check only because the session has ended is treated in the same way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated or not _wants_sign_in(request, response):
            return response
        part = bool(request.headers.get("HX-Request"))
        if not part and request.method != "POST":
            return response
        goal = redirect_to_login(_page_of(request)).headers["Location"]
        if request.method == "POST":
            messages.info(request, gettext("Your session has ended. What you typed is kept on this device."))
        if part:
            return HttpResponse(status=401, headers={"HX-Redirect": goal})
        return HttpResponse(status=302, headers={"Location": goal})


def _wants_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    sign_in = resolve_url(settings.LOGIN_URL)
    if response.status_code == 302 and response.headers["Location"].startswith(f"{sign_in}?"):
        return True
    own = request.path.startswith(("/accounts/", "/api/", "/p/"))
    return response.status_code == 403 and request.method == "POST" and not own


def _page_of(request: HttpRequest) -> str:
    """Return the page from which the form or the htmx request came, or the start page."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
