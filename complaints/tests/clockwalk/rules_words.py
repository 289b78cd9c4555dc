"""Rules of the clock walk for receipt, messages, calls, waiting, promises and assignment."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from complaints.lifecycle import acknowledge, assign, converse, promises, thanks, wait
from complaints.models import Participant, Promise
from complaints.rights.actors import CUSTOMER, person
from complaints.tests.clockwalk.base import CASES, MINUTES, MOST, RECEIPTS, Base, NotNow, step
from complaints.tests.clockwalk.clock import Case

HANDLED = {"diagnose", "resolve"}
WORDS = ["reply", "holding", "progress", "plan", "question"]


class WordRules(Base):
    @step(minutes=MINUTES, receipt=RECEIPTS)
    def begin_one(self, minutes: int, receipt: dict[str, Any]) -> None:
        if len(self.model.cases) < MOST:
            self.pass_time(minutes)
            self.receive(**receipt)

    @step(fits=lambda c: c.is_open and not c.assigned, minutes=MINUTES)
    def take(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        self.given(c)
        self.check(f"take {c.number}")

    def given(self, c: Case) -> None:
        """Somebody of the team takes the complaint.

        Who handled the last round cannot take it, so a supervisor assigns it to them.
        """
        user, complaint = self.somebody(c, "agent"), self.real(c)
        if Participant.objects.filter(complaint=complaint, user=user, role="barred").exists():
            by = self.supervisor(c)
            assign.assign(complaint, by=by, at=self.at, assignee=user, reason="Nobody else is here")
        else:
            assign.take(complaint, by=person(user), at=self.at)
        c.assigned = True
        self.model.meet(c, "pickup", at=self.at)

    @step(fits=lambda c: c.is_open and c.assigned, minutes=MINUTES)
    def release(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        assign.release(self.real(c), by=self.assignee(c), at=self.at)
        c.assigned = False
        self.model.start(c, "pickup", self.at)
        self.check(f"release {c.number}")

    @step(fits=lambda c: c.stage == "intake" and c.assigned and c.reachable, minutes=MINUTES)
    def acknowledge_again(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        acknowledge.acknowledge(self.real(c), by=self.assignee(c), at=self.at, body="We are on it")
        self.model.spoke(c, "holding", self.at)
        self.model.meet(c, "acknowledge", at=self.at)
        self.check(f"acknowledge {c.number}")

    @step(
        fits=lambda c: c.is_open and c.assigned and c.reachable,
        minutes=MINUTES,
        purpose=st.sampled_from(WORDS),
        hours=st.none() | st.integers(1, 60),
    )
    def write(self, c: Case, minutes: int, purpose: str, hours: int | None) -> None:
        self.pass_time(minutes)
        due = self.at + timedelta(hours=hours) if hours else None
        by = self.assignee(c)
        converse.message(self.real(c), by=by, at=self.at, body="Hello", purpose=purpose, promised_at=due)
        self.model.spoke(c, purpose, self.at)
        if due is not None:
            self.promised(c, due)
        if purpose == "question" and c.stage in HANDLED:
            self.model.ask(c, "question", self.at)
        self.check(f"write {c.number} {purpose} {hours}")

    def promised(self, c: Case, due: object) -> None:
        number = Promise.objects.latest("pk").pk
        c.promises.add(number)
        self.model.start(c, "promise", self.at, ("promise", number), due)  # type: ignore[arg-type]

    @step(fits=lambda c: c.is_open and c.assigned, minutes=MINUTES, reached=st.booleans())
    def call(self, c: Case, minutes: int, reached: bool) -> None:
        self.pass_time(minutes)
        converse.log_call(self.real(c), by=self.assignee(c), at=self.at, body="Rang", reached=reached)
        if reached:
            self.model.spoke(c, "call", self.at)
            self.model.heard(c, self.at)
        self.check(f"call {c.number} {reached}")

    @step(fits=lambda c: c.is_open and (c.asked or c.noticed), minutes=MINUTES)
    def customer_answers(self, c: Case, minutes: int) -> None:
        self.customer_writes(c, minutes)

    @step(fits=lambda c: c.is_open, minutes=MINUTES)
    def customer_asks(self, c: Case, minutes: int) -> None:
        self.customer_writes(c, minutes)

    def customer_writes(self, c: Case, minutes: int) -> int:
        self.pass_time(minutes)
        if any(clock in merge.made for merge in self.model.standing(c) for clock in c.live("reply")):
            raise NotNow  # Undoing the merge takes the clock away that both messages share.
        event = converse.write_in(self.real(c), at=self.at, body="This one", by=CUSTOMER)
        self.model.wrote(c, self.at)
        self.check(f"customer writes {c.number}")
        return event.pk

    @step(fits=lambda c: c.is_open, minutes=MINUTES, words=st.sampled_from(["谢谢", "OK, thanks!"]))
    def customer_thanks(self, c: Case, minutes: int, words: str) -> None:
        self.pass_time(minutes)
        converse.write_in(self.real(c), at=self.at, body=words, by=CUSTOMER)
        self.model.heard_of(c, self.at)
        self.check(f"customer thanks {c.number}")

    @step(fits=lambda c: c.is_open, minutes=MINUTES, later=MINUTES)
    def customer_thanks_in_other_words(self, c: Case, minutes: int, later: int) -> None:
        """The agent marks the message as thanks some time after it has come."""
        if self.model.standing(c):
            raise NotNow
        asked, owed = set(c.asked), bool(c.live("first_response", "reply"))
        written = self.customer_writes(c, minutes)
        since = self.at
        self.pass_time(later)
        thanks.mark_thanks(self.real(c), by=self.supervisor(c), at=self.at, message=written)
        if not owed:
            self.model.cancel(c, "reply", at=self.at)
        if asked:
            self.model.asked_on(c, asked, since, self.at)
        self.check(f"marked as thanks {c.number} after {later} minutes")

    @step(fits=lambda c: c.stage in HANDLED and c.assigned and c.reachable, minutes=MINUTES)
    def wait(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        wait.wait(self.real(c), by=self.assignee(c), at=self.at, on="customer", question="Which?")
        self.model.spoke(c, "question", self.at)
        self.model.ask(c, "question", self.at)
        self.check(f"wait {c.number}")

    @step(fits=lambda c: c.stage in HANDLED and c.assigned and "question" in c.asked, minutes=MINUTES)
    def resume(self, c: Case, minutes: int) -> None:
        self.pass_time(minutes)
        wait.resume(self.real(c), by=self.assignee(c), at=self.at)
        self.model.stop_asking(c, self.at, "question")
        self.check(f"resume {c.number}")

    @step(fits=lambda c: c.is_open and c.assigned, minutes=MINUTES, hours=st.integers(1, 90))
    def promise(self, c: Case, minutes: int, hours: int) -> None:
        self.pass_time(minutes)
        due = self.at + timedelta(hours=hours)
        promises.promise(self.real(c), by=self.assignee(c), at=self.at, text="A call", due_at=due)
        self.promised(c, due)
        self.check(f"promise {c.number} {hours}")

    @step(fits=lambda c: c.is_open and c.assigned and c.promises, minutes=MINUTES, number=CASES)
    def keep(self, c: Case, minutes: int, number: int) -> None:
        self.pass_time(minutes)
        kept = self.choose(number, sorted(c.promises))
        promises.keep(self.real(c), kept, by=self.assignee(c), at=self.at)
        c.promises.discard(kept)
        self.model.meet(c, "promise", at=self.at, subject=("promise", kept))
        self.check(f"keep {c.number}")
