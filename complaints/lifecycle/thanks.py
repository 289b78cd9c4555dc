"""Mark a customer's message as thanks: nobody owes an answer to it, and a wait for the customer goes on."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine
from complaints.models import (
    ActorKind,
    ClockKind,
    Complaint,
    Direction,
    Event,
    Message,
    Plan,
    PlanState,
    Wait,
)
from complaints.rights.actors import Actor
from complaints.sla import clocks, wait_on
from complaints.terms.errors import MissingDetail, MoveNotAllowed
from complaints.terms.stages import HANDLING_STAGES, WaitingOn

ENDING = ("chosen", "offer_rejected", "resumed", "customer_silent")
"""Events other than a message of the customer that end a wait for the customer."""


def mark_thanks(
    complaint: Complaint, *, by: Actor, at: datetime, message: int | None, version: int | None = None
) -> Event:
    """Mark the message with this id (that of its event) as thanks.

    The reply clock is cancelled unless another message since its start still waits for an answer. If this
    message had ended a wait for the customer, the wait and its pause go on. Raises MoveNotAllowed (409) if it
    is marked already, MissingDetail (400) if the customer wrote no such message in this complaint.
    """
    ready = _not_marked(message)
    with engine.move("mark-thanks", complaint, by=by, at=at, version=version, ready=ready) as turn:
        turn.is_move = False
        found = _marked(turn.complaint, message)
        event = turn.event("marked_thanks", message=found.pk)
        end_owed(turn)
        _wait_on(turn, found)
    return event


def unmarked(complaint: Complaint) -> QuerySet[Message]:
    """Return the messages of the customer that are not marked as thanks."""
    return _written(complaint).filter(thanks=False)


def _written(complaint: Complaint) -> QuerySet[Message]:
    return Message.objects.filter(complaint=complaint, direction=Direction.IN, event__kind=converse.WORDS_IN)


def _not_marked(number: int | None) -> engine.Ready:
    def ready(turn: engine.Turn) -> None:
        if number is not None and _written(turn.complaint).filter(pk=number, thanks=True).exists():
            raise MoveNotAllowed(_("This message is marked as thanks already."))

    return ready


def _marked(complaint: Complaint, number: int | None) -> Message:
    """Mark the message. The complaint is locked, so nobody else can have done it since it was checked."""
    found = unmarked(complaint).filter(pk=number).first() if number is not None else None
    if found is None:
        raise MissingDetail({"message": [_("Choose a message that the customer has written.")]})
    found.thanks = True
    found.save(update_fields=["thanks"])
    return found


def end_owed(turn: engine.Turn) -> None:
    """Cancel the reply clock if no message since its start waits for an answer any more."""
    for clock in clocks.live(turn.complaint, ClockKind.REPLY):
        said = Message.objects.filter(
            complaint__in=turn.complaint.family_ids(), direction=Direction.IN, event__kind=converse.WORDS_IN
        )
        if not said.filter(at__gte=clock.started_at, thanks=False).exists():
            turn.cancel_clocks(ClockKind.REPLY)


def _wait_on(turn: engine.Turn, message: Message) -> None:
    """Open the waits that this message has closed, unless something else would have ended them since."""
    waits = Wait.objects.filter(complaint=turn.complaint, on=WaitingOn.CUSTOMER)
    complaint = turn.complaint
    if waits.filter(until__isnull=True).exists() or complaint.stage not in HANDLING_STAGES:
        return
    closed = waits.filter(ended_by=message.pk, ended_by__round=complaint.round).order_by("pk")
    again = [wait for wait in closed if _still_asked(turn, wait)]
    if not again or _ended_since(complaint, message):
        return
    ended = max(wait.until for wait in again if wait.until)
    for wait in again:
        wait.until = wait.ended_by = None
        wait.save(update_fields=["until", "ended_by"])
    wait_on.go_on(complaint, since=ended, at=turn.at)


def _ended_since(complaint: Complaint, message: Message) -> bool:
    later = Event.objects.filter(complaint=complaint, pk__gt=message.pk)
    said = Q(message__direction=Direction.IN, message__thanks=False)
    spoke = Q(kind="call", message__by_person=True)
    sent = Q(kind="attached", actor_kind=ActorKind.CUSTOMER)
    return later.filter(said | spoke | sent | Q(kind__in=ENDING)).exists()


def _still_asked(turn: engine.Turn, wait: Wait) -> bool:
    if wait.cause == converse.QUESTION:
        return True
    plan = Plan.objects.filter(handling=turn.handling, pk=wait.cause_id).first()
    return plan is not None and plan.state == PlanState.OFFERED
