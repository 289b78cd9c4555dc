"""Words: messages to and from the customer, calls, internal notes."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.lifecycle import engine, files, promises
from complaints.models import ClockKind, Complaint, Direction, Event, Purpose, RiskFlag, Submission
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.answers import kinds_met_by
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import GATING_FLAGS, HANDLING_STAGES, Channel, Stage, WaitingOn

QUESTION = "question"
"""The cause of a wait for an answer."""
WRITABLE_PURPOSES = (Purpose.REPLY, Purpose.QUESTION, Purpose.PROGRESS, Purpose.PLAN, Purpose.HOLDING)


def spoke_to_customer(turn: engine.Turn, purpose: str) -> None:
    """What a person's word to the customer does to the clocks."""
    complaint, at = turn.complaint, turn.at
    clocks.meet(complaint, *kinds_met_by(purpose), at=at)
    if complaint.is_open:
        paused = any(clock.paused_since for clock in clocks.live(complaint, ClockKind.UPDATE))
        if not paused and clocks.meet(complaint, ClockKind.UPDATE, at=at):
            clocks.start(complaint, ClockKind.UPDATE, at)


def held_back(complaint: Complaint, by: Actor) -> bool:
    """While legal or media is on, written words are for tier 3 and supervisors (lifecycle.md)."""
    return _below_the_top(by) and _gating(complaint).exists()


def answers_wait(complaint: Complaint, by: Actor) -> bool:
    """Below tier 3 offers, explanations and final answers wait until the risk is confirmed or lifted."""
    return _below_the_top(by) and _gating(complaint).filter(confirmed_at__isnull=True).exists()


def _gating(complaint: Complaint) -> QuerySet[RiskFlag]:
    return RiskFlag.objects.filter(complaint=complaint, flag__in=GATING_FLAGS, cleared_at__isnull=True)


def _below_the_top(by: Actor) -> bool:
    return by.user is not None and by.is_agent and not by.user.is_expert


def message(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    body: str,
    purpose: str = Purpose.REPLY,
    channel: str = "",
    promised_at: datetime | None = None,
    attachments: Sequence[int] = (),
    version: int | None = None,
) -> Event:
    """Write to the customer. It leaves through the outbox and stands on the customer's page.

    The assignee's question waits for its answer; a promised time becomes a promise with a clock. The customer
    sees the `attachments` of the complaint that go with it, by number. A closing answer can be given while a
    statutory one is owed after the handling (`may_answer_finally`).
    """
    with engine.move("message", complaint, by=by, at=at, version=version, ready=may_write) as turn:
        turn.is_move = False
        problems = Problems()
        closing = purpose == Purpose.FINAL and may_answer_finally(turn.complaint)
        problems.one_of("purpose", purpose, (Purpose.FINAL,) if closing else WRITABLE_PURPOSES)
        if not closing:
            body = check_words(problems, turn, "body", body)
        else:
            # It is owed also to whom we cannot reach: it stands on their page.
            body = clean_text(problems, "body", body, required=True)
            duty.check_final(problems, "body", turn.complaint, body)
        if channel:
            problems.one_of("channel", channel, Channel.values)
        promises.check_due(problems, "promised_at", promised_at, at, required=False)
        shown = files.check_many(problems, turn.complaint, attachments)
        problems.check()
        event = write(turn, body, purpose, channel, shown)
        if closing:
            duty.respond(turn.complaint, at)
        if promised_at is not None:
            promises.make(turn, body[: promises.LONGEST], promised_at)
        asks = purpose == Purpose.QUESTION and turn.complaint.stage in HANDLING_STAGES
        if asks and turn.user is not None and turn.user.pk == turn.complaint.assignee_id:
            turn.wait(WaitingOn.CUSTOMER, QUESTION, event.pk)
    return event


def may_answer_finally(complaint: Complaint) -> bool:
    """Concluded without a letter, withdrawn, or a pack that began late: nothing else ends in an answer."""
    return complaint.stage in {Stage.CALLBACK, Stage.REVIEW} and duty.is_open(complaint)


def may_write(turn: engine.Turn) -> None:
    if held_back(turn.complaint, turn.by):
        raise MoveNotAllowed(
            _("A legal or media risk is on. Until it is confirmed or lifted, experts and supervisors write.")
        )


def check_words(problems: Problems, turn: engine.Turn, field: str, body: object) -> str:
    """Words that go to the customer: there are some, and there is a way for them to get there."""
    text = clean_text(problems, field, body, required=True)
    if not turn.complaint.customer.can_be_reached:
        problems.add(field, _("There is no way to reach this customer."))
    return text


def write(
    turn: engine.Turn, body: str, purpose: str, channel: str = "", attachments: Sequence[int] = ()
) -> Event:
    """Send a person's words and let them count on the clocks."""
    details = {"attachments": list(attachments)} if attachments else {}
    event = turn.message(
        "message", body, direction=Direction.OUT, purpose=purpose, channel=channel, by_person=True, **details
    )
    files.share(turn.complaint, attachments)
    notify.tell_customer("message", complaint=turn.complaint, at=turn.at, event=event)
    spoke_to_customer(turn, purpose)
    return event


def log_call(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    body: str,
    reached: bool = True,
    purpose: str = Purpose.CALL,
    promised_at: datetime | None = None,
    version: int | None = None,
) -> Event:
    """Record a call that was made. Only one that reached the customer counts as an answer."""
    with engine.move("message", complaint, by=by, at=at, version=version) as turn:
        turn.is_move = False
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        problems.one_of("purpose", purpose, (Purpose.CALL, *WRITABLE_PURPOSES))
        promises.check_due(problems, "promised_at", promised_at, at, required=False)
        problems.check()
        event = turn.message(
            "call",
            body,
            direction=Direction.OUT,
            purpose=purpose,
            channel=Channel.PHONE,
            by_person=reached,
            reached=reached,
        )
        if reached:
            spoke_to_customer(turn, purpose)
            answered(turn)
        if promised_at is not None:
            promises.make(turn, body[: promises.LONGEST], promised_at)
    return event


def log_received(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    body: str,
    channel: str = "",
    version: int | None = None,
) -> Event:
    """Record what the customer said to us by another way than their page. An answer ends what was asked."""
    with engine.move("message", complaint, by=by, at=at, version=version) as turn:
        turn.is_move = False
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        if channel:
            problems.one_of("channel", channel, Channel.values)
        problems.check()
        return _customers_words(turn, body, channel)


def _customers_words(turn: engine.Turn, body: str, channel: str) -> Event:
    event = turn.message(
        "message_in", body, direction=Direction.IN, purpose=Purpose.REPLY, channel=channel, by_person=True
    )
    answered(turn)
    people = [person for person in notify.responsible(turn.complaint) if person != turn.user]
    notify.tell_users(people, "customer_wrote", complaint=turn.complaint, at=turn.at, event=event)
    return event


def note(complaint: Complaint, *, by: Actor, at: datetime, body: str, version: int | None = None) -> Event:
    """An internal note; the customer never sees it."""
    with engine.move("note", complaint, by=by, at=at, version=version) as turn:
        turn.is_move = False
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        problems.check()
        event = turn.message(
            "note", body, direction=Direction.INTERNAL, purpose=Purpose.REPLY, by_person=True
        )
    return event


def write_in(
    complaint: Complaint, *, at: datetime, body: str, by: Actor, channel: str = Channel.WEB, key: str = ""
) -> Event:
    """The customer writes to us. An answer ends the wait for a question, at its time of receipt.

    `key` names one filled-in form: sent a second time it is refused (409).
    """
    with engine.move("write-in", complaint, by=by, at=at) as turn:
        turn.is_move = False
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        problems.check()
        if key:
            _first_time(turn, key)
        return _customers_words(turn, body, channel)


def _first_time(turn: engine.Turn, key: str) -> None:
    _row, made = Submission.objects.get_or_create(
        key=f"w{turn.complaint.pk}-{key}"[:64], defaults={"complaint": turn.complaint, "created_at": turn.at}
    )
    if not made:
        raise MoveNotAllowed(_("This message has reached us already."))


def answered(turn: engine.Turn) -> None:
    """The customer was heard: whatever was asked or offered, the clocks run again (clocks.md, "Pause").

    After a written notice the answer ends its time, and a person calls again within the time of a callback.
    """
    turn.stop_waiting(WaitingOn.CUSTOMER, answered=True)
    complaint = turn.complaint
    noticed = clocks.meet(complaint, ClockKind.CALLBACK_NOTICE, at=turn.at)
    if noticed and complaint.stage == Stage.CALLBACK and not clocks.live(complaint, ClockKind.CALLBACK):
        clocks.start(complaint, ClockKind.CALLBACK, turn.at)
