"""Read calendars for the pages that show them."""

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
    """How many live clocks use a calendar, and how many of them use a version older than the newest."""

    all: int = 0
    older: int = 0


class Row(NamedTuple):
    """A calendar in the list of calendars."""

    version: CalendarVersion
    content: Content
    week: list[Hours]
    years: list[int]
    missing: list[int]
    clocks: OpenClocks


def rows(at: datetime, *, viewer: User) -> list[Row]:
    """Return all calendars in their current version, with the calendar of elapsed time last."""
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
    """Count the open clocks by calendar id. `versions` are the newest versions of the calendars.

    Clocks of complaints about the viewer are not counted.
    """
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
    """Count the open clocks of one calendar, given its newest version, as `open_clocks` does."""
    found = Clock.objects.live().filter(calendar__calendar=version.calendar_id)
    found = found.exclude(complaint__in=access.about(viewer))
    counted = found.aggregate(all=Count("pk"), older=Count("pk", filter=~Q(calendar=version)))
    return OpenClocks(counted["all"], counted["older"])


class Past(NamedTuple):
    """A version, and what it changed compared with the one before."""

    version: CalendarVersion
    changes: list[Difference]


def history(calendar_id: int) -> list[Past]:
    """Return the versions, newest first, with their changes. The first version has none."""
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
    """Return every year that has dates or a list of holidays, and in any case this year and the next."""
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
    """A date in a table. In a preview, `what` happens to it and `before` is what it replaces."""

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
    computed: bool
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
        loaded is not None and loaded.computed,
        year_in_words(loaded),
        bool(content.country),
        bool(content.country) and not official and year_list(content.country, year).official,
        year - 1 if checks.near(year - 1, at) else None,
        year + 1 if checks.near(year + 1, at) else None,
    )


class Preview(NamedTuple):
    """What loading a list would change, date by date, and the number of dates by kind of change."""

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
    """Return the weekday asked for ("0" to "6"), or else the first one that has hours."""
    if wanted in set("0123456"):
        return int(wanted)
    return next((day for day in range(7) if content.week.get(day)), 0)
