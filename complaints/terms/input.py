"""Checks that every text and amount that comes from outside passes, whatever the door."""

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.terms.errors import Problems

MAX_DESCRIPTION = 20_000
MAX_TEXT = 4_000
FARTHEST = timedelta(days=3653)
"""No deadline is further ahead; a clock could not count its seconds for ever either."""
EARLIEST = timedelta(days=50 * 366)
"""Nothing is longer ago. Since then, too, every zone is whole minutes off UTC, as ISO 8601 demands."""
_AMOUNT = re.compile(r"^\d{1,9}(\.\d{1,2})?$", re.ASCII)


def clean_text(
    problems: Problems, field: str, value: object, *, limit: int = MAX_TEXT, required: bool = False
) -> str:
    """The text without outer blanks. NUL, lone surrogates and too much of it are noted as problems."""
    text = value.strip() if isinstance(value, str) else ""
    if value is not None and not isinstance(value, str):
        problems.add(field, _("This must be text."))
    elif "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        problems.add(field, _("This text has characters that can't be stored."))
        return ""
    elif len(text) > limit:
        problems.add(field, _("This is longer than %(limit)d characters.") % {"limit": limit})
    elif required and not text:
        problems.add(field, _("This is required."))
    return text


def amount_minor(problems: Problems, field: str, value: object) -> int | None:
    """Minor units of an amount written like 120 or 120.00; None when blank. Never rounds."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not _AMOUNT.match(text):
        problems.add(
            field, _("Write an amount like 120 or 120.50, not below zero and with at most two decimals.")
        )
        return None
    whole, _dot, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def check_not_too_far(problems: Problems, field: str, value: datetime, now: datetime) -> None:
    if value - now > FARTHEST:
        problems.add(field, _("This is more than ten years ahead."))


def past_moment(problems: Problems, field: str, value: datetime | None, now: datetime) -> datetime | None:
    """A moment with a zone that is not in the future, and so late that a year was not mistyped."""
    if value is None:
        return None
    if value.tzinfo is None:
        problems.add(field, _("Give the time zone of this time."))
    elif value > now:
        problems.add(field, _("This time is in the future."))
    elif now - value > EARLIEST:
        problems.add(field, _("This is more than fifty years back."))
    return value
