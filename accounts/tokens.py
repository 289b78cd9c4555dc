"""Issue, find and revoke tokens of the HTTP interface.

The key is shown once, and only its digest is stored.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import ApiToken, TokenScope, User

LONGEST_DAYS = 730
USED_EVERY = timedelta(minutes=1)
"""The last use is stored at most this often, because writing it for each request would cost too much."""


def issue(
    user: User, *, at: datetime, days: int, name: str = "", scope: str = TokenScope.WRITE
) -> tuple[ApiToken, str]:
    """Return a new token and its key, which cannot be read again later.

    Raises ValueError unless it is valid for 1 to 730 days.
    """
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
    """Return the digest under which a key is stored.

    The key is 256 random bits, so no slow hash is needed.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def find(key: str, at: datetime) -> ApiToken | None:
    """Return the valid token with this key, or None.

    A token is not valid if it is expired or revoked or its user is inactive.
    """
    token = ApiToken.objects.select_related("user").filter(digest=digest(key)).first()
    if token is None or not token.is_valid_at(at):
        return None
    if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def revoke(token: ApiToken, at: datetime) -> None:
    """Make a token invalid from now on. Revoking it twice has no further effect."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)
