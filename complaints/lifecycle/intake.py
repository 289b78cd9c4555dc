"""Receive a complaint: record it, grade it, route it, start its clocks, acknowledge it."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import people
from complaints.lifecycle import customers, engine, past, placing
from complaints.lifecycle.match import find_customer, match
from complaints.lifecycle.receipt import Checked, CustomerData, Receipt, check
from complaints.models import (
    Claim,
    ClockKind,
    Complaint,
    Customer,
    Direction,
    ParticipantRole,
    Purpose,
    RiskFlag,
    Submission,
)
from complaints.models.organisation import OTHER_CATEGORY
from complaints.notices import notify
from complaints.rights.actors import SYSTEM as SYSTEM_ACTOR
from complaints.rights.actors import Actor
from complaints.rows import lookups
from complaints.search import index as search
from complaints.sla import clocks
from complaints.sla.statutory import duty
from complaints.terms.errors import DuplicateRequest
from complaints.triage import place, severity_matrix

__all__ = ["CustomerData", "Receipt", "find_customer", "receive"]

KEY_ROOM = 64


def receive(
    receipt: Receipt, *, by: Actor, at: datetime, taken_over: past.TakenOver | None = None
) -> Complaint:
    """Create a complaint. A submission key that was used before returns the complaint made with it.

    `taken_over` is set for a complaint imported from another system (see `past.py`). Raises RoleMayNot (403),
    MissingDetail by field (400), or DuplicateRequest (409) if this caller has already logged a complaint with
    this external id.
    """
    place.may_receive(by)
    earlier = already_submitted(receipt.submission_key)
    if earlier is not None:
        return earlier
    checked = check(receipt, at)
    if taken_over is not None:
        past.check(taken_over, receipt.received_at, at)
    _not_logged_before(receipt.external_id, by)
    try:
        return _open(checked, taken_over, by=by, at=at)
    except IntegrityError:
        # Another request with the same submission key, external id or new customer was faster.
        earlier = already_submitted(receipt.submission_key)
        if earlier is not None:
            return earlier
        _not_logged_before(receipt.external_id, by)
        return _open(checked, taken_over, by=by, at=at)


def _not_logged_before(external_id: str | None, by: Actor) -> None:
    known = Complaint.objects.filter(logged_by=by.user, external_id=external_id)
    if by.user is not None and external_id is not None and known.exists():
        raise DuplicateRequest(_("You have already logged a complaint with this external ID."))


def already_submitted(key: str) -> Complaint | None:
    """Return the complaint that was made with this submission key, or None."""
    found = Submission.objects.select_related("complaint").filter(key=_key(key)) if key else None
    submission = found.first() if found is not None else None
    return submission.complaint if submission else None


def _key(given: str) -> str:
    """Return the key as it is stored. One that is too long or not printable ASCII is stored as its digest."""
    short = len(given) <= KEY_ROOM and given.isascii() and given.isprintable()
    return given if short else hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def _customer(data: CustomerData, at: datetime) -> tuple[Customer, str]:
    """Return the matching customer, unchanged, or a new one; and the only contact for letters, or ""."""
    found = match(data)
    if found.customer is not None:
        return found.customer, found.only
    columns = customers.columns_of(data) | {"perhaps_same": found.perhaps_same}
    return Customer.objects.create(created_at=at, **columns), ""


def _open(checked: Checked, taken_over: past.TakenOver | None, *, by: Actor, at: datetime) -> Complaint:
    with transaction.atomic(), lookups.shared():
        return _opened(checked, taken_over, by=by, at=at)


def _opened(checked: Checked, taken_over: past.TakenOver | None, *, by: Actor, at: datetime) -> Complaint:
    receipt = checked.receipt
    customer, only = _customer(receipt.customer, at)
    given = placing.given_by(receipt, checked.suggestion, checked.category.code, customer, checked.staff)
    placed = placing.place_for(given, by=by, live=taken_over is None)
    triaged, on_the_line = placed.triaged, placed.on_the_line
    fields = _fields(checked, triaged.grade, at)
    fields |= {"region": given.region, "triage": triaged.record(placed.team), "reach_by": only}
    turn = engine.open_complaint(
        fields,
        customer=customer,
        tier=placed.tier,
        team=placed.team,
        assignee=placed.assignee,
        by=by,
        at=at,
    )
    complaint = turn.complaint
    if receipt.submission_key:
        Submission.objects.create(key=_key(receipt.submission_key), complaint=complaint, created_at=at)
    for position, (text, category) in enumerate(checked.claims, start=1):
        Claim.objects.create(complaint=complaint, position=position, text=text, category=category)
    for user in checked.staff:
        engine.involve(complaint, ParticipantRole.NAMED, at=at, user=user)
    _set_flags(turn, triaged.flags, set(receipt.risk_flags))
    search.write(complaint)
    quiet = taken_over is not None and past.is_quiet(taken_over, complaint, at)
    _record(turn, on_the_line, tell=not quiet)
    if taken_over is not None and quiet:
        past.settle(turn, taken_over, placing.PROMISED)
    else:
        _start_clocks(turn, on_the_line and receipt.received_at is None)
    return engine.settle(turn)


def _fields(checked: Checked, grade: severity_matrix.Grade, at: datetime) -> dict[str, Any]:
    """Return the columns of the complaint's row that come from what was entered or from its grading."""
    receipt = checked.receipt
    return {
        **checked.texts,
        **grade.head,
        "channel": receipt.channel,
        "category": checked.category,
        "emotion": receipt.emotion or checked.suggestion.emotion or "",
        "occurred_at": receipt.occurred_at,
        "loss_minor": receipt.loss_minor,
        "confidential": bool(checked.staff) if receipt.confidential is None else receipt.confidential,
        "authority_due_at": receipt.authority_due_at,
        "received_at": receipt.received_at or at,
        "external_id": receipt.external_id,
        "needs_triage": checked.category.code == OTHER_CATEGORY,
    }


def _set_flags(turn: engine.Turn, flags: set[str], by_person: set[str]) -> None:
    for flag in sorted(flags):
        person = flag in by_person
        RiskFlag.objects.create(
            complaint=turn.complaint,
            flag=flag,
            set_at=turn.at,
            set_by=turn.user if person else None,
            confirmed_at=turn.at if person else None,
        )


def _record(turn: engine.Turn, on_the_line: bool, *, tell: bool) -> None:
    complaint = turn.complaint
    event = turn.message(
        "received",
        complaint.description,
        direction=Direction.IN,
        purpose=Purpose.CALL if on_the_line else Purpose.REPLY,
        channel=complaint.channel,
        by_person=True,
        tier=complaint.tier,
        team=complaint.team.code,
        severity=complaint.severity,
        category=complaint.category.code,
    )
    if complaint.assignee is None and tell:
        notify.tell_users(
            notify.responsible(complaint), "new_complaint", complaint=complaint, at=turn.at, event=event
        )
    if complaint.flags.exists():
        alerted = [*notify.supervisors_of(complaint.team), *people.experts()]
        by_person = complaint.flags.filter(set_by__isnull=False).exists()
        flags = sorted(complaint.flags.values_list("flag", flat=True))
        alert = turn.event("flagged", signed=None if by_person else SYSTEM_ACTOR, flags=flags)
        if not tell:
            return
        notify.tell_users(alerted, "risk_flag", complaint=complaint, at=turn.at, event=alert)


def _start_clocks(turn: engine.Turn, customer_heard: bool) -> None:
    """Start the clocks that the policy grants, and acknowledge if the customer can be reached.

    `customer_heard`: the agent logs it while the customer is on the line, which counts as the first reply.
    """
    complaint, start = turn.complaint, turn.complaint.received_at
    for kind in placing.AT_RECEIPT:
        clocks.start(complaint, kind, start)
    duty.begin(complaint)
    if complaint.assignee is None:
        clocks.start(complaint, ClockKind.PICKUP, turn.at)
    if customer_heard:
        clocks.meet(complaint, ClockKind.ACKNOWLEDGE, ClockKind.FIRST_RESPONSE, at=turn.at)
    if not complaint.contacts:
        if not customer_heard:
            clocks.cancel(complaint, ClockKind.ACKNOWLEDGE, at=turn.at)
        return
    event = turn.message(
        "acknowledged",
        "",
        direction=Direction.OUT,
        purpose=Purpose.AUTOMATIC,
        by_person=False,
        signed=SYSTEM_ACTOR,
        template="acknowledgement",
    )
    notify.tell_customer("acknowledgement", complaint=complaint, at=turn.at, event=event)
    clocks.meet(complaint, ClockKind.ACKNOWLEDGE, at=turn.at)
