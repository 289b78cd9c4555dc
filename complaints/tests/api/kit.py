"""Shared by the tests of the HTTP interface: a caller with a token, and valid bodies."""

import json
from typing import Any

from django.test import Client

from accounts import tokens
from accounts.models import TokenScope, User
from complaints.tests.conftest import MONDAY
from complaints.tests.factories import FINDING, SATISFIED

RECEIPT: dict[str, Any] = {
    "customer": {"name": "李梅", "phone": "100-0000-0001"},
    "channel": "phone",
    "description": "The rice cooker arrived with a crack in its inner bowl.",
    "category": "LOG-DMG",
}
OFFER: dict[str, Any] = {
    "options": [
        {"kind": "FULL", "amount": {"amount": "129.00", "currency": "CNY"}, "description": "Full refund"},
        {"kind": "COUP50", "description": "A voucher of ¥50"},
    ]
}
REVIEW: dict[str, Any] = {"attribution": "product", "cause": "LOG-DMG", "scope": "individual"}
CALLBACK, DIAGNOSIS = SATISFIED, FINDING


class Caller:
    """Calls /api/v1/ with the token of a user."""

    def __init__(self, user: User | None, scope: str = TokenScope.WRITE) -> None:
        self.client, self.headers = Client(), dict[str, str]()
        if user is not None:
            _token, key = tokens.issue(user, at=MONDAY, days=700, scope=scope)
            self.headers["Authorization"] = f"Token {key}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request. A body of bytes or text is sent as it is; headers are named like `If_Match`."""
        sent = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            path if path.startswith("/") else f"/api/v1/{path}",
            b"" if method == "GET" else sent,
            content_type=named.pop("Content-Type", "application/json"),
            headers=self.headers | named,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)
