"""Confirm to the customer that we have the complaint, with the standard text or with the agent's own text."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine
from complaints.models import ClockKind, Complaint, Direction, Purpose
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import Channel


def acknowledge(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    body: str = "",
    channel: str = "",
    version: int | None = None,
) -> Complaint:
    """Send `body` as a holding message, or without one the automatic acknowledgement again.

    The automatic text does not count as an answer by a person, so it meets the acknowledge clock only.
    """
    with engine.move("acknowledge", complaint, by=by, at=at, version=version, ready=_can_be_reached) as turn:
        problems = Problems()
        body = clean_text(problems, "body", body)
        if channel:
            problems.one_of("channel", channel, Channel.values)
        if body and converse.held_back(turn.complaint, by):
            problems.add("body", _("A legal or media risk is on, so only the standard text may go out."))
        problems.check()
        if body:
            converse.write(turn, body, Purpose.HOLDING, channel)
        else:
            event = turn.message(
                "acknowledged",
                "",
                direction=Direction.OUT,
                purpose=Purpose.AUTOMATIC,
                channel=channel,
                by_person=False,
            )
            notify.tell_customer("acknowledgement", complaint=turn.complaint, at=at, event=event)
        clocks.meet(turn.complaint, ClockKind.ACKNOWLEDGE, at=at)
    return complaint


def _can_be_reached(turn: engine.Turn) -> None:
    if not turn.complaint.customer.can_be_reached:
        raise MoveNotAllowed(_("There is no way to reach this customer."))
