"""Models what merging two complaints, and undoing it, does to their clocks (docs/clocks.md, "Merge").

For each kind of clock the survivor gets the earlier start and the earlier deadline. It is met if either was
met, and a breach of either carries over. Deadlines that either had missed by then are written down first.

Undoing a merge must leave the clocks as if it had never happened. For this the model keeps a copy of each
clock of the survivor, which lives on as it would have without the merge.
"""

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime

from complaints.tests.clockwalk.clock import BREACH, PAUSING, Case, Clock
from complaints.tests.clockwalk.model import MET_BY_RESOLUTION, NONE, SAYS, Model

CARRIED = ("acknowledge", "first_response", "reply", "plan", "recovery", "update", "resolution", "pickup")
OF_ROWS = {"task", "promise", "approval"}
VALUES = ("start", "due", "original", "breached", "target", "calendar", "rule", "floored", "paused", "pauses")


@dataclass(eq=False)
class Merge:
    source: Case
    survivor: Case
    at: datetime
    round: int
    survivor_stage: str
    stage: str
    asked: set[str]
    plan: str
    calls: str
    tasks: dict[int, bool]
    promises: set[int]
    flagged: bool
    saved: list[tuple[Clock, Clock]]
    """Each clock of the source with a copy of its state before the merge."""
    shadows: dict[Clock, Clock]
    """Each clock of the survivor with the copy that lives on without the merge."""
    made: list[Clock] = field(default_factory=list)
    met: dict[Clock, tuple[str, datetime] | None] = field(default_factory=dict)
    """The clocks of the survivor that the merge met, each with how and when it would have ended."""
    touched: bool = False
    """True when something that depends on the merge has happened. A walk does not undo such a merge."""


ENDED = ("", None)
"""Stands in for the entry of a clock that is not in `met`. A clock that ended, but was not met by the merge,
would have ended without the merge too."""


def _copy(clock: Clock) -> Clock:
    twin = copy(clock)
    twin.pauses = list(clock.pauses)
    return twin


class Merging(Model):
    def __init__(self) -> None:
        super().__init__()
        self.merges: list[Merge] = []

    def touch(self, case: Case) -> None:
        for merge in self.standing(case):
            merge.touched = True

    def standing(self, survivor: Case) -> list[Merge]:
        return [merge for merge in self.merges if merge.survivor is survivor]

    # --- What also happens to the copies ---
    def ask(self, case: Case, what: str, at: datetime) -> None:
        super().ask(case, what, at)
        for twin in self._twins(case):
            twin.paused = twin.paused or max(at, twin.start)

    def stop_asking(self, case: Case, at: datetime, *what: str, answered: bool = False) -> None:
        super().stop_asking(case, at, *what, answered=answered)
        for twin in self._twins(case) if not case.asked else []:
            self.run_on(twin, at)

    def _would_end(self, merge: "Merge", clock: Clock, how: str, at: datetime) -> None:
        """End the copy of a clock that the merge had met, as it would have ended without the merge."""
        if merge.met[clock] is None:
            merge.met[clock] = (how, at)
            self.run_on(merge.shadows[clock], at)

    def _twins(self, case: Case) -> list[Clock]:
        return [
            twin
            for merge in self.standing(case)
            for clock, twin in merge.shadows.items()
            if twin.kind in PAUSING and (clock.live or merge.met.get(clock, ENDED) is None)
        ]

    def spoke(self, case: Case, purpose: str, at: datetime) -> None:
        super().spoke(case, purpose, at)
        for merge in self.standing(case):
            for clock in merge.met:
                if purpose in SAYS.get(clock.kind, ()):
                    self._would_end(merge, clock, "met", at)
                merge.touched |= clock.kind == "update"

    def resolved(self, case: Case, at: datetime) -> None:
        super().resolved(case, at)
        for merge in self.standing(case):
            for clock in merge.met:
                if clock.kind in MET_BY_RESOLUTION:
                    self._would_end(merge, clock, "met", at)

    def wind_down(self, case: Case, at: datetime) -> None:
        super().wind_down(case, at)
        for merge in self.standing(case):
            for clock in merge.met:
                self._would_end(merge, clock, "cancelled", at)

    # --- Merge ---
    def merge(self, source: Case, survivor: Case, at: datetime) -> None:
        done = Merge(
            source,
            survivor,
            at,
            survivor.round,
            survivor.stage,
            source.stage,
            set(source.asked),
            source.plan,
            source.calls,
            dict(source.tasks),
            set(source.promises),
            source.external and not survivor.external,
            [(clock, _copy(clock)) for clock in source.live()],
            {clock: _copy(clock) for clock in survivor.live(*CARRIED)},
        )
        if done.flagged:
            survivor.external = True
            self.retarget(survivor, at, later=False)
        for kind in CARRIED:
            self._combine(done, kind)
        self._move_rows(source, survivor, done.tasks, done.promises)
        self.wind_down(source, at)
        source.stage, source.merged, source.closed_at = "closed", True, at
        self.merges.append(done)

    def _move_rows(self, source: Case, to: Case, tasks: dict[int, bool], promises: set[int]) -> None:
        subjects = {("task", number) for number in tasks} | {("promise", number) for number in promises}
        for clock in [clock for clock in source.live() if clock.subject in subjects]:
            source.clocks.remove(clock)
            to.clocks.append(clock)
            clock.round = to.round
        for number in tasks:
            if number in source.tasks:
                to.tasks[number] = source.tasks.pop(number)
        moved = promises & source.promises
        source.promises -= moved
        to.promises |= moved

    def _combine(self, done: Merge, kind: str) -> None:
        theirs, own = self._that_counts(done.source, kind), self._that_counts(done.survivor, kind)
        if theirs is None:
            return
        wanted = kind != "pickup" or not done.survivor.assigned
        if own is None:
            if theirs.live and wanted:
                self.miss(done.source, theirs, done.at)
                made = Clock(
                    kind,
                    done.survivor.round,
                    NONE,
                    theirs.target,
                    theirs.calendar,
                    theirs.rule,
                    theirs.start,
                    self._as_of(theirs, done.at),
                    theirs.original,
                    breached=theirs.breached,
                    floored=theirs.floored,
                    reached=BREACH if theirs.breached else 0,
                )
                done.survivor.clocks.append(made)
                done.made.append(made)
        elif own.live:
            self._join(done, theirs, own, met=not theirs.live and (kind != "pickup" or not wanted))

    def _join(self, done: Merge, theirs: Clock, own: Clock, *, met: bool) -> None:
        for case, clock in ((done.source, theirs), (done.survivor, own)):
            if clock.live:
                self.miss(case, clock, done.at)
        own.start, own.original = min(own.start, theirs.start), min(own.original, theirs.original)
        earlier = self._as_of(theirs, done.at) < self._as_of(own, done.at)
        if earlier and theirs.live and (theirs.breached or not own.breached):
            own.due = self._for(own, theirs, done.at)
            for name in ("target", "calendar", "rule", "floored"):
                setattr(own, name, getattr(theirs, name))
        if theirs.breached and (own.breached is None or theirs.breached < own.breached):
            own.breached = theirs.breached
        own.recount()
        if met:
            self.end(done.survivor, own, "met", done.at)
            done.met[own] = None

    def _that_counts(self, case: Case, kind: str) -> Clock | None:
        own = [c for c in case.clocks if (c.kind, c.round, c.subject) == (kind, case.round, NONE)]
        live = [clock for clock in own if clock.live]
        met = [clock for clock in own if clock.ended == "met" and kind != "reply"]
        return next(iter(live or met[-1:]), None)

    def _as_of(self, clock: Clock, at: datetime) -> datetime:
        """Return the deadline of a clock; for a paused one, the deadline it would have if it resumed now."""
        if clock.paused is None or clock.breached or clock.due < clock.paused:
            return clock.due
        worked = self.calendars[clock.calendar]
        return worked.add(at, worked.between(clock.paused, clock.due))

    def _for(self, own: Clock, theirs: Clock, at: datetime) -> datetime:
        """Return the deadline that `own` takes over from `theirs`.

        If `own` is paused, it keeps the time that is left, so its deadline is counted from the start of the
        pause.
        """
        due = self._as_of(theirs, at)
        if own.paused is None or due < at:
            return due
        worked = self.calendars[theirs.calendar]
        return worked.add(own.paused, worked.between(at, due))

    # --- Undoing a merge ---
    def unmerge(self, done: Merge, at: datetime) -> None:
        source, survivor = done.source, done.survivor
        self.merges.remove(done)
        self._move_rows(survivor, source, done.tasks, done.promises)
        source.stage, source.merged, source.closed_at = done.stage, False, None
        source.asked, source.plan, source.calls = done.asked, done.plan, done.calls
        for clock, before in done.saved:
            if clock.kind not in OF_ROWS and clock.ended == "cancelled":
                clock.ended = clock.stopped = None
                self._put_back(clock, before)
        if done.flagged:
            survivor.external = False
        for clock in done.made:
            if clock.live:
                self.end(survivor, clock, "cancelled", at)
        for clock, twin in done.shadows.items():
            if clock in done.met:
                clock.ended, clock.stopped = done.met[clock] or (None, None)
            self._put_back(clock, twin)
            if clock.stopped and clock.stopped > clock.due and not clock.breached:
                clock.breached = clock.due

    def _put_back(self, clock: Clock, before: Clock) -> None:
        missed = clock.breached
        for name in VALUES:
            setattr(clock, name, getattr(before, name))
        if not clock.live:
            clock.paused = None
        if missed == clock.due:
            clock.breached = missed
        clock.recount()
