"""Twenty requests are sent at once, with one Idempotency-Key or with different ones."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse

from accounts.models import User
from complaints.demo import organisation
from complaints.models import Complaint, KeptAnswer, Message
from complaints.tests import factories
from complaints.tests.api.kit import RECEIPT, Caller
from complaints.tests.conftest import MONDAY
from complaints.tests.races.marks import RACING

AT_ONCE = 20
pytestmark = RACING


@pytest.fixture
def agent(transactional_db: None) -> User:
    organisation.load(MONDAY)
    return User.objects.get(username="agent")


def send(agent: User, path: str, body: object, keys: list[str]) -> list[HttpResponse]:
    """Send equal requests at the same time, one for each key, and return the answers."""
    together, caller = Barrier(len(keys)), Caller(agent)

    def one(key: str) -> HttpResponse:
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return caller.post(path, body, Idempotency_Key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as threads:
        return list(threads.map(one, keys))


def test_twenty_equal_requests_make_one_complaint(agent: User) -> None:
    answers = send(agent, "complaints/", RECEIPT, ["order-118"] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert Complaint.objects.get().number == answers[0].json()["number"]
    assert KeptAnswer.objects.count() == 1


def test_twenty_equal_messages_are_one(agent: User) -> None:
    complaint = factories.receive(agent)
    said = Message.objects.count()
    note = {"direction": "internal", "body": "Seen"}
    answers = send(agent, f"complaints/{complaint.number}/messages/", note, ["note"] * AT_ONCE)
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert Message.objects.count() == said + 1


def test_keys_that_differ_make_as_many(agent: User) -> None:
    answers = send(agent, "complaints/", RECEIPT, [f"order-{number}" for number in range(5)])
    assert {answer.status_code for answer in answers} == {201}
    assert Complaint.objects.count() == 5


def test_twenty_with_one_external_id_are_one_complaint(agent: User) -> None:
    """Each request has its own key, so they count as different requests."""
    keys = [f"order-{number}" for number in range(AT_ONCE)]
    answers = send(agent, "complaints/", RECEIPT | {"external_id": "shop-4711"}, keys)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    assert Complaint.objects.count() == 1


def test_twenty_receipts_of_one_new_customer_are_twenty_complaints_of_one(agent: User) -> None:
    customer = {"name": "李梅", "external_id": "C-77", "phone": "100-0000-0077"}
    keys = [f"call-{number}" for number in range(AT_ONCE)]
    answers = send(agent, "complaints/", RECEIPT | {"customer": customer}, keys)
    assert {answer.status_code for answer in answers} == {201}
    assert Complaint.objects.count() == AT_ONCE
    assert set(Complaint.objects.values_list("customer__external_id", flat=True)) == {"C-77"}


def test_twenty_new_customers_of_one_id_are_one(agent: User) -> None:
    customer = {"name": "李梅", "external_id": "C-77", "phone": "100-0000-0077"}
    answers = send(agent, "customers/", customer, [f"new-{number}" for number in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * (AT_ONCE - 1)
    assert {tuple(answer.json()["errors"]) for answer in answers if answer.status_code == 400} == {
        ("external_id",)
    }
