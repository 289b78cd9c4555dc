"""Ask for a decision and make it: one pending per complaint and kind, four eyes, compare-and-set."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints import authority, notify
from complaints.actors import Actor
from complaints.lifecycle import engine
from complaints.lifecycle.errors import (
    AlreadyDecided,
    MissingDetail,
    MoveNotAllowed,
    NotYours,
    Problems,
    RoleMayNot,
)
from complaints.lifecycle.stages import WaitingOn
from complaints.lifecycle.words import clean_text
from complaints.models import Approval, ApprovalKind, ApprovalState, ClockKind, Plan, Review
from complaints.sla import clocks
from complaints.sla.clocks import Subject

CAUSE = "approval"


def request(
    turn: engine.Turn,
    kind: ApprovalKind,
    *,
    reason: str,
    amount_minor: int = 0,
    plan: Plan | None = None,
    review: Review | None = None,
    snapshot: dict[str, Any],
) -> Approval:
    """Ask the first level that may decide. Nobody may: refused at once (400) with that reason."""
    complaint = turn.complaint
    if Approval.objects.filter(complaint=complaint, kind=kind, state=ApprovalState.PENDING).exists():
        raise MoveNotAllowed(_("A decision on this has been asked for already."))
    asked = authority.who_decides(complaint, kind, amount_minor, turn.user)
    if asked is None:
        raise MissingDetail({"reason": [_("Nobody here may decide on this: it is above everybody's limit.")]})
    approval = Approval.objects.create(
        complaint=complaint,
        handling=turn.handling,
        kind=kind,
        plan=plan,
        review=review,
        required_role=asked.level,
        amount_minor=amount_minor,
        reason=reason,
        snapshot=snapshot,
        requested_by=turn.user,
        requested_at=turn.at,
    )
    approval.asked.set(asked.people)
    clock = clocks.start(complaint, ClockKind.APPROVAL, turn.at, subject=Subject(CAUSE, approval.pk))
    if clock:
        approval.due_at = clock.due_at
        approval.save(update_fields=["due_at"])
    turn.wait(WaitingOn.APPROVAL, CAUSE, approval.pk)
    event = turn.event("approval_requested", reason, kind=kind, approval=approval.pk, amount=amount_minor)
    notify.tell_users(asked.people, "approval_requested", complaint=complaint, at=turn.at, event=event)
    return approval


def end(turn: engine.Turn, approval: Approval, state: ApprovalState, **fields: Any) -> None:
    """Close a pending request by compare-and-set. Decided already: AlreadyDecided (409)."""
    changed = Approval.objects.filter(pk=approval.pk, state=ApprovalState.PENDING).update(
        state=state, decided_at=turn.at, **fields
    )
    if changed != 1:
        raise AlreadyDecided(_already(approval))
    approval.refresh_from_db()
    clocks.meet(turn.complaint, ClockKind.APPROVAL, at=turn.at, subject=Subject(CAUSE, approval.pk))
    turn.stop_waiting(WaitingOn.APPROVAL, CAUSE, approval.pk)


def _already(approval: Approval) -> str:
    now = Approval.objects.select_related("decided_by").get(pk=approval.pk)
    name = now.decided_by.display_name if now.decided_by else "Redress"
    return _("%(name)s was faster: this is already decided (%(state)s).") % {
        "name": name,
        "state": now.get_state_display(),
    }


def supersede(turn: engine.Turn, kind: ApprovalKind) -> None:
    """What was asked has changed: a pending request of this kind falls away."""
    _drop(turn, kind, ApprovalState.SUPERSEDED)


def expire(turn: engine.Turn, *kinds: ApprovalKind) -> None:
    """The complaint left the stages in which these may be asked."""
    for kind in kinds:
        _drop(turn, kind, ApprovalState.EXPIRED)


def _drop(turn: engine.Turn, kind: ApprovalKind, state: ApprovalState) -> None:
    for approval in Approval.objects.filter(complaint=turn.complaint, kind=kind, state=ApprovalState.PENDING):
        end(turn, approval, state)


Carry = Callable[[engine.Turn, Approval], None]
_CARRY_OUT: dict[str, Carry] = {}
_ON_REJECTION: dict[str, Carry] = {}


def carries_out(kind: ApprovalKind) -> Callable[[Carry], Carry]:
    """Register what approving this kind does, in the same transaction."""

    def register(function: Carry) -> Carry:
        _CARRY_OUT[kind] = function
        return function

    return register


def on_rejection(kind: ApprovalKind) -> Callable[[Carry], Carry]:
    """Register what refusing this kind does, in the same transaction."""

    def register(function: Carry) -> Carry:
        _ON_REJECTION[kind] = function
        return function

    return register


def decide(
    approval: Approval,
    *,
    by: Actor,
    at: datetime,
    approve: bool,
    note: str = "",
    limit_minor: int | None = None,
) -> Approval:
    """Approve (compensation: maybe with a lower limit, minor units) or reject with a reason, once."""
    if by.role not in {"supervisor", "manager"}:
        raise RoleMayNot(_("Your role does not decide on requests."))
    with engine.recording(approval.complaint, by=by, at=at) as turn:
        turn.is_move = True
        fresh = Approval.objects.select_related("plan", "review", "handling").get(pk=approval.pk)
        if fresh.state != ApprovalState.PENDING:
            raise AlreadyDecided(_already(fresh))
        assert by.user is not None
        _may_decide(fresh, by.user)
        note = _check_decision(fresh, approve, note, limit_minor)
        state = ApprovalState.APPROVED if approve else ApprovalState.REJECTED
        end(turn, fresh, state, decided_by=by.user, decision_note=note, limit_minor=limit_minor)
        event = turn.event(
            "approval_decided", note, kind=fresh.kind, approval=fresh.pk, state=state.value, limit=limit_minor
        )
        (_CARRY_OUT if approve else _ON_REJECTION)[fresh.kind](turn, fresh)
        if fresh.requested_by is not None:
            notify.tell_users(
                [fresh.requested_by], "approval_decided", complaint=turn.complaint, at=at, event=event
            )
    approval.refresh_from_db()
    return approval


def _check_decision(approval: Approval, approve: bool, note: str, limit_minor: int | None) -> str:
    problems = Problems()
    note = clean_text(problems, "reason" if not approve else "note", note, limit=2000, required=not approve)
    if limit_minor is not None:
        if approval.kind != ApprovalKind.COMPENSATION:
            problems.add("limit", _("Only an amount of money can be approved with a limit."))
        elif limit_minor >= approval.amount_minor:
            problems.add("limit", _("The limit must be below what was asked for."))
    problems.check()
    return note


def _may_decide(approval: Approval, user: User) -> None:
    """Four eyes, no conflict of interest, and for money a limit that covers it: looked at again now."""
    complaint = approval.complaint
    if user.pk == approval.requested_by_id:
        raise NotYours(_("Nobody decides on their own request."))
    if user.pk == complaint.assignee_id:
        raise NotYours(_("Nobody decides on a complaint that is assigned to them."))
    if user.pk in authority.barred_ids(complaint):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    asked = authority.who_decides(complaint, approval.kind, approval.amount_minor, approval.requested_by)
    people = {person.pk for person in asked.people} if asked else set()
    if user.pk not in people and not approval.asked.filter(pk=user.pk).exists():
        raise NotYours(_("This request is for somebody else to decide."))
    if (
        approval.kind == ApprovalKind.COMPENSATION
        and approval.amount_minor > authority.authority_of(user).limit_minor
    ):
        raise NotYours(_("This amount is above your limit."))
