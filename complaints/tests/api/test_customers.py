"""Customers: who may see and edit them, versions, wrong values, and how a complaint finds its customer."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import Complaint, Customer, Participant, ParticipantRole
from complaints.tests import factories
from complaints.tests.api.kit import RECEIPT, Caller
from complaints.tests.conftest import MONDAY

People = dict[str, User]
LI: dict[str, Any] = {"name": "李梅", "phone": "100-0000-0001", "email": "li@example.com", "segment": "loyal"}


@pytest.fixture
def agent(people: People) -> Caller:
    return Caller(people["agent"])


def ids(caller: Caller, query: str = "") -> set[int]:
    return {row["id"] for row in caller.get(f"customers/?{query}").json()["results"]}


def test_a_customer_is_made_read_and_corrected(agent: Caller) -> None:
    made = agent.post("customers/", LI | {"external_id": "C-7", "region": "east", "language": "en"})
    assert made.status_code == 201
    customer = made.json()
    assert (customer["name"], customer["region"], customer["version"]) == ("李梅", "east", 1)
    assert made.headers["ETag"] == '"1"'
    path = f"customers/{customer['id']}/"
    changed = agent.patch(path, {"phone": "100-0000-0002", "segment": None}, If_Match='"1"').json()
    assert (changed["phone"], changed["segment"], changed["version"]) == ("100-0000-0002", None, 2)
    assert changed["email"] == "li@example.com", "fields that are not sent stay as they are"
    assert agent.get(path).json() == changed
    late = agent.patch(path, {"phone": "100-0000-0003"}, If_Match='"1"')
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    assert agent.get(path).json() == changed


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "li"}, "email"),
        ({"email": "li@example"}, "email"),
        ({"phone": "1" * 41}, "phone"),
        ({"segment": "vip"}, "segment"),
        ({"region": "moon"}, "region"),
        ({"language": "fr"}, "language"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"anonymous_reason": "Did not say"}, "anonymous_reason"),
        ({"id": 1}, "id"),
        ({"vip": True}, "vip"),
        ({"external_id": "taken"}, "external_id"),
    ],
)
def test_wrong_values_are_refused_beside_their_field(agent: Caller, body: dict[str, Any], field: str) -> None:
    agent.post("customers/", LI | {"external_id": "taken"})
    path = f"customers/{agent.post('customers/', LI).json()['id']}/"
    for answer in (agent.post("customers/", LI | body), agent.patch(path, body)):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Customer.objects.count() == 2
    assert agent.get(path).json()["version"] == 1


def test_a_customer_has_a_name_or_a_reason_for_none(agent: Caller) -> None:
    assert "name" in agent.post("customers/", {}).json()["errors"]
    unnamed = agent.post("customers/", {"anonymous_reason": "Did not want to say"})
    assert (unnamed.status_code, unnamed.json()["name"]) == (201, "")


def test_they_are_found_by_part_of_a_name_whole_number_and_address(agent: Caller) -> None:
    li = agent.post("customers/", LI | {"external_id": "C-7"}).json()["id"]
    zhou = agent.post("customers/", {"name": "周美玲", "phone": "100-0000-0009"}).json()["id"]
    assert ids(agent) == {li, zhou}
    for query in ("q=李", "phone=100 0000 0001", "email=LI@example.com", "external_id=C-7"):
        assert ids(agent, query) == {li}, query
    for query in ("phone=0001", "phone=x", "q=nobody", "external_id=c-8"):
        assert ids(agent, query) == set(), query
    assert agent.get("customers/?nickname=x").status_code == 400


@pytest.mark.parametrize(
    ("name", "reads", "adds", "edits"),
    [
        ("agent2", 200, 201, 200),
        ("supervisor", 200, 201, 200),
        ("manager", 200, 403, 403),
        ("specialist", 404, 201, 404),
        ("quality", 404, 201, 404),
        ("warehouse", 404, 403, 404),
        ("admin", 404, 403, 404),
    ],
)
def test_who_may(people: People, name: str, reads: int, adds: int, edits: int) -> None:
    path = f"customers/{factories.receive(people['agent']).customer_id}/"
    caller = Caller(people[name])
    assert caller.get(path).status_code == caller.get(f"{path}history/").status_code == reads
    assert caller.patch(path, {"segment": "loyal"}).status_code == edits
    assert caller.post("customers/", LI).status_code == adds
    assert caller.get("customers/").status_code == (403 if name in {"warehouse", "admin"} else 200)


def test_who_complained_about_the_reader_alone_is_not_there(people: People, agent: Caller) -> None:
    complaint = factories.receive(people["agent2"])
    customer, caller = complaint.customer_id, Caller(people["supervisor"])
    assert customer in ids(caller)
    named: dict[str, Any] = {"role": ParticipantRole.NAMED, "user": people["supervisor"], "since": MONDAY}
    Participant.objects.create(complaint=complaint, **named)
    for query in ("", "q=周", "phone=100-0000-0001", "email=zhou@example.com"):
        assert ids(caller, query) == set(), query
    assert caller.get(f"customers/{customer}/").status_code == 404
    assert caller.patch(f"customers/{customer}/", {"segment": "loyal"}).status_code == 404
    assert customer in ids(agent), "others still see them"


def test_the_history_leaves_out_what_the_reader_may_not_see(people: People, agent: Caller) -> None:
    seen = factories.receive(people["agent"])
    about = factories.receive(people["agent2"])
    elsewhere = factories.receive(people["online"], channel="web")
    secret = factories.receive(people["agent2"], confidential=True)
    Participant.objects.create(
        complaint=about, role=ParticipantRole.NAMED, user=people["agent"], since=MONDAY
    )
    path = f"customers/{seen.customer_id}/history/"
    assert {seen.customer_id} == set(Complaint.objects.values_list("customer", flat=True))
    assert [row["number"] for row in agent.get(path).json()["results"]] == [seen.number]
    of_manager = Caller(people["manager"]).get(path).json()["results"]
    assert {row["number"] for row in of_manager} == {c.number for c in (seen, about, elsewhere, secret)}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"external_id": "C-7", "name": "Somebody", "phone": "100-0000-0009"}, True),
        ({"name": "L. M.", "phone": "+100 00000001"}, True),
        ({"name": "L. M.", "email": "LI@EXAMPLE.COM"}, True),
        ({"name": "李梅"}, False),
        ({"name": "李梅", "phone": "100-0000-0002"}, False),
        ({"name": "李梅", "external_id": "C-8", "phone": "100-0000-0001"}, False),
    ],
)
def test_a_complaint_finds_its_customer_and_overwrites_nothing(
    agent: Caller, told: dict[str, Any], found: bool
) -> None:
    kept = agent.post("customers/", LI | {"external_id": "C-7"}).json()
    complaint = agent.post("complaints/", RECEIPT | {"customer": told}).json()
    assert (complaint["customer"]["id"] == kept["id"]) == found
    assert agent.get(f"customers/{kept['id']}/").json() == kept


def test_a_number_tells_nothing_of_customers_who_only_complained_of_the_caller(
    people: People, agent: Caller
) -> None:
    other_team = Caller(people["online"]).post("complaints/", RECEIPT | {"channel": "web"}).json()
    seen = other_team["customer"]["id"]
    other = {"name": "Hu Bo", "phone": "100-0000-0077"}
    unseen = Caller(people["specialist"]).post(
        "complaints/", RECEIPT | {"customer": other, "channel": "email"}
    )
    hidden = Complaint.objects.get(number=unseen.json()["number"])
    Participant.objects.create(
        complaint=hidden, role=ParticipantRole.NAMED, user=people["agent"], since=MONDAY
    )
    assert agent.post("complaints/", RECEIPT | {"customer": {"id": seen}}).status_code == 201
    for pk in (hidden.customer_id, 10**9):
        answer = agent.post("complaints/", RECEIPT | {"customer": {"id": pk}})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["customer.id"])
    refused = Caller(people["manager"]).post("complaints/", RECEIPT | {"customer": {"id": 10**9}})
    assert refused.status_code == 403
