"""Repeated requests (Idempotency-Key), versions, and the limit on calls."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from complaints.api import idempotency
from complaints.models import Complaint, KeptAnswer, Message
from complaints.tests import factories
from complaints.tests.api.kit import RECEIPT, Caller

People = dict[str, User]


@pytest.fixture
def agent(people: People) -> Caller:
    return Caller(people["agent"])


def test_the_same_key_and_body_get_the_first_answer(agent: Caller) -> None:
    first = agent.post("complaints/", RECEIPT, Idempotency_Key="order-1")
    again = agent.post("complaints/", RECEIPT, Idempotency_Key="order-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert Complaint.objects.count() == 1


def test_another_body_or_address_is_409(agent: Caller) -> None:
    number = agent.post("complaints/", RECEIPT, Idempotency_Key="k").json()["number"]
    for path, body in (
        ("complaints/", RECEIPT | {"subject": "x"}),
        (f"complaints/{number}/acknowledge/", {}),
    ):
        answer = agent.post(path, body, Idempotency_Key="k")
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_request")
    assert Complaint.objects.count() == 1


def test_keys_are_each_caller_s_own(agent: Caller, people: People) -> None:
    agent.post("complaints/", RECEIPT, Idempotency_Key="k")
    other = Caller(people["agent2"]).post("complaints/", RECEIPT, Idempotency_Key="k")
    assert other.status_code == 201
    assert Complaint.objects.count() == 2


def test_what_was_refused_may_be_corrected_and_sent_again(agent: Caller) -> None:
    assert agent.post("complaints/", RECEIPT | {"channel": "fax"}, Idempotency_Key="k").status_code == 400
    assert agent.post("complaints/", RECEIPT, Idempotency_Key="k").status_code == 201


def test_after_a_day_a_key_is_new_and_the_row_is_dropped(agent: Caller) -> None:
    agent.post("complaints/", RECEIPT, Idempotency_Key="k")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24))
    assert agent.post("complaints/", RECEIPT, Idempotency_Key="k").status_code == 201
    assert (Complaint.objects.count(), KeptAnswer.objects.count()) == (2, 1)
    assert idempotency.forget_old(timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.parametrize("key", ["", "   ", "x" * 256])
def test_a_malformed_key_is_refused(agent: Caller, key: str) -> None:
    answer = agent.post("complaints/", RECEIPT, Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["errors"]


def test_messages_too(agent: Caller, people: People) -> None:
    complaint = factories.receive(people["agent"])
    said = Message.objects.count()
    for _twice in range(2):
        path, body = f"complaints/{complaint.number}/messages/", {"direction": "internal", "body": "Seen"}
        assert agent.post(path, body, Idempotency_Key="n").status_code == 201
    assert Message.objects.count() == said + 1


def test_the_version_is_told_and_rises_by_moves_alone(agent: Caller, people: People) -> None:
    answer = agent.post("complaints/", RECEIPT)
    number, version = answer.json()["number"], answer.json()["version"]
    assert answer.headers["ETag"] == f'"{version}"'
    agent.post(f"complaints/{number}/messages/", {"direction": "internal", "body": "Seen"})
    assert agent.get(f"complaints/{number}/").json()["version"] == version
    started = agent.post(f"complaints/{number}/start-diagnosis/", If_Match=f'"{version}"')
    assert started.json()["version"] == version + 1
    late = agent.patch(f"complaints/{number}/", {"subject": "x"}, If_Match=f'"{version}"')
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert Complaint.objects.get(number=number).subject == ""


@override_settings(API_CALLS_A_MINUTE=3)
def test_more_calls_than_allowed_are_told_when_to_go_on(people: People) -> None:
    cache.clear()
    agent, other = Caller(people["agent"]), Caller(people["agent"])
    statuses = [agent.get("users/me/").status_code for _call in range(4)]
    assert statuses[:3] == [200] * 3
    late = agent.get("users/me/")
    assert (late.status_code, late.json()["code"]) == (429, "throttled")
    assert 1 <= int(late.headers["Retry-After"]) <= 60
    assert other.get("users/me/").status_code == 200, "each token has its own count"


@pytest.mark.parametrize("key", ["two words", "schlüssel", "tab\tbed"])
def test_a_key_is_visible_ascii(agent: Caller, key: str) -> None:
    assert agent.post("complaints/", RECEIPT, Idempotency_Key=key).status_code == 400
    assert Complaint.objects.count() == 0


def test_what_the_customer_said_carries_its_moment(agent: Caller, people: People) -> None:
    complaint = factories.receive(people["agent"])
    path = f"complaints/{complaint.number}/messages/"
    said = {"direction": "in", "channel": "chat", "body": "On Friday", "said_at": "2026-01-05T09:30:00+08:00"}
    made = agent.post(path, said)
    assert (made.status_code, made.json()["direction"], made.json()["channel"]) == (201, "in", "chat")
    event = Message.objects.latest("pk").event
    assert event.text.details == {"said_at": "2026-01-05T09:30:00+08:00"}
    refused = agent.post(path, said | {"said_at": "2999-01-01T00:00:00Z"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["said_at"])
