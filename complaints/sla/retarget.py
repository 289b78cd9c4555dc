"""A promise changes while its clock runs: recompute it from its start (clocks.md, "Change mid-flight")."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from complaints.models import Clock, ClockKind, ClockPause, Complaint, PolicyRule
from complaints.rows.bulk import related
from complaints.sla import clocks, firing, pauses
from complaints.sla.targets import Target, facts_of, fits, matching_rule, target_for

LEAST_TIME = timedelta(minutes=15)
LEAST_SHARE = 0.25
"""A changed promise leaves at least this much from now, once a clock: the floor."""


def retarget(complaint: Complaint, *, at: datetime, may_be_later: bool) -> list[Clock]:
    """Move the deadlines of this round to what the policy grants now; returns the clocks that moved.

    Without `may_be_later` none moves later. Met and breached clocks are history, and a clock whose own rule
    would grant it still keeps its policy and calendar: edited ones are for the re-target job.
    """
    own = _outgrown(complaint, _running(complaint, at))
    if not own:
        return []
    rule = matching_rule(complaint)
    targets = (
        (clock, target_for(complaint, clock.kind, rule)) for clock in own if clock.kind in rule.targets
    )
    return [clock for clock, target in targets if target and _moved(clock, target, at, may_be_later)]


def _running(complaint: Complaint, at: datetime) -> list[Clock]:
    """Clocks of the complaint itself that may still be kept. A late one is the sweep's to record."""
    return [
        clock
        for clock in clocks.live(complaint, subject=clocks.NOTHING)
        if clock.round == complaint.round
        and clock.kind != ClockKind.STATUTORY
        and clock.breached_at is None
        and (clock.paused_since or clock.due_at > at)
    ]


def _outgrown(complaint: Complaint, own: list[Clock]) -> list[Clock]:
    """Those that the policy they started under would no longer grant by the same rule."""
    facts = facts_of(complaint)
    policies = {clock.rule.policy_id for clock in own if clock.rule}
    granting: dict[int, int] = {}
    for rule in PolicyRule.objects.filter(policy__in=policies).order_by("policy", "order"):
        if fits(rule.match, facts):
            granting.setdefault(rule.policy_id, rule.pk)
    return [clock for clock in own if not clock.rule or granting.get(clock.rule.policy_id) != clock.rule_id]


def _moved(clock: Clock, target: Target, at: datetime, may_be_later: bool) -> bool:
    """Put the clock on the new target; False where its deadline stays.

    A floor softens what comes earlier and never makes it later; where it was used up, now is the earliest.
    """
    due, floored = _due_on(clock, target, at, related(clock, "pauses"))
    if due == clock.due_at or (due > clock.due_at and not may_be_later):
        return False
    _grant(clock, target, due, floored, fired=firing.highest_fired(clock))
    clock.save()
    return True


def adopt(clock: Clock, target: Target, at: datetime, *, fired: int) -> bool:
    """Put the clock on the newest version of its promise, earlier or later; True where the deadline moves.

    A deadline that more time or a floor has moved before stays. `fired`: the highest level so far.
    The clock is changed, not saved.
    """
    before, kept = clock.due_at, related(clock, "pauses")
    due, floored = (before, False) if _was_moved(clock, kept) else _due_on(clock, target, at, kept)
    _grant(clock, target, due, floored, fired=fired)
    return due != before


def _was_moved(clock: Clock, kept: Iterable[ClockPause]) -> bool:
    """Whether the deadline is another one than the clock's own grant and pauses make it."""
    assert clock.rule is not None
    own = Target(timedelta(seconds=clock.target_seconds), clock.calendar, clock.rule)
    return _recomputed(clock, own, kept) != clock.due_at


def _due_on(clock: Clock, target: Target, at: datetime, kept: Iterable[ClockPause]) -> tuple[datetime, bool]:
    """The deadline that the target gives from the clock's start, and whether the floor held it up."""
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
    """The deadline had the clock run on the new target from its start, its pauses (`kept`) replayed.

    For a clock that stands still: what is left, counted from when it stopped, as `resume` reads it.
    """
    working, left, begin = target.calendar.working, target.duration, clock.started_at
    for pause in kept:
        used = working.between(begin, pause.since)
        if used >= left or pause.until is None:
            break
        left, begin = left - used, pause.until
    return working.add(begin, left)
