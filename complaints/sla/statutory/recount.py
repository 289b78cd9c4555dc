"""Count statutory deadlines again when the calendar of their pack has changed.

A law counts real business days, even if the calendar did not know them when the clock started:

1. Only live clocks that are still in time, and whose pack counts on its calendar, are recounted.
2. The deadline is counted again from the receipt by the version of the pack that set it, with the extensions
   granted since, on the newest calendar. There is no floor (`sla/retarget.py`): a deadline may move earlier
   by any amount.
3. A deadline that a merge has moved stays, unless the new count is earlier still.
4. The first deadline, `original_due_at`, stays as it is.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from complaints.models import CalendarVersion, Clock, ClockKind, StatutoryPack
from complaints.rows import lookups
from complaints.sla import firing
from complaints.sla.statutory import duty
from complaints.workdays.working_time import NoWorkingTime, WorkingCalendar


class Touched(NamedTuple):
    """The number of open statutory deadlines that a calendar change would move, and how many move earlier."""

    moved: int
    earlier: int


def depends(pack: StatutoryPack) -> bool:
    """Return True if the pack's calendar decides its deadline, not only its warnings."""
    counts = pack.unit == duty.Unit.BUSINESS_DAYS or pack.receipt != duty.DayZero.RECEIPT
    return pack.calendar_id is not None and bool(pack.unit) and (counts or pack.to_open_day)


def _depending() -> dict[int, StatutoryPack]:
    """Return the pack versions whose deadline depends on their calendar, by id."""
    found = StatutoryPack.objects.filter(calendar__isnull=False).select_related("calendar")
    return lookups.once("packs that look at a calendar", lambda: {p.pk: p for p in found if depends(p)})


def countable(at: datetime) -> Q:
    """Return a filter for the open clocks whose deadline a calendar decides, in whatever round."""
    return Q(kind=ClockKind.STATUTORY, subject_type=duty.PACK, subject_id__in=_depending(), due_at__gt=at)


def recount(clock: Clock, *, fired: int, granted: int) -> bool:
    """Move the clock to the newest version of its pack's calendar. Return True if its deadline moves.

    `fired` is the highest level that has fired, `granted` the number of extensions granted. The clock is
    changed, but not saved. If the calendar has no working time left, nothing changes.
    """
    pack = _depending()[clock.subject_id]
    calendar, before = duty.calendar_of(pack), clock.due_at
    try:
        due = _again(clock, pack, granted, calendar.working)
    except NoWorkingTime:
        return False
    clock.calendar, clock.due_at = calendar, max(due, clock.started_at)
    seconds = calendar.working.between(clock.started_at, clock.due_at).total_seconds()
    clock.target_seconds = int(seconds)
    clock.generation += 1
    firing.schedule(clock, after=fired)
    return clock.due_at != before


def _again(clock: Clock, pack: StatutoryPack, granted: int, working: WorkingCalendar) -> datetime:
    """Return the deadline on this calendar. `clock.calendar` is the one of the last count."""
    length = (pack.length or 0) + sum(pack.steps[:granted])
    due = duty.count_on(pack, clock.started_at, working, length).due_at
    was = duty.count_on(pack, clock.started_at, clock.calendar.working, length).due_at
    return due if clock.due_at == was else min(due, clock.due_at)


def touched(version: CalendarVersion, working: WorkingCalendar, at: datetime) -> Touched:
    """Return what recalculating would do to open deadlines if this calendar had these days."""
    packs = {pk: pack for pk, pack in _depending().items() if pack.calendar_id == version.calendar_id}
    found = Clock.objects.live().filter(countable(at), breached_at__isnull=True, subject_id__in=packs)
    clocks = list(found.select_related("calendar"))
    granted, moved, earlier = duty.granted_to(clocks), 0, 0
    for clock in clocks:
        try:
            due = _again(clock, packs[clock.subject_id], granted.get(clock.pk, 0), working)
        except NoWorkingTime:
            continue
        moved, earlier = moved + (due != clock.due_at), earlier + (due < clock.due_at)
    return Touched(moved, earlier)


def granted_by_clock(found: Iterable[Clock]) -> Mapping[int, int]:
    """Return {clock id: extensions granted} for the statutory ones of these clocks."""
    return duty.granted_to([clock for clock in found if clock.kind == ClockKind.STATUTORY])
