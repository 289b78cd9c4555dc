"""The customer rates the resolution on their own page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine
from complaints.lifecycle.callback import calls
from complaints.lifecycle.callback import scores as callback_answer
from complaints.lifecycle.callback.scores import Answer
from complaints.models import AttemptResult, Callback, ClockKind, Complaint, Direction, Purpose
from complaints.notices import notify
from complaints.rights.actors import CUSTOMER, Actor
from complaints.sla import clocks
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import CallbackOutcome, Channel


def rated_by_link(pending: Callback) -> bool:
    """Return True if the customer has already rated this resolution on their own page."""
    return pending.attempts.filter(
        by__isnull=True, channel=Channel.WEB, result=AttemptResult.REACHED
    ).exists()


def rate(
    complaint: Complaint,
    data: Mapping[str, Any],
    *,
    at: datetime,
    by: Actor = CUSTOMER,
    version: int | None = None,
) -> Complaint:
    """Record the customer's scores from their own page.

    They lead to the same outcomes as scores given by phone, except `partly`: it is recorded, but the callback
    and its clocks stay open for a person, because only people grant a make-good.
    """
    with engine.move("rate", complaint, by=by, at=at, version=version) as turn:
        pending = calls.open_callback(turn.complaint)
        if pending is None:
            raise MoveNotAllowed(_("There is nothing to rate at the moment."))
        if rated_by_link(pending):
            raise MoveNotAllowed(_("You have already given us your rating."))
        problems = Problems()
        values: dict[str, Any] = {"note": clean_text(problems, "note", data.get("note") or "")}
        outcome = callback_answer.check_reached(problems, turn, pending, data, values)
        problems.check()
        answer = Answer(values, outcome, None, Channel.WEB)
        calls.add_attempt(turn, pending, AttemptResult.REACHED, answer)
        _record_words(turn, values)
        if outcome != CallbackOutcome.PARTLY:
            clocks.meet(turn.complaint, ClockKind.CALLBACK, at=at)
            calls.finish(turn, pending, answer, own=False)
        else:
            converse.answered(turn)
    return complaint


def _record_words(turn: engine.Turn, values: Mapping[str, Any]) -> None:
    """Put what the customer said on their page into the timeline, as their message."""
    scores = {name: values[name] for name in ("resolved", "csat_solution", "csat_attitude", "nps")}
    words = "\n\n".join(filter(None, [values["still_wrong"], values["note"]]))
    event = turn.message(
        "rated",
        words,
        direction=Direction.IN,
        purpose=Purpose.REPLY,
        channel=Channel.WEB,
        by_person=True,
        **scores,
    )
    notify.tell_users(
        notify.responsible(turn.complaint),
        "customer_wrote",
        complaint=turn.complaint,
        at=turn.at,
        event=event,
    )
