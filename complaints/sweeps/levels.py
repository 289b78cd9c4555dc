"""What a clock does at each level that it reaches: it records it, notifies people, and some kinds act.

The levels stand in docs/clocks.md, "Firing".
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from complaints.lifecycle import engine, promises, tiers, wait
from complaints.lifecycle.approvals import climbing
from complaints.lifecycle.callback import calls
from complaints.models import Clock, ClockKind, Effect
from complaints.models.clock import BREACH_LEVEL, CUSTOMERS_OWN, ESCALATING, TWICE_LEVEL
from complaints.notices import notify
from complaints.sla import clocks, firing

Act = Callable[[engine.Turn, Clock], None]
AT_DEADLINE: dict[ClockKind, Act] = {
    **tiers.AT_BREACH,
    ClockKind.APPROVAL: climbing.at_deadline,
    ClockKind.PROMISE: promises.broken,
    ClockKind.CUSTOMER_WAIT: wait.gave_no_answer,
    ClockKind.CALLBACK_NOTICE: calls.gave_no_answer,
}
"""What a clock of each kind does at its deadline, after the breach was recorded and people were notified."""
AT_LEVEL: dict[tuple[ClockKind, int], Act] = {(ClockKind.APPROVAL, TWICE_LEVEL): climbing.at_twice}
"""What a clock does at another level, however late that is noticed. The act itself notifies people."""
REMINDS: dict[ClockKind, Act] = {ClockKind.CUSTOMER_WAIT: wait.remind}
"""Kinds whose warnings go to the customer instead of to staff. A late warning is not sent."""
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


@dataclass
class Crossed:
    clock: Clock
    level: int
    at: datetime
    late: bool
    """True if a later level of the same clock was reached too, so that people hear of that one instead."""

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


def crossed(clock: Clock, at: datetime) -> list[Crossed]:
    """Return the levels that a claimed clock has reached up to `at`, and set its next one.

    People are notified only of the highest. The deadline, and levels in AT_LEVEL, act however late they are.
    """
    found: list[Crossed] = []
    following = firing.next_firing(clock, (clock.next_level or 1) - 1)
    while following is not None and following.at <= at:
        found.append(Crossed(clock, following.level, following.at, late=True))
        following = firing.next_firing(clock, following.level)
    if told := [entry for entry in found if not entry.has_act]:
        told[-1].late = False
    clock.next_level, clock.next_fire_at = (following.level, following.at) if following else (None, None)
    return found


def apply(turn: engine.Turn, crossed: Crossed, result: Swept) -> None:
    """Record one level, notify people of it, and do what the clock does at it."""
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


def _act(turn: engine.Turn, crossed: Crossed) -> None:
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
        # The act has notified people of what ended the clock, so the notice of its missed deadline is
        # dropped.
        told = turn.gathered or []
        turn.gathered = [each for each in told if each.effect is None or each.effect.clock_id != clock.pk]
