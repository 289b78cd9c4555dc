"""Refusals come in this order: 401, 404, 403 role, 409 stale, 409 stage, 403 standing, 400 input.

The order is that of docs/http-interface.md, "Order of checks". Each request here also has every fault that is
checked later, its body included.
"""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import Complaint, Event
from complaints.tests import factories
from complaints.tests.api.kit import Caller

People = dict[str, User]
BAD = {"final_answer": 7, "nonsense": True}


@pytest.fixture
def complaint(people: People) -> Complaint:
    return factories.found(people["agent"])


def told(caller: Caller, complaint: Complaint, body: Any = BAD, **headers: str) -> tuple[int, str]:
    before = Event.objects.count(), Complaint.objects.get(pk=complaint.pk).version
    answer = caller.post(f"complaints/{complaint.number}/resolve/", body, **headers)
    assert (Event.objects.count(), Complaint.objects.get(pk=complaint.pk).version) == before
    return answer.status_code, answer.json()["code"]


def test_not_signed_in(complaint: Complaint) -> None:
    assert told(Caller(None), complaint) == (401, "not_authenticated")


@pytest.mark.parametrize("name", ["specialist", "warehouse", "admin"])
def test_not_visible(people: People, complaint: Complaint, name: str) -> None:
    assert told(Caller(people[name]), complaint, If_Match='"99"') == (404, "not_found")


@pytest.mark.parametrize("name", ["manager", "supervisor"])
def test_a_role_that_never_makes_the_move(people: People, complaint: Complaint, name: str) -> None:
    assert told(Caller(people[name]), complaint, If_Match='"99"') == (403, "forbidden")


def test_a_stale_version(people: People) -> None:
    received = factories.receive(people["agent"])
    assert told(Caller(people["agent2"]), received, If_Match='"99"') == (409, "stale_version")


def test_the_wrong_stage(people: People) -> None:
    received = factories.receive(people["agent"])
    assert told(Caller(people["agent2"]), received) == (409, "wrong_stage")


def test_somebody_else_s(people: People) -> None:
    resolving = factories.found(people["agent"])
    assert resolving.stage == "resolve"
    assert told(Caller(people["agent2"]), resolving) == (403, "forbidden")


def test_input_at_last_with_all_that_is_wrong(people: People, complaint: Complaint) -> None:
    answer = Caller(people["agent"]).post(f"complaints/{complaint.number}/resolve/", BAD)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert {"final_answer", "nonsense", "plan", "progress"} <= errors.keys()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"final_answer": NaN}',
        b"null",
        b"[]",
        b'"x"',
        b"1e999",
        "{'a': 1}",
    ],
    ids=range(9),
)
def test_what_is_no_json_object_is_input_too(people: People, complaint: Complaint, body: Any) -> None:
    agent = Caller(people["agent"])
    assert told(agent, complaint, body) == (400, "invalid")
    assert told(Caller(people["manager"]), complaint, body) == (403, "forbidden")


def test_other_types_and_too_much_of_it(people: People, complaint: Complaint) -> None:
    agent = Caller(people["agent"])
    headers: dict[str, str] = {"Content-Type": "text/xml"}
    assert told(agent, complaint, b"<a/>", **headers) == (415, "unsupported_media_type")
    assert told(agent, complaint, {"final_answer": "x" * 1_100_000}) == (413, "too_large")


@pytest.mark.parametrize("given", ["x", '"x"', "-1", '"1", "2"', "9" * 30])
def test_a_malformed_version_is_refused(people: People, complaint: Complaint, given: str) -> None:
    assert told(Caller(people["agent"]), complaint, If_Match=given) == (400, "invalid")


@pytest.mark.parametrize("number", ["RD-%00", "RD-1%2F2", "RD-99999999999999999999", "%F0%9F%98%80", "rd-1"])
def test_numbers_that_nothing_has(people: People, number: str) -> None:
    answer = Caller(people["manager"]).get(f"complaints/{number}/")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["nothing/", "customers/1/erase/", "knowledge/", "webhooks/", "complaints"])
def test_what_there_is_not_yet_answers_in_the_same_form(people: People, path: str) -> None:
    manager = Caller(people["manager"])
    for answer in (manager.get(path), manager.post(path, {})):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_refusals_come_in_the_language_that_is_asked_for(people: People, complaint: Complaint) -> None:
    said = {
        language: Caller(people["agent"])
        .post(f"complaints/{complaint.number}/resolve/", BAD, Accept_Language=language)
        .json()["errors"]["plan"]
        for language in ("en", "zh-hans", "zh-hant")
    }
    assert len({str(text) for text in said.values()}) == 3
