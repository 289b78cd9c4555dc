"""When a customer is called back, and why then: pure arithmetic on contact hours (docs/clocks.md).

Plans move no deadline: where contact hours leave no time before it, the call is planned as near as they let.
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
    """A call to come."""

    at: datetime
    why: PlannedWhy


class Deadlines(NamedTuple):
    """By when the first try must have begun (24 h), and all of them (48 h)."""

    first: datetime
    all: datetime


def zone_of(hours: WorkingCalendar) -> tzinfo:
    return ZoneInfo(hours.timezone)


def first_call(hours: WorkingCalendar, at: datetime, deadline: datetime) -> Planned:
    """As early as contact hours allow; where none is left before the deadline, at once."""
    opening = next(hours.windows(at, deadline), None)
    if opening is None:
        return Planned(at, PlannedWhy.NO_HOURS)
    return Planned(opening[0], PlannedWhy.AT_ONCE if opening[0] <= at else PlannedWhy.OPENING)


def last_useful(hours: WorkingCalendar, opened_at: datetime, deadline: datetime) -> datetime:
    """Until when a call falls in contact hours and before the deadline, which stays where it is."""
    *_earlier, (_begin, end) = [(opened_at, opened_at), *hours.windows(opened_at, deadline)]
    return end


def next_call(
    hours: WorkingCalendar, tries: Sequence[CallbackAttempt], at: datetime, deadlines: Deadlines
) -> Planned:
    """After a try that reached nobody: three hours on, in contact hours, in enough parts of the day."""
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
    """Whether these tries are enough, or can be followed by others that make them so before the deadline."""
    zone = zone_of(hours)
    if len(moments) >= TRIES:
        return len({part_of_day(moment, zone) for moment in moments}) >= PARTS
    following = _slots(hours, moments[-1] + SPACING, deadline)
    return any(_leads_on(hours, [*moments, slot], deadline) for slot in following)


def _slots(hours: WorkingCalendar, a: datetime, b: datetime) -> Iterator[datetime]:
    """The moments in [a, b) at which a call may be planned: each opening, each new part of the day."""
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
    """This moment, or the next one in contact hours."""
    try:
        return hours.add(at, TICK) - TICK
    except NoWorkingTime:
        return at
