"""What happens when nobody clicks: clocks that fire, and notices that leave.

Rows say what is due; nothing depends on a queued task surviving. Any number of workers may sweep at once.
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
"""What a decision to fire rests on, and what the claim compares."""

Act = Callable[[engine.Turn, Clock], None]
AT_DEADLINE: dict[ClockKind, Act] = {
    **tiers.AT_BREACH,
    ClockKind.APPROVAL: climbing.at_deadline,
    ClockKind.PROMISE: promises.broken,
    ClockKind.CUSTOMER_WAIT: wait.gave_no_answer,
    ClockKind.CALLBACK_NOTICE: calls.gave_no_answer,
}
"""What a clock does by itself at its deadline, after the breach was written down and told."""
AT_LEVEL: dict[tuple[ClockKind, int], Act] = {(ClockKind.APPROVAL, TWICE_LEVEL): climbing.at_twice}
"""What it does at another level, however late that is noticed; the act tells whom it concerns itself."""
REMINDS: dict[ClockKind, Act] = {ClockKind.CUSTOMER_WAIT: wait.remind}
"""Kinds whose warnings are for the customer, not for staff; noticed late they are left out."""
ACTING = {
    *AT_DEADLINE,
    *REMINDS,
    *(kind for kind, _level in AT_LEVEL),
    ClockKind.TASK,
    ClockKind.FLASH,
} - ESCALATING
"""Kinds that change or read other rows than their complaint's head, timeline, people and pick-up."""


@dataclass
class Swept:
    """What one pass did: levels fired by kind, levels skipped because they were late, clocks set aside."""

    fired: Counter[str] = field(default_factory=Counter)
    skipped_late: int = 0
    set_aside: int = 0
    complaints: set[int] = field(default_factory=set)

    @property
    def done(self) -> int:
        """How many levels and clocks were dealt with."""
        return self.fired.total() + self.skipped_late + self.set_aside

    def __str__(self) -> str:
        fired = ", ".join(f"{name} × {count}" for name, count in sorted(self.fired.items())) or "nothing"
        return f"fired: {fired}; skipped late: {self.skipped_late}; set aside: {self.set_aside}"


def sweep(at: datetime, *, batch: int = BATCH) -> Swept:
    """Fire all that is due up to `at`, in the order of its own time within each complaint.

    A crash in the middle costs nothing: what was not committed is still due. Two sweepers at once: the second
    leaves the complaints that the first holds, and finds the clocks of the others moved on. What was held all
    the time is waited for in the end.
    """
    swept = Swept()
    for due in _pages(at, batch):
        with lookups.shared():
            ids = list(dict.fromkeys(clock.complaint_id for clock in due))
            for complaint_id in _fire_many(ids, at, swept):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    done = -1
    while done != (done := swept.done):
        # What was held, and what became due by firing: a clock that runs again may have a moment behind it.
        for due in _pages(at, batch):
            for complaint_id in dict.fromkeys(clock.complaint_id for clock in due):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    if told := long_pauses.tell(at):
        swept.fired["long pause"] = told
    return swept


def _pages(at: datetime, batch: int) -> Iterator[list[Clock]]:
    """What is due, by its own time, so many at a time; each is met once whatever happens to it."""
    due = _due(at, batch, None)
    while due:
        last = due[-1]
        assert last.next_fire_at is not None
        yield due
        due = _due(at, batch, (last.next_fire_at, last.pk))


def _due(at: datetime, batch: int, after: tuple[datetime, int] | None) -> list[Clock]:
    """The next batch of due clocks by their own time, read without a lock."""
    found = Clock.objects.filter(firing.due_filter(at)).order_by("next_fire_at", "id")
    if after is not None:
        moment, pk = after
        found = found.filter(next_fire_at__gte=moment).exclude(next_fire_at=moment, pk__lte=pk)
    return list(found.only(*_SEEN)[:batch])


def _due_of(complaint_id: int, at: datetime) -> list[Clock]:
    """All that is due of one complaint, also beyond the batch, so that each person hears of it once."""
    found = Clock.objects.filter(firing.due_filter(at), complaint_id=complaint_id)
    return list(found.order_by("next_fire_at", "id").only(*_SEEN))


def _fire_many(complaint_ids: list[int], at: datetime, swept: Swept) -> list[int]:
    """Fire these complaints' due clocks in one transaction; returns those that must be done one by one.

    These are the ones with more to do than a batch can, or all, with nothing done, where one spoils it.
    Complaints that somebody holds at this moment are left.
    """
    result = Swept()
    try:
        with batches.recording_many(complaint_ids, at=at, beyond=ACTING) as batch:
            for turn in batch.turns:
                _fire_clocks(turn, turn.due, result)
    except OperationalError:
        raise
    except Exception:
        logger.warning("a batch of %d complaints is tried one by one", len(complaint_ids), exc_info=True)
        return complaint_ids
    _add(swept, result)
    swept.complaints |= {turn.complaint.pk for turn in batch.turns}
    return batch.left


def _add(swept: Swept, result: Swept) -> None:
    swept.fired += result.fired
    swept.skipped_late += result.skipped_late


def _fire_for(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    """Fire one complaint's due clocks together; if that fails try each alone and set the bad one aside."""
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
        logger.exception("clock %s is set aside", seen[0].pk)
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
    """Fire the claimed clocks of one complaint; each person hears once, of the latest (`notify.one_each`)."""
    turn.gathered = []
    levels = [entry for clock in due for entry in _crossed(clock, turn.at)]
    for clock in due:
        turn.write_next_level(clock)
    for crossed in sorted(levels, key=lambda entry: (entry.at, entry.clock.pk)):
        _apply(turn, crossed, result)


def _claim(seen: Clock) -> bool:
    """Compare-and-set: only who still finds the clock as it was read may fire it."""
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
    """Whether a later level of the same pass is told instead."""

    @property
    def is_deadline(self) -> bool:
        return self.level == BREACH_LEVEL

    @property
    def has_act(self) -> bool:
        """A level with an act of its own, beside the deadline."""
        return (self.clock.kind, self.level) in AT_LEVEL

    @property
    def is_breach(self) -> bool:
        """A deadline of ours that was missed; where the customer had the time nobody broke a promise."""
        return self.is_deadline and self.clock.kind not in CUSTOMERS_OWN


def _crossed(clock: Clock, at: datetime) -> list[_Crossed]:
    """The levels of a claimed clock up to `at`; the highest is told, the deadline and AT_LEVEL always act."""
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
    """Write down one level and what it does."""
    clock = crossed.clock
    # An act of this pass may have ended the clock: then nothing is left to remind of.
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
    """What the clock does by itself at this level."""
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
        # What ended the clock has been told by the act; its missed deadline is no news beside that.
        told = turn.gathered or []
        turn.gathered = [each for each in told if each.effect is None or each.effect.clock_id != clock.pk]
