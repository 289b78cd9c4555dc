"""Solved on this call: one form, errors shown at their fields, and a colleague calls back."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import Complaint
from complaints.tests.views.test_inbox import signed_in
from complaints.tests.views.test_intake import GOOD

pytestmark = pytest.mark.django_db
SOLVED: dict[str, Any] = {
    **GOOD,
    "solved": "1",
    "category": "LOG-DMG",
    "gravity": "S2",
    "desired_outcome": "A voucher",
    "scene": "Opened at home on the 6th; the bowl was cracked.",
    "reported_before": "no",
    "nature": "fact",
    "customer_state": "solution_seeking",
    "problem_type": "compensation",
    "grounds": "yes",
    "demand": "yes",
    "responsibility": "own",
    "problem_statement": "The bowl arrived cracked.",
    "finding": "upheld",
    "reasons": "A picture shows it.",
    "options_1_kind": "COUP50",
    "options_1_amount": "",
    "options_1_description": "A voucher of ¥50",
    "single_option_reason": "She asked for just this",
    "acceptance": "Said yes on the phone",
    "done_evidence": "Voucher 8812",
    "final_answer": "A voucher of ¥50 is in your account.",
}
SATISFIED = {"result": "reached", "resolved": "yes", "csat_solution": "5", "csat_attitude": "5"}


def post(user: User, **changes: Any) -> Any:
    return signed_in(user).post("/complaints/new/", SOLVED | changes)


def test_one_form_from_receipt_to_resolution_and_a_colleague_calls_back(people: dict[str, User]) -> None:
    answer = post(people["agent"])
    complaint = Complaint.objects.get()
    assert (answer.status_code, complaint.stage) == (303, "callback")
    record = f"/complaints/{complaint.number}/callback/"
    assert signed_in(people["agent"]).post(record, SATISFIED).status_code in {403, 409}
    assert signed_in(people["callback"]).post(record, SATISFIED).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.callback_outcome) == ("review", "satisfied")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"options_1_kind": "PART", "options_1_amount": "200.01"}, "options_1_amount"),
        ({"options_1_kind": ""}, "options_1_kind"),
        ({"single_option_reason": ""}, "single_option_reason"),
        ({"scene": ""}, "scene"),
        ({"reported_before": ""}, "reported_before"),
        ({"acceptance": ""}, "acceptance"),
        ({"done_evidence": "x" * 2000}, "done_evidence"),
        ({"final_answer": "a\x00b"}, "final_answer"),
        ({"channel": "web"}, "channel"),
        ({"description": ""}, "description"),
        ({"problem_type": "cognition"}, "no_visual_reason"),
        ({"problem_type": "process"}, "improvement_title"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept_or_lost(
    people: dict[str, User], changes: dict[str, str], field: str
) -> None:
    answer = post(people["agent"], **changes)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{field}_errors"' in page
    assert "A picture shows it." in page and '<details class="more solved" open>' in page
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("changes", [{"risk_flags": ["legal"]}, {"gravity": "S3"}, {"about_staff": "agent"}])
def test_what_goes_to_somebody_else_is_refused_as_a_whole(
    people: dict[str, User], changes: dict[str, Any]
) -> None:
    answer = post(people["agent"], **changes)
    assert answer.status_code == 409
    assert "A picture shows it." in answer.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("name", ["supervisor", "manager", "warehouse", "admin"])
def test_only_agents_may_send_it(people: dict[str, User], name: str) -> None:
    assert post(people[name]).status_code == 403
    assert not Complaint.objects.exists()


def test_only_agents_are_offered_it(people: dict[str, User]) -> None:
    for name, offered in (("agent", True), ("supervisor", False)):
        page = signed_in(people[name]).get("/complaints/new/").content.decode()
        assert ('name="solved"' in page) is offered


def test_without_its_button_what_was_filled_in_is_not_dropped(people: dict[str, User]) -> None:
    given = {name: value for name, value in SOLVED.items() if name != "solved"}
    answer = signed_in(people["agent"]).post("/complaints/new/", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Log it as solved, or empty that part first." in page
    assert '<details class="more solved" open>' in page and "Voucher 8812" in page
    assert not Complaint.objects.exists()


def test_the_same_submit_twice_is_one_complaint(people: dict[str, User]) -> None:
    first, second = post(people["agent"]), post(people["agent"])
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1
