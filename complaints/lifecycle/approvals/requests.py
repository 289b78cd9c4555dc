"""Ask for a decision. A complaint has at most one pending request of a kind; compare-and-set ends it."""

from typing import Any

from django.utils.translation import gettext as _

from complaints.lifecycle.turn import Turn
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    ClockKind,
    Event,
    Plan,
    Review,
)
from complaints.rights import deciders
from complaints.sla import clocks
from complaints.sla.clocks import Subject
from complaints.terms.errors import (
    AlreadyDecided,
    MissingDetail,
    MoveNotAllowed,
)
from complaints.terms.stages import WaitingOn

CAUSE = "approval"
DECIDED = frozenset({ApprovalState.APPROVED, ApprovalState.REJECTED})


def request(
    turn: Turn,
    kind: ApprovalKind,
    *,
    reason: str,
    amount_minor: int = 0,
    plan: Plan | None = None,
    review: Review | None = None,
    snapshot: dict[str, Any],
) -> Approval:
    """Ask the first level at which somebody may decide.

    `snapshot` holds the facts to decide on as they are now, because later edits must not change them.
    Raises MoveNotAllowed if a request is pending, and MissingDetail with the reason if nobody may decide.
    """
    none_pending(turn, kind)
    question = deciders.Question(turn.complaint, kind, turn.user, amount_minor, deciders.options_of(plan))
    asked = deciders.who_decides(question, turn.at)
    if asked is None:
        raise MissingDetail({"reason": [deciders.why_nobody(question)]})
    approval = Approval.objects.create(
        complaint=turn.complaint,
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
    clock = clocks.start(turn.complaint, ClockKind.APPROVAL, turn.at, subject=Subject(CAUSE, approval.pk))
    approval.due_at = clock.due_at if clock else None
    turn.wait(WaitingOn.APPROVAL, CAUSE, approval.pk)
    event = turn.event("approval_requested", reason, kind=kind, approval=approval.pk, amount=amount_minor)
    ask(turn, approval, asked, event)
    return approval


def none_pending(turn: Turn, kind: ApprovalKind) -> None:
    """Raise MoveNotAllowed if a request of this kind is pending."""
    pending = Approval.objects.filter(complaint=turn.complaint, kind=kind, state=ApprovalState.PENDING)
    if pending.exists():
        raise MoveNotAllowed(_("A decision on this has already been requested."))


def ask(turn: Turn, approval: Approval, asked: deciders.Asked, event: Event) -> None:
    """Ask these people as well. Whoever was asked before may still decide."""
    approval.required_role = asked.level
    approval.snapshot["stand_ins"] = approval.snapshot.get("stand_ins", []) + asked.stand_ins
    approval.save(update_fields=["required_role", "snapshot", "due_at"])
    approval.asked.add(*asked.people)
    turn.tell(asked.people, "approval_requested", event=event)


def end(turn: Turn, approval: Approval, state: ApprovalState, **fields: Any) -> None:
    """End a pending request by compare-and-set. Raises AlreadyDecided if it is no longer pending."""
    changed = Approval.objects.filter(pk=approval.pk, state=ApprovalState.PENDING).update(
        state=state, decided_at=turn.at, **fields
    )
    if changed != 1:
        raise AlreadyDecided(already_decided(approval))
    approval.refresh_from_db()
    stop = clocks.meet if state in DECIDED else clocks.cancel
    stop(turn.complaint, ClockKind.APPROVAL, at=turn.at, subject=Subject(CAUSE, approval.pk))
    turn.stop_waiting(WaitingOn.APPROVAL, CAUSE, approval.pk)


def already_decided(approval: Approval) -> str:
    now = Approval.objects.select_related("decided_by").get(pk=approval.pk)
    name = now.decided_by.display_name if now.decided_by else "Redress"
    return _("%(name)s was faster: this has already been decided (%(state)s).") % {
        "name": name,
        "state": now.get_state_display(),
    }


def supersede(turn: Turn, kind: ApprovalKind) -> None:
    """End a pending request of this kind as superseded, because what it asks for has changed."""
    _drop(turn, kind, ApprovalState.SUPERSEDED)


def expire(turn: Turn, *kinds: ApprovalKind) -> None:
    """End pending requests of these kinds as expired: the complaint left the stages that allow them."""
    for kind in kinds:
        _drop(turn, kind, ApprovalState.EXPIRED)


def _drop(turn: Turn, kind: ApprovalKind, state: ApprovalState) -> None:
    for approval in Approval.objects.filter(complaint=turn.complaint, kind=kind, state=ApprovalState.PENDING):
        end(turn, approval, state)
