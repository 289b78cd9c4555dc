"""The customer takes the complaint back."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.lifecycle.ending.wind_down import wind_down
from complaints.models import ActorKind, ApprovalState, Complaint, Direction, Purpose
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
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
    """By the customer's link, or by an agent with evidence of what the customer said → review, light form.

    Nothing asked for can be approved or paid afterwards. A statutory answer stays owed: the confirmation
    that leaves by itself is none, a person's closing answer is (`converse.message`).
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
        )
        notify.tell_customer("withdrawn", complaint=turn.complaint, at=at, event=event)
        people = [*notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
        notify.tell_users(people, "withdrawn", complaint=turn.complaint, at=at, event=event)
    return complaint


def _not_yet(turn: engine.Turn) -> None:
    if turn.complaint.outcome == Outcome.WITHDRAWN:
        raise MoveNotAllowed(_("This complaint has been withdrawn already."))
