"""The reply clock: who has written is owed an answer, unless the message says nothing but thanks."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import converse, thanks, wait
from complaints.models import Clock, Complaint, Event, PolicyRule, Wait
from complaints.reads import portal, queue
from complaints.rights.actors import CUSTOMER, person
from complaints.sweeps.due_clocks import sweep
from complaints.terms.errors import MissingDetail, MoveNotAllowed, RoleMayNot
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR
QUESTION = "How long does it take?"


@pytest.fixture
def answered(people: dict[str, User]) -> Complaint:
    """A complaint whose first answer has been given."""
    complaint = factories.diagnosed(people["agent"])
    converse.message(complaint, by=person(people["agent"]), at=MONDAY, body="We look into it")
    return complaint


def wrote(complaint: Complaint, body: str = QUESTION, after: timedelta = HOUR) -> Event:
    return converse.write_in(complaint, by=CUSTOMER, at=MONDAY + after, body=body)


def replies(complaint: Complaint) -> list[Clock]:
    return list(Clock.objects.filter(complaint=complaint, kind="reply").order_by("pk"))


def test_a_message_starts_the_clock_that_a_person_s_answer_meets(
    answered: Complaint, people: dict[str, User]
) -> None:
    wrote(answered)
    wrote(answered, "And one more thing", 2 * HOUR)
    [clock] = replies(answered)
    first = Clock.objects.get(complaint=answered, kind="first_response")
    assert (clock.started_at, clock.target_seconds) == (LATER, first.target_seconds)
    converse.message(answered, by=person(people["agent"]), at=MONDAY + 3 * HOUR, body="Two days")
    [clock] = replies(answered)
    assert (clock.ended_as, clock.stopped_at) == ("met", MONDAY + 3 * HOUR)


def test_a_call_that_reached_nobody_is_no_answer(answered: Complaint, people: dict[str, User]) -> None:
    wrote(answered)
    by = person(people["agent"])
    converse.log_call(answered, by=by, at=MONDAY + 2 * HOUR, body="No answer", reached=False)
    assert replies(answered)[0].is_live
    converse.log_call(answered, by=by, at=MONDAY + 3 * HOUR, body="Told them")
    assert replies(answered)[0].ended_as == "met"


def test_whoever_owes_the_first_reply_owes_no_second(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], channel="web")
    wrote(complaint)
    assert replies(complaint) == []


def test_the_rule_s_own_time_wins_over_that_of_the_first_reply(answered: Complaint) -> None:
    for rule in PolicyRule.objects.all():
        rule.targets["reply"] = [7, "ALWAYS"]
        rule.save()
    wrote(answered)
    assert replies(answered)[0].due_at == LATER + timedelta(minutes=7)


def test_a_missed_reply_is_told_and_moves_nothing_up(answered: Complaint) -> None:
    wrote(answered)
    sweep(MONDAY + timedelta(days=3))
    [clock] = replies(answered)
    answered.refresh_from_db()
    assert clock.breached_at == clock.due_at and answered.stage == "diagnose"
    assert not Event.objects.filter(kind="escalated_by_breach", text__details__clock="reply").exists()


def test_the_work_list_and_the_customer_see_it_at_once(answered: Complaint, people: dict[str, User]) -> None:
    wrote(answered)
    [row] = queue.work_list(people["agent"], "mine", LATER)
    assert queue.owes_reply(row) and queue.next_step(row) == "Answer the customer"
    first = queue.first_clock(row)
    assert first is not None and first.kind == "reply" and row.next_due_at == first.due_at
    promised = portal.promised(answered, LATER)
    assert promised is not None and promised.kind == "reply"


def test_thanks_by_itself_start_nothing_and_keep_the_wait(
    answered: Complaint, people: dict[str, User]
) -> None:
    wait.wait(answered, by=person(people["agent"]), at=LATER, on="customer", question="Which?")
    wrote(answered, "OK，谢谢！", 2 * HOUR)
    answered.refresh_from_db()
    assert replies(answered) == [] and answered.waiting_on == "customer"
    assert Clock.objects.get(complaint=answered, kind="resolution").paused_since == LATER


def test_a_message_marked_as_thanks_ends_the_clock_and_the_wait_goes_on(
    answered: Complaint, people: dict[str, User]
) -> None:
    by = person(people["agent"])
    wait.wait(answered, by=by, at=LATER, on="customer", question="Which?")
    before = Clock.objects.get(complaint=answered, kind="resolution")
    said = wrote(answered, "You are very kind", 2 * HOUR)
    answered.refresh_from_db()
    assert answered.waiting_on is None
    event = thanks.mark_thanks(answered, by=by, at=MONDAY + 3 * HOUR, message=said.pk)
    after = Clock.objects.get(complaint=answered, kind="resolution")
    assert event.kind == "marked_thanks" and event.text.details == {"message": said.pk}
    assert (after.paused_since, after.due_at) == (LATER, before.due_at)
    assert replies(answered)[0].ended_as == "cancelled" and answered.waiting_on == "customer"
    assert Wait.objects.get(complaint=answered).until is None
    own = Clock.objects.get(complaint=answered, kind="customer_wait")
    assert own.is_live and own.started_at == LATER
    wrote(answered, "The blue one", 4 * HOUR)
    ran_on = Clock.objects.get(complaint=answered, kind="resolution")
    working = ran_on.calendar.working
    left = working.between(LATER, before.due_at)
    assert ran_on.due_at == working.add(MONDAY + 4 * HOUR, left)


def test_another_open_question_keeps_the_clock(answered: Complaint, people: dict[str, User]) -> None:
    kind = wrote(answered, "You are very kind")
    wrote(answered, QUESTION, 2 * HOUR)
    thanks.mark_thanks(answered, by=person(people["agent"]), at=MONDAY + 3 * HOUR, message=kind.pk)
    assert replies(answered)[0].is_live


def test_a_wait_that_a_later_answer_ended_does_not_come_back(
    answered: Complaint, people: dict[str, User]
) -> None:
    by = person(people["agent"])
    wait.wait(answered, by=by, at=LATER, on="customer", question="Which?")
    kind = wrote(answered, "You are very kind", 2 * HOUR)
    wrote(answered, "The blue one", 3 * HOUR)
    thanks.mark_thanks(answered, by=by, at=MONDAY + 4 * HOUR, message=kind.pk)
    assert answered.waiting_on is None


def test_what_was_missed_meanwhile_stays_missed(answered: Complaint, people: dict[str, User]) -> None:
    by = person(people["agent"])
    wait.wait(answered, by=by, at=LATER, on="customer", question="Which?")
    said, late = wrote(answered, "You are very kind", 2 * HOUR), MONDAY + timedelta(days=60)
    thanks.mark_thanks(answered, by=by, at=late, message=said.pk)
    clock = Clock.objects.get(complaint=answered, kind="resolution", round=1)
    assert clock.breached_at is not None and clock.paused_since == late


def test_it_can_be_marked_once_and_only_a_message_of_this_customer(
    answered: Complaint, people: dict[str, User]
) -> None:
    by, said = person(people["agent"]), wrote(answered, "You are very kind")
    mine = converse.message(answered, by=by, at=LATER, body="Hello")
    for number in (None, mine.pk, 10**12):
        with pytest.raises(MissingDetail):
            thanks.mark_thanks(answered, by=by, at=LATER, message=number)
    other = factories.diagnosed(people["agent"])
    with pytest.raises(MissingDetail):
        thanks.mark_thanks(other, by=by, at=LATER, message=said.pk)
    with pytest.raises(RoleMayNot):
        thanks.mark_thanks(answered, by=person(people["manager"]), at=LATER, message=said.pk)
    thanks.mark_thanks(answered, by=by, at=LATER, message=said.pk)
    with pytest.raises(MoveNotAllowed):
        thanks.mark_thanks(answered, by=by, at=LATER, message=said.pk)


def test_a_callback_that_reached_the_customer_is_an_answer(people: dict[str, User]) -> None:
    from complaints.lifecycle.callback import calls

    complaint = factories.resolved(people["agent"])
    wrote(complaint, QUESTION, 5 * HOUR)
    assert replies(complaint)[0].is_live
    at = MONDAY + 6 * HOUR
    calls.record_callback(complaint, factories.SATISFIED, by=person(people["callback"]), at=at)
    assert (replies(complaint)[0].ended_as, replies(complaint)[0].stopped_at) == ("met", at)
