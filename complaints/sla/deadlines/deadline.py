"""Explain a deadline: the time that counts, the time skipped and why, pauses, and changes. It only reads.

If the deadline of a clock was never changed, the seconds that count add up to its target.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from complaints.models import Clock, ClockKind, Event
from complaints.sla.calendars.days import beyond_loaded
from complaints.sla.deadlines.stretches import Day, Pause, days_of, is_always, running_stretches

EXACT = timedelta(seconds=1)
"""Targets are stored in whole seconds, so a difference from the target of less than one means nothing."""


@dataclass(frozen=True)
class Days:
    """Consecutive dates that are alike, with the same hours counted and skipped."""

    first: Day
    last: Day
    count: int
    length: timedelta


class ChangeKind(StrEnum):
    RETARGETED = "retargeted"
    RECOUNTED = "recounted"
    REGRADED = "regraded"
    EXTENDED = "extended"
    MERGED = "merged"
    UNMERGED = "unmerged"


CHANGE_WORDS = {
    ChangeKind.RETARGETED: _("Recalculated because another rule applies"),
    ChangeKind.RECOUNTED: _("Counted again because the calendar changed"),
    ChangeKind.REGRADED: _("The severity changed, so the deadline was checked again"),
    ChangeKind.EXTENDED: _("More time was granted"),
    ChangeKind.MERGED: _("Another complaint was merged into this one"),
    ChangeKind.UNMERGED: _("A merge was undone"),
}


@dataclass(frozen=True)
class Change:
    """An event that changed the deadline, with the deadlines before and after if the event says them."""

    at: datetime
    kind: ChangeKind
    before: datetime | None = None
    after: datetime | None = None

    @property
    def words(self) -> str:
        return str(CHANGE_WORDS[self.kind])


@dataclass(frozen=True)
class Explanation:
    """All that explains one deadline, in UTC.

    `counted` is the working time from start to deadline without pauses, `used` the part of it up to now or
    the end of the clock. `extra` is `counted` minus `target`, negative if the deadline is earlier than the
    target gives.
    """

    clock: Clock
    target: timedelta
    zone: ZoneInfo
    started_at: datetime
    due_at: datetime
    days: list[Day]
    pauses: list[Pause]
    changes: list[Change]
    counted: timedelta
    used: timedelta
    beyond_holidays: bool

    @property
    def extra(self) -> timedelta:
        difference = self.counted - self.target
        return difference if abs(difference) >= EXACT else timedelta(0)

    @property
    def earlier_by(self) -> timedelta:
        return max(-self.extra, timedelta(0))

    @property
    def later_by(self) -> timedelta:
        return max(self.extra, timedelta(0))

    @property
    def rows(self) -> list[Days]:
        """The days, with consecutive ones that are alike joined into one row."""
        found = []
        for _key, group in groupby(self.days, key=_likeness):
            days = list(group)
            total = sum((day.length for day in days), timedelta(0))
            found.append(Days(days[0], days[-1], len(days), total))
        return found


def explain(clock: Clock, events: Iterable[Event], *, at: datetime, reader: ZoneInfo) -> Explanation:
    """Explain the deadline of a clock. `events` is what the reader may see of the timeline, with its texts.

    `reader` is the reader's time zone. It divides time into days if the calendar is always open, since such a
    calendar has no days of its own.
    """
    working = clock.calendar.working
    zone = reader if is_always(working) else ZoneInfo(working.timezone)
    # UTC throughout, because Python compares two moments of one local zone by the wall clock, which goes back
    # once a year.
    start, end = clock.started_at.astimezone(UTC), clock.due_at.astimezone(UTC)
    pauses = _pauses(clock)
    running = running_stretches(start, end, pauses)
    return Explanation(
        clock=clock,
        target=timedelta(seconds=clock.target_seconds),
        zone=zone,
        started_at=start,
        due_at=end,
        days=list(days_of(working, zone, start, end, running)),
        pauses=pauses,
        changes=_changes(clock, events),
        counted=sum((working.between(a, b) for a, b in running), timedelta(0)),
        used=_used(clock, pauses, min(at, clock.stopped_at or at)),
        beyond_holidays=beyond_loaded(clock.calendar, clock.due_at),
    )


def _pauses(clock: Clock) -> list[Pause]:
    return [
        Pause(pause.since.astimezone(UTC), pause.until and pause.until.astimezone(UTC))
        for pause in sorted(clock.pauses.all(), key=lambda pause: pause.since)
    ]


def _used(clock: Clock, pauses: Sequence[Pause], until: datetime) -> timedelta:
    """Return the working time that the clock has run until `until`, without pauses."""
    end = min(until, clock.paused_since or until)
    stretches = running_stretches(clock.started_at, end, pauses)
    return sum((clock.calendar.working.between(a, b) for a, b in stretches), timedelta(0))


def _likeness(day: Day) -> tuple[object, ...]:
    """Return a key that is equal for days with the same local hours, the same reasons and the same length."""
    return (
        [(stretch.since.time(), stretch.until.time()) for stretch in day.counted],
        [(gap.since.time(), gap.until.time(), gap.why) for gap in day.skipped],
        day.length,
    )


def _changes(clock: Clock, events: Iterable[Event]) -> list[Change]:
    """Return the changes of this clock's deadline that the timeline reports for the time while it ran.

    Only clocks of the complaint itself are recalculated, and only in their own round.
    """
    found: list[Change] = []
    for event in events:
        own = event.complaint_id == clock.complaint_id and event.round == clock.round
        ran = clock.started_at <= event.at <= (clock.stopped_at or event.at)
        if own and ran and not clock.subject_type:
            found += moved_by(clock, event)
    return found


def moved_by(clock: Clock, event: Event) -> Iterator[Change]:
    """Yield the changes of a clock's deadline that one event reports."""
    details = event.text.details
    if event.kind == "extended" and details.get("clock") == clock.kind:
        moments = _moment(details.get("old_due")), _moment(details.get("due"))
        yield Change(event.at, ChangeKind.EXTENDED, *moments)
    for entry in details.get("clocks") or []:
        if isinstance(entry, dict) and entry.get("clock") == clock.kind:
            moments = _moment(entry.get("from")), _moment(entry.get("to"))
            law = clock.kind == ClockKind.STATUTORY
            yield Change(event.at, ChangeKind.RECOUNTED if law else ChangeKind.RETARGETED, *moments)
    if "severity" in event.changed and event.kind != "edited":
        # A risk flag was set or lifted. Unlike the event of an edit, this one does not name the clocks it
        # moved.
        yield Change(event.at, ChangeKind.REGRADED)
    if event.kind in {"merged_in", "unmerged_from"}:
        merged = event.kind == "merged_in"
        yield Change(event.at, ChangeKind.MERGED if merged else ChangeKind.UNMERGED)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
