"""Rules of the clock walk from diagnosis to the end, and of reopening."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from complaints.lifecycle import converse, diagnose, resolve, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls as callback
from complaints.lifecycle.ending import conclude, reopen, withdraw
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Approval, Plan, Task
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.clockwalk.base import CASES, MINUTES, Base, step
from complaints.tests.clockwalk.clock import CLIMBS, Case

OFFER = {
    "options": [
        {"kind": "COUP20", "description": "A voucher of ¥20"},
        {"kind": "APOL", "description": "We are sorry"},
    ]
}
ANSWERS = {"satisfied": factories.SATISFIED, "unsatisfied": factories.UNSATISFIED, "partly": factories.PARTLY}
REJECTIONS = 2
"""Only two, because the third refusal in a round asks for escalation by itself."""


class OnwardRules(Base):
    @step(
        fits=lambda c: c.stage in CLIMBS and c.assigned and c.reachable,
        minutes=MINUTES,
        steps=st.sampled_from([1, 1, 2, 4, 7]),
    )
    def onward(self, c: Case, minutes: int, steps: int) -> None:
        """Take the next steps towards the final answer, seven minutes apart."""
        for number in range(steps):
            if c.stage not in CLIMBS or not c.assigned:
                return
            self.pass_time(7 if number else minutes)
            self.one_step(c)
            self.check(f"onward {c.number} {c.stage} {c.plan}")

    def one_step(self, c: Case) -> None:
        if c.stage == "intake":
            diagnose.start_diagnosis(self.real(c), by=self.assignee(c), at=self.at)
            c.stage = "diagnose"
        elif c.stage == "diagnose":
            diagnose.record_finding(self.real(c), factories.FINDING, by=self.assignee(c), at=self.at)
            c.stage = "resolve"
        elif c.plan == "offered":
            self.chosen(c)
        elif c.plan != "chosen":
            offers.offer(self.real(c), OFFER, by=self.assignee(c), at=self.at)
            c.plan = "offered"
            self.model.spoke(c, "offer", self.at)
            self.model.ask(c, "offer", self.at)
        elif c.tasks:
            self.finish(c, min(c.tasks))
        else:
            self.answer(c)

    def latest_plan(self, c: Case) -> Plan:
        return Plan.objects.filter(handling__complaint=self.real(c)).latest("pk")

    def chosen(self, c: Case) -> None:
        option = self.latest_plan(c).options.get(position=1)
        offers.choose(self.real(c), option.pk, by=CUSTOMER, at=self.at, channel="web", evidence="By the link")
        self.model.stop_asking(c, self.at, "question", "offer", answered=True)
        c.plan, number = "chosen", Task.objects.latest("pk").pk
        c.tasks[number] = True
        self.model.start(c, "task", self.at, ("task", number))

    def finish(self, c: Case, number: int) -> None:
        task = Task.objects.select_related("complaint").get(pk=number)
        carry_out.finish_task(task, by=self.assignee(c), at=self.at, evidence="Done")
        del c.tasks[number]
        self.model.meet(c, "task", at=self.at, subject=("task", number))

    def answer(self, c: Case) -> None:
        """Tell the customer of the progress, settle every claim and give the final answer."""
        by = self.assignee(c)
        converse.log_call(self.real(c), by=by, at=self.at, body="It is done")
        self.model.spoke(c, "call", self.at)
        self.model.heard(c, self.at)
        self.model.settle(self.at)
        if not c.assigned:  # the call came after somebody's promise was missed, so the complaint went up
            return
        for claim in self.real(c).all_claims().filter(disposition="open"):
            resolve.settle_claim(
                self.real(c), claim.pk, by=by, at=self.at, disposition="declined", reason="Same thing"
            )
        resolve.resolve(self.real(c), by=by, at=self.at, final_answer="All is well")
        self.model.end_request(c, "escalation", self.at, decided=False)
        self.model.stop_asking(c, self.at, "question", "offer", answered=True)
        self.model.resolved(c, self.at)
        c.stage = "callback"
        self.open_callback(c)
        self.drop_extension(c)

    def open_callback(self, c: Case) -> None:
        self.model.start(c, "callback", self.at)
        self.model.start(c, "callback_outcome", self.at)
        c.calls, c.tries, c.noticed = "open", [], False

    def drop_extension(self, c: Case) -> None:
        """End a request for more time when its clock has ended."""
        if "deadline_extension" in c.requests and c.extension and not c.extension[0].live:
            self.model.end_request(c, "deadline_extension", self.at, decided=False)

    @step(
        fits=lambda c: c.stage == "resolve" and c.plan == "offered" and "offer" in c.asked,
        minutes=MINUTES,
        way=st.sampled_from(["choose", "choose", "reject", "take back"]),
    )
    def answer_to_offer(self, c: Case, minutes: int, way: str) -> None:
        self.pass_time(minutes)
        if way == "choose":
            self.chosen(c)
        elif way == "reject" and c.rejections < REJECTIONS:
            offers.reject(self.real(c), by=CUSTOMER, at=self.at, reason="Too little")
            c.plan, c.rejections = "", c.rejections + 1
            self.model.stop_asking(c, self.at, "question", "offer", answered=True)
        elif c.assigned:
            offers.withdraw_offer(self.real(c), by=self.assignee(c), at=self.at, reason="Out of stock")
            c.plan = ""
            self.model.stop_asking(c, self.at, "offer")
            self.model.touch(c)
        self.check(f"{way} {c.number}")

    @step(
        fits=lambda c: c.stage in {"diagnose", "resolve"} and c.assigned,
        minutes=MINUTES,
        due=st.none() | st.integers(1, 100),
    )
    def add_task(self, c: Case, minutes: int, due: int | None) -> None:
        self.pass_time(minutes)
        wanted = self.at + timedelta(hours=due) if due else None
        team = self.teams["WAREHOUSE"]
        by = self.assignee(c)
        task = carry_out.add_task(
            self.real(c), by=by, at=self.at, title="Look for it", team=team, due_at=wanted
        )
        c.tasks[task.pk] = False
        self.model.start(c, "task", self.at, ("task", task.pk), wanted)
        self.check(f"add task {c.number} {due}")

    @step(
        fits=lambda c: c.stage in {"diagnose", "resolve"} and c.assigned and c.tasks,
        minutes=MINUTES,
        number=CASES,
        done=st.booleans(),
    )
    def end_task(self, c: Case, minutes: int, number: int, done: bool) -> None:
        chosen = self.choose(number, sorted(c.tasks))
        self.pass_time(minutes)
        if done or c.tasks[chosen]:
            self.finish(c, chosen)
        else:
            task = Task.objects.select_related("complaint").get(pk=chosen)
            carry_out.cancel_task(task, by=self.assignee(c), at=self.at, reason="Not needed")
            del c.tasks[chosen]
            self.model.cancel(c, "task", at=self.at, subject=("task", chosen))
        self.check(f"end task {c.number} {done}")

    # --- Callback ---
    @step(
        fits=lambda c: c.calls == "open",
        minutes=MINUTES,
        outcome=st.sampled_from([*ANSWERS, "unsatisfied", "refused"]),
    )
    def callback(self, c: Case, minutes: int, outcome: str) -> None:
        self.pass_time(minutes)
        data: dict[str, Any] = ANSWERS.get(outcome, {"result": "refused"})
        if outcome == "partly" and c.partly:
            data, outcome = {**data, "still_wrong": "The box"}, "unsatisfied"
        by = person(self.users["callback"])
        callback.record_callback(self.real(c), data, by=by, at=self.at)
        self.model.meet(c, "callback", at=self.at)
        if outcome != "refused":
            self.model.meet(c, "reply", at=self.at)
        self.model.called(c, outcome, self.at)
        self.drop_extension(c)
        self.check(f"callback {c.number} {outcome}")

    @step(fits=lambda c: c.calls == "open", minutes=MINUTES, way=st.sampled_from(["phone", "chat"]))
    def try_in_vain(self, c: Case, minutes: int, way: str) -> None:
        self.pass_time(minutes)
        by = person(self.users["callback"])
        callback.record_callback(self.real(c), {"result": "no_answer", "channel": way}, by=by, at=self.at)
        self.model.meet(c, "callback", at=self.at)
        c.tries.append((self.at, way))
        if not c.noticed and self.tried_enough(c):
            c.noticed = True
            self.model.meet(c, "callback_outcome", at=self.at)
            self.model.start(c, "callback_notice", self.at)
        self.check(f"try {c.number} {way}")

    def tried_enough(self, c: Case) -> bool:
        """Return whether there were three tries, three hours apart, in two parts of the day.

        A customer who can be reached in two ways must have been tried by both.
        """
        apart: list[Any] = []
        for at, _way in sorted(c.tries):
            if not apart or at - apart[-1] >= timedelta(hours=3):
                apart.append(at)
        hours = [timezone.localtime(at).hour for at in apart]
        parts = {(hour >= 12) + (hour >= 18) for hour in hours}
        ways = {way for _at, way in c.tries}
        return len(apart) >= 3 and len(parts) >= 2 and (not c.two_ways or len(ways) >= 2)

    @step(fits=lambda c: c.calls == "make_good", minutes=MINUTES)
    def make_good(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        by = person(self.users["callback"])
        callback.make_good_done(self.real(c), by=by, at=self.at, evidence="Sent")
        self.model.meet(c, "make_good", at=self.at)
        self.open_callback(c)
        self.check(f"make good {c.number}")

    # --- Ending and reopening ---
    @step(fits=lambda c: c.stage == "review" and "review" not in c.requests, minutes=MINUTES)
    def review(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        review.record_review(self.real(c), factories.FULL_REVIEW, by=self.supervisor(c), at=self.at)
        asked = Approval.objects.filter(complaint=self.real(c), kind="review", state="pending").first()
        if asked is None:
            self.closed(c)
        else:
            c.requests["review"] = asked.pk
            self.model.start(c, "approval", self.at, ("approval", asked.pk))
        self.check(f"review {c.number}")

    def closed(self, c: Case) -> None:
        self.model.wind_down(c, self.at)
        c.stage, c.closed_at = "closed", self.at

    @step(fits=lambda c: c.stage in CLIMBS and not any(c.tasks.values()), minutes=MINUTES)
    def conclude(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        conclude.conclude(
            self.real(c), by=self.supervisor(c), at=self.at, outcome="out_of_scope", reason="Not ours"
        )
        self.closed(c)
        self.check(f"conclude {c.number}")

    @step(minutes=MINUTES, case=CASES)
    def withdraw(self, minutes: int, case: int) -> None:
        c = self.pick(case, lambda c: c.is_open and c.stage != "review" and case % 4 == 0)
        self.pass_time(minutes)
        withdraw.withdraw(self.real(c), by=CUSTOMER, at=self.at)
        self.model.wind_down(c, self.at)
        c.stage = "review"
        self.check(f"withdraw {c.number}")

    @step(fits=lambda c: c.stage == "closed" and not c.merged, minutes=MINUTES)
    def reopen(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        if c.closed_at is None or self.at > c.closed_at + timedelta(days=30):
            return
        reopen.reopen(self.real(c), by=self.supervisor(c), at=self.at, reason="It is back")
        self.model.new_round(c)
        c.assigned = False
        for kind in ("resolution", "update", "pickup"):
            self.model.start(c, kind, self.at)
        self.check(f"reopen {c.number}")

    # --- Decisions ---
    @step(
        minutes=MINUTES,
        case=CASES,
        kind=st.sampled_from(["escalation", "deadline_extension", "review"]),
        approve=st.sampled_from([True, True, False]),
    )
    def decide(self, minutes: int, case: int, kind: str, approve: bool) -> None:
        c = self.pick(case, lambda c: kind in c.requests)
        if kind == "deadline_extension" and c.extension and not c.extension[0].live:
            return
        self.pass_time(minutes)
        approval = Approval.objects.select_related("complaint").get(pk=c.requests[kind])
        by = person(approval.asked.order_by("pk")[0])
        decisions.decide(approval, by=by, at=self.at, approve=approve, note="So be it")
        self.model.end_request(c, kind, self.at, decided=True)
        if not approve:
            c.refused_at = self.at if kind == "escalation" else c.refused_at
        elif kind == "escalation":
            self.model.hand_over(c, c.tier + 1, self.at)
        elif kind == "review":
            self.closed(c)
        else:
            self.model.extend(c, self.at)
        self.check(f"decide {c.number} {kind} {approve}")
