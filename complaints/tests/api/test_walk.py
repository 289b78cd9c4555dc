"""One complaint from receipt to closed, over the HTTP interface only."""

import itertools
from typing import Any

import pytest

from accounts.models import User
from complaints.tests.api.kit import CALLBACK, DIAGNOSIS, OFFER, RECEIPT, REVIEW, Caller

People = dict[str, User]


@pytest.fixture
def agent(people: People) -> Caller:
    return Caller(people["agent"])


def done(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    found: dict[str, Any] = response.json()
    return found


def test_from_receipt_to_closed(agent: Caller, people: People) -> None:
    complaint = done(agent.post("complaints/", RECEIPT), 201)
    number = complaint["number"]
    assert complaint["assignee"] == "agent"
    assert complaint["customer"]["name"] == "李梅"
    assert {clock["kind"]: clock["state"] for clock in complaint["clocks"]}["first_response"] == "met"
    one = f"complaints/{number}/"
    assert done(agent.post(f"{one}start-diagnosis/"))["stage"] == "diagnose"
    assert done(agent.post(f"{one}finding/", DIAGNOSIS))["stage"] == "resolve"
    plan = done(agent.post(f"{one}remedies/", OFFER))["plan"]
    assert plan["state"] == "offered"
    assert plan["options"][0]["amount"] == {"amount": "129.00", "currency": "CNY"}
    option = plan["options"][0]["id"]
    chosen = done(
        agent.post(f"{one}remedies/{option}/accept/", {"channel": "phone", "evidence": "The refund, please."})
    )
    assert [each["state"] for each in chosen["plan"]["options"]] == ["chosen", "not_chosen"]
    assert chosen["claims"][0]["disposition"] == "remedied"
    task = done(agent.get(f"{one}tasks/"))["results"][0]
    assert done(agent.post(f"tasks/{task['id']}/done/", {"evidence": "Refund 8812"}))["state"] == "done"
    sent = {"direction": "out", "channel": "email", "purpose": "progress", "body": "It is on its way."}
    assert done(agent.post(f"{one}messages/", sent), 201)["by"] == "agent"
    assert done(agent.post(f"{one}resolve/", {"final_answer": "The refund is paid."}))["stage"] == "callback"
    caller = Caller(people["callback"])
    assert [row["complaint"] for row in done(caller.get("callbacks/"))["results"]] == [number]
    assert done(caller.post(f"{one}callback/", CALLBACK))["callback_outcome"] == "satisfied"
    closed = done(agent.post(f"{one}review/", REVIEW))
    assert (closed["stage"], closed["outcome"]) == ("closed", "upheld")
    events = done(agent.get(f"{one}timeline/"))["results"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all(later["previous_hash"] == event["hash"] for event, later in itertools.pairwise(events))


def test_above_authority_it_waits_and_goes_out_when_approved(agent: Caller, people: People) -> None:
    number = done(agent.post("complaints/", RECEIPT), 201)["number"]
    one = f"complaints/{number}/"
    done(agent.post(f"{one}start-diagnosis/"))
    done(agent.post(f"{one}finding/", DIAGNOSIS))
    big = {"options": [OFFER["options"][0] | {"amount": "1299.00"}, OFFER["options"][1]]}
    waiting = done(agent.post(f"{one}remedies/", big), 202)
    assert waiting["waiting_on"] == "approval"
    approval = waiting["plan"]["approval"]
    assert (approval["kind"], approval["state"]) == ("compensation", "pending")
    supervisor = Caller(people["supervisor"])
    decided = done(supervisor.post(f"approvals/{approval['id']}/approve/", {"note": "Agreed."}))
    assert decided["state"] == "approved"
    assert done(agent.get(one))["plan"]["state"] == "offered"
    again = supervisor.post(f"approvals/{approval['id']}/approve/")
    assert done(again, 409)["code"] == "already_decided"
