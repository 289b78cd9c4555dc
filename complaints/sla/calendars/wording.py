"""Describe calendars in the reader's language: hours, days, and what a version changed."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import DayKind
from complaints.sla.calendars.days import Content, Day, Week, YearLoaded
from complaints.workdays.working_time import Window

SHOWN_DAYS = 6


class Hours(NamedTuple):
    """Consecutive weekdays with the same hours, both as text."""

    days: str
    hours: str


class Difference(NamedTuple):
    """One line of a version's history."""

    subject: str
    text: str


def edge_text(edge: time, *, end: bool) -> str:
    if end and edge == time(0):
        return "24:00"
    return edge.isoformat().removesuffix(":00" * (not edge.second and not edge.microsecond))


def windows_in_words(windows: Iterable[Window]) -> str:
    """Return a text such as `09:00–12:00, 13:00–18:00`, which is also how people type it; empty for none."""
    return ", ".join(f"{edge_text(start, end=False)}–{edge_text(end, end=True)}" for start, end in windows)


def week_in_words(week: Week) -> list[Hours]:
    """Return the weekly hours, such as `Mon–Fri` and `09:00–17:30`. Weekdays without hours are left out."""
    return [Hours(days, hours) for days, hours in _runs(week) if hours]


def _runs(week: Week) -> Iterator[tuple[str, str]]:
    texts = [windows_in_words(week.get(day, ())) for day in range(7)]
    first = 0
    for day in range(1, 8):
        if day == 7 or texts[day] != texts[first]:
            yield _days(first, day - 1), texts[first]
            first = day


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return _("Every day")
    ends = dict.fromkeys((str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last])))
    return "–".join(ends)


def day_in_words(content: Content, day: Day) -> str:
    """Return "closed", the hours of the date, or the weekday whose hours are worked."""
    if day.kind == DayKind.CLOSED:
        return _("closed")
    hours = windows_in_words(content.windows_of(day))
    if day.like is not None:
        return _("worked like %(weekday)s, %(hours)s") % {"weekday": WEEKDAYS[day.like], "hours": hours}
    return hours


def differences(before: Content, after: Content) -> list[Difference]:
    """Return what a version changed, one line for each subject."""
    found = []
    if before.timezone != after.timezone:
        found.append(Difference(_("Time zone"), f"{before.timezone} → {after.timezone}"))
    if before.country != after.country:
        found.append(Difference(_("Public holidays of"), f"{before.country or '–'} → {after.country or '–'}"))
    for day in range(7):
        old, new = (windows_in_words(each.week.get(day, ())) for each in (before, after))
        if old != new:
            closed = _("closed")
            found.append(Difference(str(WEEKDAYS[day]), f"{old or closed} → {new or closed}"))
    return found + _days_changed(before, after) + _years_changed(before, after)


def _days_changed(before: Content, after: Content) -> list[Difference]:
    new, old = set(after.days), set(before.days)
    changed = [day for day in new & old if not after.days[day].same_as(before.days[day])]
    groups = (
        (ngettext("%(n)d date added", "%(n)d dates added", len(new - old)), new - old, after),
        (ngettext("%(n)d date changed", "%(n)d dates changed", len(changed)), changed, after),
        (ngettext("%(n)d date removed", "%(n)d dates removed", len(old - new)), old - new, before),
    )
    return [
        Difference(label % {"n": len(days)}, _some(content, sorted(days)))
        for label, days, content in groups
        if days
    ]


def _some(content: Content, days: list[date]) -> str:
    """Describe the first few runs of equal days, and say how many more there are."""
    stretches: list[tuple[date, date, Day]] = []
    for day in days:
        what = content.days[day]
        if stretches and stretches[-1][1] == day - timedelta(days=1) and _alike(stretches[-1][2], what):
            stretches[-1] = (stretches[-1][0], day, what)
        else:
            stretches.append((day, day, what))
    texts = [_stretch(content, *stretch) for stretch in stretches[:SHOWN_DAYS]]
    if (more := len(stretches) - SHOWN_DAYS) > 0:
        texts.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return "; ".join(texts)


def _alike(one: Day, other: Day) -> bool:
    return (one.kind, one.windows, one.like, one.name) == (other.kind, other.windows, other.like, other.name)


def _stretch(content: Content, first: date, last: date, day: Day) -> str:
    dates = first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"
    return " ".join(filter(None, (dates, day_in_words(content, day), day.name)))


def _years_changed(before: Content, after: Content) -> list[Difference]:
    return [
        Difference(str(year), year_in_words(after.years.get(year)))
        for year in sorted(set(before.years) | set(after.years))
        if before.years.get(year) != after.years.get(year)
    ]


def year_in_words(loaded: YearLoaded | None) -> str:
    if loaded is None:
        return _("no list of holidays is loaded")
    if loaded.official:
        return _("official list, %(source)s") % {"source": loaded.source.label}
    if loaded.computed:
        return _("computed from the law by the %(source)s, no official list") % {
            "source": loaded.source.label
        }
    return _("no official list; only holidays set by law")


def date_in_words(day: date) -> str:
    """Return the date with its weekday, as the reader's language writes it."""
    # Translators: a date format of Django, weekday, day and month; Chinese "n月j日 D".
    return date_format(day, _("D j M"))
