"""Waiting for the customer pauses clocks, waiting for a department does not, and silence closes nothing."""

from datetime import timedelta

import pytest

from accounts.models import Team, User
from complaints.lifecycle import converse, promises, wait
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Clock, Outbox, Plan, Promise, Task
from complaints.rights.actors import CUSTOMER, person
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
DAY = timedelta(days=1)


def clock(kind: str) -> Clock:
    return Clock.objects.live().get(kind=kind)


def test_a_question_goes_out_and_the_resolution_stands_still_until_the_answer(
    people: dict[str, User],
) -> None:
    agent = people["agent"]
    complaint = factories.diagnosed(agent)
    left = clock("resolution").due_at
    wait.wait(complaint, by=person(agent), at=LATER, on="customer", question="Which order is it?")
    assert (complaint.waiting_on, clock("resolution").paused_since) == ("customer", LATER)
    assert Outbox.objects.filter(complaint=complaint, template="message").count() == 1
    assert clock("customer_wait").due_at == LATER + 7 * DAY
    converse.write_in(complaint, at=LATER + DAY, body="RO-1", by=CUSTOMER)
    assert complaint.waiting_on is None
    assert clock("resolution").due_at == left + DAY
    assert Clock.objects.get(kind="customer_wait").ended_as == "met"


def test_the_assignees_question_in_a_message_waits_too(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    converse.message(complaint, by=person(people["agent2"]), at=LATER, body="Which?", purpose="question")
    assert complaint.waiting_on is None
    converse.message(complaint, by=person(people["agent"]), at=LATER, body="Which?", purpose="question")
    assert complaint.waiting_on == "customer"


def test_going_on_without_an_answer_ends_questions_but_not_offers(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint, _plan = factories.offered(agent)
    assert status_of(lambda: wait.resume(complaint, by=person(agent), at=LATER)) == 409
    wait.wait(complaint, by=person(agent), at=LATER, on="customer", question="And your address?")
    wait.resume(complaint, by=person(agent), at=LATER + timedelta(minutes=5))
    assert complaint.waiting_on == "customer"
    assert clock("resolution").paused_since
    offers.withdraw_offer(complaint, by=person(agent), at=LATER + timedelta(minutes=6), reason="Sold out")
    assert complaint.waiting_on is None
    assert Clock.objects.filter(kind="customer_wait").last().ended_as == "cancelled"  # type: ignore[union-attr]


def test_waiting_for_a_department_pauses_nothing(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    complaint = factories.diagnosed(people["agent"])
    task = carry_out.add_task(
        complaint, by=agent, at=LATER, title="Check", team=Team.objects.get(code="SL-LOGI")
    )
    wait.wait(complaint, by=agent, at=LATER, on="department", task=task.pk)
    assert (complaint.waiting_on, clock("resolution").paused_since) == ("department", None)
    wait.resume(complaint, by=agent, at=LATER)
    assert complaint.waiting_on is None
    assert wrong_fields(lambda: wait.wait(complaint, by=agent, at=LATER, on="department", task=0)) == {"task"}
    assert wrong_fields(lambda: wait.wait(complaint, by=agent, at=LATER, on="approval")) == {"on"}


@pytest.mark.parametrize("bad", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_a_question_needs_words(people: dict[str, User], bad: str) -> None:
    complaint = factories.diagnosed(people["agent"])
    ask = person(people["agent"])
    assert wrong_fields(lambda: wait.wait(complaint, by=ask, at=LATER, on="customer", question=bad)) == {
        "question"
    }


def test_nobody_is_asked_whom_nobody_can_reach(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], customer=factories.nobody())
    ask = person(people["agent"])
    assert wrong_fields(lambda: wait.wait(complaint, by=ask, at=LATER, on="customer", question="Who?")) == {
        "question"
    }


def test_an_offer_without_answer_is_reminded_twice_and_expires_after_seven_days(
    people: dict[str, User],
) -> None:
    complaint, _plan = factories.offered(people["agent"])
    start = clock("customer_wait").started_at
    for at in (start + DAY, start + DAY, start + 3 * DAY):
        sweep(at)
    reminders = Outbox.objects.filter(complaint=complaint, template="reminder")
    assert reminders.count() == 2
    sweep(start + 7 * DAY)
    sweep(start + 7 * DAY)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.waiting_on) == ("resolve", None)
    assert Plan.objects.get().state == "expired"
    assert not Clock.objects.get(kind="resolution").paused_since
    task = Task.objects.get()
    assert (task.owner, task.blocking) == (people["agent"], False)
    assert reminders.count() == 2
    assert not Clock.objects.get(kind="customer_wait").breached_at
    assert not complaint.events.filter(kind="breached", text__details__clock="customer_wait").exists()


def test_after_an_outage_a_silent_customer_is_not_reminded_late(people: dict[str, User]) -> None:
    complaint, _plan = factories.offered(people["agent"])
    sweep(MONDAY + 8 * DAY)
    assert not Outbox.objects.filter(complaint=complaint, template="reminder").exists()
    assert Plan.objects.get().state == "expired"


def test_a_promise_is_kept_in_time_or_broken(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    complaint = factories.diagnosed(people["agent"])
    due = LATER + timedelta(hours=2)
    kept = promises.promise(complaint, by=agent, at=LATER, text="A call back by noon", due_at=due)
    late = promises.promise(complaint, by=agent, at=LATER, text="The report", due_at=due)
    lost = promises.promise(complaint, by=agent, at=LATER, text="The form", due_at=due)
    promises.keep(complaint, kept.pk, by=agent, at=due, note="Called")
    promises.keep(complaint, late.pk, by=agent, at=due + timedelta(minutes=1))
    sweep(due + timedelta(minutes=2))
    states = {p.pk: p.state for p in Promise.objects.all()}
    assert states == {kept.pk: "kept", late.pk: "broken", lost.pk: "broken"}
    assert Clock.objects.get(kind="promise", subject_id=late.pk).breached_at == due
    again = lambda: promises.keep(complaint, kept.pk, by=agent, at=due)  # noqa: E731
    assert status_of(again) == 409
    assert wrong_fields(lambda: promises.keep(complaint, 0, by=agent, at=due)) == {"promise"}
    past = lambda: promises.promise(complaint, by=agent, at=due, text="Soon", due_at=LATER)  # noqa: E731
    assert wrong_fields(past) == {"due_at"}


def test_a_message_with_a_time_promises_it(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    due = LATER + DAY
    converse.message(complaint, by=person(people["agent"]), at=LATER, body="I call tomorrow", promised_at=due)
    assert Promise.objects.get().due_at == due
    assert clock("promise").due_at == due
