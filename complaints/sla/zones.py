"""In which time zone a customer reads a time: that of the clock's calendar, or of the law that sets it.

A calendar of elapsed time has no zone of its own. Its clocks take the zone of the first calendar with office
hours in their policy rule, or else the organisation's zone.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from complaints.models import Clock, ClockKind, Complaint, PolicyRule
from complaints.sla.deadlines.stretches import is_always
from complaints.sla.statutory import duty
from complaints.sla.targets import calendars_now
from ui import formats, organisation


def zone_of(clock: Clock) -> ZoneInfo:
    """Return the zone in which customers read the deadline of this clock."""
    pack = duty.packs_of([clock]).get(clock.subject_id) if clock.subject_type == duty.PACK else None
    if pack is not None:
        return ZoneInfo(pack.timezone)
    if not is_always(clock.calendar.working):
        return ZoneInfo(clock.calendar.working.timezone)
    return _office_of(clock.rule)


def _office_of(rule: PolicyRule | None) -> ZoneInfo:
    calendars = calendars_now() if rule is not None else {}
    for _minutes, code in rule.targets.values() if rule is not None else ():
        if code in calendars and not is_always(calendars[code].working):
            return ZoneInfo(calendars[code].working.timezone)
    return ZoneInfo(organisation.current().time_zone)


def zone_for(complaint: Complaint) -> ZoneInfo:
    """Return the zone in which a customer reads past events: the same as for our promises to them."""
    own = Clock.objects.filter(complaint=complaint).exclude(kind=ClockKind.STATUTORY)
    first = own.select_related("calendar", "rule").order_by("round", "pk")
    return _of_first(first, ClockKind.RESOLUTION, ClockKind.FIRST_RESPONSE, ClockKind.UPDATE)


def _of_first(found: Iterable[Clock], *kinds: str) -> ZoneInfo:
    clocks = list(found)
    for kind in kinds:
        for clock in clocks:
            if clock.kind == kind:
                return zone_of(clock)
    return zone_of(clocks[0]) if clocks else ZoneInfo(organisation.current().time_zone)


class Promised(NamedTuple):
    """A deadline, and how the customer reads it in the active language."""

    due_at: datetime
    words: str


def promised(clock: Clock) -> Promised:
    """Return our own deadline as a moment with its zone, that of a law as a date in the law's zone."""
    zone = zone_of(clock)
    by_day = clock.kind == ClockKind.STATUTORY and clock.subject_type == duty.PACK
    write = formats.day_in_zone if by_day else formats.moment_in_zone
    return Promised(clock.due_at, write(clock.due_at, zone))
