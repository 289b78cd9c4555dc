"""Requests that nobody decides in time climb to the next level (lifecycle.md, "Authority and approvals").

An escalation that is still undecided at twice its time is granted automatically.
"""

from complaints.lifecycle import engine
from complaints.lifecycle.approvals import decisions, requests
from complaints.models import Approval, ApprovalKind, ApprovalState, Clock, Event
from complaints.notices import notify
from complaints.rights import deciders

GRANTED_BY_THEMSELVES = frozenset({ApprovalKind.ESCALATION})
"""A supervisor who does not answer must not hold up the customer. Money is never granted automatically."""
AT_TOP = "approval_at_top"


def at_deadline(turn: engine.Turn, clock: Clock) -> None:
    """Ask the next level, because the time to decide is over."""
    if approval := _pending(clock):
        climb(turn, approval)


def at_twice(turn: engine.Turn, clock: Clock) -> None:
    """Grant an escalation, or let any other request climb again, because twice the time to decide is over."""
    approval = _pending(clock)
    if approval is None:
        return
    if approval.kind in GRANTED_BY_THEMSELVES:
        _grant(turn, approval)
    else:
        climb(turn, approval)


def _pending(clock: Clock) -> Approval | None:
    """Return the request of a clock, or None if something in the same pass has decided it."""
    waiting = Approval.objects.select_related("complaint", "plan", "review", "handling", "requested_by")
    return waiting.filter(pk=clock.subject_id, state=ApprovalState.PENDING).first()


def climb(turn: engine.Turn, approval: Approval) -> None:
    """Ask the next level at which somebody may decide. If there is none, notify the managers once."""
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
    """Carry the request out as if it had been approved, and mark it as automatic.

    The people to notify are collected first, because the decision may change the complaint's team.
    """
    told = [*notify.supervisors_of(turn.complaint.team), *approval.asked.all()]
    told += notify.askers(approval)
    turn.is_move = True
    requests.end(turn, approval, ApprovalState.APPROVED, automatic=True)
    event = turn.event("approval_automatic", kind=approval.kind, approval=approval.pk, automatic=True)
    decisions.carry_out(turn, approval)
    turn.tell(told, "approval_automatic", event=event)
