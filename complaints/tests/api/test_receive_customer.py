"""What the answer of `receive` tells: the private link to whom it is for, nothing about people on record."""

from typing import Any

import pytest

from accounts.models import TokenScope, User
from complaints.lifecycle import intake
from complaints.models import KeptAnswer
from complaints.tests import factories
from complaints.tests.api.kit import RECEIPT, Caller
from complaints.tests.portal import page_of

People = dict[str, User]
ANN = intake.CustomerData(
    name="Ann Lee", phone="13912345678", email="ann@example.com", external_id="C-1", segment="loyal"
)


@pytest.mark.parametrize("name", ["agent", "supervisor", "manager"])
def test_no_answer_tells_staff_the_private_link(people: People, name: str) -> None:
    complaint = factories.receive(people["agent"])
    caller = Caller(people[name])
    answers = [
        caller.get(f"complaints/{complaint.number}/"),
        caller.get("complaints/"),
        caller.get(f"complaints/{complaint.number}/timeline/"),
        caller.post("complaints/", RECEIPT),
    ]
    for answer in answers:
        assert "portal_url" not in answer.content.decode() and "/p/" not in answer.content.decode()


def test_an_intake_token_gets_the_link_once_more_for_a_repeat_but_it_is_not_kept(
    people: People, client: Any
) -> None:
    caller = Caller(people["agent"], TokenScope.INTAKE)
    made = caller.post("complaints/", RECEIPT, Idempotency_Key="k1")
    again = caller.post("complaints/", RECEIPT, Idempotency_Key="k1")
    address = made.json()["portal_url"]
    assert again.json() == made.json()
    assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert address not in str(KeptAnswer.objects.get().answer)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "Anybody", "phone": "+86 139-1234-5678"},
        {"name": "Anybody", "email": "ANN@example.com"},
        {"name": "Anybody", "external_id": "C-1"},
    ],
)
def test_a_match_tells_nothing_to_who_may_not_see_them(people: People, sent: dict[str, str]) -> None:
    known = factories.receive(people["agent"], customer=ANN)
    answer = Caller(people["online"]).post("complaints/", RECEIPT | {"channel": "web", "customer": sent})
    told = answer.json()["customer"]
    assert answer.status_code == 201
    given = {name: value for name, value in told.items() if value not in {None, ""}}
    assert given == sent | {"language": "zh-hans"}
    for secret in ("Ann Lee", "ann@example.com", "C-1", "loyal"):
        assert secret in str(sent) or secret not in str(told)
    assert answer.json()["number"] != known.number


def test_who_may_see_them_gets_the_record(people: People) -> None:
    known = factories.receive(people["agent"], customer=ANN)
    sent = {"name": "Ann Lee", "phone": "13912345678"}
    told = Caller(people["agent2"]).post("complaints/", RECEIPT | {"customer": sent}).json()["customer"]
    assert (told["id"], told["email"]) == (known.customer_id, "ann@example.com")


def test_the_hint_names_only_who_the_caller_may_see(people: People) -> None:
    factories.receive(people["agent"], customer=ANN)
    other = {"name": "Bo", "phone": "13912345678", "email": "bo@example.com"}
    seen = Caller(people["agent2"]).post("complaints/", RECEIPT | {"customer": other}).json()["customer"]
    assert seen["perhaps_same"] is not None
    body = RECEIPT | {"channel": "web", "customer": other | {"name": "Cy", "email": "cy@example.com"}}
    assert Caller(people["online"]).post("complaints/", body).json()["customer"]["perhaps_same"] is None
    assert page_of(factories.receive(people["agent"], customer=ANN))
