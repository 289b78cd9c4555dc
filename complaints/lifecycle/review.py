"""Record why it happened and what changes. A full review needs approval by quality before it closes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine, flash, improve, promises
from complaints.lifecycle.approvals import requests
from complaints.lifecycle.remedies import carry_out
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    Callback,
    Category,
    Complaint,
    FishboneBranch,
    ImprovementAction,
    Review,
    ReviewForm,
    Scope,
)
from complaints.models.organisation import Attribution
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import CallbackOutcome, Outcome, Severity, Stage, WaitingOn

REPEAT_WITHIN = timedelta(days=30)
LEAST_WHYS = 2
CONCLUDED = frozenset(
    {
        Outcome.WITHDRAWN,
        Outcome.NO_RESPONSE_CUSTOMER,
        Outcome.DEADLOCK_EXTERNAL,
        Outcome.OUT_OF_SCOPE,
    }
)
"""The outcomes of withdraw and conclude, after which nothing was investigated to the end."""


def required_form(complaint: Complaint) -> ReviewForm:
    """Return which form the review needs (lifecycle.md, "A full review")."""
    if complaint.outcome in CONCLUDED:
        return ReviewForm.LIGHT
    grave = complaint.severity in {Severity.CRITICAL, Severity.MAJOR}
    partly = Callback.objects.filter(handling__complaint=complaint, outcome=CallbackOutcome.PARTLY).exists()
    if grave or complaint.round > 1 or complaint.highest_tier >= 3 or partly or _same_cause_before(complaint):
        return ReviewForm.FULL
    return ReviewForm.LIGHT


def _same_cause_before(complaint: Complaint) -> bool:
    return (
        Complaint.objects.filter(
            customer=complaint.customer,
            category=complaint.category,
            received_at__lt=complaint.received_at,
            received_at__gte=complaint.received_at - REPEAT_WITHIN,
        )
        .exclude(pk=complaint.pk)
        .exists()
    )


def record_review(
    complaint: Complaint, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Record the review. With the light form the complaint closes, with the full form it waits for approval.

    `data` has the fields of `review` (docs/http-interface.md).
    """
    with engine.move("review", complaint, by=by, at=at, version=version, ready=_not_waiting) as turn:
        form = required_form(turn.complaint)
        values, actions = _check(turn, data, form)
        Review.objects.filter(handling=turn.handling, superseded_at__isnull=True).update(superseded_at=at)
        assert turn.user is not None
        review = Review.objects.create(
            handling=turn.handling, form=form, recorded_by=turn.user, recorded_at=at, **values
        )
        for owner in sorted({action["owner"] for action in actions}, key=lambda user: user.pk):
            engine.hold(owner)
        for action in actions:
            ImprovementAction.objects.create(complaint=turn.complaint, review=review, created_at=at, **action)
        turn.event(
            "reviewed", review.lesson, form=form, attribution=review.attribution, cause=review.cause.code
        )
        if form == ReviewForm.FULL:
            requests.request(
                turn,
                ApprovalKind.REVIEW,
                reason=review.lesson or review.cause.name_en,
                review=review,
                snapshot={"whys": review.whys, "attribution": review.attribution, "cause": review.cause.code},
            )
        else:
            close(turn)
    return complaint


def current_review(complaint: Complaint) -> Review | None:
    """Return this round's review, unless it was refused, with its cause and improvement actions."""
    return (
        Review.objects.filter(
            handling__complaint=complaint, handling__round=complaint.round, superseded_at__isnull=True
        )
        .select_related("cause", "recorded_by")
        .prefetch_related("actions__owner")
        .first()
    )


def promised_improvements(complaint: Complaint) -> QuerySet[ImprovementAction]:
    """Return the improvements that the offers of this complaint promised. A review need not repeat them."""
    return ImprovementAction.objects.filter(complaint=complaint, review__isnull=True).order_by("due_at", "id")


def _not_waiting(turn: engine.Turn) -> None:
    pending = Approval.objects.filter(
        complaint=turn.complaint, kind=ApprovalKind.REVIEW, state=ApprovalState.PENDING
    )
    if pending.exists():
        raise MoveNotAllowed(_("The review is already waiting for approval."))


def _check(
    turn: engine.Turn, data: Mapping[str, Any], form: ReviewForm
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    problems = Problems()
    problems.one_of("attribution", data.get("attribution"), Attribution.values)
    problems.one_of("scope", data.get("scope"), Scope.values)
    cause = Category.objects.filter(code=str(data.get("cause") or ""), is_leaf=True).first()
    if cause is None:
        problems.add("cause", _("Choose a cause from the categories."))
    values: dict[str, Any] = {
        "attribution": data.get("attribution"),
        "scope": data.get("scope"),
        "cause": cause,
        "lesson": clean_text(problems, "lesson", data.get("lesson") or ""),
        "no_action_reason": clean_text(
            problems, "no_action_reason", data.get("no_action_reason") or "", limit=1000
        ),
        "whys": _check_whys(problems, data.get("whys") or []),
        "fishbone": _check_fishbone(problems, data.get("fishbone") or {}),
    }
    actions = [
        _check_action(problems, index, entry, turn.at)
        for index, entry in enumerate(data.get("actions") or [])
    ]
    if form == ReviewForm.FULL:
        if len(values["whys"]) < LEAST_WHYS:
            problems.add("whys", _("Ask why at least twice."))
        if not values["fishbone"]:
            problems.add("fishbone", _("Name at least one cause on a branch."))
    needs_action = form == ReviewForm.FULL or values["scope"] == Scope.SYSTEMIC
    planned = bool(actions) or promised_improvements(turn.complaint).exists()
    if needs_action and not planned and not values["no_action_reason"]:
        problems.add("no_action_reason", _("Add an improvement action, or say why none is needed."))
    problems.check()
    return values, actions


def _check_whys(problems: Problems, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    whys = [
        {
            "why": clean_text(problems, "whys", entry.get("why") or "", limit=500),
            "evidence": clean_text(problems, "whys", entry.get("evidence") or "", limit=500),
        }
        for entry in entries
    ]
    return [entry for entry in whys if entry["why"]]


def _check_fishbone(problems: Problems, branches: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    checked: dict[str, list[str]] = {}
    for branch, texts in branches.items():
        if branch not in FishboneBranch.values:
            problems.add("fishbone", _("Choose one of the values offered."))
            continue
        kept = [clean_text(problems, "fishbone", text, limit=300) for text in texts]
        if any(kept):
            checked[branch] = [text for text in kept if text]
    return checked


def _check_action(problems: Problems, index: int, entry: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    field = f"actions.{index}"
    title = clean_text(problems, f"{field}.title", entry.get("title") or "", limit=200, required=True)
    owner, due_at = entry.get("owner"), entry.get("due_at")
    if not isinstance(owner, User):
        problems.add(f"{field}.owner", _("Choose who is responsible for it."))
    if not isinstance(due_at, datetime) or due_at <= at:
        problems.add(f"{field}.due_at", _("Enter a date in the future."))
    kind = clean_text(problems, f"{field}.kind", entry.get("kind") or "", limit=40)
    return {"title": title, "kind": kind, "owner": owner, "due_at": due_at}


def when_approved(turn: engine.Turn, approval: Approval) -> None:
    close(turn)


def when_rejected(turn: engine.Turn, approval: Approval) -> None:
    """Mark the review as superseded, so that it is written again; the complaint stays in review."""
    if approval.review is not None:
        approval.review.superseded_at = turn.at
        approval.review.save(update_fields=["superseded_at"])


def close(turn: engine.Turn) -> None:
    """Close the complaint. Requests, tasks, waits, the squad and all clocks except statutory ones end."""
    requests.expire(turn, *ApprovalKind)
    carry_out.cancel_what_is_left(turn)
    improve.show_to_quality(turn)
    for waiting_on in WaitingOn:
        turn.stop_waiting(waiting_on)
    promises.settle_missed(turn)
    flash.dissolve(turn)
    clocks.cancel_rest(turn.complaint, turn.at)
    turn.change(stage=Stage.CLOSED, closed_at=turn.at)
    turn.event("closed", outcome=turn.complaint.outcome)
