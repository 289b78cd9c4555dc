"""Explain a statutory deadline: day 0, the days that count, those left out and why, and what moved it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from complaints.models import Clock, Event, PackUnit, StatutoryPack
from complaints.sla.calendars.days import beyond_loaded
from complaints.sla.deadlines.deadline import Change, ChangeKind, moved_by
from complaints.sla.deadlines.stretches import SKIP_WORDS, Skip, closed_because
from complaints.sla.statutory import duty
from complaints.workdays.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)
BY_OTHERS = frozenset({ChangeKind.RECOUNTED, ChangeKind.EXTENDED, ChangeKind.MERGED, ChangeKind.UNMERGED})
"""The only things that can move a statutory deadline. Policies, severity and pauses cannot."""


@dataclass(frozen=True)
class Counted:
    """Consecutive dates that are alike.

    For business days `numbers` are the first and last number in the count; for other days `why` says why they
    do not count.
    """

    first: date
    last: date
    numbers: tuple[int, int] | None = None
    why: Skip | None = None

    @property
    def reason(self) -> str:
        return str(SKIP_WORDS[self.why]) if self.why else ""


@dataclass(frozen=True)
class DayCount:
    """All that explains one statutory deadline. `length` includes the extensions granted so far.

    `rows` is empty if every day counts. `granted` and `left` are the pack's steps of extension, in its units.
    """

    clock: Clock
    pack: StatutoryPack
    zone: ZoneInfo
    received: date
    count: duty.Count
    length: int
    granted: list[int]
    left: list[int]
    rows: list[Counted]
    holding_due: datetime | None
    holding_sent: datetime | None
    changes: list[Change]
    beyond_holidays: bool

    @property
    def moved(self) -> bool:
        """Return True if day 0 is not the day of receipt."""
        return self.received != self.count.day_zero

    @property
    def earlier(self) -> bool:
        """Return True if the deadline is not the one counted, because a merge brought an earlier one."""
        return self.clock.due_at != self.count.due_at


def explain_days(clock: Clock, events: Iterable[Event]) -> DayCount | None:
    """Return the explanation, or None if no pack has set the clock. `events` are what the reader may see."""
    pack = duty.pack_of(clock)
    if pack is None:
        return None
    zone, granted = ZoneInfo(pack.timezone), duty.extensions_granted(clock)
    length = (pack.length or 0) + sum(pack.steps[:granted])
    counted = duty.count(pack, clock.started_at, clock.calendar, length)
    return DayCount(
        clock=clock,
        pack=pack,
        zone=zone,
        received=clock.started_at.astimezone(zone).date(),
        count=counted,
        length=length,
        granted=pack.steps[:granted],
        left=pack.steps[granted:],
        rows=list(_rows(pack, clock.calendar.working, counted)),
        holding_due=duty.holding_due(pack, clock),
        holding_sent=duty.holding_sent(clock.complaint) if pack.holding_day is not None else None,
        changes=changes_of(clock, events),
        beyond_holidays=bool(pack.calendar_id) and beyond_loaded(clock.calendar, clock.due_at),
    )


def changes_of(clock: Clock, events: Iterable[Event]) -> list[Change]:
    """Return what moved the deadline while the clock ran, in whatever round: the clock spans them all."""
    return [
        change
        for event in events
        if event.complaint_id == clock.complaint_id
        and clock.started_at <= event.at <= (clock.stopped_at or event.at)
        for change in moved_by(clock, event)
        if change.kind in BY_OTHERS
    ]


def _rows(pack: StatutoryPack, working: WorkingCalendar, counted: duty.Count) -> Iterable[Counted]:
    """Yield the business days with their numbers, and between them the days left out and why."""
    if pack.unit != PackUnit.BUSINESS_DAYS:
        return
    number, days = 0, []
    day = counted.day_zero
    while day < counted.day:
        day += ONE_DAY
        works = working.is_working_day(day)
        number += works
        days.append((day, number if works else 0, None if works else closed_because(working, day)))
    for why, group in groupby(days, key=lambda entry: entry[2]):
        alike = list(group)
        numbers = (alike[0][1], alike[-1][1]) if why is None else None
        yield Counted(alike[0][0], alike[-1][0], numbers, why)
