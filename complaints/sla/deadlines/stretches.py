"""Divide time into counted and skipped stretches, day by day in a calendar's time zone. No database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from complaints.workdays.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)
MIDNIGHT = (time(0, 0), time(0, 0))
Stretch = tuple[datetime, datetime]


class Skip(StrEnum):
    """Why time does not count."""

    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    HOURS = "hours"
    PAUSED = "paused"


SKIP_WORDS = {
    Skip.WEEKEND: _("weekend"),
    Skip.DAY_OFF: _("not a working day"),
    Skip.HOLIDAY: _("holiday"),
    Skip.CLOSED: _("closed on this date"),
    Skip.HOURS: _("outside hours"),
    Skip.PAUSED: _("waiting for the customer"),
}


@dataclass(frozen=True)
class Counted:
    """A stretch that counts, in the calendar's local time."""

    since: datetime
    until: datetime
    length: timedelta


@dataclass(frozen=True)
class Skipped:
    """A stretch that does not count, in the calendar's local time."""

    since: datetime
    until: datetime
    why: Skip

    @property
    def reason(self) -> str:
        return str(SKIP_WORDS[self.why])


@dataclass(frozen=True)
class Day:
    """One local date from midnight to midnight, cut at the clock's start and deadline."""

    date: date
    counted: list[Counted]
    skipped: list[Skipped]

    @property
    def length(self) -> timedelta:
        return sum((stretch.length for stretch in self.counted), timedelta(0))


@dataclass(frozen=True)
class Pause:
    since: datetime
    until: datetime | None


def is_always(working: WorkingCalendar) -> bool:
    """Return True if the calendar is open at every moment."""
    whole = all(MIDNIGHT in hours for hours in working.hours.values())
    return whole and not working.closed and not working.special


def running_stretches(start: datetime, end: datetime, pauses: Sequence[Pause]) -> list[Stretch]:
    """Return [start, end) without the pauses that are over. An open pause has not moved the deadline yet."""
    found, begin = [], start
    for pause in pauses:
        if pause.until is not None and pause.since < end:
            found.append((begin, max(begin, pause.since)))
            begin = max(begin, pause.until)
    return [(a, b) for a, b in [*found, (begin, end)] if a < b]


def days_of(
    working: WorkingCalendar, zone: ZoneInfo, start: datetime, end: datetime, running: Sequence[Stretch]
) -> Iterator[Day]:
    """Yield each local date from start to deadline, with the time in it that counts and that does not."""
    counted = [window for a, b in running for window in working.windows(a, b)]
    paused = _gaps(running, start, end)
    day = start.astimezone(zone).date()
    while (begin := max(_midnight(day, zone), start)) < end:
        finish = min(_midnight(day + ONE_DAY, zone), end)
        if begin < finish:
            yield _day(working, zone, day, (begin, finish), counted, paused)
        day += ONE_DAY


def _day(
    working: WorkingCalendar,
    zone: ZoneInfo,
    day: date,
    span: Stretch,
    counted: Sequence[Stretch],
    paused: Sequence[Stretch],
) -> Day:
    begin, finish = span
    own = _within(counted, begin, finish)
    skipped: list[Skipped] = []
    for a, b in _gaps(own, begin, finish):
        halted = _within(paused, a, b)
        skipped += [Skipped(c.astimezone(zone), d.astimezone(zone), Skip.PAUSED) for c, d in halted]
        why = closed_because(working, day)
        skipped += [Skipped(c.astimezone(zone), d.astimezone(zone), why) for c, d in _gaps(halted, a, b)]
    return Day(
        day,
        [Counted(a.astimezone(zone), b.astimezone(zone), b - a) for a, b in own],
        sorted(skipped, key=lambda gap: gap.since.astimezone(UTC)),
    )


def closed_because(working: WorkingCalendar, day: date) -> Skip:
    """Return why time of this date does not count: by special hours first, then holidays, then the week."""
    if day in working.special:
        return Skip.HOURS if working.special[day] else Skip.CLOSED
    if day in working.closed:
        return Skip.HOLIDAY
    if working.hours[day.weekday()]:
        return Skip.HOURS
    return Skip.WEEKEND if day.weekday() >= 5 else Skip.DAY_OFF


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a local date begins, in UTC so that differences are real time."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _within(stretches: Sequence[Stretch], begin: datetime, finish: datetime) -> list[Stretch]:
    """Return the parts of sorted stretches that lie in [begin, finish)."""
    cut = [
        (max(a, begin).astimezone(UTC), min(b, finish).astimezone(UTC))
        for a, b in stretches
        if a < finish and b > begin
    ]
    return [(a, b) for a, b in cut if a < b]


def _gaps(stretches: Sequence[Stretch], begin: datetime, finish: datetime) -> list[Stretch]:
    """Return the parts of [begin, finish) that lie in none of the sorted stretches."""
    found = []
    for a, b in stretches:
        if begin < a:
            found.append((begin, a))
        begin = max(begin, b)
    if begin < finish:
        found.append((begin, finish))
    return found
