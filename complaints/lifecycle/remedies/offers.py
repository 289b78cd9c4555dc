"""Offer remedies, take offers back, record what the customer chooses or refuses (lifecycle.md, "Offers")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.lifecycle import converse, diagnose, engine, escalate, files
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.remedies import carry_out, checks
from complaints.models import (
    Approval,
    ApprovalKind,
    Claim,
    Complaint,
    Direction,
    Event,
    Handling,
    ImprovementAction,
    Plan,
    PlanOption,
    PlanState,
    Purpose,
)
from complaints.notices import notify
from complaints.rights import authority
from complaints.rights.actors import Actor, person
from complaints.terms.errors import MissingDetail, MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.known import KnownBy, of_channel
from complaints.terms.stages import Channel, WaitingOn

LINE_OF_REJECTIONS = 3
"""After this many refused offers of a round an escalation is requested automatically."""


def latest_plan(handling: Handling) -> Plan | None:
    return (
        Plan.objects.filter(handling=handling)
        .prefetch_related("options__remedy")
        .order_by("-version")
        .first()
    )


def live_plan(handling: Handling) -> Plan | None:
    """Return the plan if it is with the customer or one of its options is chosen, or else None."""
    plan = latest_plan(handling)
    return plan if plan and plan.state in {PlanState.OFFERED, PlanState.CHOSEN} else None


def offer(
    complaint: Complaint, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Plan:
    """Offer one to four options, and return the plan. Above the actor's authority it waits for approval.

    `data` has the fields of `remedies` (docs/http-interface.md), with amounts as texts such as "120.00".
    Raises MissingDetail for wrong input, MoveNotAllowed if an offer is out or a risk flag holds it back.
    """
    with engine.move("remedies", complaint, by=by, at=at, version=version, ready=_may_be_offered) as turn:
        handling = turn.handling
        options, extra = checks.check_offer(turn, data)
        plan = _write_plan(turn, options, extra)
        accepted = authority.accepted_minor(turn.complaint)
        pairs = [(option.remedy.code, option.amount) for option in options]
        assert turn.user is not None
        if authority.within(turn.user, turn.complaint, handling, pairs, accepted, at=at):
            event = _send_offer(turn, plan)
            _tell_of_care(turn, pairs, accepted, event)
        else:
            _ask_for_approval(turn, plan, accepted, str(data.get("reason") or ""))
    return plan


def _may_be_offered(turn: engine.Turn) -> None:
    if live_plan(turn.handling) is not None:
        raise MoveNotAllowed(_("The customer already has an offer. Take it back first."))
    if converse.answers_wait(turn.complaint, turn.by):
        raise MoveNotAllowed(_("A legal or media risk is on. Offers wait until it is confirmed or lifted."))


def _write_plan(turn: engine.Turn, options: list[checks.Option], extra: dict[str, Any]) -> Plan:
    handling, at = turn.handling, turn.at
    requests.supersede(turn, ApprovalKind.COMPENSATION)
    earlier = Plan.objects.filter(handling=handling)
    for plan in earlier.filter(superseded_at__isnull=True):
        if plan.state in {PlanState.DRAFT, PlanState.WAITING}:
            plan.superseded_at = at
            plan.save(update_fields=["superseded_at"])
    improvement = extra.pop("improvement")
    assert turn.user is not None
    plan = Plan.objects.create(
        handling=handling, version=earlier.count() + 1, created_at=at, created_by=turn.user, **extra
    )
    for position, option in enumerate(options, start=1):
        row = PlanOption.objects.create(
            plan=plan,
            position=position,
            remedy=option.remedy,
            amount_minor=option.amount,
            description=option.description,
        )
        row.claims.set(option.claims)
    if improvement:
        ImprovementAction.objects.create(
            complaint=turn.complaint,
            title=improvement["title"],
            kind="process",
            owner=improvement["owner"],
            due_at=improvement["due_at"],
            created_at=at,
        )
    return plan


def _ask_for_approval(turn: engine.Turn, plan: Plan, accepted: int, reason: str) -> None:
    plan.submitted_at = turn.at
    plan.save(update_fields=["submitted_at"])
    amount = plan.dearest_minor + accepted
    diagnosis = diagnose.current_diagnosis(turn.handling)
    requests.request(
        turn,
        ApprovalKind.COMPENSATION,
        reason=reason or (diagnosis.reasons[:2000] if diagnosis else ""),
        amount_minor=amount,
        plan=plan,
        snapshot=checks.snapshot(turn, plan, accepted, diagnosis),
    )


def _send_offer(turn: engine.Turn, plan: Plan) -> Event:
    """Send the plan to the customer and open a wait for the answer, which pauses clocks that can pause."""
    plan.offered_at = turn.at
    plan.returned_at = None
    plan.save(update_fields=["offered_at", "returned_at"])
    if plan.visual_id:
        files.share(turn.complaint, [plan.visual_id])
    event = turn.message(
        "offer",
        "",
        direction=Direction.OUT,
        purpose=Purpose.OFFER,
        by_person=True,
        signed=person(plan.created_by),
        plan=plan.pk,
        options=[
            {
                "letter": o.letter,
                "kind": o.remedy.code,
                "amount": o.amount_minor,
                "description": o.description,
            }
            for o in plan.options.select_related("remedy")
        ],
    )
    notify.tell_customer("offer", complaint=turn.complaint, at=turn.at, event=event)
    converse.spoke_to_customer(turn, Purpose.OFFER)
    turn.wait(WaitingOn.CUSTOMER, "offer", plan.pk)
    return event


def _tell_of_care(turn: engine.Turn, pairs: list[tuple[str, int]], accepted: int, event: Event) -> None:
    """Tell the supervisors at once if only the ride safety limit (docs/organisation.md) covers the offer."""
    assert turn.user is not None
    own = authority.authority_of(turn.user)
    if any(own.leans_on_besides(kind, accepted + amount, amount) for kind, amount in pairs):
        people = notify.supervisors_of(turn.complaint.team)
        notify.tell_users(people, "ride_care", complaint=turn.complaint, at=turn.at, event=event)


def when_approved(turn: engine.Turn, approval: Approval) -> None:
    plan = approval.plan
    assert plan is not None
    if approval.limit_minor is not None:
        plan.returned_at = turn.at
        plan.save(update_fields=["returned_at"])
        return
    _send_offer(turn, plan)


def when_rejected(turn: engine.Turn, approval: Approval) -> None:
    plan = approval.plan
    assert plan is not None
    plan.returned_at = turn.at
    plan.save(update_fields=["returned_at"])


def withdraw_offer(
    complaint: Complaint, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    """Take back an offer that is with the customer, or a chosen one whose remedy has proved impossible."""
    with engine.move("withdraw-offer", complaint, by=by, at=at, version=version, ready=_live_offer) as turn:
        plan: Plan = turn.found
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=500, required=True)
        problems.check()
        plan.withdrawn_at = at
        plan.save(update_fields=["withdrawn_at"])
        PlanOption.objects.filter(plan=plan).update(chosen_at=None)
        carry_out.cancel_remedy_tasks(turn, plan, reason)
        turn.complaint.all_claims().filter(disposition=Claim.Disposition.REMEDIED).update(
            disposition=Claim.Disposition.OPEN
        )
        turn.stop_waiting(WaitingOn.CUSTOMER, "offer", plan.pk)
        event = turn.message(
            "offer_withdrawn", reason, direction=Direction.OUT, purpose=Purpose.REPLY, by_person=True
        )
        notify.tell_customer("offer_withdrawn", complaint=turn.complaint, at=at, event=event)
    return complaint


def _live_offer(turn: engine.Turn) -> Plan:
    plan = live_plan(turn.handling)
    if plan is None:
        raise MoveNotAllowed(_("There is no offer to take back."))
    return plan


def choose(
    complaint: Complaint,
    option_id: int,
    *,
    by: Actor,
    at: datetime,
    channel: str,
    evidence: str,
    version: int | None = None,
) -> Complaint:
    """Record which option the customer chose, by `channel` and with `evidence`, and open the task for it."""
    with engine.move("choose", complaint, by=by, at=at, version=version, ready=_offered) as turn:
        plan: Plan = turn.found
        option = _option_of(plan, option_id)
        problems = Problems()
        problems.one_of("channel", channel, Channel.values)
        evidence = clean_text(problems, "evidence", evidence, limit=1000, required=True)
        problems.check()
        option.chosen_at, option.chosen_channel, option.chosen_evidence = at, channel, evidence
        option.save(update_fields=["chosen_at", "chosen_channel", "chosen_evidence"])
        plan.chosen_at = at
        plan.save(update_fields=["chosen_at"])
        covered = option.claims.all() if option.claims.exists() else turn.complaint.all_claims()
        covered.filter(disposition=Claim.Disposition.OPEN).update(disposition=Claim.Disposition.REMEDIED)
        turn.stop_waiting(WaitingOn.CUSTOMER, answered=True)
        event = turn.event(
            "chosen",
            evidence,
            option=option.letter,
            kind=option.remedy.code,
            amount=option.amount_minor,
            known_by=by.known_by or of_channel(channel),
        )
        carry_out.open_remedy_task(turn, option)
        turn.tell(notify.responsible(turn.complaint), "chosen", event=event)
    return complaint


def _offered(turn: engine.Turn) -> Plan:
    plan = latest_plan(turn.handling)
    if plan is None or plan.state != PlanState.OFFERED:
        raise MoveNotAllowed(_("The customer has no open offer."))
    return plan


def _option_of(plan: Plan, option_id: int) -> PlanOption:
    option: PlanOption | None = plan.options.select_related("remedy").filter(pk=option_id).first()
    if option is None:
        raise MissingDetail({"option": [_("Choose one of the options offered.")]})
    return option


def reject(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    counter_proposal: str = "",
    version: int | None = None,
) -> Complaint:
    """Record that the customer refuses the whole offer, and what they propose instead.

    The third refusal of a round requests an escalation.
    """
    with engine.move("reject", complaint, by=by, at=at, version=version, ready=_offered) as turn:
        plan: Plan = turn.found
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        counter_proposal = clean_text(problems, "counter_proposal", counter_proposal, limit=1000)
        problems.check()
        plan.rejected_at, plan.reject_reason, plan.counter_proposal = at, reason, counter_proposal
        plan.save(update_fields=["rejected_at", "reject_reason", "counter_proposal"])
        turn.stop_waiting(WaitingOn.CUSTOMER, answered=True)
        known_by = by.known_by or KnownBy.STAFF.value
        event = turn.event("offer_rejected", reason, counter_proposal=counter_proposal, known_by=known_by)
        turn.tell(notify.responsible(turn.complaint), "offer_rejected", event=event)
        refused = Plan.objects.filter(handling=turn.handling, rejected_at__isnull=False).count()
        if refused >= LINE_OF_REJECTIONS:
            escalate.after_rejections(turn, reason)
    return complaint
