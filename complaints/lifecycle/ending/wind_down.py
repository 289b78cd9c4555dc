"""End what belongs to a complaint that is withdrawn, concluded or merged."""

from complaints.lifecycle import engine, flash, promises
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, ApprovalState, Callback, Plan, PlanState, Review
from complaints.sla import clocks
from complaints.terms.stages import WaitingOn


def wind_down(turn: engine.Turn, *, requests_end: ApprovalState) -> None:
    """End requests, offers, waits, tasks, the squad, the open callback and all clocks except statutory ones.

    `requests_end` is the state that pending requests get.
    """
    complaint = turn.complaint
    for approval in Approval.objects.filter(complaint=complaint, state=ApprovalState.PENDING):
        requests.end(turn, approval, requests_end)
    Review.objects.filter(handling=turn.handling, superseded_at__isnull=True).update(superseded_at=turn.at)
    end_offer(turn)
    carry_out.cancel_what_is_left(turn)
    for waiting_on in WaitingOn:
        turn.stop_waiting(waiting_on)
    Callback.objects.filter(handling=turn.handling, finished_at__isnull=True).update(finished_at=turn.at)
    promises.settle_missed(turn)
    flash.dissolve(turn)
    clocks.cancel_rest(complaint, turn.at)


def end_offer(turn: engine.Turn) -> None:
    """End offers without an answer as expired, and plans that have not gone out as superseded."""
    for plan in Plan.objects.filter(handling=turn.handling):
        if plan.state == PlanState.OFFERED:
            plan.expired_at = turn.at
        elif plan.state in {PlanState.DRAFT, PlanState.WAITING}:
            plan.superseded_at = turn.at
        plan.save(update_fields=["expired_at", "superseded_at"])
