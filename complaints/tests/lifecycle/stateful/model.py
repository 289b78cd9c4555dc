"""A model of the lifecycle: who may make a move when, and what it does (docs/lifecycle.md, "Moves").

It is written from docs/lifecycle.md and uses none of the product's code. Each method is one move. It raises
`Refused` with the status, or returns a function that applies the move to the model once the product has made
it. The checks come in the order of docs/lifecycle.md, "Order of checks": role, stage and state, standing,
input.

After each move base.py compares the result of the move, and compare.py the rows, with the product. This
module holds the rows and the questions that many moves share; the moves are in `model_handling`,
`model_ending`, `model_people` and `model_squad`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from complaints.tests.lifecycle.stateful.case import (
    CLIMBS,
    GATING,
    GRAVE,
    UNFINISHED,
    Case,
    Claim,
    Merge,
    Person,
    Plan,
    Promise,
    Refused,
    Request,
    Said,
    Task,
)

Apply = Callable[[], object]
LIMITS = {"supervisor": 300_000, "manager": 2_000_000}
AGENT_LIMITS = {1: 20_000, 2: 100_000, 3: 500_000}
CASH, CASH_TIMES, CASH_WITHIN = {"FULL"}, 3, timedelta(days=90)
MANAGERS_TOGETHER = 2


def is_text(text: str) -> bool:
    """Return whether a text can be stored: not blank, not too long, no characters that break storage."""
    fits = "\x00" not in text and len(text) < 100_000 and not any("\ud800" <= c <= "\udfff" for c in text)
    return bool(text.strip()) and fits


def is_text_or_nothing(text: str) -> bool:
    return not text.strip() or is_text(text)


def must(*conditions: bool) -> None:
    """Refuse wrong input."""
    if not all(conditions):
        raise Refused(400)


class Base:
    """The rows of the model, and the questions that many moves ask."""

    def __init__(self, people: list[Person], team_kinds: dict[str, tuple[str, int | None]]) -> None:
        self.people = {person.name: person for person in people}
        self.team_kinds = team_kinds
        self.cases: list[Case] = []
        self.plans: list[Plan] = []
        self.requests: list[Request] = []
        self.tasks: list[Task] = []
        self.promises: list[Promise] = []
        self.said: list[Said] = []
        self.claims: list[Claim] = []
        self.merges: list[Merge] = []

    # --- Who ---
    def role(self, who: str) -> str:
        return self.people[who].role if who in self.people else who

    def teams_of(self, who: str) -> frozenset[str]:
        return self.people[who].teams

    def in_team_of_kind(self, who: str, kind: str) -> bool:
        return any(self.team_kinds[team][0] == kind for team in self.teams_of(who))

    def sees(self, c: Case, who: str) -> bool:
        person = self.people[who]
        if person.role == "admin" or who in c.named:
            return False
        if person.role == "department":
            return who in c.called and (not c.confidential or who in c.admitted)
        if person.role == "manager":
            return True
        reach = c.teams if person.role == "supervisor" else {c.team}
        sees = bool(reach & person.teams) or who in c.involved | c.admitted | c.called
        sees |= c.stage == "callback" and self.in_team_of_kind(who, "callback")
        sees |= c.stage == "review" and self.in_team_of_kind(who, "quality")
        if person.role == "supervisor":
            return sees
        sees |= person.tier == 3 and bool(c.flags)
        return sees and (not c.confidential or who in c.admitted or who == c.assignee)

    def standings(self, c: Case, who: str, task: Task | None = None) -> set[str]:
        if who == "customer":
            return {"customer"}
        person, found = self.people[who], set()
        if self.sees(c, who):
            found.add("viewer")
            if person.role == "agent" and person.tier == 3:
                found.add("expert")
        if who == c.assignee:
            found.add("assignee")
        if task and (task.team in person.teams or task.owner == who):
            found.add("task_team")
        if c.squad and who in c.squad.members:
            found.add("squad")
        if c.confidential and "viewer" not in found:
            return found
        calls_back = c.stage == "callback" and self.in_team_of_kind(who, "callback")
        if person.role == "agent":
            found |= {"team"} if c.team in person.teams else set()
            found |= {"free"} if c.team in person.teams and c.assignee is None else set()
            found |= {"former"} if c.assignee is None and who in c.former else set()
            found |= {"callback_team"} if calls_back else set()
        if person.role == "supervisor":
            found |= {"supervisor"} if c.teams & person.teams or calls_back else set()
            reviews = c.stage == "review" and self.in_team_of_kind(who, "quality")
            found |= {"quality"} if reviews else set()
        return found | ({"manager"} if person.role == "manager" else set())

    def gate(
        self,
        c: Case,
        who: str,
        roles: str,
        stages: set[str],
        standings: str,
        state: bool = True,
        task: Task | None = None,
    ) -> None:
        """Check role, stage, state, conflict of interest and standing (what the person is to this complaint).

        The order is that of the product, so that the same refusal comes first."""
        if self.role(who) not in roles.split():
            raise Refused(403)
        if c.stage not in stages or not state:
            raise Refused(409)
        if who in c.out_of_it or not set(standings.split()) & self.standings(c, who, task):
            raise Refused(403)

    def dissolve(self, c: Case) -> None:
        c.squad = None
        c.called -= {who for who in c.called if self.role(who) == "department"}

    def held_back(self, c: Case, who: str) -> bool:
        """Return whether a legal or media flag leaves writing to tier 3 and supervisors only."""
        return bool(GATING & set(c.flags)) and self.below_the_top(who)

    def answers_wait(self, c: Case, who: str) -> bool:
        """Return whether offers, explanations and final answers wait, as such a flag is not confirmed."""
        return any(not c.flags.get(flag, True) for flag in GATING) and self.below_the_top(who)

    def below_the_top(self, who: str) -> bool:
        return self.role(who) == "agent" and self.people[who].tier != 3

    # --- The head ---
    def give(self, c: Case, who: str | None) -> None:
        if c.assignee and c.assignee != who:
            c.former.add(c.assignee)
        if who:
            c.involved.add(who)
        c.assignee = who

    def move_to(self, c: Case, tier: int, team: str | None = None) -> None:
        c.tier, c.team = tier, team or self.route(c, tier)
        c.teams.add(c.team)
        c.highest = max(c.highest, tier)
        self.give(c, None)

    def route(self, c: Case, tier: int) -> str:
        if tier == 1:
            if c.category.startswith("RID"):
                return "FL-RIDE"
            return {"phone": "FL-PHONE", "store": "FL-STORE"}.get(c.channel, "FL-ONLINE")
        if tier == 2:
            branches = {"LOG": "SL-LOGI", "PRC": "SL-PRICE", "RID": "SL-RIDE"}
            return branches.get(c.category.split("-")[0], "SL-GOODS")
        return "EX-PANEL"

    def waiting_on(self, c: Case) -> str | None:
        on = {wait[0] for wait in c.waits}
        return next((word for word in ("customer", "approval", "department") if word in on), None)

    def wait_for_customer(self, c: Case, cause: str, number: int, at: datetime) -> None:
        c.waits.add(("customer", cause, number))
        c.asked_at = at

    def heard(self, c: Case) -> None:
        """End every wait for the customer."""
        c.waits = {wait for wait in c.waits if wait[0] != "customer"}
        c.ended = None

    def family(self, c: Case) -> list[Claim]:
        numbers, size = {c.number}, 0
        while len(numbers) > size:
            size = len(numbers)
            numbers |= {case.number for case in self.cases if case.merged_into in numbers}
        return [claim for claim in self.claims if claim.case in numbers]

    # --- Rows of a complaint ---
    def latest_plan(self, c: Case) -> Plan | None:
        own = [p for p in self.plans if (p.case, p.round) == (c.number, c.round)]
        return own[-1] if own else None

    def plan_state(self, c: Case) -> str | None:
        plan = self.latest_plan(c)
        return plan.state if plan else None

    def pending(self, c: Case, kind: str | None = None) -> list[Request]:
        return [
            r for r in self.requests if r.case == c.number and r.state == "pending" and kind in {None, r.kind}
        ]

    def tasks_of(self, c: Case) -> list[Task]:
        return [task for task in self.tasks if task.case == c.number]

    def waits_its_turn(self, task: Task) -> bool:
        before = self.tasks[task.after] if task.after is not None else None
        return task.state in UNFINISHED and before is not None and before.state in UNFINISHED

    # --- Requests ---
    def asks(self, c: Case, kind: str, requester: str | None, amount: int = 0) -> tuple[set[str], int] | None:
        """Return who is asked first and how many must approve, or None when nobody may decide."""
        excluded = c.out_of_it | {c.assignee, requester}

        def fit(names: set[str]) -> set[str]:
            money = kind == "compensation"
            return {n for n in names - excluded if not money or amount <= LIMITS[self.role(n)]}

        managers = {n for n, p in self.people.items() if p.role == "manager"}
        if kind == "compensation" and amount > max(LIMITS.values()):
            both = managers - excluded
            return (both, MANAGERS_TOGETHER) if len(both) >= MANAGERS_TOGETHER else None
        supervisors = {n for n, p in self.people.items() if p.role == "supervisor"}
        quality = (
            {n for n in supervisors if self.in_team_of_kind(n, "quality")} if kind == "review" else set()
        )
        own = {n for n in supervisors if c.team in self.teams_of(n)}
        deputies = {self.people[n].deputy for n in own} & supervisors
        for level in (quality, own, deputies, managers):
            if found := fit(level):
                return found, 1
        return None

    def ask(self, c: Case, kind: str, who: str | None, amount: int = 0, plan: int | None = None) -> None:
        asked = self.asks(c, kind, who, amount)
        assert asked is not None
        self.requests.append(Request(c.number, c.round, kind, who, asked[0], amount, asked[1], plan))
        c.waits.add(("approval", "approval", len(self.requests) - 1))

    def end_request(self, request: Request, state: str) -> None:
        request.state = state
        self.cases[request.case].waits.discard(("approval", "approval", self.requests.index(request)))

    def end_requests(self, c: Case, state: str, *kinds: str) -> None:
        for request in self.pending(c):
            if not kinds or request.kind in kinds:
                self.end_request(request, state)

    # --- Escalation ---
    def up(self, c: Case) -> None:
        self.move_to(c, min(3, c.tier + 1))

    def risk_takes_effect(self, c: Case, flag: str, confirmed: bool) -> None:
        c.flags[flag] = confirmed
        if flag in GRAVE and confirmed and c.stage in CLIMBS and c.tier < 3:
            self.end_requests(c, "approved", "escalation")
            self.move_to(c, 3)
