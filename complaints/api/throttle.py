"""The limit on calls per minute, for each token or session."""

import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import rates


class CallsAMinute(BaseThrottle):
    """Counts calls per token (for sessions: per user) and wall-clock minute, for all processes together."""

    seconds_left: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        token = getattr(request.auth, "pk", None)
        who = f"token-{token}" if token else f"user-{getattr(request.user, 'pk', None)}"
        self.seconds_left = rates.over(f"calls:{who}", settings.API_CALLS_A_MINUTE, seconds=time.time())
        return self.seconds_left is None

    def wait(self) -> float | None:
        return self.seconds_left
