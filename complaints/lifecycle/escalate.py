"""Raise the tier by request or by a supervisor, and hand a complaint down again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.roles import TOP_TIER, Tier, next_tier
from complaints.lifecycle import engine, tiers
from complaints.lifecycle.approvals import requests
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    BreachEscalation,
    Clock,
    Complaint,
    Event,
)
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import ESCALATING_STAGES

AFTER_REFUSAL = timedelta(hours=4)
NEW_FACTS = ("message_in", "call", "finding", "task_done", "offer_rejected", "rated", "flagged")
"""Events after which a refused escalation may be asked for again."""


def escalate(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    tried: str,
    ask: str,
    customer_insists: bool = False,
    version: int | None = None,
) -> Complaint:
    """Request an escalation, or raise the tier at once for a supervisor or an insistent customer."""
    at_once = by.is_supervisor or customer_insists

    def ready(turn: engine.Turn) -> None:
        _not_at_top(turn)
        if not at_once:
            requests.none_pending(turn, ApprovalKind.ESCALATION)
            _check_not_just_refused(turn)

    with engine.move("escalate", complaint, by=by, at=at, version=version, ready=ready) as turn:
        problems = Problems()
        texts = {"reason": reason, "tried": tried, "ask": ask}
        texts = {
            name: clean_text(problems, name, text, limit=1000, required=True) for name, text in texts.items()
        }
        problems.check()
        if at_once:
            requests.supersede(turn, ApprovalKind.ESCALATION)
            tiers.go_up(
                turn,
                "escalated",
                texts["reason"],
                tried=texts["tried"],
                ask=texts["ask"],
                insists=customer_insists,
            )
        else:
            _request(turn, texts["reason"], texts)
    return complaint


def _request(turn: engine.Turn, reason: str, texts: dict[str, str]) -> None:
    tier = turn.complaint.tier
    snapshot = {**texts, "from_tier": tier, "to_tier": next_tier(tier)}
    requests.request(turn, ApprovalKind.ESCALATION, reason=reason, snapshot=snapshot)


def _check_not_just_refused(turn: engine.Turn) -> None:
    """Raise MoveNotAllowed if a request was refused in the last four hours and nothing has come in since."""
    refused = Approval.objects.filter(
        complaint=turn.complaint,
        kind=ApprovalKind.ESCALATION,
        state=ApprovalState.REJECTED,
        decided_at__gt=turn.at - AFTER_REFUSAL,
    ).last()
    if refused is None:
        return
    known = Event.objects.filter(
        complaint=turn.complaint, kind="approval_decided", text__details__approval=refused.pk
    )
    since = known.order_by("-seq").values_list("seq", flat=True).first() or 0
    if not Event.objects.filter(complaint=turn.complaint, seq__gt=since, kind__in=NEW_FACTS).exists():
        raise MoveNotAllowed(_("This was refused less than four hours ago and nothing has come in since."))


def after_rejections(turn: engine.Turn, reason: str) -> None:
    """Request an escalation automatically, because the customer has refused too many offers."""
    complaint = turn.complaint
    pending = Approval.objects.filter(
        complaint=complaint, kind=ApprovalKind.ESCALATION, state=ApprovalState.PENDING
    )
    if complaint.tier >= TOP_TIER or pending.exists():
        return
    try:
        _request(turn, reason, {"reason": reason, "tried": "", "ask": ""})
    except MissingDetail:
        # Nobody may decide at present. The managers are notified, and the customer's refusal is still
        # recorded.
        event = turn.event("escalation_unasked", reason)
        notify.tell_users(
            notify.managers(), "escalation_unasked", complaint=complaint, at=turn.at, event=event
        )


def _not_at_top(turn: engine.Turn) -> None:
    if turn.complaint.tier >= TOP_TIER:
        raise MoveNotAllowed(_("The complaint is already on the top tier."))


def de_escalate(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    guidance: str,
    version: int | None = None,
) -> Complaint:
    """Hand the complaint to the tier below, with guidance on what to do. Only the pick-up clock restarts."""
    with engine.move("de-escalate", complaint, by=by, at=at, version=version, ready=_not_at_bottom) as turn:
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        guidance = clean_text(problems, "guidance", guidance, limit=1000, required=True)
        problems.check()
        requests.supersede(turn, ApprovalKind.ESCALATION)
        tiers.hand_over(turn, turn.complaint.tier - 1)
        event = turn.event("de_escalated", reason, guidance=guidance)
        notify.tell_users(
            notify.responsible(turn.complaint), "assigned", complaint=turn.complaint, at=at, event=event
        )
    return complaint


def _not_at_bottom(turn: engine.Turn) -> None:
    if turn.complaint.tier <= Tier.FRONT_LINE:
        raise MoveNotAllowed(_("The complaint is already on the first tier."))


def when_approved(turn: engine.Turn, approval: Approval) -> None:
    if turn.complaint.stage not in ESCALATING_STAGES:
        raise MoveNotAllowed(_("The complaint is no longer in a stage in which it can be escalated."))
    tiers.go_up(
        turn, "escalated", approval.reason, approval=approval.pk, ask=approval.snapshot.get("ask", "")
    )


def missed_and_raised(complaint: Complaint) -> Clock | None:
    """Return the missed clock that raised the tier during the last move of this object, or None."""
    found = [effect.clock_id for effect in getattr(complaint, "breaches_found", [])]
    made = BreachEscalation.objects.filter(complaint=complaint, clock__in=found).select_related("clock")
    row = made.first() if found else None
    return row.clock if row else None
