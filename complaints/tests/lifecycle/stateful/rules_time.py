"""Rules of the stateful test for decisions, passing time, and forms with another version."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from complaints.lifecycle import assign, diagnose
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.ending import withdraw
from complaints.models import Approval, BreachEscalation, Clock, Task
from complaints.sweeps.due_clocks import sweep
from complaints.tests.lifecycle.stateful import case as words
from complaints.tests.lifecycle.stateful.base import MINUTES, PICKS, TEXTS, Base, Pick, Totals
from complaints.tests.lifecycle.stateful.case import Case, Refused, Request

ESCALATING = ["first_response", "recovery", "resolution", "pickup"]
SILENCE = timedelta(days=7)
SURELY_TWICE = timedelta(days=21)


class DecisionRules(Base):
    def real_request(self, request: Request) -> Approval:
        number = self.model.requests.index(request)
        return Approval.objects.select_related("complaint").order_by("pk")[number]

    @precondition(lambda self: self.model.requests)
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        approve=st.sampled_from([True, True, False]),
        note=TEXTS,
        limit=st.sampled_from([None, None, None, 10_000, 60_000, 9_999_999]),
    )
    def decide(self, pick: Pick, minutes: int, approve: bool, note: str, limit: int | None) -> None:
        self.attempt(
            pick,
            minutes,
            lambda r, who: self.model.decide(r, who, self.at, approve, note, limit, self.runs(r)),
            lambda r, by: decisions.decide(
                self.real_request(r), by=by, at=self.at, approve=approve, note=note, limit_minor=limit
            ),
            list(reversed(self.model.requests)),
        )

    def runs(self, request: Request) -> bool:
        if request.kind != "deadline_extension":
            return True
        number = self.real_request(request).snapshot["clock_id"]
        return Clock.objects.live().filter(pk=number).exists()

    @precondition(lambda self: self.model.requests)
    @rule(pick=PICKS, minutes=MINUTES)
    def take_back(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda r, who: self.model.take_back(r, who),
            lambda r, by: decisions.withdraw(self.real_request(r), by=by, at=self.at),
            list(reversed(self.model.requests)),
        )

    @rule(pick=PICKS, minutes=MINUTES, number=st.integers(0, 2), older=st.booleans())
    def stale(self, pick: Pick, minutes: int, number: int, older: bool) -> None:
        """A move with another version is refused with 409, whatever else is wrong.

        Only a wrong role is told before that (403).
        """
        moves: list[tuple[set[str], Any]] = [
            ({"agent"}, assign.take),
            ({"agent"}, diagnose.start_diagnosis),
            ({"agent", "customer"}, withdraw.withdraw),
        ]
        roles, move = moves[number]

        def expect(c: Case, who: str) -> Any:
            raise Refused(409 if self.model.role(who) in roles else 403)

        self.attempt(
            pick,
            minutes,
            expect,
            lambda c, by: move(
                self.real(c), by=by, at=self.at, version=self.real(c).version + (-1 if older else 1)
            ),
        )


class TimeRules(Base):
    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.sweep()

    @precondition(lambda self: self.swept_at != self.at)
    @rule()
    def sweep_again(self) -> None:
        """A second sweep at the same moment finds nothing to do."""
        self.sweep()
        heads = self.heads()
        swept = sweep(self.at)
        assert (swept.fired, swept.set_aside) == ({}, 0), str(swept)
        assert self.heads() == heads

    def sweep(self) -> None:
        self.told = "sweep"
        before = {case.number: self.facts(case) for case in self.model.cases}
        tasks = len(self.model.tasks)
        heads = self.heads()
        swept = sweep(self.at)
        self.swept_at = self.at
        if not swept.complaints and not swept.fired:
            Totals.steps += 1
            assert self.heads() == heads
        rows = list(Task.objects.select_related("owner", "team").order_by("pk"))[tasks:]
        for row in rows:
            self.customer_silent(row)
        for case in self.model.cases:
            self.follow(case, before[case.number])
        if swept.complaints:
            self.check()

    def facts(self, c: Case) -> dict[str, Any]:
        """Return what is due for a complaint before the sweep."""
        due = Clock.objects.live().filter(complaint=self.real(c), due_at__lte=self.at)
        late = due.filter(kind__in=ESCALATING, paused_since__isnull=True, breached_at__isnull=True)
        pending = self.model.pending(c, "escalation")
        clock = None
        if pending:
            number = Approval.objects.order_by("pk")[self.model.requests.index(pending[0])].pk
            clock = due.filter(kind="approval", subject_id=number).first()
        asked = any(wait[0] == "customer" for wait in c.waits)
        return {
            "breach": late.exists() and c.stage in words.CLIMBS,
            "twice": clock is not None,
            "surely_twice": clock is not None and clock.due_at + SURELY_TWICE < self.at,
            "silent": asked and c.asked_at is not None and c.asked_at + SILENCE <= self.at,
            "notice": due.filter(kind="callback_notice").exists() and c.stage == "callback",
            "owner": {c.assignee, None},
        }

    def customer_silent(self, row: Task) -> None:
        """Repeat in the model what a sweep does after a week of silence: expire the offer, open a task."""
        number = [complaint.pk for complaint in self.complaints].index(row.complaint_id)
        c = self.model.cases[number]
        assert row.title == "customer-silent"
        assert any(wait[0] == "customer" for wait in c.waits)
        assert c.asked_at is not None and c.asked_at + SILENCE <= self.at
        assert (row.owner and row.owner.username) in {c.assignee, None}
        self.model.heard(c)
        for plan in self.model._plans(c):
            plan.state = "expired" if plan.state == "offered" else plan.state
        owner = row.owner.username if row.owner else None
        self.model.tasks.append(words.Task(number, c.round, row.team.code, owner, blocking=False))

    def follow(self, c: Case, due: dict[str, Any]) -> None:
        """Check that the sweep did what it must to a complaint and no more; repeat it in the model."""
        real = type(self.complaints[0]).objects.select_related("team").get(pk=self.real(c).pk)
        assert not due["silent"] or not any(wait[0] == "customer" for wait in c.waits)
        if due["notice"]:
            assert c.callback == "open"
            self.model.called(c, "unreachable")
        used = BreachEscalation.objects.filter(complaint=real, round=real.round).exists()
        assert used in {c.breach_used, c.breach_used or due["breach"]}
        breach = due["breach"] and not c.breach_used and c.tier < 3
        c.breach_used = used
        least = 1 if breach or (due["surely_twice"] and c.tier < 3) else 0
        most = int(breach) + int(due["twice"])
        rose = real.tier - c.tier
        assert min(3, c.tier + least) <= real.tier <= min(3, c.tier + most), f"the tier rose by {rose}: {due}"
        if rose:
            self.model.end_requests(c, "approved", "escalation")
            for tier in range(c.tier + 1, real.tier + 1):
                self.model.move_to(c, tier)
