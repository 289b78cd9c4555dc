"""What one event of an iCalendar file says: its days, and why it may have to be ignored."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)


def why_ignored(event: Any) -> str:
    """Return why an event is not read, in the reader's language; an empty text if it is."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return _("it is cancelled")
    if any(event.get(repeats) is not None for repeats in ("RRULE", "RDATE", "RECURRENCE-ID")):
        return _("it repeats; only single entries are read")
    return ""


def last_day(start: date, end: object, length: object) -> date | None:
    """Return the day before DTEND, or the last one of DURATION, but at least `start`; None if unreadable."""
    try:
        if end is None:
            end = start + (ONE_DAY if length is None else length)  # type: ignore[operator]
        after = end.date() if isinstance(end, datetime) else end
        if not isinstance(after, date):
            return None
        return start if after == start else after - ONE_DAY
    except (OverflowError, TypeError):
        return start if start == date.max else None


def value_of(found: Any) -> date | timedelta | str | None:
    """Return the date, moment or length of a property; None if it is missing, a text if it cannot be read."""
    if found is None:
        return None
    try:
        given = found.dt
    except (AttributeError, ValueError) as problem:
        return str(problem)
    return given if isinstance(given, date | timedelta) else str(given)
