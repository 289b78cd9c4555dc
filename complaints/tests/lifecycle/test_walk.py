"""One complaint from the phone call to closed, in two rounds, by calling the steps."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import converse, diagnose, intake, resolve, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Approval, Clock, ClockKind, Complaint, Plan, Task
from complaints.rights.actors import Actor, person
from complaints.rows import timeline
from complaints.tests.conftest import MONDAY

FINDING = {
    "scene": "Opened on 6 November at home; the inner bowl was cracked.",
    "desired_outcome": "Refund of ¥1,299",
    "underlying_need": "",
    "reported_before": False,
    "nature": "mixed",
    "customer_state": "expectation_gap",
    "problem_type": "compensation",
    "grounds": "yes",
    "demand": "yes",
    "responsibility": "own",
    "problem_statement": "The rice cooker arrived cracked and two callbacks were missed.",
    "finding": "upheld",
    "reasons": "The packing video shows no corner foam.",
}
REFUND_OR_VOUCHER = {
    "options": [
        {"kind": "FULL", "amount": "1299.00", "description": "Full refund"},
        {"kind": "COUP50", "description": "A voucher of ¥50"},
    ]
}
VOUCHER = {
    "options": [{"kind": "COUP50", "description": "A voucher"}],
    "single_option_reason": "The refund was given already",
}
UNSATISFIED = {
    "result": "reached",
    "resolved": False,
    "csat_solution": 1,
    "csat_attitude": 4,
    "still_wrong": "Not there",
}
SATISFIED = {"result": "reached", "resolved": True, "csat_solution": 5, "csat_attitude": 5, "nps": 9}
REVIEW = {
    "attribution": "product",
    "cause": "LOG-DMG",
    "scope": "systemic",
    "lesson": "Pack with foam",
    "whys": [{"why": "It broke"}, {"why": "No foam"}],
    "fishbone": {"material": ["foam"]},
    "no_action_reason": "Packing changed already",
}


def receive(by: User, **extra: object) -> Complaint:
    receipt = intake.Receipt(
        customer=intake.CustomerData(name="周美玲", phone="100-0000-0001", email="zhou@example.com"),
        channel="phone",
        description="电饭煲内胆收到时就碎了,要求退款",
        **extra,  # type: ignore[arg-type]
    )
    return intake.receive(receipt, by=person(by), at=MONDAY)


def diagnose_and_offer(complaint: Complaint, offer: dict[str, object], by: Actor, at: datetime) -> Plan:
    diagnose.start_diagnosis(complaint, by=by, at=at)
    diagnose.record_finding(complaint, FINDING, by=by, at=at)
    return offers.offer(complaint, offer, by=by, at=at)


def approve(by: User, at: datetime) -> None:
    decisions.decide(Approval.objects.get(state="pending"), by=person(by), at=at, approve=True)


def first_round(complaint: Complaint, people: dict[str, User], at: datetime) -> None:
    """Offer above the agent's authority, approve, carry out, resolve; the customer is not satisfied."""
    agent, colleague = person(people["agent"]), person(people["agent2"])
    plan = diagnose_and_offer(complaint, REFUND_OR_VOUCHER, agent, at)
    assert plan.state == "waiting" and complaint.waiting_on == "approval"
    assert Approval.objects.count() == 1
    approve(people["supervisor"], at)
    complaint.refresh_from_db()
    assert complaint.waiting_on == "customer"
    option = plan.options.get(position=1)
    offers.choose(complaint, option.pk, by=agent, at=at, channel="phone", evidence="Said yes on the phone")
    carry_out.finish_task(Task.objects.get(), by=agent, at=at, evidence="Refund 8812")
    converse.log_call(complaint, by=agent, at=at, body="Told her the refund is on its way")
    resolve.resolve(complaint, by=agent, at=at + timedelta(hours=1), final_answer="Refunded ¥1,299")
    assert complaint.stage == "callback"
    calls.record_callback(complaint, UNSATISFIED, by=colleague, at=at + timedelta(hours=2))
    assert (complaint.stage, complaint.round, complaint.tier, complaint.assignee) == ("diagnose", 2, 2, None)


def second_round(complaint: Complaint, people: dict[str, User], at: datetime) -> None:
    """Offer again at tier 2, approve, carry out, resolve; the customer is satisfied."""
    specialist = person(people["specialist"])
    plan = diagnose_and_offer(complaint, VOUCHER, specialist, at)
    assert plan.state == "waiting", "what was accepted in the first round counts"
    approve(people["supervisor2"], at)
    offers.choose(complaint, plan.options.get().pk, by=specialist, at=at, channel="phone", evidence="Yes")
    carry_out.finish_task(Task.objects.get(state="open"), by=specialist, at=at, evidence="Voucher sent")
    converse.log_call(complaint, by=specialist, at=at, body="Told")
    resolve.resolve(complaint, by=specialist, at=at, final_answer="Done")
    calls.record_callback(complaint, SATISFIED, by=person(people["callback"]), at=at)
    assert complaint.stage == "review"


@pytest.mark.django_db
def test_a_complaint_walks_from_the_call_to_closed(people: dict[str, User]) -> None:
    complaint = receive(people["agent"])
    assert (complaint.stage, complaint.assignee, complaint.number) == (
        "intake",
        people["agent"],
        complaint.number,
    )
    at = MONDAY + timedelta(minutes=5)
    first_round(complaint, people, at)
    at += timedelta(hours=2, minutes=5)
    second_round(complaint, people, at)
    review.record_review(complaint, REVIEW, by=person(people["specialist"]), at=at)
    assert complaint.stage == "review"
    approve(people["quality"], at)
    complaint.refresh_from_db()
    assert complaint.stage == "closed" and complaint.outcome == "upheld"
    assert list(timeline.faults(complaint)) == []
    assert not Clock.objects.live().exists()
    assert Clock.objects.get(kind=ClockKind.RESOLUTION, round=1).target_seconds == 1440 * 60
