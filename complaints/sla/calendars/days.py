"""The content of a calendar version as values: weekly hours, special dates, and loaded lists of holidays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from complaints.models import CalendarVersion, DayKind, DaySource
from complaints.sla.calendars.holidays import CHINA
from complaints.workdays.working_time import Window, WorkingCalendar

MICROSECOND = timedelta(microseconds=1)
Week = Mapping[int, tuple[Window, ...]]  # Monday = 0


@dataclass(frozen=True)
class Day:
    """A date that differs from its weekday. A closed day has no `windows`.

    `like` is the weekday (0 to 6) whose hours are worked on this date; such a day has no windows of its own.
    """

    date: date
    kind: DayKind
    windows: tuple[Window, ...] = ()
    like: int | None = None
    name: str = ""
    source: DaySource = DaySource.TYPED

    def same_as(self, other: Day) -> bool:
        """Return True if both say the same about the date. Names and sources are not compared."""
        return replace(self, source=other.source) == other


@dataclass(frozen=True)
class YearLoaded:
    """A loaded list of holidays: the published one (`official`), one that the library derives from the law
    (`computed`), or neither, if only some days of the year are known.
    """

    official: bool
    source: DaySource
    computed: bool = False

    @property
    def whole(self) -> bool:
        """Return True if every day off of the year is in the list."""
        return self.official or self.computed


@dataclass(frozen=True)
class Content:
    """The whole content of a version. Days worked like a weekday follow its hours, even if these change."""

    timezone: str
    week: Week
    days: Mapping[date, Day]
    country: str
    years: Mapping[int, YearLoaded]

    @property
    def working(self) -> WorkingCalendar:
        closed = {day.date for day in self.days.values() if day.kind == DayKind.CLOSED}
        special = {day.date: self.windows_of(day) for day in self.days.values() if day.date not in closed}
        return WorkingCalendar(self.timezone, self.week, closed, special)

    def windows_of(self, day: Day) -> tuple[Window, ...]:
        return day.windows if day.like is None else tuple(self.week.get(day.like, ()))

    def year(self, year: int) -> list[Day]:
        return [self.days[day] for day in sorted(self.days) if day.year == year]

    def loaded_until(self, this_year: int) -> date | None:
        """Return the last day up to which whole lists are loaded without a gap, or None.

        Of several runs of years, the one with `this_year` is taken, or else the last one before it.
        """
        official = {year for year, loaded in self.years.items() if loaded.whole}
        last = max((year for year in official if year <= this_year), default=None)
        if last is None:
            return None
        while last >= this_year and last + 1 in official:
            last += 1
        return date(last, 12, 31)

    def missing_years(self, this_year: int) -> list[int]:
        """Return which of this year and the next lack a whole list, if the calendar follows one."""
        if not (self.country or self.years):
            return []
        official = {year for year, loaded in self.years.items() if loaded.whole}
        return [year for year in (this_year, this_year + 1) if year not in official]

    def columns(self, this_year: int) -> dict[str, Any]:
        """Return the content as columns of a CalendarVersion."""
        notes = {
            day.date.isoformat(): {"name": day.name, "source": day.source.value}
            | ({} if day.like is None else {"like": day.like})
            for day in self.days.values()
        }
        return {
            "definition": self.working.to_json(),
            "day_notes": dict(sorted(notes.items())),
            "country": self.country,
            "years": {
                str(year): {"official": loaded.official, "source": loaded.source.value}
                | ({"computed": True} if loaded.computed else {})
                for year, loaded in sorted(self.years.items())
            },
            "loaded_until": self.loaded_until(this_year),
        }


def content_of(version: CalendarVersion) -> Content:
    working = version.working
    notes: Mapping[str, Any] = version.day_notes
    closed = {day: _day(day, DayKind.CLOSED, (), notes) for day in working.closed}
    special = {
        day: _day(day, DayKind.HOURS if windows else DayKind.CLOSED, windows, notes)
        for day, windows in working.special.items()
    }
    years = {int(year): _loaded(loaded, version.country) for year, loaded in version.years.items()}
    return Content(working.timezone, working.hours, closed | special, version.country, years)


def _loaded(said: Mapping[str, Any], country: str) -> YearLoaded:
    """Return what a version says of a year.

    Old versions called a list official that the library had only computed; such a list is corrected here.
    """
    source, official = DaySource(said["source"]), bool(said["official"])
    by_library = official and source == DaySource.LIBRARY and not country.startswith(CHINA)
    computed = bool(said.get("computed", by_library))
    return YearLoaded(official and not computed, source, computed)


def _day(day: date, kind: DayKind, windows: tuple[Window, ...], notes: Mapping[str, Any]) -> Day:
    note = notes.get(day.isoformat(), {})
    name, source, like = note.get("name", ""), DaySource(note.get("source", "")), note.get("like")
    if like is not None and kind == DayKind.HOURS:
        return Day(day, DayKind.WORK_LIKE, (), like, name, source)
    return Day(day, kind, windows, None, name, source)


def beyond_loaded(version: CalendarVersion, moment: datetime) -> bool:
    """Return True if a deadline lies beyond the last whole list of holidays that its calendar holds.

    It is never True for a calendar that follows no list. The midnight that ends a day belongs to that day.
    """
    if not (version.country or version.years or version.loaded_until):
        return False
    zone = ZoneInfo(version.definition["timezone"])
    day = (moment - MICROSECOND).astimezone(zone).date()
    return version.loaded_until is None or day > version.loaded_until


# --- What loading a list would change ---
class What(StrEnum):
    ADDED, CHANGED, REMOVED, KEPT, SAME = "added", "changed", "removed", "kept", "same"


@dataclass(frozen=True)
class Change:
    """What happens to one date. `before` is what the calendar said about it so far."""

    what: What
    day: Day
    before: Day | None = None


def merge_library(content: Content, year: int, incoming: Iterable[Day]) -> list[Change]:
    """Return the changes if a library's list replaces its earlier list.

    What people typed or imported stays.
    """
    new = {day.date: day for day in incoming}
    found = []
    for day in new.values():
        before = content.days.get(day.date)
        people = before is not None and before.source in {DaySource.TYPED, DaySource.IMPORTED}
        found.append(_change(day, before, kept=people))
    return _in_order(found, _left_out(content, {year}, set(new), {DaySource.LIBRARY, DaySource.UNKNOWN}))


def merge_import(content: Content, incoming: Iterable[Day], official: set[int]) -> list[Change]:
    """Return the changes if these days are imported.

    They replace whatever the calendar said about their dates.

    `official` are the years for which the import is the whole official list. In those years, days of other
    lists that are not in it are removed; days that were typed stay.
    """
    new = {day.date: day for day in incoming}
    found = [_change(day, content.days.get(day.date), kept=False) for day in new.values()]
    lists = {DaySource.LIBRARY, DaySource.IMPORTED, DaySource.UNKNOWN}
    return _in_order(found, _left_out(content, official, set(new), lists))


def apply(content: Content, changes: Iterable[Change]) -> dict[date, Day]:
    """Return the days after the changes."""
    days = dict(content.days)
    for change in changes:
        if change.what in {What.ADDED, What.CHANGED}:
            days[change.day.date] = change.day
        elif change.what == What.REMOVED:
            del days[change.day.date]
    return days


def after(content: Content, changes: Iterable[Change]) -> Content:
    """Return the content as it would be after the changes."""
    return replace(content, days=apply(content, changes))


def _change(day: Day, before: Day | None, *, kept: bool) -> Change:
    if before is None:
        return Change(What.ADDED, day)
    if day.same_as(before):
        return Change(What.SAME, before)
    return Change(What.KEPT, before) if kept else Change(What.CHANGED, day, before)


def _left_out(content: Content, years: set[int], new: set[date], sources: set[DaySource]) -> list[Change]:
    return [
        Change(What.REMOVED, day)
        for day in content.days.values()
        if day.date.year in years and day.date not in new and day.source in sources
    ]


def _in_order(*changes: list[Change]) -> list[Change]:
    return sorted((each for group in changes for each in group), key=lambda change: change.day.date)
