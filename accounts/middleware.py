"""Pages come in the language and time zone of whoever is signed in."""

import zoneinfo
from collections.abc import Callable

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation


class UserPreferences:
    """After authentication. Anonymous people keep what LocaleMiddleware chose, and the server's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            timezone.deactivate()
            return self.get_response(request)
        # What may be seen depends on one's teams, and a page asks that many times over.
        prefetch_related_objects([request.user], "teams")
        # Left active for LocaleMiddleware, which names it in Content-Language and sets each request anew.
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(known_zone(request.user.timezone)):
            return self.get_response(request)


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone, or None (the server's) should the machine have lost it since it was chosen."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
