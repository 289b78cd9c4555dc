"""What happens when nobody clicks: clocks that fire, and notices that leave.

Rows say what is due; nothing depends on a queued task surviving. Any number of workers may sweep at once.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError

from accounts.models import User
from complaints import notify
from complaints.actors import SYSTEM
from complaints.lifecycle import callback, climbing, engine, escalate, promises, wait
from complaints.models import Clock, ClockKind, Complaint, Effect, Task
from complaints.models.clock import BREACH_LEVEL, CUSTOMERS_OWN, ESCALATING, TWICE_LEVEL
from complaints.sla import clocks

logger = logging.getLogger(__name__)
BATCH = 200
_SEEN = ("id", "complaint_id", "next_fire_at", "next_level", "generation")
"""What a decision to fire rests on, and what the claim compares."""
SUPERVISOR_WARNING = 90
"""From this share of the time on the supervisor hears too."""

Act = Callable[[engine.Turn, Clock], None]
AT_DEADLINE: dict[ClockKind, Act] = {
    **dict.fromkeys(ESCALATING, escalate.by_breach),
    ClockKind.APPROVAL: climbing.at_deadline,
    ClockKind.PROMISE: promises.broken,
    ClockKind.CUSTOMER_WAIT: wait.gave_no_answer,
    ClockKind.CALLBACK_NOTICE: callback.gave_no_answer,
}
"""What a clock does by itself at its deadline, after the breach was written down and told."""
AT_LEVEL: dict[tuple[ClockKind, int], Act] = {(ClockKind.APPROVAL, TWICE_LEVEL): climbing.at_twice}
"""What it does at another level, however late that is noticed; the act tells whom it concerns itself."""
REMINDS: dict[ClockKind, Act] = {ClockKind.CUSTOMER_WAIT: wait.remind}
"""Kinds whose warnings are for the customer, not for staff; noticed late they are left out."""
Notices = dict[User, tuple[Effect, dict[str, Any]]]


@dataclass
class Swept:
    """What one pass did: levels fired by kind, levels skipped because they were late, clocks set aside."""

    fired: Counter[str] = field(default_factory=Counter)
    skipped_late: int = 0
    set_aside: int = 0
    complaints: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        fired = ", ".join(f"{name} × {count}" for name, count in sorted(self.fired.items())) or "nothing"
        return f"fired: {fired}; skipped late: {self.skipped_late}; set aside: {self.set_aside}"


def sweep(at: datetime, *, batch: int = BATCH) -> Swept:
    """Fire all that is due up to `at`, in the order of its own time within each complaint.

    A crash in the middle costs nothing: each complaint's clocks are one transaction, and what was not
    committed is still due. Two sweepers at once: the second finds the clock moved on and leaves it.
    """
    swept = Swept()
    last_seen: tuple[datetime, int] | None = None
    while True:
        due = _due(at, batch, last_seen)
        if not due:
            return swept
        last_seen = (due[-1].next_fire_at, due[-1].pk) if due[-1].next_fire_at else None
        for complaint_id in dict.fromkeys(clock.complaint_id for clock in due):
            if still_due := _due_of(complaint_id, at):
                _fire_for(complaint_id, still_due, at, swept)


def _due(at: datetime, batch: int, after: tuple[datetime, int] | None) -> list[Clock]:
    """The next batch of due clocks by their own time, read without a lock."""
    found = Clock.objects.filter(clocks.due_filter(at)).order_by("next_fire_at", "id")
    if after is not None:
        moment, pk = after
        found = found.filter(next_fire_at__gte=moment).exclude(next_fire_at=moment, pk__lte=pk)
    return list(found.only(*_SEEN)[:batch])


def _due_of(complaint_id: int, at: datetime) -> list[Clock]:
    """All that is due of one complaint, also beyond the batch, so that each person hears of it once."""
    found = Clock.objects.filter(clocks.due_filter(at), complaint_id=complaint_id)
    return list(found.order_by("next_fire_at", "id").only(*_SEEN))


def _fire_for(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    """Fire one complaint's due clocks together; if that fails try each alone and set the bad one aside."""
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
        claimed = [clock for clock in seen if _claim(clock)]
        if not claimed:
            return
        fresh = {
            clock.pk: clock
            for clock in Clock.objects.filter(pk__in=[c.pk for c in claimed]).select_related(
                "calendar", "rule"
            )
        }
        levels = [entry for clock in fresh.values() for entry in _crossed(clock, at)]
        for clock in fresh.values():
            clock.save(update_fields=["next_level", "next_fire_at"])
        notices: Notices = {}
        for crossed in sorted(levels, key=lambda entry: (entry.at, entry.clock.pk)):
            _apply(turn, crossed, result, notices)
        _tell(turn, notices)
    swept.fired += result.fired
    swept.skipped_late += result.skipped_late
    swept.complaints.add(complaint_id)


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
    firing = clocks.next_firing(clock, (clock.next_level or 1) - 1)
    while firing is not None and firing.at <= at:
        found.append(_Crossed(clock, firing.level, firing.at, late=True))
        firing = clocks.next_firing(clock, firing.level)
    if told := [entry for entry in found if not entry.has_act]:
        told[-1].late = False
    clock.next_level, clock.next_fire_at = (firing.level, firing.at) if firing else (None, None)
    return found


def _apply(turn: engine.Turn, crossed: _Crossed, result: Swept, notices: Notices) -> None:
    """Write down one level and what it does. Whoever hears of several levels hears of the latest."""
    clock = crossed.clock
    # An act of this pass may have ended the clock: then nothing is left to remind of.
    ended = crossed.level > BREACH_LEVEL and not Clock.objects.live().filter(pk=clock.pk).exists()
    acts = crossed.is_deadline or ((crossed.has_act or not crossed.late) and not ended)
    effect = Effect.objects.create(
        clock=clock,
        level=crossed.level,
        generation=clock.generation,
        kind=Effect.Kind.FIRED if acts else Effect.Kind.SKIPPED_LATE,
        at=crossed.at,
        noticed_at=turn.at,
    )
    if not acts:
        result.skipped_late += 1
        return
    result.fired["breach" if crossed.is_breach else f"level {crossed.level}"] += 1
    if crossed.is_breach:
        clocks.mark_breached(clock, turn.at)
        # Not the whole row: a breach just before may have ended this clock by escalating.
        clock.save(update_fields=["breached_at", "breach_noticed_at"])
        turn.event("breached", clock=clock.kind, due=clock.due_at.isoformat(), round=clock.round)
    for_staff = clock.kind not in CUSTOMERS_OWN and not crossed.has_act
    if for_staff and not crossed.late:
        context = {"clock": clock.kind, "level": crossed.level, "due": clock.due_at.isoformat()}
        for user in _hears(turn.complaint, clock, crossed.level):
            notices[user] = (effect, context)
    _act(turn, crossed, notices)


def _act(turn: engine.Turn, crossed: _Crossed, notices: Notices) -> None:
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
    if crossed.has_act and not Clock.objects.live().filter(pk=clock.pk).exists():
        # What ended the clock has been told by the act; its missed deadline is no news beside that.
        for user in [user for user, (effect, _context) in notices.items() if effect.clock_id == clock.pk]:
            del notices[user]


def _tell(turn: engine.Turn, notices: dict[User, tuple[Effect, dict[str, Any]]]) -> None:
    """One notice per person and complaint in a pass, with the latest state."""
    for user, (effect, context) in notices.items():
        template = "breach" if effect.level >= BREACH_LEVEL else "warning"
        notify.tell_users(
            [user], template, complaint=turn.complaint, at=turn.at, effect=effect, context=context
        )


def _hears(complaint: Complaint, clock: Clock, level: int) -> Iterable[User]:
    """Warnings go to who is responsible; from 90 % on, and at a breach, the supervisors hear too."""
    if clock.kind == ClockKind.TASK:
        task = Task.objects.select_related("team", "owner").get(pk=clock.subject_id)
        people = [task.owner] if task.owner else list(task.team.members.filter(is_active=True))
    elif clock.kind == ClockKind.APPROVAL:
        people = list(User.objects.filter(asked_to_decide=clock.subject_id, is_active=True))
    else:
        people = notify.responsible(complaint)
    if level >= SUPERVISOR_WARNING:
        people = [*people, *notify.supervisors_of(complaint.team)]
    return people
