"""When a customer is called back, and why then: arithmetic on contact hours, without database or "now".

The rules stand in docs/clocks.md, "When a customer is called back". A plan never moves a deadline. If contact
hours leave no time before it, the first call is planned at once, a later one when contact hours begin again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.lifecycle.callback.attempts import (
    FAILED,
    PART_BEGINS,
    PARTS,
    SPACING,
    TRIES,
    counted,
    enough_calls,
    part_of_day,
)
from complaints.models import CallbackAttempt
from complaints.models.callback import PlannedWhy
from complaints.workdays.working_time import NoWorkingTime, WorkingCalendar

TICK, DAY = timedelta(microseconds=1), timedelta(days=1)


class Planned(NamedTuple):
    """A planned call: its moment, and the reason for that moment."""

    at: datetime
    why: PlannedWhy


class Deadlines(NamedTuple):
    """The deadlines of the first try (24 h) and of all tries (48 h)."""

    first: datetime
    all: datetime


def zone_of(hours: WorkingCalendar) -> tzinfo:
    return ZoneInfo(hours.timezone)


def first_call(hours: WorkingCalendar, at: datetime, deadline: datetime) -> Planned:
    """Plan the first call as early as contact hours allow; at once if none are left before the deadline."""
    opening = next(hours.windows(at, deadline), None)
    if opening is None:
        return Planned(at, PlannedWhy.NO_HOURS)
    return Planned(opening[0], PlannedWhy.AT_ONCE if opening[0] <= at else PlannedWhy.OPENING)


def last_useful(hours: WorkingCalendar, opened_at: datetime, deadline: datetime) -> datetime:
    """Return the last moment before the deadline that lies in contact hours; `opened_at` if there is none."""
    *_earlier, (_begin, end) = [(opened_at, opened_at), *hours.windows(opened_at, deadline)]
    return end


def next_call(
    hours: WorkingCalendar, tries: Sequence[CallbackAttempt], at: datetime, deadlines: Deadlines
) -> Planned:
    """Plan the call after `tries`, the calls so far. `at` is now.

    It comes at least three hours after the last failed try, within contact hours, and at such a time that
    enough parts of the day can still be tried before the deadline. If there is no such time it comes as early
    as it can.
    """
    zone = zone_of(hours)
    spoken = [attempt for attempt in tries if attempt.result in FAILED]
    if not spoken:
        return first_call(hours, at, deadlines.first)
    if enough_calls(tries, zone):
        return Planned(_opening(hours, at), PlannedWhy.OTHER_WAY)
    earliest = max(at, spoken[-1].at + SPACING)
    moments = [attempt.at for attempt in counted(tries)]
    slots = list(_slots(hours, earliest, deadlines.all))
    fitting = [slot for slot in slots if _leads_on(hours, [*moments, slot], deadlines.all)]
    if not slots:
        return Planned(_opening(hours, earliest), PlannedWhy.NO_HOURS)
    chosen = (fitting or slots)[0]
    return Planned(chosen, PlannedWhy.SPACED if chosen == slots[0] else PlannedWhy.OTHER_PART)


def _leads_on(hours: WorkingCalendar, moments: list[datetime], deadline: datetime) -> bool:
    """Return True if these tries are enough, or if later ones before the deadline can still make them so."""
    zone = zone_of(hours)
    if len(moments) >= TRIES:
        return len({part_of_day(moment, zone) for moment in moments}) >= PARTS
    following = _slots(hours, moments[-1] + SPACING, deadline)
    return any(_leads_on(hours, [*moments, slot], deadline) for slot in following)


def _slots(hours: WorkingCalendar, a: datetime, b: datetime) -> Iterator[datetime]:
    """Yield the moments in [a, b) to choose from: each opening and each beginning of a part of the day."""
    if b <= a:
        return
    zone = zone_of(hours)
    for begin, end in hours.windows(a, b):
        yield begin
        day = begin.astimezone(zone).date()
        while day <= end.astimezone(zone).date():
            for part in PART_BEGINS:
                boundary = datetime.combine(day, part, zone)
                if begin < boundary < end:
                    yield boundary
            day += DAY


def _opening(hours: WorkingCalendar, at: datetime) -> datetime:
    """Return this moment, or the next one that lies in contact hours."""
    try:
        return hours.add(at, TICK) - TICK
    except NoWorkingTime:
        return at
