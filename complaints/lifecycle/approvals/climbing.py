"""Requests that nobody decides: they climb, and an escalation is granted by itself at twice its time."""

from complaints.lifecycle import engine
from complaints.lifecycle.approvals import decisions, requests
from complaints.models import Approval, ApprovalKind, ApprovalState, Clock, Event
from complaints.notices import notify
from complaints.rights import deciders

GRANTED_BY_THEMSELVES = frozenset({ApprovalKind.ESCALATION})
"""A silent supervisor never holds up the customer; money only climbs."""
AT_TOP = "approval_at_top"


def at_deadline(turn: engine.Turn, clock: Clock) -> None:
    """The time to decide is over: the next level is asked."""
    if approval := _pending(clock):
        climb(turn, approval)


def at_twice(turn: engine.Turn, clock: Clock) -> None:
    """Twice the time to decide is over."""
    approval = _pending(clock)
    if approval is None:
        return
    if approval.kind in GRANTED_BY_THEMSELVES:
        _grant(turn, approval)
    else:
        climb(turn, approval)


def _pending(clock: Clock) -> Approval | None:
    """The request of a clock, if nothing in the same pass has decided it already."""
    waiting = Approval.objects.select_related("complaint", "plan", "review", "handling", "requested_by")
    return waiting.filter(pk=clock.subject_id, state=ApprovalState.PENDING).first()


def climb(turn: engine.Turn, approval: Approval) -> None:
    """Ask the next level that has somebody fit; nothing above: the managers are told, once."""
    approval.complaint = turn.complaint
    before = approval.required_role
    asked = deciders.who_is_next(approval, turn.at)
    if asked is None:
        _tell_managers_once(turn, approval)
        return
    event = turn.event(
        "approval_climbed",
        kind=approval.kind,
        approval=approval.pk,
        level=asked.level.value,
        from_level=before,
    )
    requests.ask(turn, approval, asked, event)


def _tell_managers_once(turn: engine.Turn, approval: Approval) -> None:
    told = Event.objects.filter(complaint=turn.complaint, kind=AT_TOP, text__details__approval=approval.pk)
    if told.exists():
        return
    event = turn.event(AT_TOP, kind=approval.kind, approval=approval.pk)
    turn.tell(notify.managers(), AT_TOP, event=event)


def _grant(turn: engine.Turn, approval: Approval) -> None:
    """Carried out as if it had been approved, and marked; the supervisors of before the move are told."""
    told = [*notify.supervisors_of(turn.complaint.team), *approval.asked.all()]
    if approval.requested_by is not None:
        told.append(approval.requested_by)
    turn.is_move = True
    requests.end(turn, approval, ApprovalState.APPROVED, automatic=True)
    event = turn.event("approval_automatic", kind=approval.kind, approval=approval.pk, automatic=True)
    decisions.carry_out(turn, approval)
    turn.tell(told, "approval_automatic", event=event)
