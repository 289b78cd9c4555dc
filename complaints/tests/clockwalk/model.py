"""A model of the clocks of complaints, written from docs/clocks.md without using the product's code.

After each step the walk (base.py) compares the clocks, effects and heads of the model with the rows of the
product (compare.py). Merges are modelled in merging.py, working time in worked.py.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from complaints.tests.clockwalk.clock import (
    BREACH,
    CLIMBS,
    ESCALATES,
    OWN,
    PAUSING,
    TWICE,
    Case,
    Clock,
    Levels,
    Rule,
)
from complaints.tests.clockwalk.worked import Worked

HOUR = 60
FIXED = {
    "callback_outcome": 48 * HOUR,
    "callback_notice": 72 * HOUR,
    "make_good": 48 * HOUR,
    "customer_wait": 7 * 24 * HOUR,
    "promise": 24 * HOUR,
}
HALVED = {"resolution", "update", "pickup"}
MET_BY_RESOLUTION = ("first_response", "reply", "plan", "recovery", "update", "resolution")
ANSWER = {"reply", "question", "progress", "plan", "holding", "call", "offer", "explanation"}
SAYS = {
    "first_response": ANSWER,
    "reply": ANSWER,
    "recovery": {"question", "plan", "offer", "explanation"},
    "plan": {"plan", "offer"},
}
LEAST = timedelta(minutes=15)
NONE = ("", 0)


class Model(Levels):
    def __init__(self) -> None:
        self.cases: list[Case] = []
        self.rules: dict[int, Rule] = {}
        self.calendars: dict[int, Worked] = {}
        self.newest: dict[str, int] = {}
        """The newest version of each calendar, by its code."""

    # --- Policy ---
    def matching(self, case: Case, policy: int | None = None) -> int:
        """Return the first rule that fits, of the newest version or of the given one."""
        wanted = policy or max(rule.policy for rule in self.rules.values())
        facts = {
            "severity": case.severity,
            "channel": case.channel,
            "segment": case.segment,
            "region": case.region,
            "external_authority": case.external or case.channel == "regulator",
        }
        for number, rule in self.rules.items():
            if rule.policy == wanted and all(facts[name] == value for name, value in rule.match.items()):
                return number
        raise AssertionError("no rule fits")

    def granted(self, case: Case, kind: str) -> tuple[timedelta, int, int] | None:
        """Return target, calendar and rule by the newest policy; None where such a clock does not start."""
        number = self.matching(case)
        cell = self.cell(number, kind)
        if cell is None and kind in FIXED:
            cell = (FIXED[kind], "ALWAYS")
        if cell is None:
            return None
        minutes, code = cell
        if case.round > 1 and kind in HALVED:
            minutes = ceil(minutes / 2)
        return timedelta(minutes=minutes), self.newest[code], number

    def cell(self, rule: int, kind: str) -> tuple[int, str] | None:
        cells = self.rules[rule].targets
        return cells.get(kind) or (cells.get("first_response") if kind == "reply" else None)

    # --- Start and end ---
    def start(
        self,
        case: Case,
        kind: str,
        at: datetime,
        subject: tuple[str, int | None] = NONE,
        due: datetime | None = None,
    ) -> Clock | None:
        grant = self.granted(case, kind)
        if grant is None:
            return None
        target, calendar, rule = grant
        worked = self.calendars[calendar]
        if due is None:
            due = worked.add(at, target)
        else:
            target = worked.between(at, due)
        clock = Clock(kind, case.round, subject, target, calendar, rule, at, due, due)
        case.clocks.append(clock)
        return clock

    def miss(self, case: Case, clock: Clock, at: datetime) -> None:
        """Record the levels that passed before a move and that no sweep has seen, each at its own moment.

        Apart from the breach nothing is sent for them.
        """
        while (following := self.next_level(clock)) and following[1] < at:
            level, moment = following
            ours = level == BREACH and clock.kind not in OWN
            clock.effects.append((level, "fired" if ours else "skipped_late", moment))
            clock.reached = level
            if ours:
                case.breaches += 1
                clock.breached = clock.breached or clock.due
                case.found.append(clock)

    def settle(self, at: datetime) -> None:
        """Escalate for the deadlines that moves found missed, as a sweep in time would have done.

        A tier that a person chose in the same move stays.
        """
        for case in self.cases:
            chosen = case.tier != case.tier_before
            for clock in case.found:  # the list grows while it is read
                if clock.kind in ESCALATES and clock.round == case.round and not chosen:
                    self._up_by_breach(case, clock, at)
            case.found, case.tier_before = [], case.tier

    def end(self, case: Case, clock: Clock, how: str, at: datetime) -> None:
        self.miss(case, clock, at)
        if clock.paused:
            clock.pauses.append((clock.paused, at))
            clock.paused = None
        clock.ended, clock.stopped = how, max(at, clock.start)

    def meet(
        self, case: Case, *kinds: str, at: datetime, subject: tuple[str, int | None] | None = None
    ) -> int:
        found = case.live(*kinds, subject=subject)
        for clock in found:
            self.end(case, clock, "met", at)
        return len(found)

    def cancel(
        self, case: Case, *kinds: str, at: datetime, subject: tuple[str, int | None] | None = None
    ) -> None:
        for clock in case.live(*kinds, subject=subject):
            self.end(case, clock, "cancelled", at)

    # --- Waiting for the customer ---
    def ask(self, case: Case, what: str, at: datetime) -> None:
        case.asked.add(what)
        for clock in case.live(*PAUSING):
            if clock.paused is None:
                self.miss(case, clock, at)
                clock.paused = max(at, clock.start)
        self.cancel(case, "customer_wait", at=at)
        self.start(case, "customer_wait", at)

    def stop_asking(self, case: Case, at: datetime, *what: str, answered: bool = False) -> None:
        case.asked -= set(what)
        if case.asked:
            return
        for clock in case.live(*PAUSING):
            if clock.paused is not None:
                self.run_on(clock, at)
                clock.recount()
        for clock in case.live("customer_wait"):
            self.end(case, clock, "met" if answered else "cancelled", at)

    def run_on(self, clock: Clock, at: datetime) -> None:
        """Resume a paused clock with the time that was left when it stopped."""
        if clock.paused is None:
            return
        worked = self.calendars[clock.calendar]
        left, until = worked.between(clock.paused, clock.due), max(at, clock.paused)
        clock.pauses.append((clock.paused, until))
        clock.paused = None
        if clock.breached is None and left >= timedelta(0):
            clock.due = worked.add(until, left)

    def heard(self, case: Case, at: datetime) -> None:
        self.stop_asking(case, at, "question", "offer", answered=True)
        self.heard_of(case, at)

    def heard_of(self, case: Case, at: datetime) -> None:
        noticed = self.meet(case, "callback_notice", at=at)
        if noticed and case.stage == "callback" and not case.live("callback"):
            self.start(case, "callback", at)

    def wrote(self, case: Case, at: datetime) -> None:
        """The customer has written. Nobody starts to owe an answer who owes one already."""
        self.heard(case, at)
        if not case.live("first_response", "reply"):
            self.start(case, "reply", at)

    def asked_on(self, case: Case, asked: set[str], since: datetime, at: datetime) -> None:
        """The message at `since` was no answer, so what was asked before it is still asked."""
        case.asked = asked
        for clock in case.live(*PAUSING):
            self.miss(case, clock, at)
            worked = self.calendars[clock.calendar]
            if not clock.breached and clock.pauses and clock.pauses[-1][1] == since:
                clock.paused, until = clock.pauses.pop()
                clock.due = worked.add(clock.paused, worked.between(until, clock.due))
            else:
                clock.paused = max(at, clock.start)
            clock.recount()
        for clock in case.clocks:
            if (clock.kind, clock.ended, clock.stopped) == ("customer_wait", "met", since):
                clock.ended, clock.stopped, clock.reached = None, None, min(clock.reached, BREACH - 1)

    def spoke(self, case: Case, purpose: str, at: datetime) -> None:
        kinds = [kind for kind, purposes in SAYS.items() if purpose in purposes]
        self.meet(case, *kinds, at=at)
        if any(clock.paused for clock in case.live("update")):
            return
        if self.meet(case, "update", at=at):
            self.start(case, "update", at)

    # --- Escalation ---
    def hand_over(self, case: Case, tier: int, at: datetime) -> None:
        case.tier, case.assigned = tier, False
        self.cancel(case, "pickup", at=at)
        self.start(case, "pickup", at)

    def end_request(self, case: Case, kind: str, at: datetime, *, decided: bool) -> None:
        number = case.requests.pop(kind, None)
        if number is not None:
            end = self.meet if decided else self.cancel
            end(case, "approval", at=at, subject=("approval", number))

    # --- Deadlines that change ---
    def retarget(self, case: Case, at: datetime, *, later: bool) -> None:
        for clock in self._kept(case, at):
            if self.matching(case, self.rules[clock.rule].policy) == clock.rule:
                continue
            grant = self.granted(case, clock.kind)
            if grant is None or not self.cell(grant[2], clock.kind):
                continue
            due, floored = self._changed(clock, grant, at)
            if due != clock.due and (later or due < clock.due):
                self._regrant(clock, grant, due, floored)

    def outdated(self, at: datetime) -> bool:
        """Return whether a clock that can still be met uses an older policy or calendar."""
        return any(not self._is_new(clock) for case in self.cases for clock in self._kept(case, at))

    def _is_new(self, clock: Clock) -> bool:
        policy = max(rule.policy for rule in self.rules.values())
        return clock.calendar in self.newest.values() and self.rules[clock.rule].policy == policy

    def retarget_all(self, cases: Iterable[Case], at: datetime) -> None:
        """Recalculate by the newest versions. Deadlines that were extended, or set by the floor, stay."""
        for case in cases:
            for clock in self._kept(case, at):
                if self._is_new(clock):
                    continue
                grant = self.granted(case, clock.kind)
                if grant is None or not self.cell(grant[2], clock.kind):
                    continue
                worked = self.calendars[clock.calendar]
                if worked.add(clock.start, clock.target, clock.pauses) != clock.due:
                    self._regrant(clock, grant, clock.due, floored=False)
                else:
                    self._regrant(clock, grant, *self._changed(clock, grant, at))

    def extend(self, case: Case, at: datetime) -> None:
        """Move the deadline after an extension was granted. What was missed in the meantime stays missed."""
        assert case.extension is not None
        clock, due = case.extension
        self.miss(case, clock, at)
        clock.due = due
        clock.recount()
        self.touch(case)

    def touch(self, case: Case) -> None:
        """Note that something happened which undoing a merge later would not undo."""

    def _kept(self, case: Case, at: datetime) -> list[Clock]:
        return [
            clock
            for clock in case.live(subject=NONE)
            if clock.round == case.round and not clock.breached and (clock.paused or clock.due > at)
        ]

    def _changed(
        self, clock: Clock, grant: tuple[timedelta, int, int], at: datetime
    ) -> tuple[datetime, bool]:
        target, calendar, _rule = grant
        worked = self.calendars[calendar]
        due = worked.add(clock.start, target, clock.pauses)
        least = timedelta(0) if clock.floored else max(LEAST, target / 4)
        floor = worked.add(clock.paused or at, least)
        return (min(floor, clock.due), True) if due < floor else (due, False)

    def _regrant(self, clock: Clock, grant: tuple[timedelta, int, int], due: datetime, floored: bool) -> None:
        clock.target, clock.calendar, clock.rule = grant
        clock.due, clock.floored = due, clock.floored or floored
        clock.recount()

    # --- Sweeps ---
    def sweep(self, at: datetime) -> None:
        for case in self.cases:
            while self._pass(case, at):
                pass

    def _pass(self, case: Case, at: datetime) -> bool:
        """Fire everything that is due for a complaint, in the order of the moments at which it fell due."""
        found: list[tuple[datetime, int, Clock, int, bool]] = []
        for order, clock in enumerate(case.clocks):
            crossed = []
            while (following := self.next_level(clock)) and following[1] <= at:
                crossed.append(following)
                clock.reached = following[0]
            told = max((level for level, _m in crossed if not self._acts(clock, level)), default=None)
            found += [(moment, order, clock, level, level == told) for level, moment in crossed]
        for moment, _order, clock, level, told in sorted(found, key=lambda entry: entry[:2]):
            self._fire(case, clock, level, moment, told, at)
        return bool(found)

    def _acts(self, clock: Clock, level: int) -> bool:
        return clock.kind == "approval" and level == TWICE

    def _fire(self, case: Case, clock: Clock, level: int, moment: datetime, told: bool, at: datetime) -> None:
        over = level > BREACH and not clock.live
        fires = level == BREACH or ((told or self._acts(clock, level)) and not over)
        clock.effects.append((level, "fired" if fires else "skipped_late", moment))
        if not fires:
            return
        if level == BREACH and clock.kind not in OWN:
            clock.breached = clock.breached or clock.due
            case.breaches += 1
            if clock.kind in ESCALATES:
                self._up_by_breach(case, clock, at)
        elif level == BREACH and clock.kind == "customer_wait":
            self._silent(case, at)
        elif level == BREACH and case.stage == "callback" and case.calls == "open":
            self.cancel(case, "callback", "callback_outcome", at=at)
            self.called(case, "unreachable", at)
        if self._acts(clock, level) and clock.subject[1] == case.requests.get("escalation"):
            self.end_request(case, "escalation", at, decided=True)
            self.hand_over(case, min(3, case.tier + 1), at)

    def _up_by_breach(self, case: Case, clock: Clock, at: datetime) -> None:
        if case.stage not in CLIMBS or case.merged:
            return
        if not self.rules[clock.rule].escalate or case.tier >= 3:
            return
        if case.round in case.escalated:
            return
        case.escalated.add(case.round)
        self.end_request(case, "escalation", at, decided=True)
        self.hand_over(case, case.tier + 1, at)

    def _silent(self, case: Case, at: datetime) -> None:
        """After seven days without an answer, expire the offer, resume the clocks and open a task."""
        case.plan = "" if case.plan == "offered" else case.plan
        self.stop_asking(case, at, "question", "offer")
        self.start(case, "task", at, ("task", None))

    def called(self, case: Case, outcome: str, at: datetime) -> None:
        """Apply the outcome of a callback."""
        case.calls = ""
        self.meet(case, "callback_outcome", "callback_notice", at=at)
        if outcome == "unsatisfied":
            self.new_round(case)
            self.hand_over(case, min(3, case.tier + 1), at)
            self.start(case, "resolution", at)
            self.start(case, "update", at)
        elif outcome == "partly":
            case.calls, case.partly = "make_good", True
            self.start(case, "make_good", at)
        else:
            case.stage = "review"

    def new_round(self, case: Case) -> None:
        case.round += 1
        case.stage, case.plan, case.partly, case.closed_at = "diagnose", "", False, None
        case.tries, case.noticed, case.calls, case.rejections = [], False, "", 0

    def resolved(self, case: Case, at: datetime) -> None:
        """The final answer meets every running clock that an answer can meet (docs/clocks.md)."""
        self.meet(case, *MET_BY_RESOLUTION, at=at)

    def wind_down(self, case: Case, at: datetime) -> None:
        """End the complaint so that no clock is left running."""
        for kind in list(case.requests):
            self.end_request(case, kind, at, decided=False)
        case.tasks = {}
        self.stop_asking(case, at, "question", "offer")
        case.calls = ""
        self.cancel(case, at=at)
