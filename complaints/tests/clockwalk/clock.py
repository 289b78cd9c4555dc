"""The rows of the clock model: a policy rule, a clock and a complaint (`Case`) as plain values.

Nothing here uses the product's code. The rules stand in docs/clocks.md, "Firing" and "Clocks".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from complaints.tests.clockwalk.worked import Stretch, Worked

OWN = {"customer_wait", "callback_notice"}
PAUSING = {"update", "resolution"}
ESCALATES = {"first_response", "recovery", "resolution", "pickup"}
CLIMBS = {"intake", "diagnose", "resolve"}
OPEN = {*CLIMBS, "callback", "review"}
BREACH, TWICE = 100, 200
REMINDED = {"customer_wait": {14: timedelta(hours=24), 43: timedelta(hours=72)}}
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(eq=False)
class Rule:
    """One row of the policy table."""

    policy: int
    match: dict[str, Any]
    targets: dict[str, tuple[int, str]]
    warn: list[int]
    escalate: bool


@dataclass(eq=False)
class Clock:
    kind: str
    round: int
    subject: tuple[str, int | None]
    target: timedelta
    calendar: int
    rule: int
    start: datetime
    due: datetime
    original: datetime
    paused: datetime | None = None
    pauses: list[Stretch] = field(default_factory=list)
    ended: str | None = None
    stopped: datetime | None = None
    breached: datetime | None = None
    floored: bool = False
    reached: int = 0
    """The highest level that this clock has passed. No level up to this one fires again."""
    effects: list[tuple[int, str, datetime]] = field(default_factory=list)

    @property
    def live(self) -> bool:
        return self.ended is None

    def recount(self) -> None:
        """Set `reached` from what was said, so that nothing is said twice.

        A breach that came only from a merge no longer counts after the merge is undone, and so it may be said
        again.
        """
        said = max((level for level, _kind, _at in self.effects), default=0)
        self.reached = max(said, BREACH) if self.breached else min(said, BREACH - 1)


@dataclass(eq=False)
class Case:
    number: int
    channel: str
    segment: str | None
    region: str | None
    severity: str
    tier: int
    assigned: bool
    reachable: bool
    two_ways: bool
    stage: str = "intake"
    round: int = 1
    external: bool = False
    clocks: list[Clock] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """The open questions to the customer: `question`, `offer`."""
    plan: str = ""
    requests: dict[str, int] = field(default_factory=dict)
    """The pending requests, by their kind."""
    extension: tuple[Clock, datetime] | None = None
    tasks: dict[int, bool] = field(default_factory=dict)
    """The unfinished tasks. The value says whether the task carries out a remedy."""
    promises: set[int] = field(default_factory=set)
    tries: list[tuple[datetime, str]] = field(default_factory=list)
    calls: str = ""
    """`open` while a callback is due, `make_good` while the small remedy is."""
    partly: bool = False
    rejections: int = 0
    refused_at: datetime | None = None
    """The moment at which a request to escalate was last refused."""
    noticed: bool = False
    escalated: set[int] = field(default_factory=set)
    """The rounds in which a breach raised the tier."""
    breaches: int = 0
    """The number of `breached` events in the timeline."""
    closed_at: datetime | None = None
    merged: bool = False
    found: list[Clock] = field(default_factory=list)
    """The clocks whose deadlines the last move found missed."""
    tier_before: int = 0
    """The tier before the last move."""

    def __post_init__(self) -> None:
        self.tier_before = self.tier

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    def live(self, *kinds: str, subject: tuple[str, int | None] | None = None) -> list[Clock]:
        return [
            clock
            for clock in self.clocks
            if clock.live
            and (not kinds or clock.kind in kinds)
            and (subject is None or clock.subject == subject)
        ]


class Levels:
    """Computes at which moment a clock passes which level."""

    rules: dict[int, Rule]
    calendars: dict[int, Worked]

    def ladder(self, clock: Clock) -> Iterator[int]:
        if clock.kind in OWN:
            for level, later in REMINDED.get(clock.kind, {}).items():
                if clock.start + later < clock.due:
                    yield level
            yield BREACH
            return
        yield from sorted(self.rules[clock.rule].warn)
        yield BREACH
        top = TWICE if clock.kind == "approval" else BREACH
        yield from range(top + (top == BREACH), top + 4)

    def next_level(self, clock: Clock) -> tuple[int, datetime] | None:
        """Return the next level and its moment; None when the clock is paused, ended or past all levels."""
        if clock.paused or not clock.live:
            return None
        level = next((level for level in self.ladder(clock) if level > clock.reached), None)
        return None if level is None else (level, self.moment(clock, level))

    def moment(self, clock: Clock, level: int) -> datetime:
        worked = self.calendars[clock.calendar]
        if level == BREACH:
            return clock.due
        if level < BREACH and clock.kind in REMINDED:
            return clock.start + REMINDED[clock.kind][level]
        if level < BREACH:
            parts = list(worked.pieces(clock.start, clock.due, clock.pauses))
            used = sum((end - begin for begin, end in parts), timedelta(0)) * level / 100
            return worked.add(clock.start, used, clock.pauses)
        first, moment = BREACH, clock.due
        if clock.kind == "approval":
            first, moment = TWICE, worked.add(clock.due, clock.target)
        for _reminder in range(level - first):
            moment = worked.add(moment + DAY, SECOND)
        return moment
