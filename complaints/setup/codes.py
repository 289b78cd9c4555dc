"""The one-time code that opens the page of the first administrator.

While there is no active administrator, each start of the web server makes a code and writes it into the log,
which only people who run the server can read. Only a keyed digest is stored. A code ends after a day, after a
few wrong attempts, and when it was used.
"""

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import people
from accounts.roles import Role
from complaints.models import SetupCode
from complaints.terms.errors import MissingDetail

logger = logging.getLogger(__name__)
VALID_FOR = timedelta(hours=24)
MOST_ATTEMPTS = 10
SAME_START = timedelta(minutes=1)
"""Workers of one server start within this time, and one code serves them all."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _LENGTH = 4, 4


def needed() -> bool:
    """Return True while there is no active administrator."""
    return not people.with_roles(Role.ADMIN).exists()


def announce(at: datetime) -> None:
    """Make a code if one is needed, and write it into the log. A database that is not ready is left alone."""
    try:
        code = make(at) if needed() else None
    except DatabaseError:
        logger.warning("No setup code yet: the database is not ready. Run migrate and start again.")
        return
    if code is not None:
        logger.warning(
            "There is no administrator yet. Open %s/setup/ within 24 hours and enter this code: %s",
            settings.SITE_URL.rstrip("/"),
            code,
        )


def make(at: datetime) -> str | None:
    """Return a new code, which replaces earlier ones; None if another worker has just made one."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    code = "-".join(groups)
    fields = {"digest": _digest(code), "made_at": at, "expires_at": at + VALID_FOR, "attempts": 0}
    known = SetupCode.objects.filter(pk=SetupCode.ONLY).first()
    if known is None:
        try:
            with transaction.atomic():
                SetupCode.objects.create(pk=SetupCode.ONLY, **fields)
        except IntegrityError:
            return None
        return code
    if known.made_at > at - SAME_START:
        return None
    mine = SetupCode.objects.filter(pk=known.pk, made_at=known.made_at)
    return code if mine.update(**fields) else None


def check(given: str, at: datetime) -> None:
    """Count an attempt and compare. Raises MissingDetail if the code is wrong or no longer valid.

    The attempt is counted before the comparison, so that guesses at the same time are all counted.
    """
    alive = SetupCode.objects.filter(pk=SetupCode.ONLY, expires_at__gt=at, attempts__lt=MOST_ATTEMPTS)
    if not alive.update(attempts=F("attempts") + 1):
        text = _("This code is no longer valid. Restart the web server: its log then shows a new one.")
        raise MissingDetail({"code": [text]})
    known = SetupCode.objects.get(pk=SetupCode.ONLY)
    if not constant_time_compare(known.digest, _digest(given)):
        raise MissingDetail({"code": [_("This is not the code that the log of the web server shows.")]})
    # Whoever has the code may correct the other fields as often as it takes.
    SetupCode.objects.filter(pk=known.pk, digest=known.digest).update(attempts=F("attempts") - 1)


def use(given: str) -> bool:
    """End this code. Return False if somebody else has just used it."""
    return bool(SetupCode.objects.filter(pk=SetupCode.ONLY, digest=_digest(given)).delete()[0])


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return salted_hmac("redress.setup", plain, algorithm="sha256").hexdigest()
