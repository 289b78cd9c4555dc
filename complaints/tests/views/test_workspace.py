"""The workspace: who may open it, what is refused, and what the second of two people is told."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from complaints.models import Complaint
from complaints.tests.conftest import MONDAY
from complaints.tests.portal import page_of
from complaints.tests.views.factories import FINDING, diagnosing, found, offered, ready, received, resolved
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db
FORM = {name: value for name, value in FINDING.items() if name != "reported_before"} | {
    "reported_before": "no"
}


def post(user: User, complaint: Complaint, move: str, **data: Any) -> Any:
    return signed_in(user).post(f"/complaints/{complaint.number}/{move}/", data)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("agent", 200),
        ("agent2", 200),
        ("supervisor", 200),
        ("manager", 200),
        ("online", 404),
        ("specialist", 404),
        ("callback", 404),
        ("supervisor2", 404),
        ("quality", 404),
        ("warehouse", 404),
        ("admin", 404),
    ],
)
def test_only_those_concerned_open_a_complaint(people: dict[str, User], username: str, status: int) -> None:
    complaint = received(people["agent"], MONDAY)
    client = signed_in(people[username])
    assert client.get(f"/complaints/{complaint.number}/").status_code == status
    if status == 404:
        assert client.post(f"/complaints/{complaint.number}/start-diagnosis/").status_code == 404


def test_every_stage_draws_for_whoever_may_see_it(people: dict[str, User]) -> None:
    agent = people["agent"]
    made = [
        received(agent, MONDAY, number=1),
        diagnosing(agent, MONDAY, number=2),
        found(agent, MONDAY, number=3),
        found(agent, MONDAY, number=4, finding={"finding": "not_upheld", "problem_type": "cognition"}),
        offered(agent, MONDAY, number=5)[0],
        ready(agent, MONDAY, number=6),
        resolved(agent, MONDAY, number=7),
    ]
    for username in ("agent", "agent2", "supervisor", "manager"):
        client = signed_in(people[username])
        for complaint in made:
            page = client.get(f"/complaints/{complaint.number}/")
            assert page.status_code == 200, (username, complaint.stage)
            assert page.content.decode().count("btn btn-primary btn-lg") <= 1, (
                "the page shows one next action"
            )


def test_a_finding_is_recorded_and_a_gap_is_told_beside_its_field(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint = diagnosing(agent, MONDAY)
    refused = post(agent, complaint, "finding", **FORM | {"reasons": "", "scene": "Typed at length"})
    assert refused.status_code == 400
    assert (
        "Typed at length" in refused.content.decode() and 'id="id_reasons_errors"' in refused.content.decode()
    )
    assert post(agent, complaint, "finding", **FORM).status_code == 303
    complaint.refresh_from_db()
    assert complaint.stage == "resolve"


def test_a_stale_version_is_a_conflict_that_keeps_the_words(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint = diagnosing(agent, MONDAY)
    answer = post(
        agent, complaint, "finding", **FORM | {"version": complaint.version - 1, "scene": "My words"}
    )
    assert answer.status_code == 409 and "My words" in answer.content.decode()
    complaint.refresh_from_db()
    assert complaint.stage == "diagnose"


def test_a_colleague_may_look_but_not_decide(people: dict[str, User]) -> None:
    complaint = diagnosing(people["agent"], MONDAY)
    assert post(people["agent2"], complaint, "finding", **FORM).status_code == 403


def test_an_offer_above_the_limit_waits_and_one_within_goes_out(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint = found(agent, MONDAY)
    options = {
        "options_1_kind": "FULL",
        "options_1_amount": "1299",
        "options_1_description": "Full refund",
        "options_2_kind": "COUP50",
        "options_2_description": "Voucher",
    }
    assert post(agent, complaint, "remedies", **options).status_code == 303
    complaint.refresh_from_db()
    assert complaint.waiting_on == "approval"
    assert post(agent, complaint, "remedies", **options | {"options_1_amount": "129"}).status_code == 303
    complaint.refresh_from_db()
    assert complaint.waiting_on == "customer"


def test_a_wrong_amount_is_told_beside_its_row(people: dict[str, User]) -> None:
    complaint = found(people["agent"], MONDAY)
    answer = post(
        people["agent"],
        complaint,
        "remedies",
        options_1_kind="FULL",
        options_1_amount="12.999",
        options_1_description="Refund of the whole price",
    )
    page = answer.content.decode()
    assert (
        answer.status_code == 400
        and 'id="id_options_1_amount_errors"' in page
        and "Refund of the whole" in page
    )


def test_resolving_too_early_says_what_is_missing(people: dict[str, User]) -> None:
    complaint, _plan = offered(people["agent"], MONDAY)
    answer = post(people["agent"], complaint, "resolve", final_answer="Done")
    assert answer.status_code == 400
    complaint.refresh_from_db()
    assert complaint.stage == "resolve"


def test_the_second_of_two_is_told_who_was_faster(people: dict[str, User]) -> None:
    complaint = received(people["online"], timezone.now(), channel="web")
    complaint.refresh_from_db()
    people["agent"].teams.add(complaint.team)
    assert post(people["online"], complaint, "take").status_code == 303
    second = post(people["agent"], complaint, "take")
    assert second.status_code == 409 and "Xu Qing" in second.content.decode()


def test_a_note_never_reaches_the_customers_page(people: dict[str, User]) -> None:
    complaint = received(people["agent"], MONDAY)
    assert post(people["agent"], complaint, "message", kind="note", body="Sounds drunk").status_code == 303
    assert "Sounds drunk" not in signed_in(people["agent"]).get(page_of(complaint)).content.decode()


@pytest.mark.parametrize(
    "move", ["start-diagnosis", "finding", "remedies", "take", "escalate", "assign", "message"]
)
def test_changing_anything_needs_post(people: dict[str, User], move: str) -> None:
    complaint = received(people["agent"], MONDAY)
    assert signed_in(people["agent"]).get(f"/complaints/{complaint.number}/{move}/").status_code == 405
