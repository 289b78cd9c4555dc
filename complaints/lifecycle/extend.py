"""Extend a deadline: the assignee asks, after telling the customer, and a supervisor decides (L-13).

Both have to happen before the old deadline (docs/clocks.md, "Change mid-flight").
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.promises import check_due
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    Clock,
    ClockKind,
    Complaint,
    Direction,
    Message,
    Purpose,
)
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text

EXTENDABLE = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.PLAN,
    ClockKind.RECOVERY,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
    ClockKind.CALLBACK,
    ClockKind.CALLBACK_OUTCOME,
    ClockKind.MAKE_GOOD,
    ClockKind.STATUTORY,
)
"""The clocks of what the customer waits for. Internal deadlines and the customer's own cannot be extended."""


def extend(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    clock: str,
    due_at: datetime | None,
    reason: str,
    customer_told: int | None,
    version: int | None = None,
) -> Approval:
    """Request a later deadline for a running clock. Returns the request.

    `clock` is a kind out of EXTENDABLE, `due_at` the new aware moment, `customer_told` the id of the message
    that told the customer. A statutory clock moves only to the day of its pack's next step; `due_at` may be
    left out then, and is refused if it is another day. Raises MoveNotAllowed if the clock does not run, the
    pack allows no further step or a request is pending, and MissingDetail for wrong input.
    """

    ready = _may_be_extended(clock)
    with engine.move("extend", complaint, by=by, at=at, version=version, ready=ready) as turn:
        problems = Problems()
        problems.one_of("clock", clock, EXTENDABLE)
        by_law = clock == ClockKind.STATUTORY
        check_due(problems, "due_at", due_at, at, required=not by_law)
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        found = _running(turn, clock)
        told = _check_told(problems, turn, customer_told)
        if found and by_law:
            due_at = _by_law(problems, found, told, due_at)
        elif found and isinstance(due_at, datetime) and due_at <= found.due_at:
            problems.add("due_at", _("This is not later than the current deadline."))
        problems.check()
        assert found is not None
        assert due_at is not None
        assert told is not None
        shot = _snapshot(found, due_at, told)
        asked = requests.request(turn, ApprovalKind.DEADLINE_EXTENSION, reason=reason, snapshot=shot)
    return asked


def _snapshot(clock: Clock, due_at: datetime, told: Message) -> dict[str, Any]:
    return {
        "clock": clock.kind,
        "clock_id": clock.pk,
        "old_due": clock.due_at.isoformat(),
        "new_due": due_at.isoformat(),
        "told": told.event.seq,
    }


def _may_be_extended(kind: str) -> engine.Ready:
    def ready(turn: engine.Turn) -> None:
        found = _running(turn, kind) if kind in EXTENDABLE else None
        if kind in EXTENDABLE and found is None:
            raise MoveNotAllowed(_("This clock is not running, or its deadline has passed."))
        if found is not None and found.kind == ClockKind.STATUTORY and duty.next_step(found) is None:
            raise MoveNotAllowed(_("The statutory pack allows no further extension."))
        requests.none_pending(turn, ApprovalKind.DEADLINE_EXTENSION)

    return ready


def _check_told(problems: Problems, turn: engine.Turn, customer_told: int | None) -> Message | None:
    """Return the message with this id; note a problem unless a person sent it to the customer."""
    told = Message.objects.filter(complaint=turn.complaint, pk=customer_told or 0).first()
    if told is None or told.direction != Direction.OUT or not told.by_person:
        problems.add("customer_told", _("Choose the message in which the customer was told."))
    return told


def _by_law(
    problems: Problems, clock: Clock, told: Message | None, due_at: datetime | None
) -> datetime | None:
    """Return the deadline of the pack's next step: the end of its day.

    Note a problem if `due_at` is another day, or if the pack has a holding day and `told` is not a holding
    message.
    """
    pack, step = duty.pack_of(clock), duty.next_step(clock)
    assert pack is not None
    assert step is not None
    asked = isinstance(due_at, datetime) and due_at.tzinfo is not None
    if asked and due_at and due_at.astimezone(ZoneInfo(pack.timezone)).date() != step.count.day:
        text = _("The pack moves this deadline to the end of %(day)s. Choose that day.")
        problems.add("due_at", text % {"day": date_format(step.count.day, "DATE_FORMAT")})
    if pack.holding_day is not None and told is not None and told.purpose != Purpose.HOLDING:
        problems.add("customer_told", _("This pack requires a holding message. Choose that message."))
    return step.count.due_at


def _running(turn: engine.Turn, kind: str) -> Clock | None:
    """Return the live clock of this kind whose deadline has not passed, or None.

    While a clock is paused its deadline does not pass. Of statutory clocks only those of packs are found,
    because only the authority itself can move a deadline that it has set.
    """
    subject = duty.PACK if kind == ClockKind.STATUTORY else ""
    found = next((c for c in clocks.live(turn.complaint, kind) if c.subject_type == subject), None)
    late = found is not None and (
        found.breached_at is not None or (found.due_at <= turn.at and not found.paused_since)
    )
    return None if late else found


def drop_ended(turn: engine.Turn) -> None:
    """End the pending requests for more time whose clock has ended."""
    for approval in Approval.objects.filter(
        complaint=turn.complaint, kind=ApprovalKind.DEADLINE_EXTENSION, state=ApprovalState.PENDING
    ):
        if not Clock.objects.live().filter(pk=approval.snapshot["clock_id"]).exists():
            requests.end(turn, approval, ApprovalState.EXPIRED)


def when_approved(turn: engine.Turn, approval: Approval) -> None:
    """Move the deadline. The original one stays visible, and a breach in the meantime stays a breach."""
    shot = approval.snapshot
    clock = Clock.objects.select_related("calendar", "rule").filter(pk=shot["clock_id"]).first()
    if clock is None or not clock.is_live:
        raise MoveNotAllowed(_("This clock has ended in the meantime, so there is nothing to extend."))
    new_due = datetime.fromisoformat(shot["new_due"])
    clocks.move_deadline(turn.complaint, clock, new_due, at=turn.at)
    turn.event("extended", clock=clock.kind, old_due=shot["old_due"], due=shot["new_due"])
