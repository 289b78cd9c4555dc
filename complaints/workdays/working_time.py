"""Working calendars: pure arithmetic on instants (no Django, no database, no "now").

Every local window is first turned into UTC instants, counted in whole microseconds since 1970. Nothing is
ever added to a wall-clock time. The rules stand in docs/clocks.md, "Working time".
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from complaints.workdays.calendar_json import listed, read_date, read_windows, write_windows

Window = tuple[time, time]
Span = tuple[int, int]  # UTC microseconds since 1970, half-open

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND, ONE_DAY = timedelta(microseconds=1), timedelta(days=1)
HORIZON_DAYS = 400
HORIZON = HORIZON_DAYS * 86_400_000_000  # microseconds
# the years that can be used; Python's dates end with 1 and 9999, and a few days before and after are needed
FIRST_YEAR, LAST_YEAR = 2, 9997
# a night shift, a zone's offset and a skipped date reach into the next year by at most this many days
EDGE_DAYS = 3


class NoWorkingTime(ValueError):
    """The calendar has no working time in the next 400 days."""


class _Year(NamedTuple):
    """The merged windows of one UTC year, in microseconds.

    `done[i]` is the working time of the year before window i; `done[-1]` is that of the whole year.
    """

    starts: list[int]
    ends: list[int]
    done: list[int]

    def before(self, instant: int) -> int:
        """Return the working microseconds of this year before the instant."""
        i = bisect_right(self.starts, instant) - 1
        if i < 0:
            return 0
        return self.done[i] + min(instant, self.ends[i]) - self.starts[i]


class WorkingCalendar:
    """Weekly hours in an IANA time zone, with closed dates and dates with hours of their own.

    `hours` maps weekdays, 0 (Monday) to 6, to pairs of local times. Windows are half-open [start, end) and
    belong to the date on which they start. An end at or before its start lies on the next day, so
    `time(0, 0)` as an end is the midnight that ends the day. `special` wins over `closed` and `hours`.

    Where the clock is put forward, an edge in the skipped hour moves forward by the gap. Where it is put
    back, an ambiguous start is the first and an ambiguous end the second occurrence, so that no staffed time
    is lost. Wrong input raises ValueError.
    """

    __slots__ = ("_key", "_years", "_zone", "closed", "hours", "special", "timezone")

    def __init__(
        self,
        timezone: str,
        hours: Mapping[int, Iterable[Window]],
        closed: Iterable[date] = (),
        special: Mapping[date, Iterable[Window]] | None = None,
    ) -> None:
        self._zone = _zone(timezone)
        self.timezone = timezone
        if any(type(day) is not int or not 0 <= day <= 6 for day in hours):
            raise ValueError("hours: weekdays are 0 (Monday) to 6 (Sunday)")
        self.hours = {day: _windows(hours.get(day, ()), f"hours of weekday {day}") for day in range(7)}
        self.closed = frozenset(_plain_date(day, "closed") for day in closed)
        self.special = {
            _plain_date(day, "special"): _windows(windows, f"special hours of {day}")
            for day, windows in (special or {}).items()
        }
        self._key = (timezone, tuple(self.hours.values()), self.closed, frozenset(self.special.items()))
        self._years = _shared_years(self._key)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, WorkingCalendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"<WorkingCalendar {self.timezone}, {len(self.closed)} closed, {len(self.special)} special>"

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the earliest instant t >= start with `between(start, t) == duration`, in UTC.

        `add(s, 0) == s` even outside working hours. Raises NoWorkingTime if 400 days pass without a window,
        and ValueError if `start` is naive or `duration` negative.
        """
        left = duration // MICROSECOND
        if left < 0:
            raise ValueError("a duration can't be negative")
        position = _instant(start)
        if not left:
            return start.astimezone(UTC)
        year = start.astimezone(UTC).year
        chunk = self._year(year)
        left += chunk.before(position)  # from here on `left` is counted from the start of the year
        while left > chunk.done[-1]:
            left -= chunk.done[-1]
            if chunk.ends:
                position = max(position, chunk.ends[-1])
            year += 1
            chunk = self._year(year)
            reached = chunk.starts[0] if chunk.starts else _new_year(year + 1)
            if reached - position > HORIZON:
                raise NoWorkingTime(f"no working time in the {HORIZON_DAYS} days after {_moment(position)}")
        i = bisect_left(chunk.done, left) - 1
        return _moment(chunk.starts[i] + left - chunk.done[i])

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Return the working time in [a, b), negative if b is before a. Both must be aware."""
        first, last = _instant(a), _instant(b)
        if last < first:
            return -self.between(b, a)
        low, high = a.astimezone(UTC).year, b.astimezone(UTC).year
        total = self._year(high).before(last) - self._year(low).before(first)
        for year in range(low, high):
            total += self._year(year).done[-1]
        return total * MICROSECOND

    def windows(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working time in [a, b) as (start, end) in UTC. Windows that touch come as one."""
        first, last = _instant(a), _instant(b)
        spans = [
            (max(begin, first), min(finish, last))
            for year in range(a.astimezone(UTC).year, b.astimezone(UTC).year + 1)
            for begin, finish in zip(self._year(year).starts, self._year(year).ends, strict=True)
            if begin < last and finish > first
        ]
        # A stretch over New Year is stored in two parts, one for each year; merging joins them.
        return ((_moment(begin), _moment(finish)) for begin, finish in _merge(spans))

    def is_working_day(self, day: date) -> bool:
        """Return True if a window starts on this local date."""
        return bool(self._windows_of(day))

    def add_working_days(self, day: date, count: int) -> date:
        """Return the date of the `count`-th working day after `day`, which is day 0 itself.

        Raises NoWorkingTime if 400 days pass without one, and ValueError if `count` is negative.
        """
        if count < 0:
            raise ValueError("a number of days can't be negative")
        idle = 0
        while count:
            day += ONE_DAY
            idle = 0 if self.is_working_day(day) else idle + 1
            count -= not idle
            if idle > HORIZON_DAYS:
                raise NoWorkingTime(f"no working day in the {HORIZON_DAYS} days before {day}")
        return day

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkingCalendar:
        """Build a calendar from the shape that `to_json` writes.

        Other input raises ValueError with the reason.
        """
        if not isinstance(data, Mapping):
            raise ValueError("a calendar is an object with timezone, hours, closed and special")
        if unknown := sorted(map(str, set(data) - {"timezone", "hours", "closed", "special"})):
            raise ValueError(f"unknown calendar keys: {', '.join(unknown)}")
        hours, special = data.get("hours"), data.get("special", {})
        if not isinstance(hours, Mapping) or not isinstance(special, Mapping):
            raise ValueError("hours and special are objects of lists of windows")
        if wrong := [str(day) for day in hours if str(day) not in set("0123456")]:
            raise ValueError(f"hours: {', '.join(wrong)} is no weekday from 0 (Monday) to 6 (Sunday)")
        return cls(
            data.get("timezone", ""),
            {int(day): read_windows(windows, f"hours of weekday {day}") for day, windows in hours.items()},
            [read_date(day) for day in listed(data.get("closed", []), "closed")],
            {read_date(day): read_windows(ws, f"special hours of {day}") for day, ws in special.items()},
        )

    def to_json(self) -> dict[str, Any]:
        """Return the calendar as sorted plain data, so that equal calendars give equal data."""
        return {
            "timezone": self.timezone,
            "hours": {str(day): write_windows(windows) for day, windows in self.hours.items() if windows},
            "closed": [day.isoformat() for day in sorted(self.closed)],
            "special": {day.isoformat(): write_windows(self.special[day]) for day in sorted(self.special)},
        }

    def _windows_of(self, day: date) -> tuple[Window, ...]:
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.hours[day.weekday()]

    def _year(self, year: int) -> _Year:
        """Return the windows of one UTC year, computed once for all equal calendars."""
        if (found := self._years.get(year)) is None:
            found = self._years[year] = self._build(year)
        return found

    def _build(self, year: int) -> _Year:
        low, high = _new_year(year), _new_year(year + 1)
        day, stop = date(year, 1, 1) - EDGE_DAYS * ONE_DAY, date(year + 1, 1, 1) + EDGE_DAYS * ONE_DAY
        spans: list[Span] = []
        while day < stop:
            for start, end in self._windows_of(day):
                span = (self._opening(day, start), self._closing(day if end > start else day + ONE_DAY, end))
                spans.append((max(span[0], low), min(span[1], high)))
            day += ONE_DAY
        merged = _merge(spans)
        done = [0]
        for begin, finish in merged:
            done.append(done[-1] + finish - begin)
        return _Year([begin for begin, _ in merged], [finish for _, finish in merged], done)

    def _opening(self, day: date, wall: time) -> int:
        # fold=0 takes the first of two occurrences. In a gap it takes the old offset, which moves the edge
        # forward by the gap (PEP 495).
        return _instant(datetime.combine(day, wall.replace(fold=0), self._zone))

    def _closing(self, day: date, wall: time) -> int:
        # Where the clock is put back, the later of the two readings (fold 0 and 1) is the second occurrence.
        # In a gap the later one is that with the old offset, the same as in _opening.
        return max(_instant(datetime.combine(day, wall.replace(fold=fold), self._zone)) for fold in (0, 1))


@lru_cache(maxsize=512)
def _shared_years(key: object) -> dict[int, _Year]:
    """Return the dictionary of years for one calendar value: equal calendars compute a year only once."""
    return {}


def _merge(spans: list[Span]) -> list[Span]:
    """Sort the spans and join those that overlap or touch, so that 24x7 is a single stretch."""
    merged: list[Span] = []
    for begin, finish in sorted(span for span in spans if span[0] < span[1]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((begin, finish))
    return merged


def _instant(moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone is ambiguous: pass an aware datetime")
    # EPOCH's zone object differs from every ZoneInfo, so Python subtracts instants and not wall clocks.
    return (moment - EPOCH) // MICROSECOND


def _moment(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


@lru_cache(maxsize=4096)
def _new_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR + 1:
        raise ValueError(f"calendars reach from the year {FIRST_YEAR} to {LAST_YEAR}")
    return _instant(datetime(year, 1, 1, tzinfo=UTC))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def _windows(windows: Iterable[Window], where: str) -> tuple[Window, ...]:
    result = []
    for window in windows:
        if len(window) != 2 or not all(isinstance(edge, time) and edge.tzinfo is None for edge in window):
            raise ValueError(f"{where}: a window is a pair of local times")
        result.append((window[0].replace(fold=0), window[1].replace(fold=0)))
    return tuple(sorted(result))


def _plain_date(day: date, where: str) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{where}: {day!r} is not a date")
    return day


ALWAYS = WorkingCalendar("UTC", {day: [(time(0, 0), time(0, 0))] for day in range(7)})
