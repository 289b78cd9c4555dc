"""The lifecycle model after the final answer: callback, review, endings, reopening, merging.

The rules stand in docs/lifecycle.md, "Callback outcome", "Review", "Ending without a remedy" and "Merge".
"""

from datetime import datetime, timedelta
from typing import Any

from complaints.tests.lifecycle.stateful.case import (
    CLIMBS,
    CONCLUDED,
    GRAVE,
    OPEN,
    UNFINISHED,
    Case,
    Merge,
    Refused,
)
from complaints.tests.lifecycle.stateful.model import Apply, is_text, is_text_or_nothing, must
from complaints.tests.lifecycle.stateful.model_handling import AGENT, AGENT_SUPERVISOR, Handling

REOPEN_WITHIN, UNMERGE_WITHIN, REPEAT_WITHIN = timedelta(days=30), timedelta(days=7), timedelta(days=30)
RESULTS = {"reached", "no_answer", "busy", "wrong_number", "refused", "later"}
CALLERS_LIMIT = 5_000
DEARER = {"COMP": 500_000, "COUP20": 2_000}


class Ending(Handling):
    # --- Callback ---
    def callback(self, c: Case, who: str, at: datetime, data: dict[str, Any]) -> Apply:
        who_may = "team callback_team supervisor"
        self.gate(c, who, AGENT_SUPERVISOR, {"callback"}, who_may, c.callback == "open")
        if who == c.resolver and self.others_may_call(c):
            raise Refused(403)
        result = data.get("result")
        must(result in RESULTS, is_text_or_nothing(data.get("note", "")))
        if result == "later":
            must(data.get("later_at") is not None and data["later_at"] > at)
        outcome = {"refused": "refused"}.get(str(result))
        if result == "reached":
            outcome = self.outcome_of(c, data)
            must(outcome != "partly" or data.get("make_good", {}).get("kind") == "COUP20")

        def apply() -> None:
            c.involved.add(who)
            if outcome:
                self.called(c, outcome)

        return apply

    def others_may_call(self, c: Case) -> bool:
        others = {
            name
            for name, person in self.people.items()
            if person.role == "agent"
            and (c.team in person.teams or self.in_team_of_kind(name, "callback"))
            and (not c.confidential or name in c.admitted or name == c.assignee)
        }
        return bool(others - c.out_of_it - {c.resolver})

    def outcome_of(self, c: Case, data: dict[str, Any]) -> str:
        solution, attitude = data.get("csat_solution") or 0, data.get("csat_attitude") or 0
        must(isinstance(data.get("resolved"), bool), solution in range(1, 6), attitude in range(1, 6))
        must(data.get("nps") is None or data["nps"] in range(11))
        if not data["resolved"] or solution <= 2 or (solution == 3 and c.partly):
            must(is_text(data.get("still_wrong", "")))
            return "unsatisfied"
        return "partly" if solution == 3 else "satisfied"

    def called(self, c: Case, outcome: str) -> None:
        """Apply the outcome of a callback."""
        c.callback_outcome, c.callback = outcome, None
        if outcome == "unsatisfied":
            last = c.assignee or c.resolver
            c.new_round()
            self.move_to(c, min(3, c.tier + 1))
            if last:
                c.barred.add(last)
            for claim in self.family(c):
                claim.disposition = "open"
        elif outcome == "partly":
            c.callback, c.partly, c.partly_ever = "make_good", True, True
        else:
            c.stage = "review"

    def rate(self, c: Case, who: str, data: dict[str, Any]) -> Apply:
        possible = c.callback == "open" and not c.rated
        self.gate(c, who, "customer", {"callback"}, "customer", possible)
        outcome = self.outcome_of(c, data)

        def apply() -> None:
            c.news = True
            if outcome == "partly":
                c.rated = True
                self.heard(c)
            else:
                self.called(c, outcome)

        return apply

    def make_good_done(self, c: Case, who: str, evidence: str) -> Apply:
        who_may = "assignee team callback_team supervisor"
        self.gate(c, who, AGENT_SUPERVISOR, {"callback"}, who_may, c.callback == "make_good")
        must(is_text(evidence))

        def apply() -> None:
            c.callback, c.rated = "open", False

        return apply

    # --- Review ---
    def needs_full_review(self, c: Case) -> bool:
        if c.outcome in CONCLUDED:
            return False
        repeated = any(
            other.customer == c.customer
            and other.category == c.category
            and c.received_at - REPEAT_WITHIN <= other.received_at < c.received_at
            for other in self.cases
        )
        grave = c.severity in {"critical", "major"}
        return grave or c.round > 1 or c.highest == 3 or c.partly_ever or repeated

    def review(self, c: Case, who: str, at: datetime, data: dict[str, Any]) -> Apply:
        waits = bool(self.pending(c, "review"))
        self.gate(c, who, AGENT_SUPERVISOR, {"review"}, "assignee quality supervisor", not waits)
        full = self.needs_full_review(c)
        must(data["attribution"] in {"people", "product", "setting"}, data["cause"] == "LOG-DMG")
        must(not full or ("whys" in data and "fishbone" in data and "no_action_reason" in data))
        must(not full or self.asks(c, "review", who) is not None)
        return lambda: self.ask(c, "review", who) if full else self.close(c, at)

    def close(self, c: Case, at: datetime) -> None:
        self.cancel_tasks(c)
        self.end_requests(c, "expired")
        self.dissolve(c)
        c.stage, c.waits, c.closed_at = "closed", set(), at
        if c.improvements:
            c.involved |= {
                name
                for name, person in self.people.items()
                if person.role == "supervisor" and self.in_team_of_kind(name, "quality")
            }

    # --- Ends without a remedy ---
    def wind_down(self, c: Case, requests_end: str) -> None:
        self.end_requests(c, requests_end)
        for plan in self._plans(c):
            plan.state = "expired" if plan.state == "offered" else plan.state
        self._supersede_plans(c)
        self.cancel_tasks(c)
        self.dissolve(c)
        c.waits, c.callback = set(), None if c.callback == "open" else c.callback

    def conclude(self, c: Case, who: str, at: datetime, outcome: str, reason: str, letter: str) -> Apply:
        role = {"deadlock_external": "manager"}.get(outcome, "supervisor")
        roles = role if outcome in CONCLUDED - {"withdrawn"} else "supervisor manager"
        deadlock = c.round >= 2 or c.rejections_ever >= 3
        owed = any(task.plan is not None and task.state in UNFINISHED for task in self.tasks_of(c))
        possible = (outcome != "deadlock_external" or deadlock) and not owed
        self.gate(c, who, roles, CLIMBS, "supervisor manager", possible)
        must(outcome in CONCLUDED - {"withdrawn"}, is_text(reason), is_text_or_nothing(letter))
        must(outcome != "deadlock_external" or is_text(letter))

        def apply() -> None:
            self.wind_down(c, "expired")
            c.outcome = outcome
            if outcome == "out_of_scope":
                self.close(c, at)
            else:
                c.stage = "review"

        return apply

    def withdraw(self, c: Case, who: str, evidence: str, reason: str) -> Apply:
        who_may = "assignee team callback_team customer"
        self.gate(c, who, "agent customer", OPEN, who_may, c.outcome != "withdrawn")
        told = who == "customer"
        must(is_text(evidence) or (told and is_text_or_nothing(evidence)))
        must(is_text(reason) or (told and is_text_or_nothing(reason)))

        def apply() -> None:
            self.wind_down(c, "withdrawn")
            c.stage, c.outcome = "review", "withdrawn"

        return apply

    def reopen(self, c: Case, who: str, at: datetime, reason: str) -> Apply:
        in_time = c.closed_at is not None and at <= c.closed_at + REOPEN_WITHIN
        possible = in_time and c.outcome != "duplicate"
        self.gate(c, who, "supervisor customer", {"closed"}, "supervisor customer", possible)
        must(is_text(reason))

        def apply() -> None:
            c.new_round()
            c.callback_outcome = c.closed_at = None
            self.give(c, None)
            for claim in self.family(c):
                claim.disposition = "open"

        return apply

    # --- Merging ---
    def merge(self, c: Case, other: Case | None, who: str, at: datetime) -> Apply:
        who_may = "assignee supervisor"
        if other is None or other is c:
            self.gate(c, who, AGENT_SUPERVISOR, OPEN, who_may)
            raise Refused(400)
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, who_may, other.is_open)
        others = c.customer != other.customer
        if who in other.out_of_it or (others and self.role(who) != "supervisor"):
            raise Refused(403)
        return lambda: self._merge(c, other, at)

    def _merge(self, c: Case, other: Case, at: datetime) -> None:
        tasks = [n for n, task in enumerate(self.tasks) if task.case == c.number and task.state in UNFINISHED]
        promises = [n for n, p in enumerate(self.promises) if p.case == c.number and not p.kept]
        people = {("named", who) for who in c.named - other.named}
        people |= {("conflict", who) for who in c.conflict - other.conflict}
        new_flags = set(c.flags) - set(other.flags)
        done = Merge(
            c.number,
            other.number,
            at,
            c.stage,
            c.outcome,
            tasks,
            promises,
            [self.plans.index(plan) for plan in self._plans(c) if plan.state == "offered"],
            c.callback,
            {wait for wait in c.waits if wait[0] != "approval"},
            {n: claim.disposition for n, claim in enumerate(self.claims) if claim.case == c.number},
            new_flags,
            people,
            c.confidential and not other.confidential,
            c.squad,
        )
        self.merges.append(done)
        self._take_over(done, c, other)
        self.wind_down(c, "expired")
        c.stage, c.outcome, c.closed_at, c.merged_into = "closed", "duplicate", at, other.number

    def _take_over(self, done: Merge, c: Case, other: Case) -> None:
        """Give the survivor the barred people, flags, unfinished tasks and open promises of the source."""
        other.named |= c.named
        other.conflict |= c.conflict
        other.confidential |= c.confidential
        if other.assignee in {who for _role, who in done.people}:
            self.give(other, None)
        for flag in sorted(done.flags):
            other.news = True
            self.risk_takes_effect(other, flag, c.flags[flag])
        for number in done.tasks:
            task = self.tasks[number]
            done.steps[number] = task.step
            task.case, task.round, task.step = other.number, other.round, None
        other.waits |= {wait for wait in c.waits if wait[0] == "department"}
        for number in done.promises:
            self.promises[number].case = other.number

    def unmerge(self, c: Case, who: str, at: datetime, reason: str) -> Apply:
        standing = [m for m in self.merges if m.source == c.number and not m.undone]
        possible = bool(standing) and at <= standing[0].at + UNMERGE_WITHIN
        # The latest merge must be undone first.
        possible = possible and self.cases[standing[0].survivor].merged_into is None
        self.gate(c, who, "supervisor", {"closed"}, "supervisor", possible)
        other = self.cases[standing[0].survivor]
        if who in other.out_of_it:
            raise Refused(403)
        must(is_text(reason))
        return lambda: self._unmerge(c, other, standing[0])

    def _unmerge(self, c: Case, other: Case, done: Merge) -> None:
        done.undone = True
        waited = {wait for wait in other.waits if wait[0] == "department" and wait[2] in done.tasks}
        other.waits -= waited
        for number in done.tasks:
            task = self.tasks[number]
            task.case, task.round, task.step = c.number, c.round, done.steps[number]
        for number in done.promises:
            self.promises[number].case = c.number
        for number in done.offers:
            self.plans[number].state = "offered"
        for number, disposition in done.claims.items():
            self.claims[number].disposition = disposition
        c.waits = {wait for wait in done.waits if wait[0] == "customer"} | waited
        c.stage, c.outcome, c.callback = done.stage, done.outcome, done.callback
        c.closed_at = c.merged_into = None
        c.squad = done.squad
        c.called |= c.squad.members if c.squad else set()
        for flag in done.flags:
            other.flags.pop(flag, None)
        other.named -= {who for role, who in done.people if role == "named"}
        other.conflict -= {who for role, who in done.people if role == "conflict"}
        if done.made_confidential:
            other.confidential = False


__all__ = ["AGENT", "GRAVE", "Ending"]
