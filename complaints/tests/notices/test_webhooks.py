"""Webhooks are signed, go to public machines only, and are retried with growing waits until given up."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts import webhook_address
from accounts.forms.notices import new_secret
from accounts.models import User
from complaints.models import Clock, Event, Outbox, ParticipantRole
from complaints.notices import outbox, webhooks
from complaints.notices.notify import Notice, tell
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.notices.conftest import Receiver

People = dict[str, User]
MINUTE = timedelta(minutes=1)
Posted = list[tuple[str, bytes, dict[str, str]]]


def told(user: User, count: int = 1) -> list[Outbox]:
    """Tell one person, who chose a webhook for breaches, of several of them."""
    user.webhook_url, user.webhook_kinds, user.mailed_kinds = "https://hooks.example.com/x", ["breach"], []
    user.webhook_secret, user.language = new_secret(), "en"
    user.save()
    notices = []
    for _ in range(count):
        complaint = factories.receive(user)
        event = Event.objects.filter(complaint=complaint).latest("seq")
        Outbox.objects.filter(complaint=complaint).delete()
        context = {"clock": "recovery", "level": 100, "due": MONDAY.isoformat()}
        notices.append(Notice([user], "breach", complaint, event=event, context=context))
    Clock.objects.all().delete()
    return [row for row in tell(notices, at=MONDAY) if row.channel == "webhook"]


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Posted:
    found: Posted = []
    monkeypatch.setattr(webhooks, "post", lambda *given: found.append(given))
    return found


def refuse(*_given: object) -> None:
    raise webhooks.NotTaken("the receiver answered 500")


@pytest.mark.django_db
def test_a_notice_is_posted_once_with_a_signature_that_can_be_checked(people: People, posted: Posted) -> None:
    user = people["agent"]
    (row,) = told(user)
    assert webhooks.send_queued(MONDAY) == {"sent": 1}
    assert webhooks.send_queued(MONDAY) == {}
    ((url, body, headers),) = posted
    assert url == user.webhook_url
    assert headers["webhook-id"] == row.message_id == f"redress-e{row.event_id}-u{user.pk}"
    moment = headers["webhook-timestamp"]
    assert int(moment) == MONDAY.timestamp()
    key = base64.b64decode(user.webhook_secret.removeprefix("whsec_"))
    mark = hmac.new(key, f"{row.message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"
    assert json.loads(body) == {
        "type": "notice.breach",
        "timestamp": "2026-11-23T02:00:00+00:00",
        "data": {
            "notice": "breach",
            "text": "Recovery: the deadline has passed.",
            "complaint": row.complaint.number,
            "due": "2026-11-23T02:00:00+00:00",
            "url": f"http://127.0.0.1:8000/complaints/{row.complaint.number}/",
        },
    }


@pytest.mark.django_db
def test_it_is_tried_again_with_growing_waits_and_then_given_up(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = told(people["agent"])
    User.objects.update(quiet_from=None, quiet_until=None)
    monkeypatch.setattr(webhooks, "post", refuse)
    at = MONDAY
    for attempt, wait in enumerate(webhooks.WAITS, start=1):
        assert webhooks.send_queued(at) == {"queued": 1}
        row.refresh_from_db()
        assert (row.attempts, row.not_before, row.state) == (attempt, at + wait, "queued")
        assert webhooks.send_queued(at + wait - timedelta(seconds=1)) == {}
        at += wait
    assert webhooks.send_queued(at) == {"failed": 1}
    row.refresh_from_db()
    assert (row.attempts, row.state) == (6, "failed") and "500" in row.failure
    assert webhooks.send_queued(at + timedelta(days=9)) == {}


@pytest.mark.django_db
def test_a_second_try_that_is_taken_is_sent(
    people: People, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = told(people["agent"])
    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "post", refuse)
        webhooks.send_queued(MONDAY)
    assert webhooks.send_queued(MONDAY + MINUTE) == {"sent": 1}
    assert posted[0][2]["webhook-id"] == row.message_id
    assert int(posted[0][2]["webhook-timestamp"]) == (MONDAY + MINUTE).timestamp()


@pytest.mark.django_db
def test_a_notice_of_a_sender_that_died_is_sent_under_the_same_id(people: People, posted: Posted) -> None:
    (row,) = told(people["agent"])
    assert webhooks._claim(row, MONDAY)
    assert webhooks.send_queued(MONDAY + 9 * MINUTE) == {}
    assert outbox.send_queued(MONDAY + 10 * MINUTE) == {}, "mail follows another rule"
    webhooks.send_queued(MONDAY + 10 * MINUTE)
    assert webhooks.send_queued(MONDAY + 11 * MINUTE) == {"sent": 1}
    assert posted[0][2]["webhook-id"] == row.message_id


@pytest.mark.django_db
def test_a_dead_address_does_not_hold_up_the_others(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    told(people["agent"], 4)
    told(people["agent2"], 2)
    User.objects.filter(username="agent").update(webhook_url="https://dead.example.com/")
    tried = []

    def post(url: str, *_rest: object) -> None:
        tried.append(url)
        if "dead" in url:
            raise TimeoutError

    monkeypatch.setattr(webhooks, "post", post)
    assert webhooks.send_queued(MONDAY) == {"queued": 1, "sent": 2}
    assert tried.count("https://dead.example.com/") == 1


@pytest.mark.django_db
def test_two_senders_post_it_once(people: People, posted: Posted) -> None:
    told(people["agent"])
    seen = webhooks._due(0, 10, MONDAY, set())
    assert webhooks.send_queued(MONDAY) == {"sent": 1}
    assert [webhooks._claim(each, MONDAY) for each in seen] == [False]
    assert len(posted) == 1


@pytest.mark.django_db
def test_who_may_not_hear_of_it_any_more_gets_nothing_and_quiet_hours_hold(
    people: People, posted: Posted
) -> None:
    first, second = told(people["agent"], 2)
    first.complaint.participants.create(user=people["agent"], role=ParticipantRole.NAMED, since=MONDAY)
    night = MONDAY.replace(hour=22)
    assert webhooks.send_queued(night) == {"withheld": 1}
    second.refresh_from_db()
    assert second.not_before == MONDAY.replace(day=24, hour=8)
    assert posted == []


# --- Addresses ---
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://",
        "https:///x",
        "//hooks.example.com",
        "hooks.example.com",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/a b",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://localhost/",
        "https://redis/",
        "https://db.internal/",
        "https://[bad/",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        webhook_address.checked(url, allow_private=False)


@pytest.mark.parametrize("url", ["https://hooks.example.com/x?y=1", "https://93.184.215.14:8443/"])
def test_addresses_that_are_taken(url: str) -> None:
    webhook_address.checked(url, allow_private=False)


@pytest.mark.parametrize("number", ["10.0.0.1", "127.0.0.1", "::1", "fe80::1%eth0", "64:ff9b::a00:1"])
def test_a_public_name_of_a_private_machine_is_refused(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    answers = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", (number, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)
    with pytest.raises(webhook_address.NotAllowed):
        webhook_address.resolved("rebind.example.com", 443, allow_private=False)


# --- On the wire ---
def test_it_arrives_over_tls(receiver: tuple[str, type[Receiver]]) -> None:
    address, server = receiver
    webhooks.post(f"{address}/hook?team=1", b"{}", {"webhook-id": "x"})
    assert server.got == [("/hook?team=1", b"{}")]


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_another_answer_is_not_taken_and_no_redirect_followed(
    receiver: tuple[str, type[Receiver]], answer: int
) -> None:
    address, server = receiver
    server.answer = answer
    with pytest.raises(webhooks.NotTaken, match=str(answer)):
        webhooks.post(f"{address}/", b"{}", {})
    assert [path for path, _body in server.got] == ["/"]


def test_a_certificate_of_another_name_is_refused(receiver: tuple[str, type[Receiver]]) -> None:
    address, server = receiver
    with pytest.raises(ssl.SSLCertVerificationError):
        webhooks.post(address.replace("localhost", "127.0.0.1"), b"{}", {})
    assert server.got == []


def test_without_the_setting_our_own_machine_is_not_reached(
    receiver: tuple[str, type[Receiver]], settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    address, server = receiver
    with pytest.raises(ValidationError):
        webhooks.post(address, b"{}", {})
    assert server.got == []


def test_a_receiver_that_answers_byte_by_byte_is_cut_off(
    receiver: tuple[str, type[Receiver]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, server = receiver
    gone = threading.Event()

    def drip(self: Receiver) -> None:
        while not gone.wait(0.05):
            self.wfile.write(b"H")

    monkeypatch.setattr(server, "do_POST", drip)
    monkeypatch.setattr(webhooks, "LONGEST", 0.5)
    try:
        with pytest.raises((OSError, webhooks.http.client.HTTPException)):
            webhooks.post(address, b"{}", {})
    finally:
        gone.set()
