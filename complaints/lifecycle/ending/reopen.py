"""Reopen a closed complaint in a new round. The record of the earlier rounds stays as it was."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import ClockKind, Complaint, Direction, Purpose
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import Outcome, Stage

WINDOW = timedelta(days=30)


def reopen(
    complaint: Complaint, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    """Reopen within 30 days: the complaint goes to diagnose, unassigned, with the same tier and team.

    Raises MoveNotAllowed after 30 days, and for a complaint that was merged into another one.
    """
    with engine.move("reopen", complaint, by=by, at=at, version=version, ready=_may_still) as turn:
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        problems.check()
        turn.change(stage=Stage.DIAGNOSE, outcome=None, callback_outcome=None, closed_at=None, assignee=None)
        turn.new_round()
        turn.complaint.all_claims().update(disposition="open", reason="")
        for kind in (ClockKind.RESOLUTION, ClockKind.UPDATE, ClockKind.PICKUP):
            clocks.start(turn.complaint, kind, at)
        event = turn.message(
            "reopened",
            reason,
            direction=Direction.IN if by.user is None else Direction.INTERNAL,
            purpose=Purpose.REPLY,
            by_person=True,
        )
        notify.tell_customer("reopened", complaint=turn.complaint, at=at, event=event)
        people = [*notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
        notify.tell_users(people, "reopened", complaint=turn.complaint, at=at, event=event)
    return complaint


def may_be_reopened(complaint: Complaint, at: datetime) -> bool:
    """Return True if the complaint was closed at most 30 days ago, and not by a merge."""
    closed_at = complaint.closed_at
    return closed_at is not None and at <= closed_at + WINDOW and complaint.outcome != Outcome.DUPLICATE


def _may_still(turn: engine.Turn) -> None:
    if turn.complaint.outcome == Outcome.DUPLICATE:
        raise MoveNotAllowed(_("This complaint was merged into another one. Undo the merge instead."))
    if not may_be_reopened(turn.complaint, turn.at):
        raise MoveNotAllowed(_("It was closed more than 30 days ago. Please make a new complaint."))
