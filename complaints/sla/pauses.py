"""How long a clock may be paused before a supervisor must look at it (docs/clocks.md, "Pause", rule 6).

The limit guards against questions that are asked only to stop the clock. Reaching it does not resume
anything.
"""

from datetime import datetime, timedelta

from complaints.models import Clock, ClockKind
from complaints.rows.bulk import related

LIMITED = frozenset({ClockKind.RESOLUTION})
"""Only clocks of this kind have the limit.

`update` starts again with every message, so time gained by pausing shows only on `resolution`.
"""
TIMES_TARGET = 2
LONGEST = timedelta(days=30)
"""The limit: this many times the target in paused working time, or this long in elapsed time."""


def limit_at(clock: Clock) -> datetime | None:
    """Return when a clock will have been paused for too long, counted over all its pauses, or None."""
    if clock.paused_since is None or clock.kind not in LIMITED or clock.breached_at is not None:
        return None
    working = clock.calendar.working
    left, longest = timedelta(seconds=clock.target_seconds) * TIMES_TARGET, LONGEST
    for pause in related(clock, "pauses"):
        if pause.until is not None:
            left -= working.between(pause.since, pause.until)
            longest -= pause.until - pause.since
    by_target = working.add(clock.paused_since, max(left, timedelta(0)))
    return min(by_target, clock.paused_since + max(longest, timedelta(0)))


def set_limit(clock: Clock) -> None:
    """Set the limit of a clock that has just been paused, or has changed while paused. Nothing is saved."""
    if clock.pause_told_at is None:
        clock.pause_limit_at = limit_at(clock)


def forget_limit(clock: Clock, at: datetime) -> None:
    """Drop the limit of a clock that runs again or ends.

    One already reached stays, for the sweep to report.
    """
    if clock.pause_told_at is None and clock.pause_limit_at is not None and clock.pause_limit_at > at:
        clock.pause_limit_at = None
