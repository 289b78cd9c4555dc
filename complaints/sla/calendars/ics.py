"""Read the dates of an .ics file from any calendar program."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar as IcsCalendar

from complaints.models import DayKind, DaySource
from complaints.sla.calendars import checks, ics_events
from complaints.sla.calendars.contents import (
    BY_NAME,
    MAX_ENTRIES,
    WORKED,
    Asked,
    Contents,
    Errors,
    Ignored,
    one_line,
)
from complaints.sla.calendars.days import Day
from complaints.workdays.working_time import Window

MAX_ENTRY_DAYS, YEARS_AHEAD = 62, 3
ONE_DAY = timedelta(days=1)
_WORKING_NAME = re.compile(r"班|补工|補工|\b(working|work ?day|make-?up)\b", re.IGNORECASE)


class _Entry(NamedTuple):
    where: str
    name: str
    region: str
    first: date
    last: date
    hours: Window | None


def read_ics(
    text: str, *, meaning: str, like: int | None, at: datetime, zone: ZoneInfo | None = None
) -> Contents:
    """Return the days off, the working days and their hours.

    What is cancelled, marked as an observance, or has a time of day without being named as a working day is
    listed as ignored; days off of one region are listed so that a person can decide.
    """
    errors, contents = Errors(), Contents()
    for entry in _entries(text, at, zone, errors, contents.ignored):
        kind = _kind(entry, meaning, contents.ignored)
        if kind is None:
            continue
        if not (checks.near(entry.first.year, at) and checks.near(entry.last.year, at)):
            contents.ignored.append(Ignored(entry.where, checks.far_text(at)))
            continue
        for day in _days(entry, kind, like):
            if entry.region and kind == DayKind.CLOSED:
                why = _("a day off only in one region: %(region)s") % {"region": entry.region}
                contents.asked.append(Asked(day, why))
                continue
            known = contents.days.setdefault(day.date, day)
            if (known.kind == DayKind.CLOSED) != (kind == DayKind.CLOSED):
                errors.add(
                    entry.where, _("%(date)s is both closed and worked in this file.") % {"date": day.date}
                )
    errors.check()
    contents.days = dict(sorted(contents.days.items()))
    contents.asked = sorted(
        (each for each in contents.asked if each.day.date not in contents.days),
        key=lambda each: each.day.date,
    )
    return contents


def _days(entry: _Entry, kind: DayKind, like: int | None) -> Iterator[Day]:
    windows = (entry.hours,) if entry.hours and kind == DayKind.HOURS else ()
    weekday = like if kind == DayKind.WORK_LIKE else None
    for number in range((entry.last - entry.first).days + 1):
        day = entry.first + number * ONE_DAY
        yield Day(day, kind, windows, weekday, entry.name, DaySource.IMPORTED)


def _entries(
    text: str, at: datetime, zone: ZoneInfo | None, errors: Errors, ignored: list[Ignored]
) -> Iterator[_Entry]:
    for number, event in enumerate(_events(text, errors), start=1):
        name = one_line(_text_of(event, "SUMMARY"))
        where = _("Entry %(number)d (%(name)s)") % {"number": number, "name": name or "–"}
        why = ics_events.why_ignored(event)
        if not why and ics_events.is_observance(name, _text_of(event, "DESCRIPTION")):
            why = _("it is an observance, on which people work")
        if why:
            ignored.append(Ignored(where, why))
        else:
            yield from _dated(event, where, name, at, zone, errors)


def _events(text: str, errors: Errors) -> list[Any]:
    try:
        calendars: Sequence[Any] = IcsCalendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        errors.add(
            _("The file"), _("is not a valid iCalendar file (%(problem)s).") % {"problem": str(problem)[:80]}
        )
        return []
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        errors.add(_("The file"), _("contains no calendar."))
        return []
    events = [event for each in calendars for event in each.walk("VEVENT")]
    if len(events) > MAX_ENTRIES:
        errors.add(_("The file"), _("has more than %(limit)d entries.") % {"limit": MAX_ENTRIES})
        return []
    return events


def _text_of(event: Any, key: str) -> str:
    given = event.get(key, "")
    return str(given[0] if isinstance(given, list) else given)


def _dated(
    event: Any, where: str, name: str, at: datetime, zone: ZoneInfo | None, errors: Errors
) -> Iterator[_Entry]:
    """Yield the entry with its days, once for each year if it repeats yearly."""
    region = ics_events.region_of(name, _text_of(event, "DESCRIPTION"))
    try:
        for first, last, hours in ics_events.spans(event, zone, range(at.year - 1, at.year + YEARS_AHEAD)):
            if (last - first).days >= MAX_ENTRY_DAYS:
                errors.add(where, _("it is longer than %(limit)d days.") % {"limit": MAX_ENTRY_DAYS})
                return
            yield _Entry(where, name, region, first, last, hours)
    except ics_events.Unreadable as problem:
        errors.add(where, str(problem))


def _kind(entry: _Entry, meaning: str, ignored: list[Ignored]) -> DayKind | None:
    named_working = bool(_WORKING_NAME.search(entry.name))
    works = meaning == WORKED or (meaning == BY_NAME and named_working)
    if works and entry.hours is None:
        return DayKind.WORK_LIKE
    if works and entry.hours and entry.hours[0] != entry.hours[1]:
        return DayKind.HOURS
    if named_working:
        ignored.append(Ignored(entry.where, _("its name says that this is a working day")))
    elif entry.hours is not None:
        ignored.append(Ignored(entry.where, _("it has a time of day and is not named as a working day")))
    else:
        return DayKind.CLOSED
    return None
