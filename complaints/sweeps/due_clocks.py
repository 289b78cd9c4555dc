"""The sweep: fire the clocks that are due, when nobody clicks (docs/clocks.md, "Firing", "After an outage").

What is due stands in the rows of the clocks, so nothing is lost if a queued task is. Any number of workers
may sweep at the same time. How a sweep runs:

1. Due clocks are read in pages, in the order of their own time, without a lock.
2. The complaints of a page are worked on in one batch (`batch.py`): those that nobody holds are locked, their
   due clocks are read again, and every level up to now is recorded, told or acted on. All of it is written in
   one transaction, clocks and heads by compare-and-set.
3. Complaints that need more than a batch can do, and all of a batch that failed, are done one by one. Each is
   locked, its clocks are claimed by compare-and-set, and all that follows is written in one transaction. If
   that fails, its clocks are tried one by one, and a clock that fails alone is set aside with its error.
4. What others held before, and what has become due by firing, is done one by one until a pass finds nothing
   to do.
5. Supervisors are told of clocks that have been paused for too long.

A crash costs nothing: what was not committed is still due, and notices are rows of the same transaction. If
two workers sweep at once, the second skips what the first holds, and finds its clocks moved on afterwards. An
error of the database itself is raised, since no clock is to blame for it.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError

from complaints.lifecycle import engine, promises, tiers, wait
from complaints.lifecycle.approvals import climbing
from complaints.lifecycle.callback import calls
from complaints.models import Clock, ClockKind, Complaint, Effect
from complaints.models.clock import BREACH_LEVEL, CUSTOMERS_OWN, ESCALATING, TWICE_LEVEL
from complaints.notices import notify
from complaints.rights.actors import SYSTEM
from complaints.rows import lookups
from complaints.sla import clocks, firing
from complaints.sweeps import batch as batches
from complaints.sweeps import long_pauses

logger = logging.getLogger(__name__)
BATCH = 200
_SEEN = ("id", "complaint_id", "next_fire_at", "next_level", "generation")
"""The columns on which the decision to fire rests, and which the claim compares."""

Act = Callable[[engine.Turn, Clock], None]
AT_DEADLINE: dict[ClockKind, Act] = {
    **tiers.AT_BREACH,
    ClockKind.APPROVAL: climbing.at_deadline,
    ClockKind.PROMISE: promises.broken,
    ClockKind.CUSTOMER_WAIT: wait.gave_no_answer,
    ClockKind.CALLBACK_NOTICE: calls.gave_no_answer,
}
"""What a clock of each kind does at its deadline, after the breach has been recorded and told."""
AT_LEVEL: dict[tuple[ClockKind, int], Act] = {(ClockKind.APPROVAL, TWICE_LEVEL): climbing.at_twice}
"""What a clock does at another level, however late that is noticed. The act itself tells people."""
REMINDS: dict[ClockKind, Act] = {ClockKind.CUSTOMER_WAIT: wait.remind}
"""Kinds whose warnings go to the customer instead of to staff. A warning that is noticed late is not sent."""
ACTING = {
    *AT_DEADLINE,
    *REMINDS,
    *(kind for kind, _level in AT_LEVEL),
    ClockKind.TASK,
    ClockKind.FLASH,
} - ESCALATING
"""Kinds that need an ordinary turn: they use rows that a batch does not know.

A batch knows a complaint's head, events, participants and pick-up clocks.
"""


@dataclass
class Swept:
    """What a sweep has done: levels fired, by name; levels skipped as late; clocks set aside."""

    fired: Counter[str] = field(default_factory=Counter)
    skipped_late: int = 0
    set_aside: int = 0
    complaints: set[int] = field(default_factory=set)

    @property
    def done(self) -> int:
        """The number of levels and clocks that were dealt with."""
        return self.fired.total() + self.skipped_late + self.set_aside

    def __str__(self) -> str:
        fired = ", ".join(f"{name} × {count}" for name, count in sorted(self.fired.items())) or "nothing"
        return f"fired: {fired}; skipped late: {self.skipped_late}; set aside: {self.set_aside}"


def sweep(at: datetime, *, batch: int = BATCH) -> Swept:
    """Fire everything that is due up to `at`, within each complaint in the order of its own time.

    `batch` is the number of clocks in a page. The steps, and what a crash costs, stand at the top of this
    file.
    """
    swept = Swept()
    for due in _pages(at, batch):
        with lookups.shared():
            ids = list(dict.fromkeys(clock.complaint_id for clock in due))
            for complaint_id in _fire_many(ids, at, swept):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    done = -1
    while done != (done := swept.done):
        # Now complaints that others held are waited for. Firing can also make clocks due: one that runs again
        # may
        # have a level whose moment has passed. So this goes on until nothing more was done.
        for due in _pages(at, batch):
            for complaint_id in dict.fromkeys(clock.complaint_id for clock in due):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    if told := long_pauses.tell(at):
        swept.fired["long pause"] = told
    return swept


def _pages(at: datetime, batch: int) -> Iterator[list[Clock]]:
    """Yield pages of due clocks in the order of their own time.

    Each page begins after the last clock of the page before, so a clock comes only once, even if it stays
    due.
    """
    due = _due(at, batch, None)
    while due:
        last = due[-1]
        assert last.next_fire_at is not None
        yield due
        due = _due(at, batch, (last.next_fire_at, last.pk))


def _due(at: datetime, batch: int, after: tuple[datetime, int] | None) -> list[Clock]:
    """Return up to `batch` due clocks in the order of their own time, after `after`, read without a lock."""
    found = Clock.objects.filter(firing.due_filter(at)).order_by("next_fire_at", "id")
    if after is not None:
        moment, pk = after
        found = found.filter(next_fire_at__gte=moment).exclude(next_fire_at=moment, pk__lte=pk)
    return list(found.only(*_SEEN)[:batch])


def _due_of(complaint_id: int, at: datetime) -> list[Clock]:
    """Return all due clocks of one complaint, also those of later pages, so that people get one notice."""
    found = Clock.objects.filter(firing.due_filter(at), complaint_id=complaint_id)
    return list(found.order_by("next_fire_at", "id").only(*_SEEN))


def _fire_many(complaint_ids: list[int], at: datetime, swept: Swept) -> list[int]:
    """Fire the due clocks of these complaints in one batch. Return the ids to be done one by one.

    Those are the complaints that need more than a batch can do; if the batch fails, nothing is done and all
    are returned. Complaints that somebody else holds are skipped and not returned.
    """
    result = Swept()
    try:
        with batches.recording_many(complaint_ids, at=at, beyond=ACTING) as batch:
            for turn in batch.turns:
                _fire_clocks(turn, turn.due, result)
    except OperationalError:
        raise
    except Exception:
        logger.warning(
            "a batch of %d complaints failed; trying one by one", len(complaint_ids), exc_info=True
        )
        return complaint_ids
    _add(swept, result)
    swept.complaints |= {turn.complaint.pk for turn in batch.turns}
    return batch.left


def _add(swept: Swept, result: Swept) -> None:
    swept.fired += result.fired
    swept.skipped_late += result.skipped_late


def _fire_for(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    """Fire one complaint's due clocks together. If that fails, try each alone, and set aside what fails."""
    if not seen:
        return
    try:
        _fire(complaint_id, seen, at, swept)
    except OperationalError:
        raise
    except Exception:
        if len(seen) > 1:
            for clock in seen:
                _fire_for(complaint_id, [clock], at, swept)
            return
        logger.exception("clock %s failed and is set aside", seen[0].pk)
        Clock.objects.filter(pk=seen[0].pk).update(
            set_aside_at=at, set_aside_error=traceback.format_exc()[-4000:]
        )
        swept.set_aside += 1


def _fire(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    complaint = Complaint.objects.get(pk=complaint_id)
    result = Swept()
    with engine.recording(complaint, by=SYSTEM, at=at) as turn:
        claimed = [clock.pk for clock in seen if _claim(clock)]
        if not claimed:
            return
        fresh = list(Clock.objects.filter(pk__in=claimed).select_related("calendar", "rule"))
        _fire_clocks(turn, fresh, result)
    _add(swept, result)
    swept.complaints.add(complaint_id)


def _fire_clocks(turn: engine.Turn, due: list[Clock], result: Swept) -> None:
    """Fire the claimed clocks of one complaint, level by level in the order of time.

    Notices wait until the end of the turn, so that each person gets only one of them (`notify.one_each`).
    """
    turn.gathered = []
    levels = [entry for clock in due for entry in _crossed(clock, turn.at)]
    for clock in due:
        turn.write_next_level(clock)
    for crossed in sorted(levels, key=lambda entry: (entry.at, entry.clock.pk)):
        _apply(turn, crossed, result)


def _claim(seen: Clock) -> bool:
    """Claim a clock by compare-and-set. Return False if it is no longer as it was read."""
    claimed = Clock.objects.filter(
        pk=seen.pk,
        next_fire_at=seen.next_fire_at,
        next_level=seen.next_level,
        generation=seen.generation,
        ended_as__isnull=True,
    ).update(next_fire_at=None)
    return claimed == 1


@dataclass
class _Crossed:
    clock: Clock
    level: int
    at: datetime
    late: bool
    """True if a later level of the same clock was reached too and is told instead of this one."""

    @property
    def is_deadline(self) -> bool:
        return self.level == BREACH_LEVEL

    @property
    def has_act(self) -> bool:
        """True for a level other than the deadline that has an act of its own."""
        return (self.clock.kind, self.level) in AT_LEVEL

    @property
    def is_breach(self) -> bool:
        """True for a missed deadline of ours. On the customer's own clocks nobody has missed anything."""
        return self.is_deadline and self.clock.kind not in CUSTOMERS_OWN


def _crossed(clock: Clock, at: datetime) -> list[_Crossed]:
    """Return the levels that a claimed clock has reached up to `at`, and set its next one.

    Only the highest will be told. The deadline, and levels in AT_LEVEL, act however late they are.
    """
    found: list[_Crossed] = []
    following = firing.next_firing(clock, (clock.next_level or 1) - 1)
    while following is not None and following.at <= at:
        found.append(_Crossed(clock, following.level, following.at, late=True))
        following = firing.next_firing(clock, following.level)
    if told := [entry for entry in found if not entry.has_act]:
        told[-1].late = False
    clock.next_level, clock.next_fire_at = (following.level, following.at) if following else (None, None)
    return found


def _apply(turn: engine.Turn, crossed: _Crossed, result: Swept) -> None:
    """Record one level, tell people of it, and let it act."""
    clock = crossed.clock
    # An act of this pass may have ended the clock. There is nothing to remind of then.
    ended = crossed.level > BREACH_LEVEL and not turn.is_live(clock)
    acts = crossed.is_deadline or ((crossed.has_act or not crossed.late) and not ended)
    effect = Effect(
        clock=clock,
        level=crossed.level,
        generation=clock.generation,
        kind=Effect.Kind.FIRED if acts else Effect.Kind.SKIPPED_LATE,
        at=crossed.at,
        noticed_at=turn.at,
    )
    turn.write_effect(effect)
    if not acts:
        result.skipped_late += 1
        return
    result.fired["breach" if crossed.is_breach else f"level {crossed.level}"] += 1
    if crossed.is_breach:
        clocks.mark_breached(clock, turn.at)
        turn.write_breach(clock)
        turn.event("breached", clock=clock.kind, due=clock.due_at.isoformat(), round=clock.round)
    for_staff = clock.kind not in CUSTOMERS_OWN and not crossed.has_act
    if for_staff and not crossed.late:
        context = {"clock": clock.kind, "level": crossed.level, "due": clock.due_at.isoformat()}
        template = "breach" if crossed.level >= BREACH_LEVEL else "warning"
        people = notify.hearing_of(turn.complaint, clock, crossed.level)
        turn.tell(people, template, effect=effect, context=context)
    _act(turn, crossed)


def _act(turn: engine.Turn, crossed: _Crossed) -> None:
    """Do what the clock does by itself at this level."""
    clock = crossed.clock
    if crossed.is_deadline:
        act = AT_DEADLINE.get(ClockKind(clock.kind))
    elif crossed.level < BREACH_LEVEL:
        act = REMINDS.get(ClockKind(clock.kind))
    else:
        act = AT_LEVEL.get((ClockKind(clock.kind), crossed.level))
    if act is None:
        return
    act(turn, clock)
    if crossed.has_act and not turn.is_live(clock):
        # The act has told people what ended the clock, so the notice of its missed deadline is dropped.
        told = turn.gathered or []
        turn.gathered = [each for each in told if each.effect is None or each.effect.clock_id != clock.pk]
