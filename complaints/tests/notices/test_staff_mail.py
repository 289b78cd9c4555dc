"""Mail to staff: each notice is sent once, many go as one letter, and nobody gets what they may not hear."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from complaints.models import Clock, Event, Outbox, ParticipantRole
from complaints.notices import outbox
from complaints.notices.notify import Notice, tell
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.notices.test_outbox import Killed, failing

pytestmark = pytest.mark.django_db
People = dict[str, User]
MINUTE = timedelta(minutes=1)
SECRET_WORDS = "周美玲"


@pytest.fixture(autouse=True)
def in_english(people: People) -> None:
    """Everybody reads English, so that the tests can compare English words."""
    User.objects.update(language="en")
    for user in people.values():
        user.language = "en"


def breaches(user: User, count: int, **extra: Any) -> list[Outbox]:
    """Tell one person of several missed deadlines, each of another complaint."""
    notices = []
    for _ in range(count):
        complaint = factories.receive(user, **extra)
        event = Event.objects.filter(complaint=complaint).latest("seq")
        Outbox.objects.filter(complaint=complaint).delete()
        due = {"clock": "first_response", "level": 100, "due": (MONDAY + MINUTE).isoformat()}
        notices.append(Notice([user], "breach", complaint, event=event, context=due))
    Clock.objects.all().delete()
    return [row for row in tell(notices, at=MONDAY) if row.channel == "email"]


def states() -> list[str]:
    return sorted(Outbox.objects.filter(channel="email").values_list("state", flat=True))


def test_a_letter_says_what_and_where_and_nothing_of_the_customer(people: People) -> None:
    (row,) = breaches(people["agent"], 1)
    assert outbox.send_queued(MONDAY) == {"sent": 1}
    (letter,) = mail.outbox
    assert letter.to == [people["agent"].email]
    assert letter.subject == f"{row.complaint.number}: First reply: the deadline has passed."
    assert f"http://127.0.0.1:8000/complaints/{row.complaint.number}/" in letter.body
    assert "Deadline: 23 Nov 2026 10:01" in letter.body
    assert "/settings/notices/" in letter.body
    assert SECRET_WORDS not in letter.body and "/p/" not in letter.body
    assert letter.extra_headers["Message-ID"] == row.message_id
    assert outbox.send_queued(MONDAY) == {}


def test_a_department_is_led_to_its_own_list(people: People) -> None:
    breaches(people["agent"], 0)
    complaint = factories.receive(people["agent"])
    event = Event.objects.filter(complaint=complaint).latest("seq")
    Outbox.objects.all().delete()
    Clock.objects.all().delete()
    tell([Notice([people["warehouse"]], "breach", complaint, event=event)], at=MONDAY)
    outbox.send_queued(MONDAY)
    assert "/tasks/" in mail.outbox[0].body and "/complaints/" not in mail.outbox[0].body


@pytest.mark.parametrize(("count", "letters"), [(5, 5), (6, 1), (12, 1)])
def test_more_than_five_at_once_are_one_letter(people: People, count: int, letters: int) -> None:
    rows = breaches(people["agent"], count)
    assert outbox.send_queued(MONDAY) == {"sent": count}
    assert len(mail.outbox) == letters
    text = "".join(letter.body for letter in mail.outbox)
    assert all(text.count(f"/complaints/{row.complaint.number}/") == 1 for row in rows)
    ids = set(Outbox.objects.filter(channel="email").values_list("message_id", flat=True))
    assert ids == {letter.extra_headers["Message-ID"] for letter in mail.outbox}
    assert Outbox.objects.filter(user=people["agent"], channel="in_app").count() == count
    if letters == 1:
        assert mail.outbox[0].subject == f"{count} notices from Redress"


def test_a_letter_of_a_killed_sender_is_not_sent_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaches(people["agent"], 7)

    def die(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_finish", die)
        with pytest.raises(Killed):
            outbox.send_queued(MONDAY)
    assert len(mail.outbox) == 1 and states() == ["sending"] * 7
    assert outbox.send_queued(MONDAY + 10 * MINUTE) == {"set_aside": 7}
    assert outbox.send_queued(MONDAY + 60 * MINUTE) == {}
    assert len(mail.outbox) == 1


def test_what_another_sender_took_is_not_in_the_letter(people: People) -> None:
    rows = breaches(people["agent"], 7)
    theirs = outbox._claim_together(rows[:3], "<theirs@localhost>", MONDAY)
    ours = outbox._claim_together(rows, "<ours@localhost>", MONDAY)
    assert [len(theirs), len(ours)] == [3, 4]
    assert not {row.pk for row in theirs} & {row.pk for row in ours}


def test_a_letter_that_is_refused_has_failed_for_each_notice(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaches(people["agent"], 6)
    refused = smtplib.SMTPRecipientsRefused({"x": (550, b"no such mailbox")})
    monkeypatch.setattr(EmailBackend, "send_messages", failing(refused))
    assert outbox.send_queued(MONDAY) == {"failed": 6}


def test_it_waits_while_the_sweep_catches_up_but_not_for_long(people: People) -> None:
    breaches(people["agent"], 6)
    complaint = factories.receive(people["agent2"], customer=factories.nobody(), channel="web")
    clock = Clock.objects.live().filter(complaint=complaint)[0]
    Clock.objects.filter(pk=clock.pk).update(next_fire_at=MONDAY - MINUTE)
    Outbox.objects.filter(user=None).delete()
    assert outbox.send_queued(MONDAY) == {}
    assert outbox.send_queued(MONDAY + 5 * MINUTE) == {"sent": 6}
    assert len(mail.outbox) == 1


def test_after_an_outage_one_pass_is_one_letter(people: People) -> None:
    for _ in range(7):
        factories.receive(people["agent"])
    Outbox.objects.all().delete()
    late = MONDAY + timedelta(days=2)
    due_clocks.sweep(late)
    mine = Outbox.objects.filter(user=people["supervisor2"], channel="email")
    assert mine.count() > outbox.SINGLE_MAILS
    outbox.send_queued(late)
    assert [letter.to for letter in mail.outbox].count([people["supervisor2"].email]) == 1


# --- Checked again before it is sent ---
def test_who_is_named_meanwhile_gets_no_letter(people: People) -> None:
    rows = breaches(people["agent"], 2)
    rows[0].complaint.participants.create(user=people["agent"], role=ParticipantRole.NAMED, since=MONDAY)
    assert outbox.send_queued(MONDAY) == {"sent": 1, "withheld": 1}
    assert rows[0].complaint.number not in mail.outbox[0].body


def test_who_has_left_gets_no_letter(people: People) -> None:
    breaches(people["agent"], 7)
    User.objects.filter(username="agent").update(is_active=False)
    assert outbox.send_queued(MONDAY) == {"withheld": 7}
    assert mail.outbox == [] and outbox.send_queued(MONDAY) == {}


def test_it_waits_until_the_quiet_hours_end_and_then_leaves_as_one(people: People) -> None:
    rows = breaches(people["agent"], 6)
    night = MONDAY.replace(hour=23)
    assert outbox.send_queued(night) == {}, "the quiet hours began before it was sent"
    morning = MONDAY.replace(day=24, hour=8)
    assert {row.not_before for row in Outbox.objects.filter(pk__in=[r.pk for r in rows])} == {morning}
    assert outbox.send_queued(morning - MINUTE) == {}
    assert outbox.send_queued(morning) == {"sent": 6}
    assert len(mail.outbox) == 1
