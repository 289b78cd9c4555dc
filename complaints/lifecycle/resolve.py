"""Explain a finding that is not upheld, settle claims, and resolve once everything is carried out."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import converse, diagnose, engine, extend, files
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending.wind_down import end_offer
from complaints.lifecycle.remedies import offers
from complaints.models import (
    Approval,
    ApprovalKind,
    Claim,
    Complaint,
    Diagnosis,
    Direction,
    Handling,
    Message,
    PlanOption,
    PlanState,
    ProblemType,
    Purpose,
    Task,
)
from complaints.notices import notify
from complaints.rights.actors import Actor, person
from complaints.sla import clocks
from complaints.sla.answers import MET_BY_RESOLUTION
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import Finding, Outcome, Severity, Stage, WaitingOn


def explain(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    body: str,
    evidence: str = "",
    visual: int | None = None,
    no_visual_reason: str = "",
    version: int | None = None,
) -> Complaint:
    """Tell the customer why the complaint is not upheld.

    If the severity is critical or major, or the customer is vulnerable, the explanation waits for approval
    first. `evidence` tells colleagues what the explanation is based on. `visual` is the id of an attachment
    that is sent with it.
    """
    with engine.move("explain", complaint, by=by, at=at, version=version, ready=_may_be_explained) as turn:
        diagnosis: Diagnosis = turn.found
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        shown = Shown(
            evidence=clean_text(problems, "evidence", evidence),
            visual=files.check_visual(problems, turn.complaint, visual),
            no_visual_reason=clean_text(problems, "no_visual_reason", no_visual_reason, limit=500),
        )
        if diagnosis.problem_type == ProblemType.COGNITION and not (shown.visual or shown.no_visual_reason):
            problems.add("no_visual_reason", _("Say why no picture or video explains it."))
        problems.check()
        if _explanation_needs_approval(turn.complaint):
            _ask_for_approval(turn, diagnosis, body, shown)
        else:
            _send_explanation(turn, body, shown)
    return complaint


class Shown(NamedTuple):
    """What goes with an explanation. `visual` is the id of an attachment."""

    evidence: str = ""
    visual: int | None = None
    no_visual_reason: str = ""


def _explanation_needs_approval(complaint: Complaint) -> bool:
    grave = complaint.severity in {Severity.CRITICAL, Severity.MAJOR}
    return grave or complaint.flags.filter(flag="vulnerable", cleared_at__isnull=True).exists()


def _ask_for_approval(turn: engine.Turn, diagnosis: Diagnosis, body: str, shown: Shown) -> None:
    snapshot = {
        "body": body,
        **shown._asdict(),
        "statement": diagnosis.problem_statement,
        "finding": diagnosis.finding,
    }
    requests.request(turn, ApprovalKind.NOT_UPHELD, reason=diagnosis.reasons[:2000], snapshot=snapshot)


def when_approved(turn: engine.Turn, approval: Approval) -> None:
    shown = Shown(**{name: approval.snapshot.get(name, value) for name, value in Shown()._asdict().items()})
    _send_explanation(turn, approval.snapshot["body"], shown, approval.requested_by)


def _send_explanation(turn: engine.Turn, body: str, shown: Shown, writer: User | None = None) -> None:
    """Send the explanation, signed by the person who wrote it even if somebody else has just approved it."""
    turn.handling.explained_at = turn.at
    turn.handling.save(update_fields=["explained_at"])
    turn.complaint.all_claims().filter(disposition=Claim.Disposition.OPEN).update(
        disposition=Claim.Disposition.EXPLAINED
    )
    event = turn.message(
        "explanation",
        body,
        direction=Direction.OUT,
        purpose=Purpose.EXPLANATION,
        by_person=True,
        signed=person(writer) if writer else None,
        **{name: value for name, value in shown._asdict().items() if value},
    )
    if shown.visual:
        files.share(turn.complaint, [shown.visual])
    notify.tell_customer("explanation", complaint=turn.complaint, at=turn.at, event=event)
    converse.spoke_to_customer(turn, Purpose.EXPLANATION)


def settle_claim(
    complaint: Complaint,
    claim_id: int,
    *,
    by: Actor,
    at: datetime,
    disposition: str,
    reason: str,
    version: int | None = None,
) -> Complaint:
    """Mark one claim as explained or declined, with a reason."""
    with engine.move("claim", complaint, by=by, at=at, version=version) as turn:
        problems = Problems()
        problems.one_of("disposition", disposition, (Claim.Disposition.EXPLAINED, Claim.Disposition.DECLINED))
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        claim = turn.complaint.all_claims().filter(pk=claim_id).first()
        if claim is None:
            problems.add("claim", _("Choose one of the values offered."))
        problems.check()
        assert claim is not None
        claim.disposition, claim.reason = disposition, reason
        claim.save(update_fields=["disposition", "reason"])
        turn.event("claim_settled", reason, claim=claim.position, disposition=disposition)
    return complaint


def missing_for_resolution(complaint: Complaint, handling: Handling) -> dict[str, str]:
    """Return what is missing for `resolve` as {field: text}; empty if the complaint may be resolved.

    The points are those of docs/lifecycle.md, "Before a complaint can be resolved".
    """
    missing: dict[str, str] = {}
    diagnosis, plan = diagnose.current_diagnosis(handling), offers.latest_plan(handling)
    not_upheld = diagnosis is not None and diagnosis.finding == Finding.NOT_UPHELD
    chosen = plan is not None and plan.state == PlanState.CHOSEN
    if not chosen and not (not_upheld and handling.explained_at):
        missing["plan"] = (
            _("The explanation has not gone out yet.")
            if not_upheld
            else _("The customer has not chosen a remedy yet.")
        )
    if complaint.all_claims().filter(disposition=Claim.Disposition.OPEN).exists():
        missing["claims"] = _("A claim is still open. Remedy, explain or decline it.")
    if any(task.blocking and task.is_unfinished for task in Task.objects.filter(complaint=complaint)):
        missing["tasks"] = _("A task that has to be done first is still open.")
    since = plan.chosen_at if chosen and plan else (diagnosis.recorded_at if diagnosis else None)
    if since is None or not _told_of_progress(handling, since):
        missing["progress"] = _("Tell the customer how it is going at least once before you resolve.")
    return missing


def _told_of_progress(handling: Handling, since: datetime) -> bool:
    """Return True if one of our people has written to or called the customer since `since`.

    Offers, explanations and mail do not count.
    """
    return (
        Message.objects.filter(handling=handling, direction=Direction.OUT, by_person=True, at__gte=since)
        .exclude(purpose__in=[Purpose.OFFER, Purpose.EXPLANATION, Purpose.FINAL])
        .exists()
    )


def resolve(
    complaint: Complaint, *, by: Actor, at: datetime, final_answer: str, version: int | None = None
) -> Complaint:
    """Send the final answer and open the callback.

    If the customer cannot be reached at all there is no callback, and the complaint goes straight to review.
    Raises MissingDetail with what is still missing (`missing_for_resolution`).
    """
    with engine.move("resolve", complaint, by=by, at=at, version=version, ready=_may_be_answered) as turn:
        problems = Problems()
        final_answer = clean_text(problems, "final_answer", final_answer, required=True)
        duty.check_final(problems, "final_answer", turn.complaint, final_answer)
        for name, text in missing_for_resolution(turn.complaint, turn.handling).items():
            problems.add(name, text)
        problems.check()
        _finish_handling(turn, final_answer)
    return complaint


def _finish_handling(turn: engine.Turn, final_answer: str) -> None:
    complaint, handling, at = turn.complaint, turn.handling, turn.at
    handling.resolved_at, handling.resolved_by, handling.final_answer = at, turn.user, final_answer
    handling.save(update_fields=["resolved_at", "resolved_by", "final_answer"])
    requests.expire(turn, ApprovalKind.ESCALATION, ApprovalKind.COMPENSATION, ApprovalKind.NOT_UPHELD)
    end_offer(turn)
    turn.stop_waiting(WaitingOn.CUSTOMER, answered=True)
    clocks.meet(complaint, *MET_BY_RESOLUTION, at=at)
    duty.respond(complaint, at)
    extend.drop_ended(turn)
    turn.change(stage=Stage.CALLBACK, outcome=_outcome(handling))
    event = turn.message(
        "resolved", final_answer, direction=Direction.OUT, purpose=Purpose.FINAL, by_person=True
    )
    notify.tell_customer("resolved", complaint=complaint, at=at, event=event)
    calls.open_after_resolution(turn)


def _outcome(handling: Handling) -> Outcome:
    """Return the outcome by the finding. Not upheld with an accepted remedy is goodwill."""
    diagnosis = diagnose.current_diagnosis(handling)
    finding = diagnosis.finding if diagnosis else Finding.NOT_UPHELD
    if finding == Finding.NOT_UPHELD:
        remedied = PlanOption.objects.filter(plan__handling=handling, chosen_at__isnull=False).exists()
        return Outcome.GOODWILL_NO_FAULT if remedied else Outcome.NOT_UPHELD
    return Outcome(finding)


def _may_be_explained(turn: engine.Turn) -> Diagnosis:
    diagnosis = diagnose.current_diagnosis(turn.handling)
    if diagnosis is None or diagnosis.finding != Finding.NOT_UPHELD:
        raise MoveNotAllowed(_("Only a complaint that is not upheld can be explained."))
    if turn.handling.explained_at or converse.answers_wait(turn.complaint, turn.by):
        raise MoveNotAllowed(_("The explanation is already out, or a legal or media risk holds it back."))
    requests.none_pending(turn, ApprovalKind.NOT_UPHELD)
    return diagnosis


def _may_be_answered(turn: engine.Turn) -> None:
    if converse.answers_wait(turn.complaint, turn.by):
        raise MoveNotAllowed(
            _("A legal or media risk is on. Final answers wait until it is confirmed or lifted.")
        )
