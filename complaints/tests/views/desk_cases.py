"""Makes complaints for the pages of the desks, by calling the steps themselves."""

from datetime import datetime, timedelta
from secrets import token_hex

from django.utils import timezone

from accounts.models import Team, User
from complaints.lifecycle import converse, diagnose, intake, resolve
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out, offers
from complaints.lifecycle.remedies.offers import latest_plan
from complaints.models import Approval, Complaint, Task
from complaints.rights.actors import person
from complaints.tests.lifecycle.test_walk import FINDING

ROLES = ("agent", "supervisor", "manager", "warehouse", "admin")
"""One account of each role."""


def ago(**length: float) -> datetime:
    return timezone.now() - timedelta(**length)


def received(by: User, number: int = 1, at: datetime | None = None) -> Complaint:
    receipt = intake.Receipt(
        customer=intake.CustomerData(
            name=f"周美玲{number}", phone=f"100-0000-{number:04d}", email="", language="en"
        ),
        channel="phone",
        description="The inner bowl was cracked; I want my money back",
        category="LOG-DMG",
        gravity="S2",
    )
    return intake.receive(receipt, by=person(by), at=at or ago(hours=3))


def found(by: User, number: int = 1, at: datetime | None = None, **finding: object) -> Complaint:
    at = at or ago(hours=3)
    complaint = received(by, number, at)
    diagnose.start_diagnosis(complaint, by=person(by), at=at + timedelta(minutes=2))
    diagnose.record_finding(complaint, FINDING | finding, by=person(by), at=at + timedelta(minutes=3))
    return complaint


def offered(by: User, number: int = 1, at: datetime | None = None) -> Complaint:
    """Return a complaint with an offer within the agent's limit, which is out with the customer."""
    at = at or ago(hours=3)
    complaint = found(by, number, at)
    options = [
        {"kind": "COUP50", "description": "Fifty off"},
        {"kind": "COUP20", "description": "Twenty off"},
    ]
    offers.offer(complaint, {"options": options}, by=person(by), at=at + timedelta(minutes=5))
    return complaint


def money_asked(by: User, number: int = 1, amount: str = "300.00") -> Approval:
    """Return a request for an offer above the agent's limit. The plan waits for it."""
    complaint = found(by, number)
    options = [
        {"kind": "PART", "amount": amount, "description": "Part"},
        {"kind": "COUP50", "description": "Fifty"},
    ]
    data = {"options": options, "reason": "Two missed calls"}
    offers.offer(complaint, data, by=person(by), at=ago(hours=2))
    return Approval.objects.get(complaint=complaint)


def in_callback(by: User, number: int = 1, at: datetime | None = None) -> Complaint:
    at = at or ago(hours=3)
    complaint = offered(by, number, at)
    plan = latest_plan(complaint.handlings.get(round=1))
    assert plan is not None
    at += timedelta(minutes=10)
    offers.choose(complaint, plan.options.all()[0].pk, by=person(by), at=at, channel="phone", evidence="Yes")
    carry_out.finish_task(Task.objects.get(complaint=complaint), by=person(by), at=at, evidence="Code 8812")
    converse.log_call(complaint, by=person(by), at=at, body="SECRET words of a call")
    resolve.resolve(complaint, by=person(by), at=at, final_answer="The voucher is on your account")
    return complaint


def in_review(by: User, caller: User, number: int = 1) -> Complaint:
    complaint = in_callback(by, number)
    answer = {"result": "reached", "resolved": True, "csat_solution": 5, "csat_attitude": 5}
    calls.record_callback(complaint, answer, by=person(caller), at=ago(hours=1))
    return complaint


def asked_of_warehouse(by: User, number: int = 1) -> Task:
    complaint = found(by, number)
    return carry_out.add_task(
        complaint,
        by=person(by),
        at=ago(hours=1),
        title="Find the film",
        team=Team.objects.get(code="WAREHOUSE"),
    )


def copies(original: Complaint, count: int) -> None:
    """Copy a complaint's rows, which is fast and serves only to count queries."""
    handlings, participants = list(original.handlings.all()), list(original.participants.all())
    approvals = [(approval, list(approval.asked.all())) for approval in original.approvals.all()]
    callbacks = list(original.handlings.all()[0].callbacks.all())
    for _number in range(count):
        row = Complaint.objects.get(pk=original.pk)
        row.pk, row.number = None, f"RD-{token_hex(6)}"
        row.save(force_insert=True)
        for part in (*handlings, *participants):
            part.pk, part.complaint = None, row
            part.save(force_insert=True)
        for approval, asked in approvals:
            approval.pk, approval.complaint = None, row
            approval.save(force_insert=True)
            approval.asked.set(asked)
        for callback_row in callbacks:
            callback_row.pk, callback_row.handling = None, handlings[0]
            callback_row.save(force_insert=True)
