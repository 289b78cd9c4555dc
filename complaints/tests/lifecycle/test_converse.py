"""Messages, calls and notes: what each does to the clocks, and what is refused."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import converse
from complaints.models import Clock, Message, Outbox
from complaints.rights.actors import CUSTOMER, person
from complaints.terms.errors import MissingDetail
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=20)


def state(kind: str) -> str | None:
    return Clock.objects.get(kind=kind).ended_as


@pytest.mark.parametrize(
    ("purpose", "recovery"),
    [("reply", None), ("progress", None), ("holding", None), ("question", "met"), ("plan", "met")],
)
def test_a_word_of_a_person_is_a_first_answer_and_with_substance_a_recovery(
    people: dict[str, User], purpose: str, recovery: str | None
) -> None:
    complaint = factories.receive(people["online"], channel="web")
    assert state("first_response") is None
    converse.message(complaint, by=person(people["online"]), at=LATER, body="Hello", purpose=purpose)
    assert (state("first_response"), state("recovery")) == ("met", recovery)
    assert Outbox.objects.filter(template="message").count() == 1


def test_each_word_restarts_the_update_and_leaves_the_version_alone(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    version = complaint.version
    converse.message(complaint, by=person(people["agent"]), at=LATER, body="Hello")
    first, second = Clock.objects.filter(kind="update").order_by("id")
    assert (first.ended_as, second.due_at) == ("met", LATER + timedelta(days=1))
    complaint.refresh_from_db()
    assert (complaint.version, complaint.next_due_at) == (version, MONDAY + timedelta(hours=4))


def test_a_call_that_reached_nobody_answers_nothing(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    converse.log_call(complaint, by=person(people["online"]), at=LATER, body="Rang out", reached=False)
    assert state("first_response") is None
    converse.log_call(complaint, by=person(people["online"]), at=LATER, body="Spoke")
    assert state("first_response") == "met"


def test_a_note_is_never_queued_for_the_customer(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    before = Outbox.objects.count()
    converse.note(complaint, by=person(people["manager"]), at=LATER, body="Call the carrier")
    assert Message.objects.filter(direction="internal").count() == 1
    assert Outbox.objects.count() == before


def test_the_same_form_of_the_customer_twice_is_refused(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    act = lambda: converse.write_in(complaint, by=CUSTOMER, at=LATER, body="Where is it?", key="k")  # noqa: E731
    act()
    assert status_of(act) == 409
    assert Message.objects.filter(event__kind="message_in").count() == 1


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_words_that_are_missing_or_cannot_be_kept_are_refused(people: dict[str, User], text: str) -> None:
    complaint, by = factories.receive(people["agent"]), person(people["agent"])
    for act in (
        lambda: converse.message(complaint, by=by, at=LATER, body=text),
        lambda: converse.log_call(complaint, by=by, at=LATER, body=text),
        lambda: converse.note(complaint, by=by, at=LATER, body=text),
        lambda: converse.write_in(complaint, by=CUSTOMER, at=LATER, body=text),
    ):
        assert wrong_fields(act) == {"body"}


def test_a_purpose_and_a_channel_are_of_those_offered(people: dict[str, User]) -> None:
    complaint, by = factories.receive(people["agent"]), person(people["agent"])
    for purpose in ("offer", "automatic", "", "x"):
        assert wrong_fields(
            lambda p=purpose: converse.message(complaint, by=by, at=LATER, body="Hi", purpose=p)  # type: ignore[misc]
        ) == {"purpose"}
    act = lambda: converse.message(complaint, by=by, at=LATER, body="Hi", channel="fax")  # noqa: E731
    assert wrong_fields(act) == {"channel"}


def test_who_cannot_be_reached_is_not_written_to(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], customer=factories.nobody())
    act = lambda: converse.message(complaint, by=person(people["agent"]), at=LATER, body="Hi")  # noqa: E731
    assert wrong_fields(act) == {"body"}


def test_what_a_customer_said_is_recorded_with_its_time_and_ends_the_wait(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    agent = person(people["agent"])
    converse.message(complaint, by=agent, at=LATER, body="Which bowl?", purpose="question")
    said_at, noted_at = LATER + timedelta(hours=1), LATER + timedelta(hours=2)
    event = converse.log_received(
        complaint, by=agent, at=noted_at, body="The inner one", channel="chat", said_at=said_at
    )
    assert (event.at, event.message.direction, event.message.channel) == (noted_at, "in", "chat")
    assert event.text.details["said_at"] == said_at.isoformat()
    complaint.refresh_from_db()
    assert complaint.waiting_on != "customer"


@pytest.mark.parametrize("said_at", [LATER + timedelta(minutes=1), LATER.replace(tzinfo=None)])
def test_a_customer_cannot_have_said_something_later_or_at_an_unknown_zone(
    people: dict[str, User], said_at: datetime
) -> None:
    complaint = factories.receive(people["agent"])
    with pytest.raises(MissingDetail) as refused:
        converse.log_received(complaint, by=person(people["agent"]), at=LATER, body="Yes", said_at=said_at)
    assert list(refused.value.errors) == ["said_at"]
