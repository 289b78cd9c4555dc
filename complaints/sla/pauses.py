"""How long a clock may stand still before a supervisor must look at it (clocks.md, "Pause", rule 5).

The limit guards against questions asked to stop the clock. It stops and resumes nothing by itself.
"""

from datetime import datetime, timedelta

from complaints.models import Clock, ClockKind
from complaints.rows.bulk import related

LIMITED = frozenset({ClockKind.RESOLUTION})
"""`update` starts anew with every message, so what can be gained by pausing is seen on `resolution`."""
TIMES_TARGET = 2
LONGEST = timedelta(days=30)
"""Paused working time up to so many times the target, or so long by the wall: whichever is reached first."""


def limit_at(clock: Clock) -> datetime | None:
    """When a clock that stands still will have done so for too long, earlier pauses counted."""
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
    """For a clock that has just been paused, or whose promise changes meanwhile; changed, not saved."""
    if clock.pause_told_at is None:
        clock.pause_limit_at = limit_at(clock)


def forget_limit(clock: Clock, at: datetime) -> None:
    """For a clock that runs on or ends: a limit reached before stays for the sweep to tell of."""
    if clock.pause_told_at is None and clock.pause_limit_at is not None and clock.pause_limit_at > at:
        clock.pause_limit_at = None
