"""Middleware that depends on how Redress is run, not on an app."""

import ipaddress
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden


def is_loopback(address: str) -> bool:
    """Return True for 127.0.0.0/8 and ::1, also for an IPv4 address inside IPv6."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback


class LoopbackOnly:
    """Refuses requests from other machines, because the demo prints its passwords."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            return HttpResponseForbidden("The demo answers this machine only.", content_type="text/plain")
        return self.get_response(request)


class NoNul:
    """Keeps NUL out of addresses: PostgreSQL takes it in no text. A path with it is 404, a query loses it.

    The HTTP interface looks at its queries itself and answers in JSON.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            if "\x00" in request.path:
                raise Http404("an address with NUL")
            query = request.META.get("QUERY_STRING", "")
            request.META["QUERY_STRING"] = query.replace("%00", "").replace("\x00", "")
            request.__dict__.pop("GET", None)  # it may have been read already
        return self.get_response(request)
