"""A slow oracle for working time, which shares nothing with `working_time.py` but the rules in docs/.

It models how much of a stretch of time a calendar counts as worked (docs/clocks.md, "Working time").
`test_laws.py` compares its `between` and `add` with those of the product over random calendars.

The product converts the calendar's hours to UTC. The oracle never asks for the UTC time of a wall-clock time.
It reads the wall clock of the zone at UTC instants, finds by bisection where the offset from UTC changes, and
so knows all instants at which a wall-clock time is shown. From these it takes the edges of each window and
decides for each stretch between two edges whether it is worked.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from complaints.workdays.working_time import WorkingCalendar

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
REACH = 5 * DAY
Stretch = tuple[datetime, datetime, timedelta]  # from, to (UTC), offset of the wall clock


class Oracle:
    """The working time of a calendar between two instants, found by reading the wall clock."""

    def __init__(self, cal: WorkingCalendar, low: datetime, high: datetime) -> None:
        self.low, self.high = low.astimezone(UTC), high.astimezone(UTC)
        midnight = time(0, tzinfo=UTC)
        first, last = (self.low - REACH).date(), (self.high + REACH).date()
        self.offsets = _offsets(
            ZoneInfo(cal.timezone), datetime.combine(first, midnight), datetime.combine(last, midnight)
        )
        windows = list(self._windows(cal))
        edges = sorted({edge for window in windows for edge in window} | {self.low, self.high})
        self.worked = [
            (begin, end)
            for begin, end in pairwise(edges)
            if self.low <= begin < self.high and any(a <= begin and end <= b for a, b in windows)
        ]

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Return the working time in [a, b). Both must lie within what the oracle has read."""
        assert self.low <= a <= b <= self.high
        parts = (min(end, b) - max(begin, a) for begin, end in self.worked if begin < b and end > a)
        return sum(parts, timedelta(0))

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """Return the earliest instant by which this much was worked; None beyond what the oracle read."""
        if not duration:
            return start
        for begin, end in self.worked:
            part = end - max(begin, start)
            if part >= duration:
                return max(begin, start) + duration
            duration -= max(part, timedelta(0))
        return None

    def _windows(self, cal: WorkingCalendar) -> Iterable[tuple[datetime, datetime]]:
        day = (self.low - REACH + 2 * DAY).date()
        while day <= (self.high + REACH - 3 * DAY).date():
            for start, end in _hours(cal, day):
                ends_on = day if end > start else day + DAY
                yield self._shown(day, start)[0], self._shown(ends_on, end)[-1]
            day += DAY

    def _shown(self, day: date, wall: time) -> list[datetime]:
        """Return the instants at which the wall clock shows this time.

        A time that falls into a gap counts as far after the gap's start as it lies inside the gap.
        """
        local = datetime.combine(day, wall, UTC)
        found = [local - by for begin, end, by in self.offsets if begin <= local - by < end]
        if found:
            return sorted(found)
        return [
            local - before[2]
            for before, after in pairwise(self.offsets)
            if before[1] + before[2] <= local < after[0] + after[2]
        ]


def _hours(cal: WorkingCalendar, day: date) -> Iterable[tuple[time, time]]:
    if day in cal.special:
        return cal.special[day]
    return [] if day in cal.closed else cal.hours[day.weekday()]


@lru_cache(maxsize=256)
def _offsets(zone: ZoneInfo, low: datetime, high: datetime) -> list[Stretch]:
    """Return the stretches during which the offset from UTC stays the same, to the second."""

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).replace(tzinfo=UTC) - moment

    found, begin = [], low
    while low < high:
        following = min(low + HOUR, high)
        if offset(following) != offset(low):
            before, after = low, following
            while after - before > SECOND:
                middle = before + (after - before) // 2
                middle = middle.replace(microsecond=0)
                before, after = (middle, after) if offset(middle) == offset(low) else (before, middle)
            found.append((begin, after, offset(begin)))
            begin = after
        low = following
    return [*found, (begin, high, offset(begin))]
