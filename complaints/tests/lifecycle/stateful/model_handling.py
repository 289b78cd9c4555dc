"""The lifecycle model from intake to the final answer (docs/lifecycle.md, "Moves").

It covers diagnosis, remedies, explanations, claims, tasks and waits.
"""

from datetime import datetime
from typing import Any

from complaints.tests.lifecycle.stateful.case import HANDLED, OPEN, UNFINISHED, Case, Plan, Refused, Task
from complaints.tests.lifecycle.stateful.model import (
    AGENT_LIMITS,
    CASH,
    CASH_TIMES,
    CASH_WITHIN,
    Apply,
    Base,
    is_text,
    is_text_or_nothing,
    must,
)

AGENT, AGENT_SUPERVISOR = "agent", "agent supervisor"


class Handling(Base):
    # --- Intake and diagnosis ---
    def acknowledge(self, c: Case, who: str, at: datetime, body: str) -> Apply:
        self.gate(c, who, AGENT, {"intake"}, "assignee team", c.reachable)
        must(is_text_or_nothing(body), not body.strip() or not self.held_back(c, who))
        return lambda: c.words.append(at) if body.strip() else None

    def start_diagnosis(self, c: Case, who: str) -> Apply:
        begun = c.stage == "diagnose" and c.assignee is not None
        self.gate(c, who, AGENT, {"intake", "diagnose"}, "assignee free", not begun)
        if c.assignee is None and who in c.barred:
            raise Refused(403)

        def apply() -> None:
            self.give(c, c.assignee or who)
            c.stage = "diagnose"

        return apply

    def record_finding(self, c: Case, who: str, at: datetime, data: dict[str, Any]) -> Apply:
        out = c.explained or any(
            plan.state not in {"draft", "waiting", "superseded"} for plan in self._plans(c)
        )
        self.gate(c, who, AGENT_SUPERVISOR, HANDLED, "assignee supervisor", c.stage != "resolve" or not out)
        must(is_text(data["reasons"]), data["finding"] in {"upheld", "partly_upheld", "not_upheld"})

        def apply() -> None:
            self.end_requests(c, "superseded", "compensation", "not_upheld")
            self._supersede_plans(c)
            c.stage, c.finding, c.found_at = "resolve", data["finding"], at
            c.problem_type, c.news = data["problem_type"], True

        return apply

    def _plans(self, c: Case) -> list[Plan]:
        return [plan for plan in self.plans if (plan.case, plan.round) == (c.number, c.round)]

    def _supersede_plans(self, c: Case) -> None:
        for plan in self._plans(c):
            if plan.state in {"draft", "waiting"}:
                plan.state = "superseded"

    # --- Remedies ---
    def offer(self, c: Case, who: str, at: datetime, data: dict[str, Any]) -> Apply:
        free = self.plan_state(c) not in {"offered", "chosen"} and not self.answers_wait(c, who)
        self.gate(c, who, AGENT, {"resolve"}, "assignee", free)
        options = [(entry["kind"], _minor(entry.get("amount"))) for entry in data["options"]]
        must(1 <= len(options) <= 4, all(amount is not None for _kind, amount in options))
        must(all(is_text(entry["description"]) for entry in data["options"]))
        single = len(options) == 1 and not data.get("single_option_reason")
        must(c.problem_type != "compensation" or not single)
        must(c.problem_type != "process" or "improvement" in data)
        must(c.problem_type != "cognition" or bool(data.get("no_visual_reason")))
        known: list[tuple[str, int]] = [(kind, amount or 0) for kind, amount in options]
        within = self.within(c, who, at, known)
        amount = self.accepted(c) + max(amount for _kind, amount in known)
        must(within or self.asks(c, "compensation", who, amount) is not None)

        def apply() -> None:
            self.end_requests(c, "superseded", "compensation")
            self._supersede_plans(c)
            self.plans.append(Plan(c.number, c.round, "waiting", known))
            number = len(self.plans) - 1
            c.improvements |= "improvement" in data
            if within:
                self.send_offer(c, number, at)
            else:
                self.ask(c, "compensation", who, amount, number)

        return apply

    def send_offer(self, c: Case, plan: int, at: datetime) -> None:
        self.plans[plan].state = "offered"
        self.wait_for_customer(c, "offer", plan, at)

    def accepted(self, c: Case) -> int:
        chosen = [plan for plan in self.plans if plan.case == c.number and plan.chosen is not None]
        return sum(plan.options[plan.chosen or 0][1] for plan in chosen)

    def within(self, c: Case, who: str, at: datetime, options: list[tuple[str, int]]) -> bool:
        """Return whether the offer may go out without a request."""
        limit, accepted = AGENT_LIMITS[self.people[who].tier], self.accepted(c)
        granted = [
            r.limit
            for r in self.requests
            if (r.case, r.round, r.kind, r.state) == (c.number, c.round, "compensation", "approved")
            and r.limit is not None
        ]
        paid = [
            plan
            for plan in self.plans
            if plan.chosen is not None
            and plan.options[plan.chosen][0] in CASH
            and self.cases[plan.case].customer == c.customer
            and plan.chosen_at is not None
            and at - CASH_WITHIN < plan.chosen_at <= at
        ]
        no_cash = limit == AGENT_LIMITS[1] and len(paid) >= CASH_TIMES
        return all(
            accepted + amount <= max(granted, default=-1)
            or (accepted + amount <= limit and not (no_cash and kind in CASH))
            for kind, amount in options
        )

    def withdraw_offer(self, c: Case, who: str, at: datetime, reason: str) -> Apply:
        self.gate(c, who, AGENT, {"resolve"}, "assignee", self.plan_state(c) in {"offered", "chosen"})
        must(is_text(reason))

        def apply() -> None:
            plan = self.latest_plan(c)
            assert plan
            number = self.plans.index(plan)
            plan.state, plan.chosen = "withdrawn", None
            for task in self.tasks:
                if task.plan == number and task.state in UNFINISHED:
                    self.end_task(task, "cancelled")
            for claim in self.family(c):
                claim.disposition = "open" if claim.disposition == "remedied" else claim.disposition
            c.waits.discard(("customer", "offer", number))
            c.words.append(at)

        return apply

    def choose(self, c: Case, who: str, at: datetime, option: int, evidence: str) -> Apply:
        self.gate(c, who, "agent customer", {"resolve"}, "assignee customer", self.plan_state(c) == "offered")
        plan = self.latest_plan(c)
        assert plan
        must(option < len(plan.options), is_text(evidence))

        def apply() -> None:
            plan.state, plan.chosen, plan.chosen_at = "chosen", option, at
            for claim in self.family(c):
                claim.disposition = "remedied" if claim.disposition == "open" else claim.disposition
            self.heard(c)
            task = Task(c.number, c.round, c.team, c.assignee, plan=self.plans.index(plan))
            self.open_task(task)

        return apply

    def reject(self, c: Case, who: str, reason: str) -> Apply:
        self.gate(c, who, "agent customer", {"resolve"}, "assignee customer", self.plan_state(c) == "offered")
        must(is_text(reason))
        requester = None if who == "customer" else who
        asks = c.rejections >= 2 and c.tier < 3 and not self.pending(c, "escalation")

        def apply() -> None:
            plan = self.latest_plan(c)
            assert plan
            plan.state = "rejected"
            c.rejections, c.rejections_ever, c.news = c.rejections + 1, c.rejections_ever + 1, True
            self.heard(c)
            if asks and self.asks(c, "escalation", requester):
                self.ask(c, "escalation", requester)

        return apply

    # --- Not upheld, claims, the final answer ---
    def explain(self, c: Case, who: str, body: str, no_visual: str) -> Apply:
        possible = c.finding == "not_upheld" and not c.explained and not self.answers_wait(c, who)
        possible = possible and not self.pending(c, "not_upheld")
        self.gate(c, who, AGENT, {"resolve"}, "assignee", possible)
        must(is_text(body), bool(no_visual) or c.problem_type != "cognition")
        needs = c.severity in {"critical", "major"} or "vulnerable" in c.flags
        must(not needs or self.asks(c, "not_upheld", who) is not None)
        return lambda: self.ask(c, "not_upheld", who) if needs else self.send_explanation(c)

    def send_explanation(self, c: Case) -> None:
        c.explained = True
        for claim in self.family(c):
            claim.disposition = "explained" if claim.disposition == "open" else claim.disposition

    def settle_claim(self, c: Case, who: str, claim: int, disposition: str, reason: str) -> Apply:
        self.gate(c, who, AGENT, {"resolve"}, "assignee")
        known = 0 <= claim < len(self.claims) and any(self.claims[claim] is one for one in self.family(c))
        must(known, disposition in {"explained", "declined"}, is_text(reason))
        return lambda: setattr(self.claims[claim], "disposition", disposition)

    def resolve(self, c: Case, who: str, final_answer: str) -> Apply:
        self.gate(c, who, AGENT, {"resolve"}, "assignee", not self.answers_wait(c, who))
        plan = self.latest_plan(c)
        chosen = plan is not None and plan.state == "chosen"
        must(is_text(final_answer), chosen or (c.finding == "not_upheld" and c.explained))
        must(all(claim.disposition != "open" for claim in self.family(c)))
        must(not any(task.blocking and task.state in UNFINISHED for task in self.tasks_of(c)))
        since = plan.chosen_at if plan and chosen else c.found_at
        must(since is not None and any(at >= since for at in c.words))

        def apply() -> None:
            self.end_requests(c, "expired", "escalation", "compensation", "not_upheld")
            remedied = any(one.chosen is not None for one in self._plans(c))
            goodwill = "goodwill_no_fault" if remedied else "not_upheld"
            c.outcome = goodwill if c.finding == "not_upheld" else c.finding
            c.resolver = who
            for one in self._plans(c):
                one.state = "expired" if one.state == "offered" else one.state
            self._supersede_plans(c)
            self.heard(c)
            if c.reachable:
                c.stage, c.callback = "callback", "open"
            else:
                c.stage, c.callback_outcome = "review", "unreachable"

        return apply

    # --- Tasks ---
    def open_task(self, task: Any) -> None:
        self.tasks.append(task)
        if not self.waits_its_turn(task):
            self.begin_task(task)

    def begin_task(self, task: Any) -> None:
        if self.team_kinds[task.team][0] == "department":
            self.cases[task.case].waits.add(("department", "task", self.tasks.index(task)))

    def end_task(self, task: Any, state: str, next_begins: bool = True) -> None:
        number, waited = self.tasks.index(task), self.waits_its_turn(task)
        task.state = state
        self.cases[task.case].waits.discard(("department", "task", number))
        for follower in self.tasks:
            if follower.after != number:
                continue
            if waited:
                follower.after = task.after
            elif next_begins and follower.state in UNFINISHED:
                self.begin_task(follower)

    def add_task(self, c: Case, who: str, title: str, team: str, blocking: bool, after: int | None) -> Apply:
        self.gate(c, who, AGENT, HANDLED, "assignee")
        must(is_text(title), after is None or self.tasks[after].case == c.number)
        return lambda: self.open_task(Task(c.number, c.round, team, None, blocking, after))

    def start_playbook(self, c: Case, who: str, playbook: dict[str, Any] | None) -> Apply:
        steps = playbook["steps"] if playbook else []
        begun = {
            task.step
            for task in self.tasks
            if (task.case, task.round) == (c.number, c.round) and task.state != "cancelled"
        }
        started = any(step["id"] in begun for step in steps)
        self.gate(c, who, AGENT, HANDLED, "assignee", not started)
        must(bool(steps), playbook is not None and playbook["category"] in {c.category, c.category[:3], ""})
        must(playbook is not None and playbook["problem_type"] in {"", c.problem_type})

        def apply() -> None:
            for step in steps:
                after = len(self.tasks) - 1 if step["after"] else None
                team, owner = step["team"] or c.team, None if step["team"] else c.assignee
                self.open_task(Task(c.number, c.round, team, owner, step["blocking"], after, step=step["id"]))

        return apply

    def tick(self, c: Case, who: str, known: bool) -> Apply:
        self.gate(c, who, AGENT, HANDLED, "assignee")
        must(known)
        return lambda: None

    def accept_task(self, task: Any, who: str) -> Apply:
        possible = task.state == "open" and not self.waits_its_turn(task)
        self._task_gate(task, who, "agent supervisor department", "task_team", possible)

        def apply() -> None:
            task.state, task.owner = "accepted", task.owner or who

        return apply

    def finish_task(self, task: Any, who: str, evidence: str) -> Apply:
        possible = task.state in UNFINISHED and not self.waits_its_turn(task)
        who_may = "assignee supervisor task_team"
        self._task_gate(task, who, "agent supervisor department", who_may, possible)
        must(is_text_or_nothing(evidence), task.plan is None or is_text(evidence))

        def apply() -> None:
            self.end_task(task, "done")
            self.cases[task.case].news = True

        return apply

    def reject_back_task(self, task: Any, who: str, reason: str) -> Apply:
        possible = task.state in {"open", "accepted"} and not self.waits_its_turn(task)
        self._task_gate(task, who, "agent supervisor department", "task_team", possible)
        must(is_text(reason))

        def apply() -> None:
            task.state = "rejected_back"
            self.cases[task.case].waits.discard(("department", "task", self.tasks.index(task)))

        return apply

    def cancel_task(self, task: Any, who: str, reason: str) -> Apply:
        possible = task.state in UNFINISHED and task.plan is None
        self._task_gate(task, who, AGENT_SUPERVISOR, "assignee supervisor", possible)
        must(is_text(reason))
        return lambda: self.end_task(task, "cancelled")

    def _task_gate(self, task: Any, who: str, roles: str, standings: str, possible: bool) -> None:
        self.gate(self.cases[task.case], who, roles, OPEN, standings, possible, task)

    def cancel_tasks(self, c: Case) -> None:
        for task in self.tasks_of(c):
            if task.state in UNFINISHED:
                self.end_task(task, "cancelled", next_begins=False)

    # --- Waits ---
    def wait(self, c: Case, who: str, at: datetime, on: str, question: str, task: int | None) -> Apply:
        held = on == "customer" and self.held_back(c, who)
        self.gate(c, who, AGENT, HANDLED, "assignee", not held)
        must(on in {"customer", "department"})
        if on == "customer":
            must(is_text(question), c.reachable)
        else:
            found = self.tasks[task] if task is not None else None
            must(found is not None and found.case == c.number and found.state in UNFINISHED)

        def apply() -> None:
            if on == "customer":
                c.words.append(at)
                self.wait_for_customer(c, "question", hash(at), at)
            else:
                c.waits.add(("department", "task", task or 0))

        return apply

    def resume(self, c: Case, who: str) -> Apply:
        asked = {w for w in c.waits if w[:2] == ("customer", "question") or w[0] == "department"}
        self.gate(c, who, AGENT, HANDLED, "assignee", bool(asked))

        def apply() -> None:
            c.waits -= asked
            c.ended = None

        return apply


def _minor(amount: str | None) -> int | None:
    """Return the minor units of 120 or 120.00, or None where the amount is missing or cannot be read."""
    whole, _dot, cents = (amount or "").partition(".")
    fits = whole.isdigit() and whole.isascii() and len(whole) < 10 and len(cents) < 3
    return int(whole) * 100 + int((cents or "0").ljust(2, "0")) if fits else None
