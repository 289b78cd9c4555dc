"""What one event of an iCalendar file says: its days or hours, and whether it is a day off at all.

Programs write a whole day in several forms: as a date, from midnight to midnight, from midnight without
length, or as times with Microsoft's mark. No form says whether a day off is meant; only the words of the
event do.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

from complaints.workdays.working_time import Window

ONE_DAY, MIDNIGHT = timedelta(days=1), time(0)
MOST_DATES = 5_000
PLAIN_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"})
WHOLE_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
_OBSERVANCE = re.compile(r"\s*(observance|纪念日|紀念日|庆祝活动|慶祝活動)\b", re.IGNORECASE)
_CLOCK_CHANGE = re.compile(r"daylight.saving|summer time (begins|ends|starts)|夏[令时時]", re.IGNORECASE)
_IN_A_PART = re.compile(r"\b(?:public|bank|local|regional|state) holiday in\s+(\S[^\n]*)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([A-Z][^()]*|regional holiday|local holiday)\)\s*$")
_NO_REGION = re.compile(
    r"observed|substitut|in lieu|day off|holiday$|bridge|make-?up|tentative|estimated|date|day\b",
    re.IGNORECASE,
)


class Span(NamedTuple):
    """Whole days from `first` to `last`, or hours of one day."""

    first: date
    last: date
    hours: Window | None = None


class Unreadable(ValueError):
    """The dates of an entry cannot be read. The message is written for the person who sent the file."""


def why_ignored(event: Any) -> str:
    """Return the reason why an event is ignored, in the reader's language; "" if it is not ignored."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return _("it is cancelled")
    rule, others = event.get("RRULE"), ("RDATE", "RECURRENCE-ID")
    if (rule is not None and not _is_yearly(rule)) or any(event.get(each) is not None for each in others):
        return _("it repeats in another way than every year")
    return ""


def _is_yearly(rule: Any) -> bool:
    """Return True for a rule that repeats once a year.

    Rules with hours or minutes are refused, because they could make millions of dates.
    """
    try:
        parts = {str(name).upper(): [str(each).upper() for each in values] for name, values in rule.items()}
    except (AttributeError, TypeError):
        return False
    plain = parts.get("FREQ") == ["YEARLY"] and parts.keys() <= PLAIN_PARTS
    return plain and all(each.isdigit() and int(each) > 0 for each in parts.get("INTERVAL", []))


def is_observance(name: str, description: str) -> bool:
    """Return True for a day that people mark and work on, such as Christmas Eve or a change of the clocks."""
    return bool(_OBSERVANCE.match(description) or _CLOCK_CHANGE.search(name))


def region_of(name: str, description: str) -> str:
    """Return the part of the country in which this is a day off, or an empty text if it is one everywhere."""
    if told := _IN_A_PART.search(description):
        return told[1].strip()
    found = _IN_BRACKETS.search(name)
    if found is None or (found[1][0].isupper() and _NO_REGION.search(found[1])):
        return ""
    return found[1]


def spans(event: Any, zone: ZoneInfo | None, years: range) -> Iterator[Span]:
    """Yield the days of an event, once or every year in `years`. Raises Unreadable.

    `zone` is that of the calendar into which the file is read; times without a zone are read as they stand.
    """
    first = _span(event, zone)
    rule = event.get("RRULE")
    if rule is None:
        yield first
        return
    length, without = first.last - first.first, _exceptions(event)
    for day in _yearly(rule, first.first, years):
        if day not in without:
            yield Span(day, day + length, first.hours)


def _span(event: Any, zone: ZoneInfo | None) -> Span:
    start, end, length = (_value_of(event.get(key)) for key in ("DTSTART", "DTEND", "DURATION"))
    whole = str(event.get(WHOLE_DAY, "")).upper() == "TRUE"
    if isinstance(start, datetime):
        if end is None and isinstance(length, timedelta):
            end = start + length
        until = end if isinstance(end, datetime) else start
        if not (whole or (start.time() == until.time() == MIDNIGHT)):
            return _timed(_wall(start, zone), _wall(until, zone))
        start, end = _date_of(start, zone), _date_of(until, zone)
    last = _last_day(start, end, length) if isinstance(start, date) else None
    if last is None or not isinstance(start, date):
        raise Unreadable(_("its dates cannot be read."))
    if last < start:
        raise Unreadable(_("it ends before it begins."))
    return Span(start, last)


def _timed(start: datetime, until: datetime) -> Span:
    ends_at_midnight = until.time() == MIDNIGHT and until.date() == start.date() + ONE_DAY
    if until < start:
        raise Unreadable(_("it ends before it begins."))
    if until.date() != start.date() and not ends_at_midnight:
        return Span(start.date(), until.date(), (start.time(), start.time()))
    return Span(start.date(), start.date(), (start.time(), until.time()))


def _wall(moment: datetime, zone: ZoneInfo | None) -> datetime:
    """Return the wall-clock time in the calendar's zone; unchanged if either zone is not known."""
    local = moment.astimezone(zone) if moment.tzinfo is not None and zone is not None else moment
    return local.replace(tzinfo=None)


def _date_of(moment: datetime, zone: ZoneInfo | None) -> date:
    """Return the date as written if the time is midnight, else the date in the calendar's zone.

    Programs write a whole day as a midnight of their own zone.
    """
    return moment.date() if moment.time() == MIDNIGHT else _wall(moment, zone).date()


def _last_day(start: date, end: object, length: object) -> date | None:
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


def _yearly(rule: Any, first: date, years: range) -> list[date]:
    """Return the dates of these years on which the event repeats."""
    begin = datetime.combine(first, MIDNIGHT)
    try:
        text = rule.to_ical().decode()
        # The days are counted without a zone, so an end of the rule must have none either.
        found = rrulestr(re.sub(r"(UNTIL=\d{8})(T\d{6}Z?)?", r"\1", text), dtstart=begin)
        after = takewhile(lambda moment: moment.year < years.stop, found.xafter(begin, inc=True))
        return [moment.date() for moment in islice(after, MOST_DATES) if moment.year in years]
    except (ValueError, TypeError, OverflowError) as problem:
        raise Unreadable(_("its dates cannot be read.")) from problem


def _exceptions(event: Any) -> set[date]:
    given = event.get("EXDATE")
    lists = given if isinstance(given, list) else [given] if given is not None else []
    moments = [each.dt for one in lists for each in getattr(one, "dts", [])]
    return {moment.date() if isinstance(moment, datetime) else moment for moment in moments}


def _value_of(found: Any) -> date | timedelta | str | None:
    """Return the date, moment or length of a property; None if it is missing, a text if it cannot be read."""
    if found is None:
        return None
    try:
        given = found.dt
    except (AttributeError, ValueError) as problem:
        return str(problem)
    if isinstance(given, datetime) and given.tzinfo is not None and given.utcoffset() is None:
        return given.replace(tzinfo=UTC)
    return given if isinstance(given, date | timedelta) else str(given)
