"""Rules of the stateful test for the flash squad."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from complaints.lifecycle import flash
from complaints.tests.lifecycle.stateful.base import MINUTES, PICKS, TEXTS, Base, Pick


class SquadRules(Base):
    @rule(pick=PICKS, minutes=MINUTES)
    def call_squad(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.call_squad(c, who),
            lambda c, by: flash.call(self.real(c), by=by, at=self.at),
        )

    @precondition(lambda self: any(case.called for case in self.model.cases))
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        field=st.sampled_from(["diagnosis", "plan", "resources"]),
        text=TEXTS,
    )
    def fill_squad(self, pick: Pick, minutes: int, field: str, text: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.fill_squad(c, who, field, text),
            lambda c, by: flash.fill(self.real(c), by=by, at=self.at, **{field: text}),
        )
