"""Whatever happens to complaints in any order: their clocks are where the model says."""

from complaints.tests.clockwalk.clock import Case
from complaints.tests.clockwalk.rules_onward import OnwardRules
from complaints.tests.clockwalk.rules_time import ChangeRules, SweepRules
from complaints.tests.clockwalk.rules_words import WordRules


class Machine(WordRules, OnwardRules, ChangeRules, SweepRules):
    """All rules together."""

    def go_ahead(self, case: Case, steps: int) -> None:
        if not case.assigned:
            self.given(case)
            self.model.settle(self.at)
        for _step in range(steps if case.reachable else min(steps, 2)):
            if not case.assigned:
                break
            self.pass_time(7)
            self.one_step(case)
            self.model.settle(self.at)
        self.check(f"{case.number} is {steps} steps on")
