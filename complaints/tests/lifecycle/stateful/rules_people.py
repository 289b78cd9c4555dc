"""Rules of the stateful test for tiers, messages, promises, risks, conflicts, the record and assignment."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from complaints.lifecycle import assign, conflict, converse, escalate, extend, promises, risk, thanks
from complaints.lifecycle import edit as grade
from complaints.models import Clock, Message, Promise
from complaints.tests.lifecycle.stateful.base import MINUTES, PICKS, TEXTS, Base, Pick
from complaints.tests.lifecycle.stateful.case import Case
from complaints.tests.lifecycle.stateful.model_people import EXTENDABLE, THANKS
from complaints.tests.lifecycle.stateful.rules_handling import NO_ROW, in_stage

CLIMBING = ("intake", "diagnose", "resolve")
FLAG = st.sampled_from(["legal", "media", "safety", "external", "vulnerable", "bogus"])
HOURS = st.sampled_from([1, 30, 300, -1])
EDITS: list[dict[str, Any]] = [
    {"place": "Shop 3"},
    {"category": "PRC-CHG"},
    {"category": "LOG-DMG"},
    {"category": "NONE"},
    {"gravity": "S1"},
    {"gravity": "S3"},
    {"gravity": "S2", "reach": "several"},
    {"gravity": "S9"},
    {"severity": "minor", "severity_reason": "Looks small"},
    {"severity": "major", "severity_reason": "Looks large"},
    {"severity": "major"},
    {"bogus": "1"},
]


class WordRules(Base):
    @rule(
        pick=PICKS,
        minutes=MINUTES,
        body=TEXTS,
        purpose=st.sampled_from(["reply", "question", "progress", "plan", "holding", "offer"]),
        hours=st.none() | st.none() | HOURS,
    )
    def message(self, pick: Pick, minutes: int, body: str, purpose: str, hours: int | None) -> None:
        due = None if hours is None else self.at + timedelta(minutes=minutes, hours=hours)
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.message(c, who, self.at, body, purpose, due),
            lambda c, by: converse.message(
                self.real(c), by=by, at=self.at, body=body, purpose=purpose, promised_at=due
            ),
        )

    @rule(pick=PICKS, minutes=MINUTES, body=TEXTS, reached=st.booleans())
    def log_call(self, pick: Pick, minutes: int, body: str, reached: bool) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.log_call(c, who, self.at, body, reached),
            lambda c, by: converse.log_call(self.real(c), by=by, at=self.at, body=body, reached=reached),
        )

    @rule(pick=PICKS, minutes=MINUTES, body=TEXTS)
    def note(self, pick: Pick, minutes: int, body: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.note(c, who, body),
            lambda c, by: converse.note(self.real(c), by=by, at=self.at, body=body),
        )

    @rule(pick=PICKS, minutes=MINUTES, body=TEXTS | st.just(THANKS))
    def write_in(self, pick: Pick, minutes: int, body: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.write_in(c, who, body),
            lambda c, by: converse.write_in(self.real(c), by=by, at=self.at, body=body),
        )

    @precondition(lambda self: self.model.said)
    @rule(pick=PICKS, minutes=MINUTES, message=st.integers(0, 6))
    def mark_thanks(self, pick: Pick, minutes: int, message: int) -> None:
        rows = list(
            Message.objects.filter(event__kind="message_in").order_by("pk").values_list("pk", flat=True)
        )
        number = message if message < len(rows) else None
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.mark_thanks(c, who, number),
            lambda c, by: thanks.mark_thanks(
                self.real(c), by=by, at=self.at, message=NO_ROW if number is None else rows[number]
            ),
        )

    @rule(pick=PICKS, minutes=MINUTES, text=TEXTS, hours=HOURS)
    def promise(self, pick: Pick, minutes: int, text: str, hours: int) -> None:
        due = self.at + timedelta(minutes=minutes, hours=hours)
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.promise(c, who, self.at, text, due),
            lambda c, by: promises.promise(self.real(c), by=by, at=self.at, text=text, due_at=due),
        )

    @precondition(lambda self: self.model.promises)
    @rule(pick=PICKS, minutes=MINUTES, promise=st.integers(0, 4))
    def keep_promise(self, pick: Pick, minutes: int, promise: int) -> None:
        rows = list(Promise.objects.order_by("pk").values_list("pk", flat=True))
        number = promise if promise < len(rows) else None
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.keep(c, who, number),
            lambda c, by: promises.keep(
                self.real(c), NO_ROW if number is None else rows[number], by=by, at=self.at
            ),
        )

    @rule(
        pick=PICKS,
        minutes=MINUTES,
        clock=st.sampled_from([*sorted(EXTENDABLE), "resolution", "update", "pickup"]),
        days=st.sampled_from([3, 20, 0]),
        reason=TEXTS,
    )
    def extend(self, pick: Pick, minutes: int, clock: str, days: int, reason: str) -> None:
        def told(c: Case) -> Message | None:
            return Message.objects.filter(complaint=self.real(c), direction="out", by_person=True).first()

        def data(c: Case) -> dict[str, Any]:
            running = self.running(c, clock)
            later = days > 0 and running is not None and self.at + timedelta(days=days) > running.due_at
            return {
                "clock": clock,
                "reason": reason,
                "running": running is not None,
                "told": told(c) is not None,
                "later": later,
            }

        def act(c: Case, by: Any) -> object:
            message = told(c)
            return extend.extend(
                self.real(c),
                by=by,
                at=self.at,
                clock=clock,
                due_at=self.at + timedelta(days=days),
                reason=reason,
                customer_told=message.pk if message else None,
            )

        self.attempt(pick, minutes, lambda c, who: self.model.extend(c, who, self.at, data(c)), act)

    def running(self, c: Case, kind: str) -> Clock | None:
        """Return the clock of this kind if its deadline has not passed."""
        found = Clock.objects.live().filter(complaint=self.real(c), kind=kind, subject_type="").first()
        missed = found and (found.breached_at or (found.due_at <= self.at and not found.paused_since))
        return None if missed else found


class PeopleRules(Base):
    @in_stage(*CLIMBING)
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS, insists=st.sampled_from([False, False, True]))
    def escalate(self, pick: Pick, minutes: int, reason: str, insists: bool) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.escalate(c, who, self.at, reason, insists),
            lambda c, by: escalate.escalate(
                self.real(c),
                by=by,
                at=self.at,
                reason=reason,
                tried="This",
                ask="That",
                customer_insists=insists,
            ),
        )

    @in_stage(*CLIMBING)
    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def de_escalate(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.de_escalate(c, who, reason),
            lambda c, by: escalate.de_escalate(
                self.real(c), by=by, at=self.at, reason=reason, guidance="Try again"
            ),
        )

    @rule(pick=PICKS, minutes=MINUTES, flag=FLAG, reason=TEXTS)
    def flag_risk(self, pick: Pick, minutes: int, flag: str, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.flag_risk(c, who, flag, reason),
            lambda c, by: risk.flag_risk(self.real(c), by=by, at=self.at, flag=flag, reason=reason),
        )

    @rule(pick=PICKS, minutes=MINUTES, flag=FLAG, reason=TEXTS)
    def confirm_risk(self, pick: Pick, minutes: int, flag: str, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.confirm_risk(c, who, flag, reason),
            lambda c, by: risk.confirm_risk(self.real(c), by=by, at=self.at, flag=flag, reason=reason),
        )

    @rule(pick=PICKS, minutes=MINUTES, flag=FLAG, reason=TEXTS)
    def clear_risk(self, pick: Pick, minutes: int, flag: str, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.clear_risk(c, who, flag, reason),
            lambda c, by: risk.clear_risk(self.real(c), by=by, at=self.at, flag=flag, reason=reason),
        )

    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS)
    def declare_conflict(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.declare_conflict(c, who, reason),
            lambda c, by: conflict.declare_conflict(self.real(c), by=by, at=self.at, reason=reason),
        )

    @rule(pick=PICKS, minutes=MINUTES, changes=st.sampled_from(EDITS))
    def edit(self, pick: Pick, minutes: int, changes: dict[str, Any]) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.edit(c, who, changes),
            lambda c, by: grade.edit(self.real(c), changes, by=by, at=self.at),
        )

    @rule(pick=PICKS, minutes=MINUTES, other=st.sampled_from(["agent2", "specialist", "quality", "manager"]))
    def admit(self, pick: Pick, minutes: int, other: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.admit(c, who, other),
            lambda c, by: conflict.admit(self.real(c), by=by, at=self.at, user=self.users[other]),
        )

    @rule(pick=PICKS, minutes=MINUTES)
    def take(self, pick: Pick, minutes: int) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.take(c, who),
            lambda c, by: assign.take(self.real(c), by=by, at=self.at),
        )

    @rule(pick=PICKS, minutes=MINUTES, reason=TEXTS | st.just(""))
    def release(self, pick: Pick, minutes: int, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.release(c, who, reason),
            lambda c, by: assign.release(self.real(c), by=by, at=self.at, reason=reason),
        )

    @rule(
        pick=PICKS,
        minutes=MINUTES,
        other=st.none() | st.sampled_from(["agent", "agent2", "online", "specialist", "expert", "manager"]),
        team=st.none() | st.sampled_from(["FL-PHONE", "FL-ONLINE", "SL-GOODS", "SL-LOGI", "CB-TEAM"]),
        reason=TEXTS | st.just(""),
    )
    def assign(self, pick: Pick, minutes: int, other: str | None, team: str | None, reason: str) -> None:
        self.attempt(
            pick,
            minutes,
            lambda c, who: self.model.assign(c, who, other, team, reason),
            lambda c, by: assign.assign(
                self.real(c),
                by=by,
                at=self.at,
                assignee=self.users[other] if other else None,
                team=self.teams[team] if team else None,
                reason=reason,
            ),
        )
