"""Tokens of the HTTP interface: made by their users for themselves, shown once, stored hashed, revocable."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import ApiToken, TokenScope, User

LONGEST_DAYS = 730
USED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a write for each request would cost more than it tells."""


def issue(
    user: User, *, at: datetime, days: int, name: str = "", scope: str = TokenScope.WRITE
) -> tuple[ApiToken, str]:
    """A new token and its key, which cannot be read again later. Valid for 1 to 730 days."""
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"a token is valid for 1 to {LONGEST_DAYS} days")
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        digest=digest(key),
        hint=key[:6],
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return token, key


def digest(key: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def find(key: str, at: datetime) -> ApiToken | None:
    """The valid token of this key; None for an unknown, expired or revoked one, or of an inactive user."""
    token = ApiToken.objects.select_related("user").filter(digest=digest(key)).first()
    if token is None or not token.is_valid_at(at):
        return None
    if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def revoke(token: ApiToken, at: datetime) -> None:
    """From now on it opens nothing; a second time changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)
