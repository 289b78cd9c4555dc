"""The diagnosis: facts are separated from feelings, responsibility is decided, a finding is recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.lifecycle import assign, engine
from complaints.lifecycle.approvals import requests
from complaints.models import (
    ApprovalKind,
    Assessment,
    Complaint,
    CustomerState,
    Diagnosis,
    Handling,
    Nature,
    Plan,
    ProblemType,
    Responsibility,
)
from complaints.rights import access
from complaints.rights.actors import Actor
from complaints.terms.errors import MoveNotAllowed, NotYours, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import Finding, Stage

TEXTS = {
    "scene": 4000,
    "desired_outcome": 2000,
    "underlying_need": 2000,
    "problem_statement": 300,
    "reasons": 4000,
}
CHOICES = {
    "nature": Nature.values,
    "customer_state": CustomerState.values,
    "problem_type": ProblemType.values,
    "grounds": Assessment.values,
    "demand": Assessment.values,
    "responsibility": Responsibility.values,
    "finding": Finding.values,
}


def start_diagnosis(
    complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Start the diagnosis. An agent who starts an unassigned complaint becomes its assignee."""
    with engine.move("start-diagnosis", complaint, by=by, at=at, version=version, ready=_not_started) as turn:
        fresh, user = turn.complaint, turn.user
        assert user is not None
        if fresh.assignee is None:
            if assign.is_barred(user, fresh):
                raise NotYours(_("You handled the previous round, so somebody else has to take this one."))
            assign.pick_up(turn, user)
        turn.change(stage=Stage.DIAGNOSE)
        turn.handling.diagnosis_started_at = turn.handling.diagnosis_started_at or at
        turn.handling.save(update_fields=["diagnosis_started_at"])
        turn.event("diagnosis_started")
    return complaint


def _not_started(turn: engine.Turn) -> None:
    if turn.complaint.stage == Stage.DIAGNOSE and turn.complaint.assignee is not None:
        raise MoveNotAllowed(_("The diagnosis has already been started."))


def record_finding(
    complaint: Complaint, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Record the written analysis; the complaint goes to `resolve`.

    In `resolve` it corrects the earlier finding, until an offer or explanation has gone out (409 afterwards).
    `data` has the fields of `finding` (docs/http-interface.md); `earlier_complaint` is a number, None if
    unknown.
    """
    with engine.move("finding", complaint, by=by, at=at, version=version, ready=_may_be_corrected) as turn:
        values = _check(turn, data, by)
        handling = turn.handling
        Diagnosis.objects.filter(handling=handling, superseded_at__isnull=True).update(superseded_at=at)
        assert turn.user is not None
        diagnosis = Diagnosis.objects.create(
            handling=handling, recorded_by=turn.user, recorded_at=at, **values
        )
        for kind in (ApprovalKind.COMPENSATION, ApprovalKind.NOT_UPHELD):
            requests.supersede(turn, kind)
        Plan.objects.filter(handling=handling, offered_at__isnull=True, superseded_at__isnull=True).update(
            superseded_at=at
        )
        turn.change(stage=Stage.RESOLVE)
        turn.event(
            "finding", diagnosis.reasons, finding=diagnosis.finding, statement=diagnosis.problem_statement
        )
    return complaint


def _may_be_corrected(turn: engine.Turn) -> None:
    if turn.complaint.stage == Stage.RESOLVE and _something_went_out(turn):
        raise MoveNotAllowed(_("The finding cannot be changed: the customer has an offer or explanation."))


def _something_went_out(turn: engine.Turn) -> bool:
    return (
        turn.handling.explained_at is not None
        or Plan.objects.filter(handling=turn.handling, offered_at__isnull=False).exists()
    )


def _check(turn: engine.Turn, data: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    problems = Problems()
    values: dict[str, Any] = {
        name: clean_text(problems, name, data.get(name, ""), limit=limit, required=name != "underlying_need")
        for name, limit in TEXTS.items()
    }
    for name, choices in CHOICES.items():
        problems.one_of(name, data.get(name), choices)
        values[name] = data.get(name)
    reported = data.get("reported_before")
    if not isinstance(reported, bool):
        problems.add("reported_before", _("Ask the customer whether they have reported this before."))
    values["reported_before"] = reported
    number = data.get("earlier_complaint")
    if number and reported:
        values["earlier_complaint"] = _earlier(problems, turn.complaint, str(number), by)
    problems.check()
    return values


def _earlier(problems: Problems, complaint: Complaint, number: str, by: Actor) -> Complaint | None:
    """Return the earlier complaint by its number; note a problem if the actor may not name it.

    They may name complaints of the same customer that are not about themselves, and those they may see.
    """
    if by.user is None:
        return None
    same_customer = Complaint.objects.filter(customer=complaint.customer, number=number.upper())
    known = same_customer.exclude(pk__in=access.about(by.user)).first()
    found = known or access.visible_to(by.user).filter(number=number.upper()).first()
    if found is None or found.pk == complaint.pk:
        problems.add("earlier_complaint", _("There is no such earlier complaint."))
        return None
    return found


def current_diagnosis(handling: Handling) -> Diagnosis | None:
    return Diagnosis.objects.filter(handling=handling, superseded_at__isnull=True).first()
