"""Rules that take a complaint further along its usual path, so that walks reach the later stages."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from complaints.tests import factories
from complaints.tests.lifecycle.stateful.base import WAYS, Pick
from complaints.tests.lifecycle.stateful.case import UNFINISHED, Case
from complaints.tests.lifecycle.stateful.rules_ending import EndingRules
from complaints.tests.lifecycle.stateful.rules_handling import HandlingRules, TaskRules
from complaints.tests.lifecycle.stateful.rules_people import PeopleRules, WordRules
from complaints.tests.lifecycle.stateful.rules_time import DecisionRules

FINDINGS = ["upheld", "not_upheld", "partly_upheld", "upheld"]
CALLS = [factories.SATISFIED, factories.UNSATISFIED, factories.PARTLY, factories.SATISFIED]


class OnwardRules(HandlingRules, TaskRules, EndingRules, WordRules, PeopleRules, DecisionRules):
    @rule(number=st.integers(0, 2), who=st.integers(0, 14), way=WAYS, times=st.integers(1, 6))
    def onward(self, number: int, who: int, way: int, times: int) -> None:
        for _time in range(times):
            self.one_step_on(number, who, way)

    @rule(number=st.integers(0, 2), who=st.integers(0, 14), way=WAYS, times=st.integers(1, 6))
    def further(self, number: int, who: int, way: int, times: int) -> None:
        self.onward(number, who, way, times)

    def one_step_on(self, number: int, who: int, way: int) -> None:
        number %= len(self.model.cases)
        c, pick = self.model.cases[number], (True, number, who)
        if self.model.pending(c):
            self.decide(pick, 1, way != 2, "Words", None)
        elif c.stage == "intake" or (c.stage == "diagnose" and c.assignee is None):
            self.start_diagnosis(pick, 1)
        elif c.is_open and c.assignee is None:
            self.take(pick, 1)
        elif c.stage == "diagnose":
            self.record_finding(pick, 1, FINDINGS[way], "compensation", "Words")
        elif c.stage == "resolve":
            self.towards_the_answer(c, pick)
        elif c.stage == "callback" and c.callback == "make_good":
            self.make_good_done(pick, 1, "Sent")
        elif c.stage == "callback":
            self.callback(pick, 1, {**CALLS[way], "still_wrong": "All of it"})
        elif c.stage == "review":
            self.review(pick, 1, factories.FULL_REVIEW, "LOG-DMG")

    def towards_the_answer(self, c: Case, pick: Pick) -> None:
        state = self.model.plan_state(c)
        unfinished = [task for task in self.model.tasks_of(c) if task.state in UNFINISHED]
        if state == "offered":
            self.choose(pick, 1, 0, "Words")
        elif state != "chosen" and c.finding != "not_upheld":
            self.offer(pick, 1, "129.00", True, True, "Words")
        elif state != "chosen" and not c.explained:
            self.explain(pick, 1, "Words", "Said so")
        elif unfinished:
            first = self.model.tasks.index(unfinished[0])
            self.finish_task((pick[0], first, pick[2]), 1, "Words")
        elif any(claim.disposition == "open" for claim in self.model.family(c)):
            first = next(n for n, one in enumerate(self.model.claims) if one in self.model.family(c))
            self.settle_claim(pick, 1, first, "declined", "Words")
        else:
            self.log_call(pick, 1, "Words", True)
            self.resolve(pick, 1, "Words")
