"""Ask for a decision and make it: one pending per complaint and kind, four eyes, compare-and-set."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    ApprovalVote,
    ClockKind,
    Event,
    Plan,
    Review,
)
from complaints.notices import notify
from complaints.rights import access, authority, deciders, duties
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.clocks import Subject
from complaints.terms.errors import (
    AlreadyDecided,
    MissingDetail,
    MoveNotAllowed,
    NotYours,
    Problems,
    RoleMayNot,
)
from complaints.terms.input import clean_text
from complaints.terms.stages import WaitingOn

CAUSE = "approval"
FIRST_LIMIT = "first_limit"
"""Where the snapshot keeps the limit that the first of two managers set."""
DECIDED = frozenset({ApprovalState.APPROVED, ApprovalState.REJECTED})


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
    none_pending(turn, kind)
    question = deciders.Question(complaint, kind, turn.user, amount_minor, deciders.options_of(plan))
    asked = deciders.who_decides(question, turn.at)
    if asked is None:
        raise MissingDetail({"reason": [deciders.why_nobody(question)]})
    approval = Approval.objects.create(
        complaint=complaint,
        handling=turn.handling,
        kind=kind,
        plan=plan,
        review=review,
        required_role=asked.level,
        needs=asked.needs,
        amount_minor=amount_minor,
        reason=reason,
        snapshot={**snapshot, "first_level": asked.level.value},
        requested_by=turn.user,
        requested_at=turn.at,
    )
    clock = clocks.start(complaint, ClockKind.APPROVAL, turn.at, subject=Subject(CAUSE, approval.pk))
    approval.due_at = clock.due_at if clock else None
    turn.wait(WaitingOn.APPROVAL, CAUSE, approval.pk)
    event = turn.event("approval_requested", reason, kind=kind, approval=approval.pk, amount=amount_minor)
    ask(turn, approval, asked, event)
    return approval


def none_pending(turn: engine.Turn, kind: ApprovalKind) -> None:
    """One request of a kind at a time."""
    pending = Approval.objects.filter(complaint=turn.complaint, kind=kind, state=ApprovalState.PENDING)
    if pending.exists():
        raise MoveNotAllowed(_("A decision on this has been asked for already."))


def ask(turn: engine.Turn, approval: Approval, asked: deciders.Asked, event: Event) -> None:
    """Put it to these people too; who was asked before may still decide."""
    approval.required_role = asked.level
    approval.snapshot["stand_ins"] = approval.snapshot.get("stand_ins", []) + asked.stand_ins
    approval.save(update_fields=["required_role", "snapshot", "due_at"])
    approval.asked.add(*asked.people)
    turn.tell(asked.people, "approval_requested", event=event)


def end(turn: engine.Turn, approval: Approval, state: ApprovalState, **fields: Any) -> None:
    """Close a pending request by compare-and-set. Decided already: AlreadyDecided (409)."""
    changed = Approval.objects.filter(pk=approval.pk, state=ApprovalState.PENDING).update(
        state=state, decided_at=turn.at, **fields
    )
    if changed != 1:
        raise AlreadyDecided(_already(approval))
    approval.refresh_from_db()
    stop = clocks.meet if state in DECIDED else clocks.cancel
    stop(turn.complaint, ClockKind.APPROVAL, at=turn.at, subject=Subject(CAUSE, approval.pk))
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
    version: int | None = None,
) -> Approval:
    """Approve (compensation: maybe with a lower limit, minor units) or reject with a reason, once.

    Where two must approve the first approval is kept and the request goes on waiting.
    """
    if by.role not in duties.DECIDE:
        raise RoleMayNot(_("Your role does not decide on requests."))
    with engine.recording(approval.complaint, by=by, at=at, version=version) as turn:
        fresh = _pending(approval)
        assert by.user is not None
        _may_decide(fresh, by.user, at)
        votes = _earlier_votes(fresh)
        first_limit = fresh.snapshot.get(FIRST_LIMIT) if votes else None
        if approve and any(vote.by_id == by.user.pk for vote in votes):
            raise NotYours(_("You have approved this already. Another manager must approve it too."))
        note = _check_decision(fresh, approve, note, limit_minor, first_limit)
        if approve and fresh.needs > deciders.ON_ITS_OWN:
            limit_minor = min((x for x in (limit_minor, first_limit) if x is not None), default=None)
            ApprovalVote.objects.create(approval=fresh, by=by.user, at=at, note=note)
        if approve and len(votes) + 1 < fresh.needs:
            _keep_vote(turn, fresh, note, limit_minor)
        else:
            _decide(turn, fresh, approve, note, limit_minor)
    approval.refresh_from_db()
    return approval


def _pending(approval: Approval) -> Approval:
    fresh = Approval.objects.select_related("plan", "review", "handling", "requested_by").get(pk=approval.pk)
    if fresh.state != ApprovalState.PENDING:
        raise AlreadyDecided(_already(fresh))
    return fresh


def _earlier_votes(approval: Approval) -> list[ApprovalVote]:
    """Approvals so far, but of nobody who has declared a conflict since."""
    return list(approval.votes.exclude(by__in=authority.barred_ids(approval.complaint)))


def _keep_vote(turn: engine.Turn, approval: Approval, note: str, limit_minor: int | None) -> None:
    """One of two has approved: the others who may are told, the clock goes on."""
    approval.snapshot[FIRST_LIMIT] = limit_minor
    approval.save(update_fields=["snapshot"])
    event = turn.event(
        "approval_vote",
        note,
        kind=approval.kind,
        approval=approval.pk,
        limit=limit_minor,
        needs=approval.needs,
    )
    others = [person for person in approval.asked.all() if person != turn.user]
    notify.tell_users(others, "approval_vote", complaint=turn.complaint, at=turn.at, event=event)


def _decide(turn: engine.Turn, approval: Approval, approve: bool, note: str, limit_minor: int | None) -> None:
    turn.is_move = True
    state = ApprovalState.APPROVED if approve else ApprovalState.REJECTED
    end(turn, approval, state, decided_by=turn.user, decision_note=note, limit_minor=limit_minor)
    event = turn.event(
        "approval_decided",
        note,
        kind=approval.kind,
        approval=approval.pk,
        state=state.value,
        limit=limit_minor,
    )
    (_CARRY_OUT if approve else _ON_REJECTION)[approval.kind](turn, approval)
    if approval.requested_by is not None:
        notify.tell_users(
            [approval.requested_by], "approval_decided", complaint=turn.complaint, at=turn.at, event=event
        )


def carry_out(turn: engine.Turn, approval: Approval) -> None:
    """Do what was asked."""
    _CARRY_OUT[approval.kind](turn, approval)


def withdraw(approval: Approval, *, by: Actor, at: datetime, version: int | None = None) -> Approval:
    """The requester takes the request back; what was asked returns to where it was."""
    if by.role not in duties.ASK_FOR_DECISION:
        raise RoleMayNot(_("Your role does not ask for decisions."))
    with engine.recording(approval.complaint, by=by, at=at, version=version) as turn:
        fresh = _pending(approval)
        if by.user is not None and access.has_conflict(by.user, turn.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        if by.user is None or by.user.pk != fresh.requested_by_id:
            raise NotYours(_("Only who asked takes a request back."))
        turn.is_move = True
        end(turn, fresh, ApprovalState.WITHDRAWN)
        event = turn.event("approval_withdrawn", kind=fresh.kind, approval=fresh.pk)
        _ON_REJECTION[fresh.kind](turn, fresh)
        asked = fresh.asked.all()
        notify.tell_users(asked, "approval_withdrawn", complaint=turn.complaint, at=at, event=event)
    approval.refresh_from_db()
    return approval


def _check_decision(
    approval: Approval, approve: bool, note: str, limit_minor: int | None, first_limit: int | None
) -> str:
    problems = Problems()
    note = clean_text(problems, "reason" if not approve else "note", note, limit=2000, required=not approve)
    if limit_minor is not None:
        if approval.kind != ApprovalKind.COMPENSATION:
            problems.add("limit", _("Only an amount of money can be approved with a limit."))
        elif limit_minor >= approval.amount_minor:
            problems.add("limit", _("The limit must be below what was asked for."))
        elif first_limit is not None and limit_minor > first_limit:
            problems.add("limit", _("The limit must not be above what the first manager approved."))
    problems.check()
    return note


def _may_decide(approval: Approval, user: User, at: datetime) -> None:
    """Four eyes, no conflict of interest, and for money a limit that covers it: looked at again now."""
    complaint = approval.complaint
    if user.pk == approval.requested_by_id:
        raise NotYours(_("Nobody decides on their own request."))
    if user.pk == complaint.assignee_id:
        raise NotYours(_("Nobody decides on a complaint that is assigned to them."))
    if user.pk in authority.barred_ids(complaint):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    if not deciders.may_decide(approval, user, at):
        raise NotYours(_("This request is for somebody else to decide."))
    if not deciders.limit_covers(approval, user):
        raise NotYours(_("This amount is above your limit."))
