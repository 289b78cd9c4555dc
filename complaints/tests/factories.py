"""Makes complaints in each stage by calling the steps themselves."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from complaints.lifecycle import converse, diagnose, intake, resolve, review
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Complaint, Plan, Task
from complaints.rights.actors import Actor, person
from complaints.terms.stages import Stage
from complaints.tests.conftest import MONDAY

MINUTE = timedelta(minutes=1)
FINDING: dict[str, Any] = {
    "scene": "Opened at home on 6 November; the inner bowl was cracked.",
    "desired_outcome": "Refund of ¥129",
    "underlying_need": "",
    "reported_before": False,
    "nature": "fact",
    "customer_state": "solution_seeking",
    "problem_type": "compensation",
    "grounds": "yes",
    "demand": "yes",
    "responsibility": "own",
    "problem_statement": "The rice cooker arrived cracked.",
    "finding": "upheld",
    "reasons": "The packing video shows no corner foam.",
}
OFFER: dict[str, Any] = {
    "options": [
        {"kind": "FULL", "amount": "129.00", "description": "Full refund"},
        {"kind": "COUP50", "description": "A voucher of ¥50"},
    ]
}
BIG_OFFER: dict[str, Any] = {
    "options": [
        {"kind": "FULL", "amount": "1299.00", "description": "Full refund"},
        {"kind": "COUP50", "description": "A voucher of ¥50"},
    ]
}
SATISFIED: dict[str, Any] = {
    "result": "reached",
    "resolved": True,
    "csat_solution": 5,
    "csat_attitude": 5,
    "nps": 9,
}
UNSATISFIED: dict[str, Any] = {
    "result": "reached",
    "resolved": False,
    "csat_solution": 1,
    "csat_attitude": 4,
    "still_wrong": "The refund is not there",
}
PARTLY: dict[str, Any] = {
    "result": "reached",
    "resolved": True,
    "csat_solution": 3,
    "csat_attitude": 4,
    "make_good": {"kind": "COUP20", "description": "A voucher of ¥20"},
}
LIGHT_REVIEW: dict[str, Any] = {
    "attribution": "product",
    "cause": "LOG-DMG",
    "scope": "individual",
    "lesson": "Foam",
}
FULL_REVIEW: dict[str, Any] = {
    **LIGHT_REVIEW,
    "whys": [{"why": "It broke"}, {"why": "No foam"}],
    "fishbone": {"material": ["foam"]},
    "no_action_reason": "Packing changed already",
}


def receipt(**extra: Any) -> intake.Receipt:
    """Return the receipt for a cracked rice cooker, graded as normal unless `extra` says otherwise."""
    given: dict[str, Any] = {
        "customer": intake.CustomerData(name="周美玲", phone="100-0000-0001", email="zhou@example.com"),
        "channel": "phone",
        "description": "电饭煲内胆收到时就碎了,要求退款",
        "category": "LOG-DMG",
        "gravity": "S2",
        "reach": "one",
        **extra,
    }
    return intake.Receipt(**given)


def nobody() -> intake.CustomerData:
    """Return a customer whom nobody can reach."""
    return intake.CustomerData(anonymous_reason="Did not want to say")


def receive(by: User | Actor, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    return intake.receive(receipt(**extra), by=by if isinstance(by, Actor) else person(by), at=at)


def diagnosed(by: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint in `diagnose`, assigned to whoever logged it."""
    complaint = receive(by, at=at, **extra)
    return diagnose.start_diagnosis(complaint, by=person(by), at=at + MINUTE)


def found(
    by: User, *, at: datetime = MONDAY, finding: dict[str, Any] | None = None, **extra: Any
) -> Complaint:
    """Return a complaint in `resolve`, with a finding and nothing offered yet."""
    complaint = diagnosed(by, at=at, **extra)
    return diagnose.record_finding(
        complaint, {**FINDING, **(finding or {})}, by=person(by), at=at + 2 * MINUTE
    )


def offered(
    by: User, *, at: datetime = MONDAY, offer: dict[str, Any] | None = None, **extra: Any
) -> tuple[Complaint, Plan]:
    """Return a complaint in `resolve`, with an offer."""
    complaint = found(by, at=at, **extra)
    plan = offers.offer(complaint, offer or OFFER, by=person(by), at=at + 3 * MINUTE)
    complaint.refresh_from_db()
    return complaint, plan


def chosen(by: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint whose customer has chosen the first option. Its task is open."""
    complaint, plan = offered(by, at=at, **extra)
    option = plan.options.get(position=1)
    return offers.choose(
        complaint,
        option.pk,
        by=person(by),
        at=at + 4 * MINUTE,
        channel="phone",
        evidence="Said yes on the phone",
    )


def carried_out(by: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint that can be resolved: the remedy is done and the customer was told."""
    complaint = chosen(by, at=at, **extra)
    task = Task.objects.get(complaint=complaint, option__isnull=False)
    carry_out.finish_task(task, by=person(by), at=at + 5 * MINUTE, evidence="Refund 8812")
    converse.log_call(complaint, by=person(by), at=at + 6 * MINUTE, body="Told her the refund is on its way")
    complaint.refresh_from_db()
    return complaint


def resolved(by: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint in `callback`, or in `review` when the customer has no contact."""
    complaint = carried_out(by, at=at, **extra)
    return resolve.resolve(complaint, by=person(by), at=at + 7 * MINUTE, final_answer="Refunded ¥129")


def called_back(by: User, caller: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint in `review`."""
    complaint = resolved(by, at=at, **extra)
    return calls.record_callback(complaint, SATISFIED, by=person(caller), at=at + 8 * MINUTE)


def closed(by: User, caller: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    complaint = called_back(by, caller, at=at, **extra)
    return review.record_review(complaint, LIGHT_REVIEW, by=person(by), at=at + 9 * MINUTE)


def in_stage(stage: str, by: User, caller: User, *, at: datetime = MONDAY, **extra: Any) -> Complaint:
    """Return a complaint in this stage, assigned to `by`."""
    if stage in {Stage.REVIEW, Stage.CLOSED}:
        return (called_back if stage == Stage.REVIEW else closed)(by, caller, at=at, **extra)
    makers = {
        Stage.INTAKE: receive,
        Stage.DIAGNOSE: diagnosed,
        Stage.RESOLVE: found,
        Stage.CALLBACK: resolved,
    }
    return makers[Stage(stage)](by, at=at, **extra)
