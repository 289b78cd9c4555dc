"""The limit on calls per minute, for each token or session."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW = 60  # seconds


class CallsAMinute(BaseThrottle):
    """One count per token (for sessions: per user) and minute of the wall clock, shared by all processes."""

    seconds_left: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        now = time.time()
        token = getattr(request.auth, "pk", None)
        who = f"token-{token}" if token else f"user-{getattr(request.user, 'pk', None)}"
        key = f"calls:{who}:{int(now // WINDOW)}"
        cache.add(key, 0, timeout=2 * WINDOW)
        try:
            calls = cache.incr(key)
        except ValueError:  # the key was evicted between the two lines
            calls = 1
        self.seconds_left = WINDOW - now % WINDOW
        return calls <= settings.API_CALLS_A_MINUTE

    def wait(self) -> float | None:
        return self.seconds_left
