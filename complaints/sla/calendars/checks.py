"""Read and check what managers type or import into calendars: hours, dates, zones, places, weekdays."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from complaints.sla.calendars import holidays
from complaints.sla.calendars.wording import windows_in_words
from complaints.terms.errors import Problems
from complaints.workdays.working_time import EPOCH, Window

YEARS_EACH_WAY = 10
"""Dates may lie at most this many years before or after today; anything else is taken for a typing error."""
MAX_HOURS_TEXT, MAX_WINDOWS, MAX_NAME = 300, 12, 120
DAY_SECONDS = 86_400
_EDGE = r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2})(?:\.([0-9]{6}))?)?"
_WINDOW = re.compile(_EDGE + r"\s*[-–—~～至]\s*" + _EDGE)
_BETWEEN = re.compile(r"[\s,;，；、]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,5})?")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class BadHours(ValueError):
    """The text is not a list of windows. The message is written for the person who typed it."""


def read_windows(text: str) -> tuple[Window, ...]:
    """Return the windows of a text such as `09:00-12:00, 13:00-18:00`, sorted. Raises BadHours.

    24:00 is the midnight that ends the day. An end before its start lies on the next day.
    """
    if len(text) > MAX_HOURS_TEXT:
        raise BadHours(_("This is longer than %(limit)d characters.") % {"limit": MAX_HOURS_TEXT})
    windows: list[Window] = []
    place = _skip(text, 0)
    while place < len(text):
        found = _WINDOW.match(text, place)
        if found is None:
            raise BadHours(
                _("“%(text)s” cannot be read. Enter hours such as 09:00–12:00, 13:00–18:00.")
                % {"text": text[place : place + 30]}
            )
        start, end = _edge(found.groups()[:4], end=False), _edge(found.groups()[4:], end=True)
        if start == end != time(0):
            raise BadHours(
                _("%(time)s to %(time)s: enter 00:00–24:00 for a whole day.") % {"time": f"{start:%H:%M}"}
            )
        windows.append((start, end))
        place = _skip(text, found.end())
    if len(windows) > MAX_WINDOWS:
        raise BadHours(_("A day can have at most %(limit)d separate periods.") % {"limit": MAX_WINDOWS})
    return tuple(sorted(windows))


def merge_windows(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Merge windows that overlap. Windows that only touch stay apart, since one shift may follow another.

    Raises BadHours if the result is longer than a day.
    """
    spans: list[tuple[timedelta, timedelta]] = []
    for start, end in sorted(_span(window) for window in windows):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    if any(end - start > timedelta(seconds=DAY_SECONDS) for start, end in spans):
        raise BadHours(_("Together these hours are longer than a day."))
    return tuple((_wall(start), _wall(end)) for start, end in spans)


def check_windows(
    problems: Problems, field: str, text: str, *, label: str, warnings: list[str]
) -> tuple[Window, ...]:
    """Return the windows of a text, overlapping ones merged, which is added to `warnings`.

    If the text cannot be read, a problem is noted and no windows are returned.
    """
    try:
        windows = read_windows(text)
        merged = merge_windows(windows)
    except BadHours as problem:
        problems.add(field, str(problem))
        return ()
    if merged != windows:
        warnings.append(
            _("%(day)s: the hours overlap and were merged into %(hours)s.")
            % {"day": label, "hours": windows_in_words(merged)}
        )
    return merged


def check_zone(problems: Problems, field: str, name: str) -> str:
    name = name.strip()
    if not name:
        problems.require(field, name)
    elif name not in available_timezones():
        problems.add(field, _("There is no such time zone. Enter a name such as Asia/Shanghai."))
    return name


def check_place(problems: Problems, field: str, text: str) -> str:
    """Return the code of a place whose holidays the libraries know, or an empty text if none is given."""
    place = text.strip().upper()
    if not place:
        return ""
    try:
        if not _PLACE.fullmatch(place):
            raise ValueError(place)
        holidays.country_days(place[:2], 2026, place[3:] or None)
        if parts := holidays.PARTS.get(place):
            text = _("Its parts have different holidays. Choose one of them: %(parts)s.")
            problems.add(field, text % {"parts": ", ".join(f"{place}-{part}" for part in parts)})
    except ValueError:
        problems.add(
            field,
            _("No holidays are known for this place. Enter a code such as CN, HK or GB-ENG."),
        )
    return place


def read_date(text: str) -> date | None:
    """Return the date of a text such as 2026-10-01, or None if it is written in any other way."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def check_date(
    problems: Problems, field: str, text: str, at: datetime, *, required: bool = True
) -> date | None:
    """Return the date, or None with a problem noted if it is missing, wrong, or too far from `at`."""
    text = text.strip()
    if not text:
        if required:
            problems.require(field, text)
        return None
    day = read_date(text)
    if day is None:
        problems.add(field, _("Enter a date such as 2026-10-01."))
    elif not near(day.year, at):
        problems.add(field, far_text(at))
        return None
    return day


def near(year: int, at: datetime) -> bool:
    return abs(year - at.year) <= YEARS_EACH_WAY


def far_text(at: datetime) -> str:
    first, last = at.year - YEARS_EACH_WAY, at.year + YEARS_EACH_WAY
    return _("The year must be between %(first)d and %(last)d.") % {"first": first, "last": last}


def read_weekday(text: str) -> int | None:
    """Return a weekday (Monday = 0) from a text such as Monday, mon, 1 to 7 (ISO) or 周一, or None."""
    word = text.strip().lower()
    if re.fullmatch(r"[1-7]", word):
        return int(word) - 1
    for prefix in ("周", "週", "星期", "礼拜", "禮拜"):
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) == 1 and rest in "一二三四五六日天":
            return min("一二三四五六日天".index(rest), 6)
    if len(word) < 3:
        return None
    return next((number for number, name in enumerate(_WEEKDAYS) if name.startswith(word)), None)


def this_year(zone: str, at: datetime) -> int:
    """Return the current year in the calendar's time zone."""
    return at.astimezone(ZoneInfo(zone)).year


def _skip(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place


def _edge(parts: Sequence[str | None], *, end: bool) -> time:
    hour, minute, second, micro = (int(part or 0) for part in parts)
    if end and (hour, minute, second, micro) == (24, 0, 0, 0):
        return time(0)
    if hour > 23 or minute > 59 or second > 59:
        text = f"{hour:02d}:{minute:02d}"
        raise BadHours(_("%(time)s is not a time of day.") % {"time": text})
    return time(hour, minute, second, micro)


def _span(window: Window) -> tuple[timedelta, timedelta]:
    start, end = (
        timedelta(hours=edge.hour, minutes=edge.minute, seconds=edge.second, microseconds=edge.microsecond)
        for edge in window
    )
    return start, end if end > start else end + timedelta(seconds=DAY_SECONDS)


def _wall(offset: timedelta) -> time:
    return (EPOCH + offset).time()
