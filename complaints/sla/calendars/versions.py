"""Change calendars. Every change is a new version with a reason; open clocks keep the version they have.

A change raises RoleMayNot (managers only), StaleVersion, MoveNotAllowed (for `ALWAYS`) or MissingDetail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from complaints.models import ALWAYS_CODE, CalendarVersion, DayKind, DaySource
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.sla.calendars import checks
from complaints.sla.calendars.days import (
    MICROSECOND,
    Change,
    Content,
    Day,
    YearLoaded,
    apply,
    content_of,
    merge_import,
    merge_library,
)
from complaints.sla.calendars.holidays import year_list
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text
from complaints.workdays.working_time import NoWorkingTime

MAX_REASON, MOST_DAYS_AT_ONCE = 300, 62
LATEST = -1
"""The value of `seen` for callers who do not check which version is current."""


class Saved(NamedTuple):
    """The new version, and warnings about input that was corrected."""

    version: CalendarVersion
    warnings: list[str]


class Edit(NamedTuple):
    """Who changes which calendar, why and when. `seen` is the version that the person has read."""

    code: str
    seen: int | None
    reason: str
    by: Actor
    at: datetime
    on_server: bool = False  # a command on the server, which only its operators can give


def newest(code: str) -> CalendarVersion | None:
    """Return the current version of a calendar, or None."""
    versions = CalendarVersion.objects.filter(calendar__code=code).select_related("calendar")
    return versions.order_by("-version").first()


def change_week(edit: Edit, data: Mapping[str, str]) -> Saved:
    """Set `timezone`, `country` (whose holidays are followed), and the hours of weekdays, `day_0` to `day_6`.

    All are texts; day 0 is Monday. Dates that are worked like a weekday follow its new hours.
    """
    version = _open(edit)
    before, problems, warnings = content_of(version), Problems(), list[str]()
    week = {
        day: checks.check_windows(
            problems, f"day_{day}", data.get(f"day_{day}") or "", label=str(WEEKDAYS[day]), warnings=warnings
        )
        for day in range(7)
    }
    after = replace(
        before,
        timezone=checks.check_zone(problems, "timezone", data.get("timezone") or ""),
        country=checks.check_place(problems, "country", data.get("country") or ""),
        week=week,
    )
    for day in sorted({d.like for d in before.days.values() if d.like is not None and not week[d.like]}):
        if f"day_{day}" not in problems.errors:
            text = _("Some dates are worked like this weekday. Keep its hours, or remove those dates.")
            problems.add(f"day_{day}", text)
    return Saved(_save(edit, version, before, after, problems), warnings)


def put_all(edit: Edit, data: Mapping[str, Any]) -> Saved:
    """Set the time zone, the weekly hours, the closed days and the special days at once.

    `data` may have `timezone`, `hours` {weekday "0" to "6": windows as text}, `closed` [dates] and `special`
    {date: windows as text}; what is left out stays. Dates that stay the same keep their names and sources.
    """
    version = _open(edit)
    before, problems, warnings = content_of(version), Problems(), list[str]()
    after = before
    if data.get("timezone") is not None:
        after = replace(after, timezone=checks.check_zone(problems, "timezone", data["timezone"]))
    if data.get("hours") is not None:
        week = {
            day: checks.check_windows(
                problems,
                f"hours.{day}",
                data["hours"].get(str(day), ""),
                label=str(WEEKDAYS[day]),
                warnings=warnings,
            )
            for day in range(7)
        }
        after = replace(after, week=week)
    after = replace(after, days=_days_given(problems, after, data, edit.at, warnings))
    return Saved(_save(edit, version, before, after, problems), warnings)


def _days_given(
    problems: Problems, content: Content, data: Mapping[str, Any], at: datetime, warnings: list[str]
) -> dict[date, Day]:
    """Return the special dates that `closed` and `special` give.

    A date in both has the hours of `special`.
    """
    days = dict(content.days)
    if data.get("closed") is not None:
        wanted = {checks.check_date(problems, "closed", text, at) for text in data["closed"]} - {None}
        days = {day: was for day, was in days.items() if was.kind != DayKind.CLOSED or day in wanted}
        for day in wanted:
            if day is not None:
                days.setdefault(day, Day(day, DayKind.CLOSED))
    if data.get("special") is not None:
        given = {
            checks.check_date(problems, "special", text, at): checks.check_windows(
                problems, f"special.{text}", hours, label=text, warnings=warnings
            )
            for text, hours in data["special"].items()
        }
        days = {day: was for day, was in days.items() if was.kind == DayKind.CLOSED or day in given}
        for day, windows in given.items():
            if day is not None and not (day in days and content.windows_of(days[day]) == windows):
                days[day] = Day(day, DayKind.HOURS if windows else DayKind.CLOSED, windows)
    return days


def put_days(edit: Edit, data: Mapping[str, str]) -> Saved:
    """Set one date, or all dates from `first` to `last`, replacing what the calendar said about them.

    `data`: `first`, `last` (may be empty), `kind`, `hours`, `like` (weekday 0 to 6) and `name`, all texts.
    """
    version = _open(edit)
    before, problems, warnings = content_of(version), Problems(), list[str]()
    dates = _dates(problems, data, edit.at)
    windows, like = _meaning(problems, before, data, warnings)
    name = clean_text(problems, "name", data.get("name"), limit=checks.MAX_NAME)
    after = before
    if not problems.errors:
        kind = DayKind(data["kind"])
        days = {day: Day(day, kind, windows, like, name, DaySource.TYPED) for day in dates}
        after = replace(before, days={**before.days, **days})
    return Saved(_save(edit, version, before, after, problems), warnings)


def take_out(edit: Edit, dates: Iterable[str]) -> Saved:
    """Remove special dates, so that their weekday applies again."""
    version = _open(edit)
    before, problems = content_of(version), Problems()
    given = {checks.read_date(text) for text in dates}
    if not given:
        problems.add("dates", _("Tick at least one date."))
    elif not given <= set(before.days):
        problems.add("dates", _("One of these dates is not in the calendar."))
    after = replace(before, days={day: what for day, what in before.days.items() if day not in given})
    return Saved(_save(edit, version, before, after, problems), [])


def library_changes(content: Content, year: int, like: int) -> tuple[list[Change], YearLoaded]:
    """Return what a year's list would change, and how complete it is. Worked days get the hours of `like`."""
    found = year_list(content.country, year)
    days = [Day(day, DayKind.CLOSED, (), None, name, DaySource.LIBRARY) for day, name in found.closed.items()]
    days += [
        Day(day, DayKind.WORK_LIKE, (), like, name, DaySource.LIBRARY) for day, name in found.worked.items()
    ]
    return merge_library(content, year, days), YearLoaded(found.official, DaySource.LIBRARY, found.computed)


def load_year(edit: Edit, year: int, like: str) -> Saved:
    """Load the list of holidays of one year from the libraries."""
    version = _open(edit)
    before, problems = content_of(version), Problems()
    if not before.country:
        problems.add("year", _("First choose whose public holidays this calendar follows."))
    if not checks.near(year, edit.at):
        problems.add("year", checks.far_text(edit.at))
    weekday = _weekday(problems, before, "like", like)
    after = before
    if not problems.errors and weekday is not None:
        changes, loaded = library_changes(before, year, weekday)
        if before.years.get(year, loaded).official and not loaded.official:
            problems.add("year", _("The official list is already loaded; the library has only part of it."))
        after = replace(before, days=apply(before, changes), years={**before.years, year: loaded})
    return Saved(_save(edit, version, before, after, problems), [])


def import_days(edit: Edit, days: Sequence[Day], official: set[int]) -> Saved:
    """Import days from a file, which is the whole official list for the years in `official`."""
    version = _open(edit)
    before, problems = content_of(version), Problems()
    if not official <= {day.date.year for day in days}:
        problems.add("official", _("The file has no dates in one of these years."))
    for like in {day.like for day in days if day.like is not None}:
        _weekday(problems, before, "file", str(like))
    loaded = {year: YearLoaded(True, DaySource.IMPORTED) for year in official}
    changed = apply(before, merge_import(before, days, official))
    after = replace(before, days=changed, years={**before.years, **loaded})
    return Saved(_save(edit, version, before, after, problems), [])


def _open(edit: Edit) -> CalendarVersion:
    """Return the version to be changed. Raises if this person may not do so or has not read the newest."""
    if edit.by.role not in duties.EDIT_RULES and not edit.on_server:
        raise RoleMayNot(_("Only managers can change calendars."))
    if edit.code == ALWAYS_CODE:
        raise MoveNotAllowed(_("This calendar counts every hour and cannot be changed."))
    version = newest(edit.code)
    if version is None:
        raise MissingDetail({"code": [_("There is no calendar with this code.")]})
    if edit.seen not in {LATEST, version.version}:
        raise StaleVersion(_stale())
    return version


def _save(
    edit: Edit, version: CalendarVersion, before: Content, after: Content, problems: Problems
) -> CalendarVersion:
    reason = clean_text(problems, "reason", edit.reason, limit=MAX_REASON, required=True)
    problems.check()
    if after == before:
        raise MissingDetail({"content": [_("Nothing is different from the version in force.")]})
    try:
        after.working.add(edit.at, MICROSECOND)
    except NoWorkingTime:
        text = _("This leaves no working time in the next 400 days. Deadlines could not be calculated.")
        raise MissingDetail({"content": [text]}) from None
    try:
        with transaction.atomic():
            return CalendarVersion.objects.create(
                calendar=version.calendar,
                version=version.version + 1,
                created_at=edit.at,
                created_by=edit.by.user,
                reason=reason,
                **after.columns(checks.this_year(after.timezone, edit.at)),
            )
    except IntegrityError:
        raise StaleVersion(_stale()) from None


def _stale() -> str:
    return _("Somebody changed this calendar while you were working on it.")


def _dates(problems: Problems, data: Mapping[str, str], at: datetime) -> list[date]:
    first = checks.check_date(problems, "first", data.get("first") or "", at)
    last = checks.check_date(problems, "last", data.get("last") or "", at, required=False) or first
    if first is None or last is None or {"first", "last"} & set(problems.errors):
        return []
    count = (last - first).days + 1
    if count < 1:
        problems.add("last", _("This is before the first day."))
    elif count > MOST_DAYS_AT_ONCE:
        problems.add("last", _("At most %(limit)d days at once.") % {"limit": MOST_DAYS_AT_ONCE})
    return [first + timedelta(days=n) for n in range(min(count, MOST_DAYS_AT_ONCE))]


def _meaning(
    problems: Problems, content: Content, data: Mapping[str, str], warnings: list[str]
) -> tuple[tuple[Any, ...], int | None]:
    """Return (windows, weekday whose hours are worked). A closed day has neither."""
    kind = data.get("kind") or ""
    problems.one_of("kind", kind, DayKind.values)
    if kind == DayKind.WORK_LIKE:
        return (), _weekday(problems, content, "like", data.get("like") or "")
    if kind != DayKind.HOURS:
        return (), None
    label = data.get("first") or ""
    windows = checks.check_windows(problems, "hours", data.get("hours") or "", label=label, warnings=warnings)
    if not windows and "hours" not in problems.errors:
        problems.require("hours", None)
    return windows, None


def _weekday(problems: Problems, content: Content, field: str, text: str) -> int | None:
    """Return a weekday that has hours, or None with a problem noted."""
    if text not in set("0123456"):
        problems.one_of(field, text, list("0123456"))
        return None
    day = int(text)
    if not content.week.get(day):
        problems.add(field, _("%(weekday)s has no hours in this calendar.") % {"weekday": WEEKDAYS[day]})
    return day
