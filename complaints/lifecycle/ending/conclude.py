"""End a complaint without a remedy (docs/lifecycle.md, "Ending without a remedy")."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.roles import Role
from complaints.lifecycle import engine, review
from complaints.lifecycle.ending.wind_down import wind_down
from complaints.lifecycle.remedies import carry_out
from complaints.models import ApprovalState, Complaint, Direction, Plan, Purpose
from complaints.notices import notify
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems, RoleMayNot
from complaints.terms.input import clean_text
from complaints.terms.stages import Outcome, Stage

WHO: dict[str, Role] = {
    Outcome.OUT_OF_SCOPE: Role.SUPERVISOR,
    Outcome.NO_RESPONSE_CUSTOMER: Role.SUPERVISOR,
    Outcome.DEADLOCK_EXTERNAL: Role.MANAGER,
}
LEAST_ROUNDS, LEAST_REFUSALS = 2, 3
"""A deadlock can be stated after this many rounds, or after this many refused offers."""


def outcomes_stated_by(role: str) -> list[str]:
    """Return the outcomes that people with this role can state."""
    return [outcome for outcome, states in WHO.items() if states == role]


def conclude(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    outcome: str,
    reason: str,
    letter: str = "",
    version: int | None = None,
) -> Complaint:
    """End the complaint with this outcome: `out_of_scope` closes it, the others lead to a light review.

    `letter` goes to the customer and is a final response; without one, a statutory answer stays owed. Raises
    RoleMayNot if another role states this outcome, MoveNotAllowed if the conditions are not met, and
    MissingDetail.
    """
    if outcome in WHO and by.role in duties.CONCLUDE and by.role != WHO[outcome]:
        raise RoleMayNot(_("Your role cannot do this."))

    ready = _may_be_concluded(outcome)
    with engine.move("conclude", complaint, by=by, at=at, version=version, ready=ready) as turn:
        problems = Problems()
        problems.one_of("outcome", outcome, list(WHO))
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        letter = clean_text(problems, "letter", letter, required=outcome == Outcome.DEADLOCK_EXTERNAL)
        if letter:
            duty.check_final(problems, "letter", turn.complaint, letter)
        problems.check()
        wind_down(turn, requests_end=ApprovalState.EXPIRED)
        if letter:
            _send_letter(turn, letter)
        turn.change(outcome=outcome)
        if outcome == Outcome.OUT_OF_SCOPE:
            turn.event("concluded", reason, outcome=outcome)
            review.close(turn)
        else:
            turn.change(stage=Stage.REVIEW)
            turn.event("concluded", reason, outcome=outcome)
    return complaint


def _may_be_concluded(outcome: str) -> engine.Ready:
    def ready(turn: engine.Turn) -> None:
        if outcome == Outcome.DEADLOCK_EXTERNAL and not is_deadlocked(turn.complaint):
            raise MoveNotAllowed(_("A deadlock requires two rounds, or three refused offers."))
        if carry_out.unfinished_remedies(turn.complaint):
            raise MoveNotAllowed(_("An accepted remedy has not been carried out yet."))

    return ready


def _send_letter(turn: engine.Turn, letter: str) -> None:
    duty.respond(turn.complaint, turn.at)
    event = turn.message(
        "final_letter", letter, direction=Direction.OUT, purpose=Purpose.FINAL, by_person=True
    )
    notify.tell_customer("final_letter", complaint=turn.complaint, at=turn.at, event=event)


def is_deadlocked(complaint: Complaint) -> bool:
    refused = Plan.objects.filter(handling__complaint=complaint, rejected_at__isnull=False).count()
    return complaint.round >= LEAST_ROUNDS or refused >= LEAST_REFUSALS
