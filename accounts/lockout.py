"""The answer to a sign-in that is locked after too many failures."""

import math

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, str] | None = None,
) -> HttpResponse:
    """Show how many minutes are left, with status 429 and without a hint whether the password was right."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    minutes = minutes_left(username)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


def minutes_left(username: str) -> int:
    """Return the minutes until the lock after the latest failure ends, rounded up, at least one."""
    cool_off = get_cool_off() if settings.AXES_COOLOFF_TIME else None
    last = AccessAttempt.objects.filter(username=username).order_by("-attempt_time").first()
    if cool_off is None or last is None:
        return 1
    left = last.attempt_time + cool_off - timezone.now()
    return max(1, math.ceil(left.total_seconds() / 60))
