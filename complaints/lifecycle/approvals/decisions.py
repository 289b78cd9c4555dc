"""Decide on a request, or take it back (lifecycle.md, "Authority and approvals").

The checks, the decision by compare-and-set and its consequences are one transaction.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine, escalate, extend, resolve, review
from complaints.lifecycle.approvals.requests import already_decided, end
from complaints.lifecycle.remedies import offers
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    ApprovalVote,
)
from complaints.notices import notify
from complaints.rights import authority, deciders, duties, standings
from complaints.rights.actors import Actor
from complaints.terms.errors import (
    AlreadyDecided,
    NotYours,
    Problems,
    RoleMayNot,
)
from complaints.terms.input import clean_text

Follow = Callable[[engine.Turn, Approval], None]
WHEN_APPROVED: dict[str, Follow] = {
    ApprovalKind.ESCALATION: escalate.when_approved,
    ApprovalKind.COMPENSATION: offers.when_approved,
    ApprovalKind.NOT_UPHELD: resolve.when_approved,
    ApprovalKind.DEADLINE_EXTENSION: extend.when_approved,
    ApprovalKind.REVIEW: review.when_approved,
}
"""What follows when a request of each kind is approved."""
WHEN_REJECTED: dict[str, Follow] = {
    ApprovalKind.COMPENSATION: offers.when_rejected,
    ApprovalKind.REVIEW: review.when_rejected,
}
"""What follows when a request is rejected or taken back. For the other kinds nothing has to be undone."""
FIRST_LIMIT = "first_limit"
"""The key in the request's snapshot under which the limit set by the first of two managers is stored."""


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
    """Approve a request, or reject it with a reason. Return the request as it is afterwards.

    A compensation can be approved with a lower limit (`limit_minor`, minor units). If two managers must
    approve, the first approval is recorded and the request stays pending. Raises RoleMayNot or NotYours if
    this person may not decide, AlreadyDecided if the request is no longer pending, MissingDetail for wrong
    input.
    """
    if by.role not in duties.DECIDE:
        raise RoleMayNot(_("Your role cannot decide on requests."))
    with engine.recording(approval.complaint, by=by, at=at, version=version) as turn:
        fresh = _pending(approval)
        assert by.user is not None
        _may_decide(fresh, by.user, at)
        votes = _earlier_votes(fresh)
        first_limit = fresh.snapshot.get(FIRST_LIMIT) if votes else None
        if approve and any(vote.by_id == by.user.pk for vote in votes):
            raise NotYours(_("You have already approved this. Another manager must approve it too."))
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
        raise AlreadyDecided(already_decided(fresh))
    return fresh


def _earlier_votes(approval: Approval) -> list[ApprovalVote]:
    """Return the approvals so far, without those of people who have since declared a conflict of interest."""
    return list(approval.votes.exclude(by__in=authority.barred_ids(approval.complaint)))


def _keep_vote(turn: engine.Turn, approval: Approval, note: str, limit_minor: int | None) -> None:
    """Record the first of two approvals and notify the other people who were asked; the clock runs on."""
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
    carry_out(turn, approval) if approve else _drop(turn, approval)
    notify.tell_users(
        notify.askers(approval),
        "approval_decided",
        complaint=turn.complaint,
        at=turn.at,
        event=event,
        context={"kind": approval.kind, "state": state.value},
    )


def carry_out(turn: engine.Turn, approval: Approval) -> None:
    """Do what the approved request asked for."""
    WHEN_APPROVED[approval.kind](turn, approval)


def _drop(turn: engine.Turn, approval: Approval) -> None:
    """Undo the changes that were made when the request was created."""
    if follow := WHEN_REJECTED.get(approval.kind):
        follow(turn, approval)


def withdraw(approval: Approval, *, by: Actor, at: datetime, version: int | None = None) -> Approval:
    """Let the requester take a pending request back, and undo the changes that it made when it was created.

    When the requester can no longer work on complaints, the assignee may.
    """
    if by.role not in duties.ASK_FOR_DECISION:
        raise RoleMayNot(_("Your role cannot make requests."))
    with engine.recording(approval.complaint, by=by, at=at, version=version) as turn:
        fresh = _pending(approval)
        if by.user is not None and standings.has_conflict(by.user, turn.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        if by.user is None or by.user.pk != fresh.held_by_id:
            raise NotYours(_("Only the person who made this request can take it back."))
        turn.is_move = True
        end(turn, fresh, ApprovalState.WITHDRAWN)
        event = turn.event("approval_withdrawn", kind=fresh.kind, approval=fresh.pk)
        _drop(turn, fresh)
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
            problems.add("limit", _("Only a request for money can be approved with a limit."))
        elif limit_minor >= approval.amount_minor:
            problems.add("limit", _("The limit must be lower than the amount requested."))
        elif first_limit is not None and limit_minor > first_limit:
            problems.add("limit", _("The limit cannot be higher than what the first manager approved."))
    problems.check()
    return note


def _may_decide(approval: Approval, user: User, at: datetime) -> None:
    """Raise NotYours unless this person may decide now.

    The person must not decide on their own request (four eyes), must have no conflict of interest, and for
    money needs a limit that covers the amount (L-16). This is checked again here because it may have changed
    since the person was asked.
    """
    complaint = approval.complaint
    if user.pk == approval.requested_by_id:
        raise NotYours(_("You cannot decide on your own request."))
    if user.pk == complaint.assignee_id:
        raise NotYours(_("You cannot decide on a complaint that is assigned to you."))
    if user.pk in authority.barred_ids(complaint):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    if not deciders.may_decide(approval, user, at):
        raise NotYours(_("This request is for somebody else to decide."))
    if not deciders.limit_covers(approval, user):
        raise NotYours(_("This amount is above your limit."))
