"""Correct the record, because what was told at receipt may prove wrong; severity and clocks follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.lifecycle.receipt import (
    CHOICES,
    TEXTS,
    check_choice,
    check_loss,
    check_text,
    leaf,
    require_reason,
)
from complaints.models import Category, Complaint, SeverityMatrix
from complaints.models.organisation import OTHER_CATEGORY
from complaints.rights.actors import Actor
from complaints.search import index as search
from complaints.sla import retarget
from complaints.sla.statutory import duty
from complaints.terms.errors import NotYours, Problems
from complaints.terms.input import past_moment
from complaints.triage import severity_matrix

GRADING = frozenset({"gravity", "reach", "severity"})
PLAIN = ("occurred_at", "loss_minor", "region")
FIELDS = frozenset({*TEXTS, *CHOICES, *PLAIN, "category"})


@dataclass
class _Given:
    """The checked values of those fields that were given."""

    texts: dict[str, str] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)
    category: Category | None = None
    asked: dict[str, str | None] = field(default_factory=dict)
    reason: str = ""
    grade: severity_matrix.Grade | None = None


def edit(
    complaint: Complaint,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Change fields of the record (http-interface.md, PATCH; `loss_minor` in minor units).

    `severity` overrides the matrix and needs `severity_reason`; None leaves the severity to the matrix again.
    An edit that changes nothing leaves no event. Raises MissingDetail for wrong input, and NotYours if
    anybody but a supervisor grades lower.
    """
    with engine.move("edit", complaint, by=by, at=at, version=version) as turn:
        given = _check(turn, changes)
        before = (turn.complaint.severity, turn.complaint.region, turn.complaint.category_id)
        words = _write(turn, given)
        told = {**words, **_grade(turn, given)}
        if not turn.changed:
            turn.is_move = False
        else:
            search.write(turn.complaint)
            after = (turn.complaint.severity, turn.complaint.region, turn.complaint.category_id)
            told["clocks"] = _follow(turn) if before != after else []
            turn.event("edited", given.reason, **{name: value for name, value in told.items() if value})
    return complaint


def _check(turn: engine.Turn, changes: Mapping[str, Any]) -> _Given:
    problems, given = Problems(), _Given()
    for name in changes.keys() - FIELDS:
        problems.add(str(name)[:80], _("There is no such field."))
    for name in changes.keys() & (TEXTS.keys() - {"severity_reason"}):
        given.texts[name] = check_text(problems, name, changes[name])
    if "occurred_at" in changes:
        given.plain["occurred_at"] = past_moment(problems, "occurred_at", changes["occurred_at"], turn.at)
    if "loss_minor" in changes:
        check_loss(problems, changes["loss_minor"])
        given.plain["loss_minor"] = changes["loss_minor"]
    if "region" in changes:
        given.plain["region"] = changes["region"] or None
        if changes["region"]:
            check_choice(problems, "region", changes["region"])
    if "category" in changes:
        given.category = leaf(problems, "category", changes["category"])
    for name in changes.keys() & GRADING:
        given.asked[name] = changes[name] or None
        if changes[name] or name != "severity":
            check_choice(problems, name, changes[name])
    given.reason = check_text(problems, "severity_reason", changes.get("severity_reason"))
    if given.asked.get("severity") not in {None, _stands(turn.complaint, "severity")}:
        require_reason(problems, given.reason)
    if not GRADING & problems.errors.keys():
        given.grade = _graded(turn, given)
    problems.check()
    return given


def _stands(complaint: Complaint, name: str) -> str | None:
    """Return the present value of a field. For the severity this is None unless it was set by hand."""
    if name == "severity":
        return complaint.graded_severity if complaint.severity_reason else None
    value: str = getattr(complaint, name)
    return value


def _graded(turn: engine.Turn, given: _Given) -> severity_matrix.Grade | None:
    """Return the new grade by the newest matrix, or None if nothing that affects the grade was touched.

    If only the category changed, a severity set by hand stays. An agent never lowers the severity: with a new
    category the higher severity stays, and with any other field NotYours is raised.
    """
    complaint, supervises = turn.complaint, turn.by.is_supervisor
    touched = any(value != _stands(complaint, name) for name, value in given.asked.items()) or bool(
        given.asked.get("severity") and given.reason and given.reason != complaint.severity_reason
    )
    if not touched and (given.category is None or given.category.pk == complaint.category_id):
        return None
    flags = complaint.flags.filter(cleared_at__isnull=True).values_list("flag", flat=True)
    grade = severity_matrix.grade(
        given.asked.get("gravity") or complaint.gravity,
        given.asked.get("reach") or complaint.reach,
        by_hand=given.asked.get("severity") if touched else _stands(complaint, "severity"),
        flags=list(flags),
    )
    if supervises or not severity_matrix.is_lower(grade.graded_severity, complaint.graded_severity):
        return grade
    if touched:
        raise NotYours(_("Only a supervisor can lower the severity."))
    return None


def _write(turn: engine.Turn, given: _Given) -> dict[str, Any]:
    """Set the values on the record, and return the changed texts as {"texts": {name: [old, new]}}.

    `turn.changed` only names the texts, because the words themselves are stored apart from the event.
    """
    complaint = turn.complaint
    told = {
        name: [getattr(complaint, name), text]
        for name, text in sorted(given.texts.items())
        if getattr(complaint, name) != text
    }
    turn.change(**given.texts)
    turn.changed |= dict.fromkeys(told, (None, None))
    if "description" in told:
        complaint.claims.filter(text=told["description"][0]).update(text=complaint.description)
    turn.change(**given.plain)
    category = given.category
    if category is not None and category.pk != complaint.category_id:
        turn.changed["category"] = (complaint.category.code, category.code)
        complaint.category = category
        complaint.needs_triage = category.code == OTHER_CATEGORY
    return {"texts": told} if told else {}


def _grade(turn: engine.Turn, given: _Given) -> dict[str, Any]:
    """Set the new grade on the record, and return whether it was set by hand or by which matrix version."""
    complaint, grade = turn.complaint, given.grade
    if grade is None:
        return {}
    reason = (given.reason or complaint.severity_reason) if grade.by_hand else ""
    if complaint.severity_reason != reason:
        complaint.severity_reason = reason
        turn.changed["severity_reason"] = (None, None)
    if complaint.matrix != grade.matrix:
        turn.changed["matrix"] = (_version(complaint.matrix), _version(grade.matrix))
        complaint.matrix = grade.matrix
    turn.change(
        gravity=grade.gravity,
        reach=grade.reach,
        graded_severity=grade.graded_severity.value,
        severity=grade.severity.value,
    )
    return {"by_hand": True} if grade.by_hand else {"matrix_version": _version(grade.matrix)}


def _version(matrix: SeverityMatrix | None) -> int:
    return matrix.version if matrix else 0


def _follow(turn: engine.Turn) -> list[dict[str, str]]:
    """Recompute the clocks from the new record, and return each change as {clock, from, to}.

    Only an edit by a supervisor may move a deadline later. A statutory pack that fits now begins; one that
    has begun goes on even if it no longer fits.
    """
    before = {clock.pk: clock.due_at for clock in turn.complaint.clocks.filter(ended_as__isnull=True)}
    duty.begin(turn.complaint)
    moved = retarget.retarget(turn.complaint, at=turn.at, may_be_later=turn.by.is_supervisor)
    return [
        {"clock": clock.kind, "from": before[clock.pk].isoformat(), "to": clock.due_at.isoformat()}
        for clock in moved
    ]
