"""Complaints imported from another system: an old one is recorded, but not handled as if it came in today.

Nobody is notified, and only clocks whose deadline is still ahead are started. A complaint that was closed in
the other system is closed here too, with its outcome and its closing time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import Clock, ClockEnd, ClockKind, Complaint
from complaints.sla import clocks, firing
from complaints.sla.statutory import duty
from complaints.terms.errors import Problems
from complaints.terms.input import past_moment
from complaints.terms.stages import Outcome, Stage

WITHOUT_POLICY = timedelta(days=30)
"""If the policy grants no time for a resolution, a complaint older than this counts as an old one."""
OUTCOMES = [outcome.value for outcome in Outcome if outcome != Outcome.DUPLICATE]


@dataclass(frozen=True)
class TakenOver:
    """How a complaint of another system is recorded.

    `quiet` is True to notify nobody, False to treat it as if it came in now, None to decide by its age. With
    `closed` it is recorded as closed at `closed_at` with `outcome`.
    """

    quiet: bool | None = None
    closed: bool = False
    outcome: str | None = None
    closed_at: datetime | None = None


def check(taken: TakenOver, received_at: datetime | None, at: datetime) -> None:
    """Raise MissingDetail if outcome or closing time of a closed complaint are missing or wrong."""
    if not taken.closed:
        return
    problems = Problems()
    problems.one_of("outcome", taken.outcome or "", OUTCOMES)
    past_moment(problems, "closed_at", taken.closed_at, at)
    if taken.closed_at is None:
        problems.add("closed_at", _("Give the time at which it was closed."))
    elif received_at is not None and "closed_at" not in problems.errors and taken.closed_at < received_at:
        problems.add("closed_at", _("This is before the time of receipt."))
    if received_at is None:
        problems.add("received_at", _("Give the time at which it was received."))
    problems.check()


def is_quiet(taken: TakenOver, complaint: Complaint, at: datetime) -> bool:
    """Return True if nobody is to be notified: `quiet` says so, or the resolution was due before `at`.

    A closed complaint is always quiet.
    """
    if taken.closed or taken.quiet is not None:
        return taken.closed or bool(taken.quiet)
    clock = clocks.prepare(complaint, ClockKind.RESOLUTION, complaint.received_at)
    due = clock.due_at if clock is not None else complaint.received_at + WITHOUT_POLICY
    return due <= at


def settle(turn: engine.Turn, taken: TakenOver, kinds: Sequence[ClockKind]) -> None:
    """Start the clocks of these kinds whose deadline is still ahead, or close the complaint."""
    complaint = turn.complaint
    if taken.closed:
        turn.change(stage=Stage.CLOSED, outcome=taken.outcome, closed_at=taken.closed_at)
        turn.event("closed", outcome=taken.outcome)
        return
    ahead = [clocks.prepare(complaint, kind, complaint.received_at) for kind in kinds]
    for clock in ahead:
        if clock is not None and clock.due_at > turn.at:
            _skip_past(clock, turn.at)
            clock.save(force_insert=True)
    for clock in duty.begin(complaint):
        if clock.due_at > turn.at:
            _skip_past(clock, turn.at)
        else:
            clocks.stop(clock, ClockEnd.CANCELLED, turn.at)
        clock.save()


def _skip_past(clock: Clock, at: datetime) -> None:
    """Schedule the first level of the clock that is due after `at`."""
    while clock.next_fire_at is not None and clock.next_level is not None and clock.next_fire_at <= at:
        firing.schedule(clock, after=clock.next_level)
