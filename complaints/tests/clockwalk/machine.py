"""The clock walk: whatever happens to complaints in any order, their clocks are where the model says."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from complaints.models import Calendar, CalendarVersion, PolicyRule
from complaints.tests.clockwalk.base import CODES, RECEIPTS
from complaints.tests.clockwalk.clock import Case
from complaints.tests.clockwalk.rules_onward import OnwardRules
from complaints.tests.clockwalk.rules_time import ChangeRules, SweepRules
from complaints.tests.clockwalk.rules_words import WordRules
from complaints.tests.conftest import SHANGHAI

BEGINNINGS = [
    datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI),
    datetime(2026, 11, 20, 17, 30, tzinfo=SHANGHAI),  # a Friday evening
    datetime(2026, 9, 30, 16, 0, tzinfo=SHANGHAI),  # seven holidays, then a Saturday that is worked
    datetime(2026, 2, 13, 16, 30, tzinfo=SHANGHAI),  # Spring Festival with worked days around it
    datetime(2026, 9, 19, 9, 0, tzinfo=SHANGHAI),  # before a Sunday that is worked
    datetime(2026, 10, 23, 20, 0, tzinfo=SHANGHAI),  # the clocks in London and New York are set back
    datetime(2026, 3, 6, 22, 0, tzinfo=SHANGHAI),  # the clocks in New York are set forward on Sunday
    datetime(2026, 3, 27, 18, 0, tzinfo=SHANGHAI),  # the clocks in London are
]
NEW_YORK: dict[str, Any] = {
    "timezone": "America/New_York",
    "hours": {**{str(day): [["08:30", "17:00"]] for day in range(5)}, "5": [["22:00", "03:00"]]},
    "closed": ["2026-11-26"],
    "special": {},
}


class Machine(WordRules, OnwardRules, ChangeRules, SweepRules):
    """A machine with all the rules."""

    @initialize(
        begin=st.sampled_from(BEGINNINGS),
        shift=st.integers(0, 23),
        swap=st.integers(0, 5),
        received=st.lists(RECEIPTS, min_size=2, max_size=3),
        ahead=st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 6]), min_size=3, max_size=3),
    )
    def prepare(
        self, begin: datetime, shift: int, swap: int, received: list[dict[str, Any]], ahead: list[int]
    ) -> None:
        """Exchange the calendars of the sample's policies, and add one with another summer time."""
        self.begin = self.at = (begin + timedelta(hours=shift)).astimezone(UTC)
        calendar = Calendar.objects.create(code="NEW-YORK", name_en="New York", name_zh="纽约")
        CalendarVersion.objects.create(calendar=calendar, version=1, definition=NEW_YORK, created_at=self.at)
        codes = dict(zip(CODES, CODES[swap:] + CODES[:swap], strict=True))
        for row in PolicyRule.objects.all():
            row.targets = {kind: [n, codes.get(code, code)] for kind, (n, code) in row.targets.items()}
            if row.order == 9:
                row.warn = [25, 50, 90]
            if row.order == 8:
                row.escalate = False
            row.save()
        self.read_tables()
        for receipt in received:
            self.pass_time(7)
            self.receive(**receipt)
        for number, steps in enumerate(ahead[: len(received)]):
            if steps:
                self.go_ahead(self.model.cases[number], steps)

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
