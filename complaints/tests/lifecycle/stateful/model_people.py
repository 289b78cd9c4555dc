"""The lifecycle model of assignment, tiers, messages, promises, flags and decisions.

The rules stand in docs/lifecycle.md, "Moves", "Severity and risk flags" and "Authority and approvals".
"""

from datetime import datetime, timedelta
from typing import Any

from complaints.tests.lifecycle.stateful.case import (
    CLIMBS,
    FLAGS,
    GRAVE,
    HANDLED,
    MATRIX,
    OPEN,
    ORDER,
    Case,
    Claim,
    Promise,
    Refused,
    Request,
    Said,
)
from complaints.tests.lifecycle.stateful.model import Apply, is_text, is_text_or_nothing, must
from complaints.tests.lifecycle.stateful.model_handling import AGENT, AGENT_SUPERVISOR
from complaints.tests.lifecycle.stateful.model_squad import Squads

ASK_AGAIN_AFTER = timedelta(hours=4)
EXTENDABLE = {
    "first_response", "recovery", "update", "resolution", "callback", "callback_outcome", "make_good",
}  # fmt: skip
THANKS = "谢谢"
PURPOSES = {"reply", "question", "progress", "plan", "holding"}


class Model(Squads):
    # --- Receipt ---
    def receive(self, c: Case, who: str, claims: int) -> None:
        confirmed = {flag for flag, seen in c.flags.items() if seen}
        grave = c.severity in {"critical", "major"} or bool(c.flags)
        tier = 3 if confirmed & GRAVE else 2 if grave else 1
        team, assignee = self.route(c, tier), None
        on_the_line = self.role(who) == "agent" and c.channel in {"phone", "store", "chat"}
        if on_the_line and tier == 1 and who not in c.named:
            assignee = who
            own = [t for t in self.teams_of(who) if self.team_kinds[t][0] == "handling"]
            own.sort(key=lambda t: (self.team_kinds[t][1] or 0, t))
            team = team if team in own or not own else own[0]
            tier = self.team_kinds[team][1] or tier
        c.confidential = c.confidential or bool(c.named)
        self.cases.append(c)
        self.move_to(c, tier, team)
        self.give(c, assignee)
        if who in self.people:
            c.involved.add(who)
        from_here = len(self.claims)
        self.claims[from_here:] = [Claim(c.number) for _each in range(claims)]

    # --- Tiers ---
    def escalate(self, c: Case, who: str, at: datetime, reason: str, insists: bool) -> Apply:
        asks = self.role(who) != "supervisor" and not insists
        refused = c.refused_at is not None and c.refused_at > at - ASK_AGAIN_AFTER and not c.news
        held = asks and (refused or bool(self.pending(c, "escalation")))
        self.gate(c, who, AGENT_SUPERVISOR, CLIMBS, "assignee supervisor", c.tier < 3 and not held)
        must(is_text(reason))
        must(not asks or self.asks(c, "escalation", who) is not None)

        def apply() -> None:
            if asks:
                self.ask(c, "escalation", who)
            else:
                self.end_requests(c, "superseded", "escalation")
                self.up(c)

        return apply

    def de_escalate(self, c: Case, who: str, reason: str) -> Apply:
        self.gate(c, who, "supervisor", CLIMBS, "supervisor", c.tier > 1)
        must(is_text(reason))

        def apply() -> None:
            self.end_requests(c, "superseded", "escalation")
            self.move_to(c, c.tier - 1)

        return apply

    # --- Words and promises ---
    def message(
        self, c: Case, who: str, at: datetime, body: str, purpose: str, due: datetime | None
    ) -> Apply:
        who_may = "assignee former team callback_team supervisor"
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, who_may, not self.held_back(c, who))
        must(is_text(body), c.reachable, purpose in PURPOSES, due is None or due > at)

        def apply() -> None:
            c.words.append(at)
            if due is not None:
                self.promises.append(Promise(c.number))
            if purpose == "question" and c.stage in HANDLED and who == c.assignee:
                self.wait_for_customer(c, "question", hash(at), at)

        return apply

    def log_call(self, c: Case, who: str, at: datetime, body: str, reached: bool) -> Apply:
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "assignee former team callback_team supervisor")
        must(is_text(body))

        def apply() -> None:
            c.news = True
            if reached:
                c.words.append(at)
                self.heard(c)

        return apply

    def note(self, c: Case, who: str, body: str) -> Apply:
        who_may = "assignee former team callback_team supervisor quality manager"
        self.gate(c, who, "agent supervisor manager", OPEN | {"closed"}, who_may)
        must(is_text(body))
        return lambda: None

    def write_in(self, c: Case, who: str, body: str) -> Apply:
        self.gate(c, who, "customer", OPEN, "customer")
        must(is_text(body))

        def apply() -> None:
            c.news = True
            self.said.append(Said(c.number, body == THANKS))
            if body != THANKS:
                asked = {wait for wait in c.waits if wait[0] == "customer"}
                self.heard(c)
                c.ended = (len(self.said) - 1, c.round, asked)

        return apply

    def mark_thanks(self, c: Case, who: str, number: int | None) -> Apply:
        found = self.said[number] if number is not None else None
        own = found is not None and found.case == c.number
        who_may = "assignee team callback_team supervisor"
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, who_may, not (own and found and found.thanks))
        must(own)

        def apply() -> None:
            assert found is not None
            found.thanks = True
            waits = any(wait[0] == "customer" for wait in c.waits)
            if c.ended and c.ended[:2] == (number, c.round) and c.stage in HANDLED and not waits:
                c.waits |= {wait for wait in c.ended[2] if self.is_asked(wait)}

        return apply

    def is_asked(self, wait: tuple[str, str, int]) -> bool:
        return wait[1] != "offer" or self.plans[wait[2]].state == "offered"

    def promise(self, c: Case, who: str, at: datetime, text: str, due: datetime) -> Apply:
        self.gate(c, who, AGENT, OPEN, "assignee callback_team")
        must(is_text(text), due > at)
        return lambda: self.promises.append(Promise(c.number))

    def keep(self, c: Case, who: str, number: int | None) -> Apply:
        found = self.promises[number] if number is not None else None
        own = found is not None and found.case == c.number
        self.gate(c, who, AGENT, OPEN, "assignee callback_team", not (own and found and found.kept))
        must(own)
        return lambda: setattr(found, "kept", True)

    def extend(self, c: Case, who: str, at: datetime, data: dict[str, Any]) -> Apply:
        """`running`: whether the clock runs and is not late; `later`: whether the new time is later."""
        known = data["clock"] in EXTENDABLE
        possible = (not known or data["running"]) and not self.pending(c, "deadline_extension")
        self.gate(c, who, AGENT, OPEN, "assignee", possible)
        must(known, is_text(data["reason"]), data["told"], data["later"])
        must(self.asks(c, "deadline_extension", who) is not None)
        return lambda: self.ask(c, "deadline_extension", who)

    # --- Risks and conflicts ---
    def flag_risk(self, c: Case, who: str, flag: str, reason: str) -> Apply:
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "viewer", not c.flags.get(flag))
        must(flag in FLAGS, is_text(reason))

        def apply() -> None:
            c.news = True
            self.risk_takes_effect(c, flag, confirmed=True)

        return apply

    def confirm_risk(self, c: Case, who: str, flag: str, reason: str) -> Apply:
        possible = flag not in FLAGS or c.flags.get(flag) is False
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "supervisor expert", possible)
        must(flag in FLAGS, is_text(reason))
        return lambda: self.risk_takes_effect(c, flag, confirmed=True)

    def clear_risk(self, c: Case, who: str, flag: str, reason: str) -> Apply:
        possible = flag not in FLAGS or flag in c.flags
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "supervisor expert", possible)
        must(flag in FLAGS, is_text(reason))
        return lambda: c.flags.pop(flag)

    def declare_conflict(self, c: Case, who: str, reason: str, task: Any = None) -> Apply:
        self.gate(c, who, "agent supervisor manager department", OPEN, "viewer task_team", task=task)
        must(is_text(reason))

        def apply() -> None:
            c.conflict.add(who)
            if c.assignee == who:
                self.give(c, None)
            for own in self.tasks_of(c):
                if own.owner == who and own.state in {"open", "accepted", "rejected_back"}:
                    own.owner = None

        return apply

    # --- The record and who has it ---
    def edit(self, c: Case, who: str, changes: dict[str, Any]) -> Apply:
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "assignee team supervisor")
        gravity, reach = changes.get("gravity", c.gravity), changes.get("reach", c.reach)
        severity = changes.get("severity")
        must(gravity in MATRIX, reach in MATRIX["S1"], severity is None or severity in ORDER)
        must(not set(changes) & {"bogus"}, changes.get("category") != "NONE")
        regrade = (gravity, reach) != (c.gravity, c.reach) or severity not in {None, c.override}
        must(severity in {None, c.override} or is_text(changes.get("severity_reason", "")))
        lower = ORDER.index(severity or MATRIX[gravity][reach]) < ORDER.index(c.graded)
        if regrade and lower and self.role(who) != "supervisor":
            raise Refused(403)

        def apply() -> None:
            if regrade:
                c.gravity, c.reach, c.override = gravity, reach, severity
            c.category = changes.get("category", c.category)

        return apply

    def admit(self, c: Case, who: str, other: str) -> Apply:
        self.gate(c, who, "supervisor", OPEN, "supervisor", c.confidential)
        must(self.role(other) in {"agent", "supervisor"}, other not in c.out_of_it)
        return lambda: c.admitted.add(other)

    def take(self, c: Case, who: str) -> Apply:
        self.gate(c, who, AGENT, OPEN, "team", c.assignee is None)
        if who in c.barred:
            raise Refused(403)
        return lambda: self.give(c, who)

    def release(self, c: Case, who: str, reason: str) -> Apply:
        self.gate(c, who, AGENT_SUPERVISOR, OPEN, "assignee supervisor", c.assignee is not None)
        must(is_text_or_nothing(reason))
        return lambda: self.give(c, None)

    def assign(self, c: Case, who: str, other: str | None, team: str | None, reason: str) -> Apply:
        self.gate(c, who, "supervisor", OPEN, "supervisor")
        must(is_text_or_nothing(reason), other is not None or team is not None)
        must(team is None or self.team_kinds[team] == ("handling", c.tier))
        if other is not None:
            must(self.role(other) == "agent", (team or c.team) in self.teams_of(other))
            must(other not in c.out_of_it, other not in c.barred or bool(reason.strip()))

        def apply() -> None:
            if team is not None and team != c.team:
                self.move_to(c, c.tier, team)
            if other is not None:
                c.barred.discard(other)
                self.give(c, other)

        return apply

    # --- Decisions ---
    def decide(
        self, r: Request, who: str, at: datetime, approve: bool, note: str, limit: int | None, clock: bool
    ) -> Apply:
        """`clock`: whether the clock of an extension still runs."""
        if self.role(who) not in {"supervisor", "manager"}:
            raise Refused(403)
        if r.state != "pending":
            raise Refused(409)
        c = self.cases[r.case]
        now = self.asks(c, r.kind, r.requester, r.amount)
        eligible = who in r.asked or (now is not None and who in now[0])
        votes = [vote for vote in r.votes if vote not in c.out_of_it]
        if who in c.out_of_it | {r.requester, c.assignee} or not eligible or (approve and who in votes):
            raise Refused(403)
        if r.needs > 1 and self.role(who) != "manager":
            raise Refused(403)
        first = r.limit if votes else None
        must(is_text(note) or (approve and is_text_or_nothing(note)))
        must(limit is None or (r.kind == "compensation" and limit < r.amount))
        must(limit is None or first is None or limit <= first)
        if approve and r.kind == "deadline_extension" and not clock:
            raise Refused(409)
        lowest = min((each for each in (limit, first) if each is not None), default=None)

        def apply() -> None:
            if approve and r.needs > 1:
                r.votes.append(who)
            if approve:
                r.limit = lowest if r.needs > 1 else limit
            if not approve or len(votes) + 1 >= r.needs:
                self.decided(r, at, approve)

        return apply

    def decided(self, r: Request, at: datetime, approve: bool) -> None:
        c = self.cases[r.case]
        self.end_request(r, "approved" if approve else "rejected")
        if r.kind == "escalation":
            if approve:
                self.up(c)
            else:
                c.refused_at, c.news = at, False
        elif r.kind == "compensation" and r.plan is not None:
            if approve and r.limit is None:
                self.send_offer(c, r.plan, at)
            else:
                self.plans[r.plan].state = "draft"
        elif approve and r.kind == "not_upheld":
            self.send_explanation(c)
        elif approve and r.kind == "review":
            self.close(c, at)

    def take_back(self, r: Request, who: str) -> Apply:
        if self.role(who) not in {"agent", "supervisor", "manager"}:
            raise Refused(403)
        if r.state != "pending":
            raise Refused(409)
        if who != r.requester or who in self.cases[r.case].out_of_it:
            raise Refused(403)

        def apply() -> None:
            self.end_request(r, "withdrawn")
            if r.plan is not None:
                self.plans[r.plan].state = "draft"

        return apply
