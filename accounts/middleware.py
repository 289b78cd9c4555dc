"""Show pages in the language and time zone of the person who is signed in."""

import zoneinfo
from collections.abc import Callable

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from ui import organisation

MACHINES_ONLY = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses that must answer although the database does not."""


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
        # What a person may see depends on their teams, which one page would otherwise read many times.
        prefetch_related_objects([request.user], "teams")
        # The language stays active because LocaleMiddleware names it in Content-Language afterwards; at the
        # next
        # request LocaleMiddleware sets it again.
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(known_zone(request.user.timezone)):
            return self.get_response(request)


def _zone_of_organisation(path: str) -> zoneinfo.ZoneInfo | None:
    return None if path in MACHINES_ONLY else known_zone(organisation.current().time_zone)


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the zone, or None (for the server's) if this machine does not know it any longer."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
