"""Models working time the slow way: it lists every worked stretch by the wall clock and adds them up.

The clock walk uses it instead of `complaints/workdays/`. The rules stand in docs/clocks.md, "Working time".
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast

from complaints.tests.workdays.oracle import Oracle
from complaints.workdays.working_time import WorkingCalendar

Stretch = tuple[datetime, datetime]
NOTHING = timedelta(0)
FIRST, LAST = datetime(2026, 1, 20, tzinfo=UTC), datetime(2027, 7, 20, tzinfo=UTC)
"""The stretch of time that walks may ask about."""
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class _Plain:
    """The definition of a calendar, read without the product's code."""

    timezone: str
    hours: dict[int, list[tuple[time, time]]]
    closed: set[date]
    special: dict[date, list[tuple[time, time]]]


class Worked:
    """The worked stretches of one calendar."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self.stretches = _stretches(json.dumps(definition, sort_keys=True))
        self.ends = [end for _begin, end in self.stretches]

    def pieces(self, a: datetime, b: datetime, pauses: Sequence[Stretch] = ()) -> Iterator[Stretch]:
        """Yield the worked stretches in [a, b) outside the pauses, in order."""
        free, begin = [], a
        for since, until in sorted(pauses):
            free.append((begin, min(since, b)))
            begin = max(begin, min(until, b))
        for low, high in [*free, (begin, b)]:
            for start, end in self.stretches[bisect_right(self.ends, low) :]:
                if start >= high:
                    break
                if max(start, low) < min(end, high):
                    yield max(start, low), min(end, high)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Return the working time between two moments, negative when b is before a."""
        if b < a:
            return -self.between(b, a)
        return sum((end - start for start, end in self.pieces(a, b)), NOTHING)

    def add(self, start: datetime, amount: timedelta, pauses: Sequence[Stretch] = ()) -> datetime:
        """Return the earliest moment by which this amount was worked outside the pauses."""
        if not amount:
            return start
        for begin, end in self.pieces(start, self.stretches[-1][1], pauses):
            if end - begin >= amount:
                return begin + amount
            amount -= end - begin
        raise AssertionError("the walk went beyond what was read of the calendar")


@lru_cache(maxsize=512)
def _stretches(text: str) -> list[Stretch]:
    data = json.loads(text)
    plain = _Plain(
        data["timezone"],
        {day: _windows(data["hours"].get(str(day), [])) for day in range(7)},
        {date.fromisoformat(day) for day in data["closed"]},
        {date.fromisoformat(day): _windows(windows) for day, windows in data["special"].items()},
    )
    joined: list[Stretch] = []
    low = FIRST
    while low < LAST:
        for start, end in Oracle(cast(WorkingCalendar, plain), low, low + MONTH).worked:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        low += MONTH
    return joined


def _windows(windows: list[list[str]]) -> list[tuple[time, time]]:
    return [(_time(start), _time(end)) for start, end in windows]


def _time(text: str) -> time:
    return time(0) if text.startswith("24:00") else time.fromisoformat(text)
