"""Faults that generated calls (`make schema`) found, each as a plain test."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import Clock, Complaint, ImprovementAction
from complaints.tests import factories
from complaints.tests.api.kit import OFFER, RECEIPT, Caller

People = dict[str, User]


@pytest.mark.parametrize(
    ("improvement", "wrong"),
    [
        ({"title": "Foam in the box", "owner": None, "due_at": "2027-01-04T09:00:00+08:00"}, "owner"),
        ({"title": "Foam in the box", "owner": "quality", "due_at": None}, "due_at"),
        ({"title": " ", "owner": "quality", "due_at": "2027-01-04T09:00:00+08:00"}, "title"),
    ],
)
def test_half_an_improvement_beside_any_offer_is_refused(
    people: People, improvement: dict[str, Any], wrong: str
) -> None:
    complaint = factories.found(people["agent"])
    path = f"complaints/{complaint.number}/remedies/"
    answer = Caller(people["agent"]).post(path, OFFER | {"improvement": improvement})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [f"improvement.{wrong}"])
    assert not ImprovementAction.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("promise/", {"text": "A call", "due_at": "9999-12-31T23:59:59Z"}, "due_at"),
        ("tasks/", {"title": "Look", "team": "WAREHOUSE", "due_at": "9999-12-31T23:59:59Z"}, "due_at"),
        (
            "messages/",
            {"direction": "out", "body": "A call", "channel": "email", "promised_at": "2300-01-01T00:00:00Z"},
            "promised_at",
        ),
    ],
)
def test_a_deadline_is_at_most_ten_years_ahead(
    people: People, path: str, body: dict[str, Any], field: str
) -> None:
    complaint = factories.diagnosed(people["agent"])
    clocks = Clock.objects.count()
    answer = Caller(people["agent"]).post(f"complaints/{complaint.number}/{path}", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Clock.objects.count() == clocks


def test_so_is_an_authority_s(people: People) -> None:
    body = RECEIPT | {"authority_due_at": "9999-12-31T23:59:59Z", "channel": "regulator"}
    answer = Caller(people["agent"]).post("complaints/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["authority_due_at"])


@pytest.mark.parametrize(("path", "more"), [("triage/preview/", {}), ("complaints/", RECEIPT)])
def test_blanks_count_for_the_longest_text(people: People, path: str, more: dict[str, Any]) -> None:
    body = {**more, "channel": "phone", "description": "\x0c" + "*" * 20_000}
    answer = Caller(people["agent"]).post(path, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["description"])


@pytest.mark.parametrize("path", ["customers/?q=", "complaints/?assignee=", "complaints/?q="])
def test_blanks_count_in_queries_too(people: People, path: str) -> None:
    answer = Caller(people["agent"]).get(f"{path}%0c{'a' * 200}")
    assert answer.status_code == 400


def test_a_date_of_the_first_century_is_refused(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    given = {"occurred_at": "0028-11-17T06:13:07.541Z"}
    answer = Caller(people["agent"]).patch(f"complaints/{complaint.number}/", given)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["occurred_at"])


def test_an_external_id_is_one_complaint_of_a_caller(people: People) -> None:
    agent, body = Caller(people["agent"]), RECEIPT | {"external_id": "shop-4711"}
    assert agent.post("complaints/", body).status_code == 201
    again = agent.post("complaints/", body | {"description": "Something else"})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_request")
    assert Complaint.objects.count() == 1
    assert Caller(people["agent2"]).post("complaints/", body).status_code == 201, (
        "an external id is unique for each caller"
    )
    for blank in ("", None):
        assert agent.post("complaints/", RECEIPT | {"external_id": blank}).status_code == 201
