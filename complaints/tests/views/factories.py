"""Makes complaints through the engine, each function one step further than the last."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from complaints.lifecycle import converse, diagnose, intake, resolve
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Plan, Task
from complaints.rights.actors import person

FINDING: dict[str, Any] = {
    "scene": "Opened on 6 November at home; the inner bowl was cracked.",
    "desired_outcome": "Refund of ¥129",
    "underlying_need": "",
    "reported_before": False,
    "nature": "mixed",
    "customer_state": "expectation_gap",
    "problem_type": "compensation",
    "grounds": "yes",
    "demand": "yes",
    "responsibility": "own",
    "problem_statement": "The rice cooker arrived cracked.",
    "finding": "upheld",
    "reasons": "The packing video shows no corner foam.",
}
TWO_OPTIONS: dict[str, Any] = {
    "options": [
        {"kind": "FULL", "amount": "129.00", "description": "Full refund"},
        {"kind": "COUP50", "description": "A voucher of ¥50"},
    ]
}


def received(by: User, at: datetime, *, number: int = 1, **extra: Any) -> Complaint:
    """Return a phone complaint of customer `number`, logged by `by`."""
    data: dict[str, Any] = {"channel": "phone", "description": "电饭煲内胆收到时就碎了，要求退款"} | extra
    customer = data.pop("customer", None) or intake.CustomerData(
        name=f"周美玲{number}", phone=f"100-0000-{number:04d}", email=f"customer{number}@example.com"
    )
    return intake.receive(intake.Receipt(customer=customer, **data), by=person(by), at=at)


def diagnosing(by: User, at: datetime, **extra: Any) -> Complaint:
    complaint = received(by, at, **extra)
    diagnose.start_diagnosis(complaint, by=person(by), at=at + timedelta(minutes=1))
    return complaint


def found(by: User, at: datetime, *, finding: dict[str, Any] | None = None, **extra: Any) -> Complaint:
    """Return a complaint in `resolve`, with a finding and no offer yet."""
    complaint = diagnosing(by, at, **extra)
    diagnose.record_finding(complaint, FINDING | (finding or {}), by=person(by), at=at + timedelta(minutes=5))
    return complaint


def offered(by: User, at: datetime, **extra: Any) -> tuple[Complaint, Plan]:
    """Return a complaint whose offer, within the front line's authority, is with the customer."""
    complaint = found(by, at, **extra)
    return complaint, offers.offer(complaint, TWO_OPTIONS, by=person(by), at=at + timedelta(minutes=10))


def ready(by: User, at: datetime, **extra: Any) -> Complaint:
    """Return a complaint for which only `resolve` is left: the remedy is done and the customer told."""
    complaint, plan = offered(by, at, **extra)
    actor, moment = person(by), at + timedelta(minutes=15)
    offers.choose(
        complaint, plan.options.get(position=1).pk, by=actor, at=moment, channel="phone", evidence="Said yes"
    )
    task = Task.objects.get(complaint=complaint, state="open")
    carry_out.finish_task(task, by=actor, at=moment, evidence="Refund 8812")
    converse.log_call(complaint, by=actor, at=moment, body="Told the customer the refund is on its way")
    return complaint


def resolved(by: User, at: datetime, **extra: Any) -> Complaint:
    """Return a complaint in `callback`."""
    complaint = ready(by, at, **extra)
    resolve.resolve(complaint, by=person(by), at=at + timedelta(minutes=20), final_answer="Refunded ¥129")
    return complaint
