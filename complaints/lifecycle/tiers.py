"""Hand a complaint over to another tier: by escalation, by a risk, by a second handling, or by a breach."""

from collections.abc import Callable
from typing import Any

from accounts.roles import TOP_TIER, next_tier
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.turn import Turn
from complaints.models import (
    ApprovalKind,
    ApprovalState,
    Clock,
    ClockKind,
    Event,
)
from complaints.models.clock import ESCALATING
from complaints.notices import notify
from complaints.terms.stages import ESCALATING_STAGES
from complaints.triage import routing


def go_up(turn: Turn, kind: str, body: str = "", **details: Any) -> Event:
    """Hand the complaint one tier up, unassigned, and return the event. No clock restarts except pick-up."""
    complaint = turn.complaint
    hand_over(turn, next_tier(complaint.tier))
    event = turn.event(kind, body, **details)
    turn.tell(
        [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)], "escalated", event=event
    )
    return event


def hand_over(turn: Turn, tier: int) -> None:
    """Move the complaint to the team that routing gives for a tier, unassigned, and restart pick-up."""
    complaint = turn.complaint
    team = routing.team_for(
        tier, channel=complaint.channel, category_code=complaint.category.code, region=complaint.region
    )
    turn.change(tier=tier, team=team, assignee=None)
    complaint.highest_tier = max(complaint.highest_tier, tier)
    turn.cancel_clocks(ClockKind.PICKUP)
    turn.start_clock(ClockKind.PICKUP)


def to_the_top(turn: Turn, flag: str) -> None:
    """Hand a complaint with a confirmed grave risk to tier 3.

    That also grants a pending request for escalation.
    """
    grant_pending(turn, "risk")
    hand_over(turn, TOP_TIER)
    event = turn.event("escalated_by_risk", flags=[flag])
    people = [*notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
    notify.tell_users(people, "escalated", complaint=turn.complaint, at=turn.at, event=event)


def grant_pending(turn: Turn, note: str) -> None:
    pending = turn.pending_request(ApprovalKind.ESCALATION)
    if pending is not None:
        requests.end(turn, pending, ApprovalState.APPROVED, automatic=True, decision_note=note)


def by_breach(turn: Turn, clock: Clock) -> None:
    """Let a breach move the complaint up one tier (lifecycle.md, "Escalation by a missed deadline").

    This happens at most once in a round; later breaches are only noted in the timeline. Moving up also grants
    a pending request. At tier 3 the managers are notified instead.
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
    grant_pending(turn, "breach")
    turn.is_move = True
    go_up(turn, "escalated_by_breach", clock=clock.kind, due=clock.due_at.isoformat())


AT_BREACH: dict[ClockKind, Callable[[Turn, Clock], None]] = dict.fromkeys(ESCALATING, by_breach)
"""What a breach of each kind of clock does by itself."""
