"""On a database that holds only people no page fails, and whoever meets a gap learns who can close it."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from complaints.models import Complaint
from complaints.tests.addresses import routes
from complaints.tests.api.kit import RECEIPT, Caller
from complaints.views.organisation import KINDS

People = dict[str, User]
PARAMETERS = {
    "pk": 1,
    "number": "RD-10001",
    "code": "OFFICE",
    "grade": "front_line",
    "order": 1,
    "year": 2026,
    "figure": "volume",
    "token": "x" * 40,
    "move": "wait",
    "claim": 1,
    "item": 1,
    "playbook_id": 1,
    "option": 1,
    "uidb64": "MQ",
}
LEFT_OUT = {"api-schema", "api-docs", "readyz", "metrics"}
"""Pages about the process, which have tests of their own."""


def pages() -> Iterator[str]:
    for name, parameters in routes():
        if name in LEFT_OUT or name.startswith("api:nothing"):
            continue
        given = {parameter: PARAMETERS.get(parameter, "1") for parameter in parameters}
        for kind in KINDS if "kind" in parameters else [""]:
            yield reverse(name, kwargs=given | ({"kind": kind} if kind else {}))


def signed_in(role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=role))
    return client


@pytest.mark.parametrize("role", [*Role.values, ""])
def test_no_page_fails_for_anybody(one_of_each: People, role: str) -> None:
    client = signed_in(role) if role else Client(raise_request_exception=False)
    failed = []
    for page in pages():
        for call in (client.get, client.post):
            answer = call(page)
            if answer.status_code >= 500:
                failed.append(f"{call.__name__} {page}: {answer.status_code}")
            if "logout" in page or "password" in page:
                client = signed_in(role) if role else client
    assert failed == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_the_form_of_a_complaint_says_what_is_missing_and_who_can_add_it(
    one_of_each: People, role: str
) -> None:
    client = signed_in(role)
    said = client.get("/complaints/new/").content.decode()
    for words in ("Nothing can be logged yet", "policy", "routing rule", "category", "administrator"):
        assert words in said, words
    filled = {"name": "Li Mei", "phone": "100-0000", "channel": "phone", "description": "A crack in the bowl"}
    answer = client.post("/complaints/new/", filled)
    assert answer.status_code == 409
    assert "A crack in the bowl" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_program_gets_a_code_that_says_so(one_of_each: People) -> None:
    body = {name: value for name, value in RECEIPT.items() if name != "category"}
    answer = Caller(one_of_each[Role.AGENT]).post("complaints/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_category")
    preview = {"description": "It broke", "channel": "phone"}
    answer = Caller(one_of_each[Role.AGENT]).post("triage/preview/", preview)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_category")


def test_every_list_of_the_interface_is_empty_or_refused(one_of_each: People) -> None:
    for role in Role.values:
        for path in ("complaints/", "teams/", "categories/", "remedies/", "sla/policies/", "tasks/"):
            answer = Caller(one_of_each[role]).get(path)
            assert answer.status_code in {200, 403}, (role, path)
            assert json.loads(answer.content) is not None
