"""Reads of calendars for screens."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count, F, Max, Q

from accounts.models import User
from complaints.models import ALWAYS_CODE, CalendarVersion, Clock
from complaints.rights import access
from complaints.sla.calendars import checks
from complaints.sla.calendars.days import Change, Content, Day, What, content_of
from complaints.sla.calendars.holidays import year_list
from complaints.sla.calendars.wording import (
    Difference,
    Hours,
    date_in_words,
    day_in_words,
    differences,
    week_in_words,
    year_in_words,
)

SHOWN_VERSIONS = 50


class OpenClocks(NamedTuple):
    """Live clocks on a calendar, and how many of them stand on an older version than the newest."""

    all: int = 0
    older: int = 0


class Row(NamedTuple):
    """A calendar in the list."""

    version: CalendarVersion
    content: Content
    week: list[Hours]
    years: list[int]
    missing: list[int]
    clocks: OpenClocks


def rows(at: datetime, *, viewer: User) -> list[Row]:
    """All calendars in their version in force, the one of elapsed time last."""
    versions = (
        CalendarVersion.objects.select_related("calendar")
        .annotate(newest=Max("calendar__versions__version"))
        .filter(version=F("newest"))
        .order_by("calendar__code")
    )
    found = list(versions)
    clocks = open_clocks(found, viewer=viewer)
    shown = [_row(version, clocks.get(version.calendar_id, OpenClocks()), at) for version in found]
    return sorted(shown, key=lambda row: row.version.calendar.code == ALWAYS_CODE)


def _row(version: CalendarVersion, clocks: OpenClocks, at: datetime) -> Row:
    content = content_of(version)
    missing = content.missing_years(checks.this_year(content.timezone, at))
    return Row(version, content, week_in_words(content.week), sorted(content.years), missing, clocks)


def open_clocks(versions: Iterable[CalendarVersion], *, viewer: User) -> dict[int, OpenClocks]:
    """By calendar, given each calendar's newest version; none of a complaint about the viewer is counted."""
    newest = [version.pk for version in versions]
    counted = (
        Clock.objects.live()
        .exclude(complaint__in=access.about(viewer))
        .order_by()
        .values("calendar__calendar")
        .annotate(all=Count("pk"), older=Count("pk", filter=~Q(calendar__in=newest)))
    )
    return {row["calendar__calendar"]: OpenClocks(row["all"], row["older"]) for row in counted}


def open_clocks_of(version: CalendarVersion, *, viewer: User) -> OpenClocks:
    """The same of one calendar."""
    found = Clock.objects.live().filter(calendar__calendar=version.calendar_id)
    found = found.exclude(complaint__in=access.about(viewer))
    counted = found.aggregate(all=Count("pk"), older=Count("pk", filter=~Q(calendar=version)))
    return OpenClocks(counted["all"], counted["older"])


class Past(NamedTuple):
    """A version and what it changed."""

    version: CalendarVersion
    changes: list[Difference]


def history(calendar_id: int) -> list[Past]:
    """Newest first; of the first version there is nothing to compare."""
    versions = CalendarVersion.objects.filter(calendar=calendar_id).select_related("created_by")
    found = list(versions.order_by("-version")[: SHOWN_VERSIONS + 1])
    contents = [content_of(version) for version in found]
    changes = [differences(old, new) for new, old in pairwise(contents)]
    if found and len(found) <= SHOWN_VERSIONS:
        changes.append([])
    return [Past(version, lines) for version, lines in zip(found, changes, strict=False)]


class YearRow(NamedTuple):
    """A year as the calendar's page lists it."""

    year: int
    text: str
    dates: int
    missing: bool


def years(version: CalendarVersion, at: datetime) -> list[YearRow]:
    """Every year that has dates or a list, and this one and the next."""
    content = content_of(version)
    now = checks.this_year(content.timezone, at)
    missing = set(content.missing_years(now))
    dates = Counter(day.year for day in content.days)
    follows = bool(content.country or content.years)
    return [
        YearRow(
            year,
            year_in_words(content.years.get(year)) if follows else "",
            dates[year],
            year in missing,
        )
        for year in sorted({*dates, *content.years, now, now + 1})
        if checks.near(year, at)
    ]


class DateRow(NamedTuple):
    """A date in a table: `before` is what a change replaces."""

    day: Day
    date: str
    text: str
    what: What | None = None
    before: str = ""


class YearTable(NamedTuple):
    """The dates of one year, and how much is known of its holidays."""

    year: int
    rows: list[DateRow]
    follows: bool
    loaded: bool
    official: bool
    text: str
    can_load: bool
    newly_official: bool
    previous: int | None
    next: int | None


def year_table(content: Content, year: int, at: datetime) -> YearTable:
    loaded = content.years.get(year)
    official = loaded is not None and loaded.official
    return YearTable(
        year,
        [DateRow(day, date_in_words(day.date), day_in_words(content, day)) for day in content.year(year)],
        bool(content.country or content.years),
        loaded is not None,
        official,
        year_in_words(loaded),
        bool(content.country),
        bool(content.country) and not official and year_list(content.country, year).official,
        year - 1 if checks.near(year - 1, at) else None,
        year + 1 if checks.near(year + 1, at) else None,
    )


class Preview(NamedTuple):
    """What taking in a list would do, date by date, and how many dates by what becomes of them."""

    rows: list[DateRow]
    counts: dict[What, int]


def preview(content: Content, changes: Iterable[Change]) -> Preview:
    found = [
        DateRow(
            change.day,
            date_in_words(change.day.date),
            day_in_words(content, change.day),
            change.what,
            _before(content, change),
        )
        for change in changes
    ]
    counts = Counter(row.what for row in found if row.what)
    return Preview(found, {what: counts[what] for what in What if counts[what]})


def _before(content: Content, change: Change) -> str:
    if change.before is None:
        return ""
    return " ".join(filter(None, (day_in_words(content, change.before), change.before.name)))


def likeliest_weekday(content: Content, wanted: str | None) -> int:
    """The weekday asked for, else the first that has hours."""
    if wanted in set("0123456"):
        return int(wanted)
    return next((day for day in range(7) if content.week.get(day)), 0)
