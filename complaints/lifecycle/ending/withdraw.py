"""Withdraw a complaint, because the customer takes it back."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.lifecycle.ending.wind_down import wind_down
from complaints.models import ActorKind, ApprovalState, Complaint, Direction, Purpose
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.known import KnownBy
from complaints.terms.stages import Outcome, Stage


def withdraw(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    evidence: str = "",
    reason: str = "",
    version: int | None = None,
) -> Complaint:
    """Withdraw the complaint, which then goes to review with the light form.

    An agent must give a reason and evidence of what the customer said; the customer need not. Pending
    requests end, so nothing can be approved or paid afterwards. A statutory answer stays owed, because the
    automatic confirmation does not count as one; a person gives it with `converse.message`.
    """
    with engine.move("withdraw", complaint, by=by, at=at, version=version, ready=_not_yet) as turn:
        told = by.kind != ActorKind.CUSTOMER
        problems = Problems()
        evidence = clean_text(problems, "evidence", evidence, limit=1000, required=told)
        reason = clean_text(problems, "reason", reason, limit=1000, required=told)
        problems.check()
        wind_down(turn, requests_end=ApprovalState.WITHDRAWN)
        turn.change(stage=Stage.REVIEW, outcome=Outcome.WITHDRAWN)
        event = turn.message(
            "withdrawn",
            reason,
            direction=Direction.IN,
            purpose=Purpose.REPLY,
            by_person=True,
            evidence=evidence,
            known_by=by.known_by or KnownBy.STAFF.value,
        )
        notify.tell_customer("withdrawn", complaint=turn.complaint, at=at, event=event)
        people = [*notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
        notify.tell_users(people, "withdrawn", complaint=turn.complaint, at=at, event=event)
    return complaint


def _not_yet(turn: engine.Turn) -> None:
    if turn.complaint.outcome == Outcome.WITHDRAWN:
        raise MoveNotAllowed(_("This complaint has already been withdrawn."))
