"""Raise the tier: asked for and approved, by a supervisor, or by a breach, once a round."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import TOP_TIER, Tier, next_tier
from complaints.lifecycle import approvals, engine
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    BreachEscalation,
    Clock,
    ClockKind,
    Complaint,
    Event,
)
from complaints.models.clock import ESCALATING
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import ESCALATING_STAGES
from complaints.triage import routing

AFTER_REFUSAL = timedelta(hours=4)
NEW_FACTS = ("message_in", "call", "finding", "task_done", "offer_rejected", "rated", "flagged")
"""Entries that give reason to ask again for what was refused."""


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
    """The assignee asks; a supervisor, or a customer who insists on a manager, moves it at once."""
    at_once = by.is_supervisor or customer_insists

    def ready(turn: engine.Turn) -> None:
        _not_at_top(turn)
        if not at_once:
            approvals.none_pending(turn, ApprovalKind.ESCALATION)
            _check_not_just_refused(turn)

    with engine.move("escalate", complaint, by=by, at=at, version=version, ready=ready) as turn:
        problems = Problems()
        texts = {"reason": reason, "tried": tried, "ask": ask}
        texts = {
            name: clean_text(problems, name, text, limit=1000, required=True) for name, text in texts.items()
        }
        problems.check()
        if at_once:
            approvals.supersede(turn, ApprovalKind.ESCALATION)
            go_up(
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
    approvals.request(turn, ApprovalKind.ESCALATION, reason=reason, snapshot=snapshot)


def _check_not_just_refused(turn: engine.Turn) -> None:
    """A refused request is not repeated within four hours unless something came in since."""
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
        raise MoveNotAllowed(_("This was refused less than four hours ago and nothing new came in since."))


def after_rejections(turn: engine.Turn, reason: str) -> None:
    """The customer refused too many offers: ask for escalation without anybody pressing a button."""
    complaint = turn.complaint
    pending = Approval.objects.filter(
        complaint=complaint, kind=ApprovalKind.ESCALATION, state=ApprovalState.PENDING
    )
    if complaint.tier >= TOP_TIER or pending.exists():
        return
    try:
        _request(turn, reason, {"reason": reason, "tried": "", "ask": ""})
    except MissingDetail:
        # Nobody may decide now. The customer's refusal stands all the same.
        event = turn.event("escalation_unasked", reason)
        notify.tell_users(
            notify.managers(), "escalation_unasked", complaint=complaint, at=turn.at, event=event
        )


def _not_at_top(turn: engine.Turn) -> None:
    if turn.complaint.tier >= TOP_TIER:
        raise MoveNotAllowed(_("This is the top tier already."))


def go_up(turn: engine.Turn, kind: str, body: str = "", **details: Any) -> Event:
    """Tier + 1, next team, unassigned; a pick-up clock starts. Nothing else is restarted."""
    complaint = turn.complaint
    hand_over(turn, next_tier(complaint.tier))
    event = turn.event(kind, body, **details)
    turn.tell(
        [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)], "escalated", event=event
    )
    return event


def hand_over(turn: engine.Turn, tier: int) -> None:
    """Move to the team of a tier, unassigned. Used by escalation and second handling."""
    complaint = turn.complaint
    team = routing.team_for(
        tier, channel=complaint.channel, category_code=complaint.category.code, region=complaint.region
    )
    turn.change(tier=tier, team=team, assignee=None)
    complaint.highest_tier = max(complaint.highest_tier, tier)
    turn.cancel_clocks(ClockKind.PICKUP)
    turn.start_clock(ClockKind.PICKUP)


def to_the_top(turn: engine.Turn, flag: str) -> None:
    """A grave risk that a person saw goes to tier 3 at once; a pending request is granted, not doubled."""
    _grant_pending(turn, "risk")
    hand_over(turn, TOP_TIER)
    event = turn.event("escalated_by_risk", flags=[flag])
    people = [*notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
    notify.tell_users(people, "escalated", complaint=turn.complaint, at=turn.at, event=event)


def _grant_pending(turn: engine.Turn, note: str) -> None:
    pending = turn.pending_request(ApprovalKind.ESCALATION)
    if pending is not None:
        approvals.end(turn, pending, ApprovalState.APPROVED, automatic=True, decision_note=note)


def de_escalate(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    guidance: str,
    version: int | None = None,
) -> Complaint:
    """A supervisor hands it to the tier below, with what that tier must do. Nothing but pick-up restarts."""
    with engine.move("de-escalate", complaint, by=by, at=at, version=version, ready=_not_at_bottom) as turn:
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        guidance = clean_text(problems, "guidance", guidance, limit=1000, required=True)
        problems.check()
        approvals.supersede(turn, ApprovalKind.ESCALATION)
        hand_over(turn, turn.complaint.tier - 1)
        event = turn.event("de_escalated", reason, guidance=guidance)
        notify.tell_users(
            notify.responsible(turn.complaint), "assigned", complaint=turn.complaint, at=at, event=event
        )
    return complaint


def _not_at_bottom(turn: engine.Turn) -> None:
    if turn.complaint.tier <= Tier.FRONT_LINE:
        raise MoveNotAllowed(_("This is the first tier already."))


@approvals.carries_out(ApprovalKind.ESCALATION)
def _granted(turn: engine.Turn, approval: Approval) -> None:
    if turn.complaint.stage not in ESCALATING_STAGES:
        raise MoveNotAllowed(_("The complaint has left the stages in which it can be escalated."))
    go_up(turn, "escalated", approval.reason, approval=approval.pk, ask=approval.snapshot.get("ask", ""))


@approvals.on_rejection(ApprovalKind.ESCALATION)
def _refused(turn: engine.Turn, approval: Approval) -> None:
    """The requester stays responsible; the decision and its reason stand in the timeline."""


def by_breach(turn: engine.Turn, clock: Clock) -> None:
    """A breach moves the complaint up one tier, at most once a round whatever breaches.

    Later breaches add a note; at tier 3 the managers are told; a pending request is granted, not doubled.
    """
    complaint = turn.complaint
    if complaint.stage not in ESCALATING_STAGES or (clock.rule and not clock.rule.escalate):
        return
    if complaint.tier >= TOP_TIER:
        event = turn.event("breach_at_top", clock=clock.kind)
        turn.tell(notify.managers(), "breach_at_top", event=event)
        return
    if not turn.first_breach(clock):
        turn.event("breach_noted", clock=clock.kind)
        return
    _grant_pending(turn, "breach")
    turn.is_move = True
    go_up(turn, "escalated_by_breach", clock=clock.kind, due=clock.due_at.isoformat())


def missed_and_raised(complaint: Complaint) -> Clock | None:
    """The promise for which the move just made with this object raised the tier, having found it missed."""
    found = [effect.clock_id for effect in getattr(complaint, "breaches_found", [])]
    made = BreachEscalation.objects.filter(complaint=complaint, clock__in=found).select_related("clock")
    row = made.first() if found else None
    return row.clock if row else None


AT_BREACH = dict.fromkeys(ESCALATING, by_breach)
engine.AT_BREACH.update(AT_BREACH)
