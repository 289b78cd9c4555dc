"""The outbox sends each message at most once, in the customer's language."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from accounts.models import User
from complaints import tasks
from complaints.lifecycle import converse, intake, resolve
from complaints.lifecycle.remedies import offers
from complaints.models import Complaint, Outbox
from complaints.notices import letters, outbox
from complaints.rights import access, links
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
BY_PHONE_ONLY = intake.CustomerData(name="Ann", phone="100-0000-0002", language="en")
SENT_TEXTS: list[tuple[str, str, str]] = []


def keep_text(number: str, words: str, reference: str) -> None:
    SENT_TEXTS.append((number, words, reference))


def refuse_text(number: str, words: str, reference: str) -> None:
    raise outbox.NotSent("the number is not in service")


def link_of(complaint: Complaint) -> str:
    return links.address_of(links.current(complaint, at=MONDAY))


def only_row(**match: Any) -> Outbox:
    return Outbox.objects.exclude(channel="in_app").get(**match)


def test_an_acknowledgement_leaves_once_with_its_own_message_id(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert outbox.send_queued(MONDAY) == {"sent": 1}
    assert outbox.send_queued(MONDAY) == {}
    (letter,) = mail.outbox
    row = only_row()
    assert letter.to == ["zhou@example.com"]
    assert (
        letter.extra_headers["Message-ID"] == row.message_id == f"<redress-{complaint.pk}-{row.pk}@localhost>"
    )
    assert str(letter.message()["Message-ID"]) == row.message_id
    assert (row.state, row.sent_at, row.failure) == ("sent", MONDAY, "")


def test_a_letter_has_the_link_the_team_and_a_time_but_no_name_of_staff(people: dict[str, User]) -> None:
    english = intake.CustomerData(name="Ann <b>O'Hara</b>", email="ann@example.com", language="en")
    complaint = factories.receive(people["agent"], customer=english)
    letter = letters.write(only_row(), at=MONDAY)
    assert letter.subject == f"We have received your complaint {complaint.number}"
    assert "Hello Ann <b>O'Hara</b>," in letter.body
    assert link_of(complaint) in letter.body
    assert "Front line — phone is looking after it" in letter.body
    assert "by 24 Nov 2026, 10:00 (Shanghai time)." in letter.body, "the next update, a day after the call"
    assert "Lin" not in letter.body and "Xiao" not in letter.body


def test_a_revoked_link_is_not_written_but_a_new_one(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    old = letters.write(only_row(), at=MONDAY).link
    links.revoke(complaint, at=MONDAY)
    new = letters.write(only_row(), at=MONDAY)
    assert old not in new.body
    assert new.link in new.body
    assert access.get_complaint_by_token(new.link.split("/p/")[1].strip("/"), at=MONDAY) == complaint


def test_every_message_to_the_customer_can_be_written(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    complaint = factories.carried_out(people["agent"])
    offers.withdraw_offer(complaint, by=agent, at=MONDAY + timedelta(hours=1), reason="Out of stock")
    offers.offer(complaint, factories.OFFER, by=agent, at=MONDAY + timedelta(hours=1))
    factories.resolved(people["agent"])
    denied = factories.found(people["agent"], finding={"finding": "not_upheld"})
    resolve.explain(denied, by=agent, at=MONDAY + timedelta(hours=1), body="Worn, not broken")
    converse.message(denied, by=agent, at=MONDAY + timedelta(hours=1), body="The parcel is found")
    rows = Outbox.objects.exclude(channel="in_app")
    written = {row.template: letters.write(row, at=MONDAY) for row in rows}
    assert set(written) == {
        "acknowledgement",
        "message",
        "offer",
        "offer_withdrawn",
        "explanation",
        "resolved",
    }
    assert "A. Full refund (¥129)" in written["offer"].body
    assert "Out of stock" in written["offer_withdrawn"].body
    assert "Worn, not broken" in written["explanation"].body
    assert "The parcel is found" in written["message"].body
    assert "Refunded ¥129" in written["resolved"].body
    for letter in written.values():
        assert "\n" not in letter.subject and letter.link in letter.body


class Killed(BaseException):
    """Raised in a test instead of killing the process."""


def test_a_sender_killed_after_the_message_left_does_not_send_again(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_finish", _die)
        with pytest.raises(Killed):
            outbox.send_queued(MONDAY)
    assert len(mail.outbox) == 1 and only_row().state == "sending"
    assert outbox.send_queued(MONDAY + timedelta(minutes=9)) == {}
    assert only_row().state == "sending"
    assert outbox.send_queued(MONDAY + timedelta(minutes=10)) == {"set_aside": 1}
    assert outbox.send_queued(MONDAY + timedelta(days=1)) == {}
    row = only_row()
    assert (row.state, row.sent_at, len(mail.outbox)) == ("set_aside", None, 1)
    assert "may have been sent" in row.failure


def _die(*_arguments: object) -> None:
    raise Killed


def test_a_sender_killed_before_the_message_left_leaves_it_to_a_person(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_send", _die)
        with pytest.raises(Killed):
            outbox.send_queued(MONDAY)
    assert outbox.send_queued(MONDAY + timedelta(hours=1)) == {"set_aside": 1}
    assert mail.outbox == []


def test_a_row_that_somebody_else_claimed_is_left_alone(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    seen = outbox._queued(0, 10, MONDAY, with_mail=True)
    assert outbox.send_queued(MONDAY) == {"sent": 1}
    assert [outbox._claim(row, MONDAY) for row in seen] == [False]


def failing(error: Exception) -> Callable[..., int]:
    def send(*_arguments: object) -> int:
        raise error

    return send


def test_what_the_server_refuses_has_failed_with_the_reason(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    refused = smtplib.SMTPRecipientsRefused({"zhou@example.com": (550, b"no such mailbox")})
    monkeypatch.setattr(EmailBackend, "send_messages", failing(refused))
    assert outbox.send_queued(MONDAY) == {"failed": 1}
    row = only_row()
    assert (row.state, row.sent_at) == ("failed", None) and "no such mailbox" in row.failure


def test_a_connection_lost_while_sending_leaves_it_to_a_person(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    monkeypatch.setattr(EmailBackend, "send_messages", failing(TimeoutError("timed out")))
    assert outbox.send_queued(MONDAY) == {"set_aside": 1}
    assert "timed out" in only_row().failure


def test_mail_stays_queued_while_the_server_cannot_be_reached(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.receive(people["agent"])
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "open", failing(ConnectionRefusedError()), raising=False)
        assert outbox.send_queued(MONDAY) == {}
    assert only_row().state == "queued"
    assert outbox.send_queued(MONDAY) == {"sent": 1}


def test_one_bad_message_does_not_hold_up_the_next(people: dict[str, User]) -> None:
    factories.receive(people["agent"])
    factories.receive(people["agent"])
    first = Outbox.objects.filter(channel="email").order_by("pk").first()
    assert first is not None
    first.template = "there_is_none"
    first.save()
    assert outbox.send_queued(MONDAY) == {"failed": 1, "sent": 1}


def test_without_a_gateway_a_text_message_fails_and_says_why(
    people: dict[str, User], settings: Settings
) -> None:
    settings.TEXT_MESSAGE_GATEWAY = ""
    factories.receive(people["agent"], customer=BY_PHONE_ONLY)
    assert outbox.send_queued(MONDAY) == {"failed": 1}
    assert "no gateway" in only_row(channel="text").failure


def test_a_text_message_goes_through_the_gateway_with_the_link(
    people: dict[str, User], settings: Settings
) -> None:
    settings.TEXT_MESSAGE_GATEWAY = f"{__name__}.keep_text"
    SENT_TEXTS.clear()
    complaint = factories.receive(people["agent"], customer=BY_PHONE_ONLY)
    assert outbox.send_queued(MONDAY) == {"sent": 1}
    ((number, words, reference),) = SENT_TEXTS
    assert number == "100-0000-0002"
    assert words == f"{complaint.number} noted {link_of(complaint)}"
    assert reference == only_row().message_id.strip("<>")


def test_a_gateway_that_refuses_gives_its_reason(people: dict[str, User], settings: Settings) -> None:
    settings.TEXT_MESSAGE_GATEWAY = f"{__name__}.refuse_text"
    factories.receive(people["agent"], customer=BY_PHONE_ONLY)
    assert outbox.send_queued(MONDAY) == {"failed": 1}
    assert "not in service" in only_row().failure


def test_the_demo_writes_text_messages_to_files(
    people: dict[str, User], settings: Settings, tmp_path: Path
) -> None:
    settings.TEXT_MESSAGE_GATEWAY, settings.VAR_DIR = "complaints.notices.outbox.text_to_file", tmp_path
    complaint = factories.receive(people["agent"], customer=BY_PHONE_ONLY)
    outbox.send_queued(MONDAY)
    (file,) = (tmp_path / "texts").iterdir()
    assert file.read_text(encoding="utf-8").startswith(f"100-0000-0002\n{complaint.number} noted ")
    assert link_of(complaint) in file.read_text(encoding="utf-8")


def test_the_task_sends_what_is_queued(people: dict[str, User]) -> None:
    factories.receive(people["agent"])
    tasks.send_outbox.delay()
    assert only_row().state == "sent"
