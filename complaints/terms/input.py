"""Checks for texts, amounts and moments from outside. Pages, HTTP interface and commands share them."""

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.terms.errors import Problems

MAX_DESCRIPTION = 20_000
MAX_TEXT = 4_000
FARTHEST = timedelta(days=3653)
"""The furthest ahead that a deadline may be (ten years). Clocks count seconds, so there has to be a limit."""
EARLIEST = timedelta(days=50 * 366)
"""The longest ago that a moment may be (fifty years).

Since then every time zone has been whole minutes away from UTC, which ISO 8601 requires.
"""
_AMOUNT = re.compile(r"^\d{1,9}(\.\d{1,2})?$", re.ASCII)


def clean_text(
    problems: Problems, field: str, value: object, *, limit: int = MAX_TEXT, required: bool = False
) -> str:
    """Return the text without leading and trailing blanks, and note under `field` what is wrong with it.

    It is wrong if it is not a string, has characters that cannot be stored (NUL, lone surrogates), is longer
    than `limit` characters, or is empty although `required`.
    """
    text = value.strip() if isinstance(value, str) else ""
    if value is not None and not isinstance(value, str):
        problems.add(field, _("This must be text."))
    elif "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        problems.add(field, _("This text has characters that cannot be stored."))
        return ""
    elif len(text) > limit:
        problems.add(field, _("This is longer than %(limit)d characters.") % {"limit": limit})
    elif required and not text:
        problems.add(field, _("This is required."))
    return text


def amount_minor(problems: Problems, field: str, value: object) -> int | None:
    """Return an amount such as "120" or "120.00" in minor units, None if it is blank. It is never rounded."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not _AMOUNT.match(text):
        problems.add(field, _("Enter an amount such as 120 or 120.50: not negative, at most two decimals."))
        return None
    whole, _dot, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)


def check_not_too_far(problems: Problems, field: str, value: datetime, now: datetime) -> None:
    if value - now > FARTHEST:
        problems.add(field, _("This is more than ten years ahead."))


def past_moment(problems: Problems, field: str, value: datetime | None, now: datetime) -> datetime | None:
    """Return `value` unchanged, and note a problem unless it is an aware moment of the last fifty years.

    The fifty years are there to catch a mistyped year.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        problems.add(field, _("This time needs a time zone."))
    elif value > now:
        problems.add(field, _("This time is in the future."))
    elif now - value > EARLIEST:
        problems.add(field, _("This is more than fifty years ago."))
    return value
