"""Rules of the stateful test from intake to the final answer."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from complaints.lifecycle import acknowledge, diagnose, resolve, wait
from complaints.lifecycle.remedies import carry_out, offers, playbook
from complaints.models import ChecklistItem, Claim, PlanOption, Task
from complaints.tests import factories
from complaints.tests.lifecycle.stateful.base import MINUTES, PICKS, TEXTS, Base, Pick
from complaints.tests.lifecycle.stateful.case import Case

AMOUNTS = ["129.00", "129.00", "60", "700", "2500.50", "15000", "30000", "1.005", "-1", ""]
NO_ROW = 999_999


def in_stage(*stages: str) -> Any:
    """Enable a rule while some complaint is in one of these stages. The rule may pick another one."""
    return precondition(lambda self: any(case.stage in stages for case in self.model.cases))


class HandlingRules(Base):
    @in_stage("intake")
    @rule(pick=PICKS, minutes=MINUTES, body=TEXTS | st.just(""))
    def acknowledge(self, pick: Pick, minutes: int, body: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.acknowledge(c, who, self.at, body),
            lambda c, by: acknowledge.acknowledge(self.real(c), by=by, at=self.at, body=body),
        )

    @in_stage("intake", "diagnose")
    @rule(pick=PICKS, minutes=MINUTES)
    def start_diagnosis(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.start_diagnosis(c, who),
            lambda c, by: diagnose.start_diagnosis(self.real(c), by=by, at=self.at),
        )

    @in_stage("diagnose", "resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        finding=st.sampled_from(["upheld", "partly_upheld", "not_upheld", "not_upheld", "maybe"]),
        kind=st.sampled_from(["compensation", "compensation", "process", "cognition"]),
        reasons=TEXTS,
    )
    def record_finding(self, pick: Pick, minutes: int, finding: str, kind: str, reasons: str) -> None:
        data = {**factories.FINDING, "finding": finding, "problem_type": kind, "reasons": reasons}
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.record_finding(c, who, self.at, data),
            lambda c, by: diagnose.record_finding(self.real(c), data, by=by, at=self.at),
        )

    @in_stage("resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        amount=st.sampled_from(AMOUNTS),
        second=st.booleans(),
        fitting=st.sampled_from([True, True, True, False]),
        description=TEXTS,
    )
    def offer(
        self, pick: Pick, minutes: int, amount: str, second: bool, fitting: bool, description: str
    ) -> None:
        options = [{"kind": "FULL", "amount": amount, "description": description}]
        if second:
            options.append({"kind": "COUP50", "amount": "50", "description": "A voucher"})
        data: dict[str, Any] = {"options": options}
        if fitting:
            data |= {
                "single_option_reason": "" if second else "Nothing else helps",
                "no_visual_reason": "Said on the phone",
                "improvement": {
                    "title": "Foam",
                    "owner": self.users["supervisor2"],
                    "due_at": self.at + timedelta(days=30),
                },
            }
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.offer(c, who, self.at, data),
            lambda c, by: offers.offer(self.real(c), data, by=by, at=self.at),
        )

    @in_stage("resolve")
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def withdraw_offer(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.withdraw_offer(c, who, self.at, reason),
            lambda c, by: offers.withdraw_offer(self.real(c), by=by, at=self.at, reason=reason),
        )

    @in_stage("resolve")
    @rule(pick=PICKS, minutes=MINUTES, option=st.sampled_from([0, 0, 0, 1, 7]), evidence=TEXTS)
    def choose(self, pick: Pick, minutes: int, option: int, evidence: str) -> None:
        def act(c: Case, by: Any) -> object:
            rows = list(
                PlanOption.objects.filter(
                    plan__handling__complaint=self.real(c), plan__handling__round=c.round
                ).order_by("-plan__version", "position")
            )
            rows = [row for row in rows if row.plan_id == rows[0].plan_id]
            number = rows[option].pk if option < len(rows) else NO_ROW
            return offers.choose(self.real(c), number, by=by, at=self.at, channel="phone", evidence=evidence)

        self.attempt(pick, minutes, lambda c, who: self.model.choose(c, who, self.at, option, evidence), act)

    @in_stage("resolve")
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def reject(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.reject(c, who, reason),
            lambda c, by: offers.reject(self.real(c), by=by, at=self.at, reason=reason),
        )

    @in_stage("resolve")
    @rule(pick=PICKS, minutes=MINUTES, body=TEXTS, no_visual=st.sampled_from(["Said so", "Said so", ""]))
    def explain(self, pick: Pick, minutes: int, body: str, no_visual: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.explain(c, who, body, no_visual),
            lambda c, by: resolve.explain(
                self.real(c), by=by, at=self.at, body=body, no_visual_reason=no_visual
            ),
        )

    @in_stage("resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        claim=st.integers(0, 3),
        disposition=st.sampled_from(["declined", "declined", "explained", "remedied"]),
        reason=TEXTS,
    )
    def settle_claim(self, pick: Pick, minutes: int, claim: int, disposition: str, reason: str) -> None:
        rows = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
        number = rows[claim] if claim < len(rows) else NO_ROW
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.settle_claim(c, who, claim, disposition, reason),
            lambda c, by: resolve.settle_claim(
                self.real(c), number, by=by, at=self.at, disposition=disposition, reason=reason
            ),
        )

    @in_stage("resolve")
    @rule(pick=PICKS, minutes=MINUTES, answer=TEXTS)
    def resolve(self, pick: Pick, minutes: int, answer: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.resolve(c, who, answer),
            lambda c, by: resolve.resolve(self.real(c), by=by, at=self.at, final_answer=answer),
        )

    @in_stage("diagnose", "resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        on=st.sampled_from(["customer", "customer", "department", "rain"]),
        question=TEXTS,
        task=st.integers(0, 5),
    )
    def wait(self, pick: Pick, minutes: int, on: str, question: str, task: int) -> None:
        number = task if task < len(self.model.tasks) else None
        rows = list(Task.objects.order_by("pk").values_list("pk", flat=True))
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.wait(c, who, self.at, on, question, number),
            lambda c, by: wait.wait(
                self.real(c),
                by=by,
                at=self.at,
                on=on,
                question=question,
                task=None if number is None else rows[number],
            ),
        )

    @in_stage("diagnose", "resolve")
    @rule(pick=PICKS, minutes=MINUTES)
    def resume(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.resume(c, who),
            lambda c, by: wait.resume(self.real(c), by=by, at=self.at),
        )


class TaskRules(Base):
    def real_task(self, task: Any) -> Task:
        number = self.model.tasks.index(task)
        return Task.objects.select_related("complaint").order_by("pk")[number]

    @in_stage("diagnose", "resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        title=TEXTS,
        team=st.sampled_from(["WAREHOUSE", "WAREHOUSE", "TECH", "SL-GOODS"]),
        blocking=st.booleans(),
        after=st.none() | st.integers(0, 5),
    )
    def add_task(
        self, pick: Pick, minutes: int, title: str, team: str, blocking: bool, after: int | None
    ) -> None:
        number = after if after is not None and after < len(self.model.tasks) else None
        before = None if number is None else self.real_task(self.model.tasks[number])
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.add_task(c, who, title, team, blocking, number),
            lambda c, by: carry_out.add_task(
                self.real(c),
                by=by,
                at=self.at,
                title=title,
                team=self.teams[team],
                blocking=blocking,
                after=before,
            ),
        )

    @in_stage("diagnose", "resolve")
    @rule(pick=PICKS, minutes=MINUTES, number=st.integers(0, 40))
    def start_playbook(self, pick: Pick, minutes: int, number: int) -> None:
        fitting = [p for p in self.playbooks if p["category"] in {"", "LOG", "LOG-DMG", "PRC", "PRC-CHG"}]
        some = self.playbooks if number > 30 else fitting
        chosen = some[number % len(some)]
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.start_playbook(c, who, chosen),
            lambda c, by: playbook.start(self.real(c), chosen["id"], by=by, at=self.at),
        )

    @in_stage("diagnose", "resolve")
    @rule(pick=PICKS, minutes=MINUTES, item=st.integers(0, 200), done=st.booleans())
    def tick(self, pick: Pick, minutes: int, item: int, done: bool) -> None:
        rows = list(ChecklistItem.objects.filter(is_active=True).select_related("category").order_by("pk"))
        row = rows[item] if item < len(rows) else None
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.tick(
                c, who, row is not None and row.category.code in {c.category, c.category.split("-")[0]}
            ),
            lambda c, by: playbook.tick(
                self.real(c), row.pk if row else NO_ROW, done=done, by=by, at=self.at
            ),
        )

    @precondition(lambda self: self.model.tasks)
    @rule(pick=PICKS, minutes=MINUTES)
    def accept_task(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda task, who: self.model.accept_task(task, who),
            lambda task, by: carry_out.accept_task(self.real_task(task), by=by, at=self.at),
            self.model.tasks,
        )

    @precondition(lambda self: self.model.tasks)
    @rule(pick=PICKS, minutes=MINUTES, evidence=TEXTS)
    def finish_task(self, pick: Pick, minutes: int, evidence: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda task, who: self.model.finish_task(task, who, evidence),
            lambda task, by: carry_out.finish_task(
                self.real_task(task), by=by, at=self.at, evidence=evidence
            ),
            self.model.tasks,
        )

    @precondition(lambda self: self.model.tasks)
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def reject_back_task(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda task, who: self.model.reject_back_task(task, who, reason),
            lambda task, by: carry_out.reject_back_task(
                self.real_task(task), by=by, at=self.at, reason=reason
            ),
            self.model.tasks,
        )

    @precondition(lambda self: self.model.tasks)
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def cancel_task(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda task, who: self.model.cancel_task(task, who, reason),
            lambda task, by: carry_out.cancel_task(self.real_task(task), by=by, at=self.at, reason=reason),
            self.model.tasks,
        )
