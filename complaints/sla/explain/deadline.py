"""Why a deadline is when it is: the time counted, the time skipped and why, pauses and changes.

Reads only. Of a clock on whose rule nothing was changed the seconds counted add up to its target.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from complaints.models import Clock, Event
from complaints.sla.calendars.days import beyond_loaded
from complaints.sla.explain.stretches import Day, Pause, days_of, is_always, running_stretches

EXACT = timedelta(seconds=1)
"""Targets are kept in whole seconds; a clock with a date of its own may differ by less."""


@dataclass(frozen=True)
class Days:
    """Consecutive dates that are alike: the same hours counted and skipped."""

    first: Day
    last: Day
    count: int
    length: timedelta


class ChangeKind(StrEnum):
    RETARGETED = "retargeted"
    REGRADED = "regraded"
    EXTENDED = "extended"
    MERGED = "merged"
    UNMERGED = "unmerged"


CHANGE_WORDS = {
    ChangeKind.RETARGETED: _("Set anew, as another promise holds"),
    ChangeKind.REGRADED: _("The severity changed, so the promise was looked at again"),
    ChangeKind.EXTENDED: _("More time was granted"),
    ChangeKind.MERGED: _("Another complaint was merged into this one"),
    ChangeKind.UNMERGED: _("A merge was undone"),
}


@dataclass(frozen=True)
class Change:
    """An entry of the timeline that set the deadline anew; the moments where it tells them."""

    at: datetime
    kind: ChangeKind
    before: datetime | None = None
    after: datetime | None = None

    @property
    def words(self) -> str:
        return str(CHANGE_WORDS[self.kind])


@dataclass(frozen=True)
class Explanation:
    """`counted` is the working time from start to deadline without the pauses; `extra` what it has over the
    target, negative where the deadline is earlier. `used`: of it, up to now or to the end of the clock."""

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
        """The days, those alike in a row told once."""
        found = []
        for _key, group in groupby(self.days, key=_likeness):
            days = list(group)
            total = sum((day.length for day in days), timedelta(0))
            found.append(Days(days[0], days[-1], len(days), total))
        return found


def explain(clock: Clock, events: Iterable[Event], *, at: datetime, reader: ZoneInfo) -> Explanation:
    """`events`: what the reader may see of the timeline, with the texts. `reader`: the zone whose days are
    told where the calendar is always open and has none of its own."""
    working = clock.calendar.working
    zone = reader if is_always(working) else ZoneInfo(working.timezone)
    # In UTC throughout: two moments of one local zone are compared by the wall, which goes back once a year.
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
    """The working time that the clock has run, pauses left out; not more than up to `until`."""
    end = min(until, clock.paused_since or until)
    stretches = running_stretches(clock.started_at, end, pauses)
    return sum((clock.calendar.working.between(a, b) for a, b in stretches), timedelta(0))


def _likeness(day: Day) -> tuple[object, ...]:
    """Days of the same key read alike: same hours by the wall, same reasons, same length."""
    return (
        [(stretch.since.time(), stretch.until.time()) for stretch in day.counted],
        [(gap.since.time(), gap.until.time(), gap.why) for gap in day.skipped],
        day.length,
    )


def _changes(clock: Clock, events: Iterable[Event]) -> list[Change]:
    """What the timeline says about this clock's deadline while it ran. Only clocks of the complaint itself
    are set anew, and only in their own round."""
    found: list[Change] = []
    for event in events:
        own = event.complaint_id == clock.complaint_id and event.round == clock.round
        ran = clock.started_at <= event.at <= (clock.stopped_at or event.at)
        if own and ran and not clock.subject_type:
            found += moved_by(clock, event)
    return found


def moved_by(clock: Clock, event: Event) -> Iterator[Change]:
    """What one entry says of a clock's deadline."""
    details = event.text.details
    if event.kind == "extended" and details.get("clock") == clock.kind:
        moments = _moment(details.get("old_due")), _moment(details.get("due"))
        yield Change(event.at, ChangeKind.EXTENDED, *moments)
    for entry in details.get("clocks") or []:
        if isinstance(entry, dict) and entry.get("clock") == clock.kind:
            moments = _moment(entry.get("from")), _moment(entry.get("to"))
            yield Change(event.at, ChangeKind.RETARGETED, *moments)
    if "severity" in event.changed and event.kind != "edited":
        # A risk set or lifted; only a corrected record names the clocks that moved with it.
        yield Change(event.at, ChangeKind.REGRADED)
    if event.kind in {"merged_in", "unmerged_from"}:
        merged = event.kind == "merged_in"
        yield Change(event.at, ChangeKind.MERGED if merged else ChangeKind.UNMERGED)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
