"""Recompute the deadlines of running clocks when the policy or the complaint's facts change.

The rules stand in docs/clocks.md, "Change mid-flight". How one deadline is recomputed:

1. The new target is counted from the clock's start on the new calendar, with its pauses replayed.
2. If that lies before the floor, the floor takes its place, but never later than the old deadline. The floor
   is now plus the larger of 15 minutes and a quarter of the new target; a clock gets that once; from then on
   its floor is now.
3. The clock gets the new target, calendar and rule and a new generation, and is scheduled again above the
   levels that have fired.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from complaints.models import Clock, ClockKind, ClockPause, Complaint, PolicyRule
from complaints.rows.bulk import related
from complaints.sla import clocks, firing, pauses
from complaints.sla.targets import Target, cell_of, facts_of, fits, matching_rule, target_for

LEAST_TIME = timedelta(minutes=15)
LEAST_SHARE = 0.25
"""The floor: a recomputed deadline leaves at least this time, and this share of the new target, from now."""


def retarget(complaint: Complaint, *, at: datetime, may_be_later: bool) -> list[Clock]:
    """Move this round's deadlines to what the policy grants now. Returns the clocks that moved.

    Without `may_be_later` no deadline moves later. Clocks that are met or breached stay as they are. So does
    a clock that its own version of the policy would still grant by the same rule; new versions of policies
    and calendars reach running clocks only through the recalculation that a manager orders
    (`sweeps/retarget_job.py`).
    """
    own = _outgrown(complaint, _running(complaint, at))
    if not own:
        return []
    rule = matching_rule(complaint)
    targets = (
        (clock, target_for(complaint, clock.kind, rule)) for clock in own if cell_of(rule.targets, clock.kind)
    )
    return [clock for clock, target in targets if target and _moved(clock, target, at, may_be_later)]


def _running(complaint: Complaint, at: datetime) -> list[Clock]:
    """Return the complaint's own clocks of this round that are still in time. The sweep records late ones."""
    return [
        clock
        for clock in clocks.live(complaint, subject=clocks.NOTHING)
        if clock.round == complaint.round
        and clock.kind != ClockKind.STATUTORY
        and clock.breached_at is None
        and (clock.paused_since or clock.due_at > at)
    ]


def _outgrown(complaint: Complaint, own: list[Clock]) -> list[Clock]:
    """Return those clocks that their own version of the policy would now grant by a different rule."""
    facts = facts_of(complaint)
    policies = {clock.rule.policy_id for clock in own if clock.rule}
    granting: dict[int, int] = {}
    for rule in PolicyRule.objects.filter(policy__in=policies).order_by("policy", "order"):
        if fits(rule.match, facts):
            granting.setdefault(rule.policy_id, rule.pk)
    return [clock for clock in own if not clock.rule or granting.get(clock.rule.policy_id) != clock.rule_id]


def _moved(clock: Clock, target: Target, at: datetime, may_be_later: bool) -> bool:
    """Give the clock the new target and save it.

    Return False, and change nothing, if its deadline stays.
    """
    due, floored = _due_on(clock, target, at, related(clock, "pauses"))
    if due == clock.due_at or (due > clock.due_at and not may_be_later):
        return False
    _grant(clock, target, due, floored, fired=firing.highest_fired(clock))
    clock.save()
    return True


def adopt(clock: Clock, target: Target, at: datetime, *, fired: int) -> bool:
    """Give the clock the newest version of its target. Return True if the deadline moves, earlier or later.

    A deadline that an extension or a floor has moved before stays where it is. `fired` is the highest level
    that has fired so far. The clock is changed, but not saved.
    """
    before, kept = clock.due_at, related(clock, "pauses")
    due, floored = (before, False) if _was_moved(clock, kept) else _due_on(clock, target, at, kept)
    _grant(clock, target, due, floored, fired=fired)
    return due != before


def _was_moved(clock: Clock, kept: Iterable[ClockPause]) -> bool:
    """Return True if the deadline is not the one that the clock's own target and pauses give."""
    assert clock.rule is not None
    own = Target(timedelta(seconds=clock.target_seconds), clock.calendar, clock.rule)
    return _recomputed(clock, own, kept) != clock.due_at


def _due_on(clock: Clock, target: Target, at: datetime, kept: Iterable[ClockPause]) -> tuple[datetime, bool]:
    """Return the deadline that the target gives from the clock's start, and whether the floor moved it."""
    now, due = clock.paused_since or at, _recomputed(clock, target, kept)
    least = timedelta(0) if clock.floor_used else max(LEAST_TIME, target.duration * LEAST_SHARE)
    floor = target.calendar.working.add(now, least)
    floored = due < floor
    return (min(floor, clock.due_at) if floored else due), floored


def _grant(clock: Clock, target: Target, due: datetime, floored: bool, *, fired: int) -> None:
    clock.due_at, clock.floor_used = due, clock.floor_used or floored
    clock.target_seconds = int(target.duration.total_seconds())
    if clock.calendar_id != target.calendar.pk:
        clock.calendar = target.calendar
    if clock.rule_id != target.rule.pk:
        clock.rule = target.rule
    clock.generation += 1
    firing.schedule(clock, after=fired)
    if clock.paused_since:
        clock.next_fire_at = None
        pauses.set_limit(clock)


def _recomputed(clock: Clock, target: Target, kept: Iterable[ClockPause]) -> datetime:
    """Return the deadline as if the clock had run on this target from its start, with its pauses (`kept`).

    For a paused clock, the working time that is left is counted from the beginning of the pause, in the way
    that `clocks.resume` reads it.
    """
    working, left, begin = target.calendar.working, target.duration, clock.started_at
    for pause in kept:
        used = working.between(begin, pause.since)
        if used >= left or pause.until is None:
            break
        left, begin = left - used, pause.until
    return working.add(begin, left)
