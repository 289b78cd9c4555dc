"""Rules of the stateful test for callbacks, reviews, endings, reopening and merging."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from complaints.lifecycle import review
from complaints.lifecycle.callback import calls as callback
from complaints.lifecycle.callback import rating
from complaints.lifecycle.ending import conclude, merge, reopen, withdraw
from complaints.tests import factories
from complaints.tests.lifecycle.stateful.base import MINUTES, PICKS, TEXTS, Base, Pick
from complaints.tests.lifecycle.stateful.rules_handling import in_stage

TOO_DEAR = {"kind": "COMP", "amount": "9000", "description": "All of it"}
ANSWERS: list[dict[str, Any]] = [
    factories.SATISFIED,
    factories.SATISFIED,
    factories.UNSATISFIED,
    factories.UNSATISFIED,
    {**factories.PARTLY, "still_wrong": "Half of it"},
    {**factories.PARTLY, "still_wrong": "Half of it"},
    factories.PARTLY,
    {**factories.PARTLY, "make_good": TOO_DEAR},
    {**factories.SATISFIED, "csat_solution": 6},
    {**factories.SATISFIED, "csat_attitude": None},
    {**factories.SATISFIED, "nps": 11},
    {**factories.UNSATISFIED, "still_wrong": " "},
]
TRIES: list[dict[str, Any]] = [
    {"result": "no_answer"},
    {"result": "no_answer", "channel": "email"},
    {"result": "busy"},
    {"result": "wrong_number"},
    {"result": "refused"},
    {"result": "nonsense"},
]


class EndingRules(Base):
    @in_stage("callback")
    @rule(pick=PICKS, minutes=MINUTES, data=st.sampled_from(ANSWERS))
    def callback(self, pick: Pick, minutes: int, data: dict[str, Any]) -> None:
        self._call(pick, minutes, data)

    @in_stage("callback")
    @rule(pick=PICKS, minutes=st.sampled_from([1, 200, 300]), data=st.sampled_from(TRIES))
    def callback_in_vain(self, pick: Pick, minutes: int, data: dict[str, Any]) -> None:
        self._call(pick, minutes, data)

    @in_stage("callback")
    @rule(pick=PICKS, minutes=MINUTES, hours=st.sampled_from([2, 20, -1]))
    def callback_later(self, pick: Pick, minutes: int, hours: int) -> None:
        later = self.at + timedelta(minutes=minutes, hours=hours)
        self._call(pick, minutes, {"result": "later", "later_at": later})

    def _call(self, pick: Pick, minutes: int, data: dict[str, Any]) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.callback(c, who, self.at, data),
            lambda c, by: callback.record_callback(self.real(c), data, by=by, at=self.at),
        )

    @in_stage("callback")
    @rule(pick=PICKS, minutes=MINUTES, data=st.sampled_from(ANSWERS))
    def rate(self, pick: Pick, minutes: int, data: dict[str, Any]) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.rate(c, who, data),
            lambda c, by: rating.rate(self.real(c), data, by=by, at=self.at),
        )

    @in_stage("callback")
    @rule(pick=PICKS, minutes=MINUTES, evidence=TEXTS)
    def make_good_done(self, pick: Pick, minutes: int, evidence: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.make_good_done(c, who, evidence),
            lambda c, by: callback.make_good_done(self.real(c), by=by, at=self.at, evidence=evidence),
        )

    @in_stage("review")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        form=st.sampled_from([factories.FULL_REVIEW, factories.FULL_REVIEW, factories.LIGHT_REVIEW]),
        cause=st.sampled_from(["LOG-DMG", "LOG-DMG", "LOG-DMG", "NONE"]),
    )
    def review(self, pick: Pick, minutes: int, form: dict[str, Any], cause: str) -> None:
        data = {**form, "cause": cause}
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.review(c, who, self.at, data),
            lambda c, by: review.record_review(self.real(c), data, by=by, at=self.at),
        )

    @in_stage("intake", "diagnose", "resolve")
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        outcome=st.sampled_from(
            ["out_of_scope", "no_response_customer", "deadlock_external", "deadlock_external", "upheld"]
        ),
        reason=TEXTS,
        letter=TEXTS | st.just(""),
    )
    def conclude(self, pick: Pick, minutes: int, outcome: str, reason: str, letter: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.conclude(c, who, self.at, outcome, reason, letter),
            lambda c, by: conclude.conclude(
                self.real(c), by=by, at=self.at, outcome=outcome, reason=reason, letter=letter
            ),
        )

    @rule(pick=PICKS, minutes=MINUTES, evidence=TEXTS, reason=TEXTS)
    def withdraw(self, pick: Pick, minutes: int, evidence: str, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.withdraw(c, who, evidence, reason),
            lambda c, by: withdraw.withdraw(
                self.real(c), by=by, at=self.at, evidence=evidence, reason=reason
            ),
        )

    @in_stage("closed")
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def reopen(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.reopen(c, who, self.at, reason),
            lambda c, by: reopen.reopen(self.real(c), by=by, at=self.at, reason=reason),
        )

    @rule(pick=PICKS, minutes=MINUTES, into=st.integers(-1, 2))
    def merge(self, pick: Pick, minutes: int, into: int) -> None:
        other = self.model.cases[into] if 0 <= into < len(self.model.cases) else None
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.merge(c, other, who, self.at),
            lambda c, by: merge.merge(self.real(c), self.real(other) if other else None, by=by, at=self.at),
        )

    @in_stage("closed")
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def unmerge(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.unmerge(c, who, self.at, reason),
            lambda c, by: merge.unmerge(self.real(c), by=by, at=self.at, reason=reason),
        )
