"""When a clock fires next: warnings, the deadline, reminders after it (docs/clocks.md, "Firing")."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from complaints.models import Clock, ClockKind
from complaints.models.clock import (
    BREACH_LEVEL,
    CUSTOMERS_OWN,
    LAST_APPROVAL_LEVEL,
    LAST_LEVEL,
    TWICE_LEVEL,
)
from complaints.rows.bulk import related
from complaints.sla.targets import DEFAULT_WARN

DAY = timedelta(days=1)
REMINDERS = {ClockKind.CUSTOMER_WAIT: {14: timedelta(hours=24), 43: timedelta(hours=72)}}
"""Kinds whose warnings come at fixed times after the start, {level: time}, instead of at percentages."""


class Firing(NamedTuple):
    """A level of a clock, and the moment at which it is due."""

    level: int
    at: datetime


def highest_fired(clock: Clock) -> int:
    """Return the highest level that the clock has reached.

    A breach that a merge brought counts. If undoing the merge removed it again, the deadline can fire once
    more.
    """
    return reached(clock, clock.effects.order_by("-level").values_list("level", flat=True).first() or 0)


def reached(clock: Clock, fired: int) -> int:
    """Return the level that counts as reached if `fired` is the highest fired one (see `highest_fired`)."""
    return max(fired, BREACH_LEVEL) if clock.breached_at else min(fired, BREACH_LEVEL - 1)


def schedule(clock: Clock, *, after: int) -> None:
    """Set the clock's next level above `after` and its moment, both None after the last. Nothing is saved."""
    following = next_firing(clock, after)
    clock.next_level, clock.next_fire_at = (following.level, following.at) if following else (None, None)


def next_firing(clock: Clock, after: int) -> Firing | None:
    """Return the lowest level above `after` with its moment, or None if nothing more is to fire."""
    if after < BREACH_LEVEL:
        return next(iter(_warnings(clock, after)), None) or Firing(BREACH_LEVEL, clock.due_at)
    if clock.kind in CUSTOMERS_OWN:
        return None
    if clock.kind == ClockKind.APPROVAL:
        return _after_deadline_of_approval(clock, after)
    return (
        None
        if after >= LAST_LEVEL
        else Firing(after + 1, _days_on(clock, clock.due_at, after - BREACH_LEVEL))
    )


def _warnings(clock: Clock, after: int) -> Iterable[Firing]:
    """Yield the warnings above `after`: at shares of working time, on customers' clocks at fixed times."""
    if clock.kind in CUSTOMERS_OWN:
        fixed = REMINDERS.get(ClockKind(clock.kind), {})
        for level, later in fixed.items():
            if level > after and clock.started_at + later < clock.due_at:
                yield Firing(level, clock.started_at + later)
        return
    for level in sorted(int(level) for level in (clock.rule.warn if clock.rule else DEFAULT_WARN)):
        if after < level < BREACH_LEVEL:
            yield Firing(level, _moment_of_share(clock, level))


def _after_deadline_of_approval(clock: Clock, after: int) -> Firing | None:
    """Return the next level of a request whose deadline has passed without a decision.

    The first comes when twice the time to decide is over, the others on each working day after that.
    """
    working = clock.calendar.working
    twice = working.add(clock.due_at, timedelta(seconds=clock.target_seconds))
    if after < TWICE_LEVEL:
        return Firing(TWICE_LEVEL, twice)
    if after >= LAST_APPROVAL_LEVEL:
        return None
    return Firing(after + 1, _days_on(clock, twice, after - TWICE_LEVEL))


def _days_on(clock: Clock, start: datetime, reminders_before: int) -> datetime:
    """Return the moment of a reminder, one on each working day after `start`."""
    moment = start
    for _number in range(reminders_before + 1):
        moment = clock.calendar.working.add(moment + DAY, timedelta(seconds=1))
    return moment


def _moment_of_share(clock: Clock, percent: int) -> datetime:
    """Return when this percentage of the working time from start to deadline is used, without pauses."""
    working = clock.calendar.working
    pauses = [(p.since, p.until) for p in related(clock, "pauses") if p.until] if clock.pk else []
    stretches: list[tuple[datetime, datetime]] = []
    begin = clock.started_at
    for since, until in pauses:
        # The pause is cut at the deadline, because a merge may have brought a deadline earlier than the
        # pause.
        stretches.append((begin, min(since, clock.due_at)))
        begin = min(until, clock.due_at)
    stretches.append((begin, clock.due_at))
    total = sum((working.between(a, b) for a, b in stretches), timedelta(0))
    wanted = total * percent / 100
    for a, b in stretches[:-1]:
        length = working.between(a, b)
        if wanted <= length:
            return working.add(a, wanted)
        wanted -= length
    return working.add(begin, wanted)


def due_filter(at: datetime) -> Q:
    """Return a filter for the clocks that have something to fire at this moment and are not set aside."""
    return Q(next_fire_at__lte=at, set_aside_at__isnull=True)


def sweep_lag(at: datetime) -> timedelta:
    """Return how long the oldest due clock has waited to be fired, zero if none is due.

    Clocks set aside are left out.
    """
    due = Clock.objects.filter(due_filter(at)).order_by("next_fire_at")
    first = due.values_list("next_fire_at", flat=True).first()
    return at - first if first else timedelta(0)
