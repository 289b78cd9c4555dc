"""Messages to and from the customer, calls, and internal notes."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.lifecycle import engine, files, promises
from complaints.models import ClockKind, Complaint, Direction, Event, Message, Purpose, RiskFlag, Submission
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.answers import OWED, kinds_met_by
from complaints.sla.statutory import duty
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text, past_moment
from complaints.terms.stages import GATING_FLAGS, HANDLING_STAGES, Channel, Stage, WaitingOn
from complaints.triage.thanks import only_thanks

QUESTION = "question"
"""The cause of a wait for the customer's answer."""
WORDS_IN = "message_in"
"""The kind of event of a message that the customer wrote."""
WRITABLE_PURPOSES = (Purpose.REPLY, Purpose.QUESTION, Purpose.PROGRESS, Purpose.PLAN, Purpose.HOLDING)


def spoke_to_customer(turn: engine.Turn, purpose: str) -> None:
    """Meet clocks after a person has written or spoken to the customer.

    Which ones depends on the purpose. The update clock is always met, and starts again unless it is paused.
    """
    complaint, at = turn.complaint, turn.at
    clocks.meet(complaint, *kinds_met_by(purpose), at=at)
    if complaint.is_open:
        paused = any(clock.paused_since for clock in clocks.live(complaint, ClockKind.UPDATE))
        if not paused and clocks.meet(complaint, ClockKind.UPDATE, at=at):
            clocks.start(complaint, ClockKind.UPDATE, at)


def held_back(complaint: Complaint, by: Actor) -> bool:
    """Return True if a legal or media flag keeps this actor from writing to the customer.

    This holds for agents below tier 3 (lifecycle.md, "Severity and risk flags").
    """
    return _below_the_top(by) and _gating(complaint).exists()


def answers_wait(complaint: Complaint, by: Actor) -> bool:
    """Return True if an unconfirmed legal or media flag holds back this actor's offers and final answers.

    This holds for agents below tier 3 until the risk is confirmed or lifted. Explanations are held back too.
    """
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
    """Write to the customer. The message goes through the outbox and also appears on the customer's page.

    A question by the assignee opens a wait for its answer. `promised_at` makes a promise with a clock.
    `attachments` are ids of the complaint's files; the customer can see them from then on. The purpose
    *final* is allowed only while a statutory answer is owed after the handling (`may_answer_finally`).
    """
    with engine.move("message", complaint, by=by, at=at, version=version, ready=may_write) as turn:
        turn.is_move = False
        problems = Problems()
        closing = purpose == Purpose.FINAL and may_answer_finally(turn.complaint)
        problems.one_of("purpose", purpose, (Purpose.FINAL,) if closing else WRITABLE_PURPOSES)
        body = _check_body(problems, turn, body, closing=closing)
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


def _check_body(problems: Problems, turn: engine.Turn, body: str, *, closing: bool) -> str:
    if not closing:
        return check_words(problems, turn, "body", body)
    # A final answer is owed even to customers whom we cannot write to, because it appears on their page.
    body = clean_text(problems, "body", body, required=True)
    duty.check_final(problems, "body", turn.complaint, body)
    return body


def may_answer_finally(complaint: Complaint) -> bool:
    """Return True if a person may still give the final answer that a statutory pack demands.

    This is True in callback and review if the complaint was withdrawn, was concluded without a letter, or its
    pack began only after the resolution. In these cases no other step sends a final answer.
    """
    return complaint.stage in {Stage.CALLBACK, Stage.REVIEW} and duty.is_open(complaint)


def may_write(turn: engine.Turn) -> None:
    if held_back(turn.complaint, turn.by):
        raise MoveNotAllowed(
            _("A legal or media risk is on. Only experts and supervisors may write to the customer.")
        )


def check_words(problems: Problems, turn: engine.Turn, field: str, body: object) -> str:
    """Return a text for the customer; note a problem if it is empty or the customer cannot be reached."""
    text = clean_text(problems, field, body, required=True)
    if not turn.complaint.customer.can_be_reached:
        problems.add(field, _("There is no way to reach this customer."))
    return text


def write(
    turn: engine.Turn, body: str, purpose: str, channel: str = "", attachments: Sequence[int] = ()
) -> Event:
    """Send a message that a person wrote, and meet the clocks that such a message meets."""
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
    """Record a call that was made. Only a call that reached the customer meets clocks and ends waits."""
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
    said_at: datetime | None = None,
    version: int | None = None,
) -> Event:
    """Record what the customer told us by phone, mail or in person. It ends the waits for their answer.

    `said_at` is when they said it, if that was before `at`. It is stored with the text. Waits end and clocks
    run again as of `at`, because before that nobody knew.
    """
    with engine.move("message", complaint, by=by, at=at, version=version) as turn:
        turn.is_move = False
        problems = Problems()
        body = clean_text(problems, "body", body, required=True)
        if channel:
            problems.one_of("channel", channel, Channel.values)
        past_moment(problems, "said_at", said_at, at)
        problems.check()
        return _customers_words(turn, body, channel, said_at)


def _customers_words(turn: engine.Turn, body: str, channel: str, said_at: datetime | None = None) -> Event:
    """Record what the customer wrote or said. It starts the reply clock unless the text says only thanks."""
    details = {"said_at": said_at.isoformat()} if said_at is not None else {}
    event = turn.message(
        WORDS_IN,
        body,
        direction=Direction.IN,
        purpose=Purpose.REPLY,
        channel=channel,
        by_person=True,
        **details,
    )
    if only_thanks(body):
        Message.objects.filter(pk=event.pk).update(thanks=True)
        _answered_notice(turn)
    else:
        answered(turn, by_message=event)
        if not clocks.live(turn.complaint, *OWED):
            turn.start_clock(ClockKind.REPLY)
    people = [person for person in notify.responsible(turn.complaint) if person != turn.user]
    notify.tell_users(people, "customer_wrote", complaint=turn.complaint, at=turn.at, event=event)
    return event


def note(complaint: Complaint, *, by: Actor, at: datetime, body: str, version: int | None = None) -> Event:
    """Add an internal note, which the customer never sees."""
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
    """Record a message that the customer writes to us. It ends the waits for their answer as of `at`.

    `key` identifies one filled-in form. If that form is sent a second time, MoveNotAllowed is raised.
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
        raise MoveNotAllowed(_("We have already received this message."))


def answered(turn: engine.Turn, *, by_message: Event | None = None) -> None:
    """End every wait for the customer, because they answered; paused clocks run again (clocks.md, "Pause").

    After the written notice of a callback, the answer meets the notice's clock, and a new callback clock
    starts so that a person calls again.
    """
    turn.stop_waiting(WaitingOn.CUSTOMER, answered=True, by_message=by_message)
    _answered_notice(turn)


def _answered_notice(turn: engine.Turn) -> None:
    """Meet the clock of a written notice: the customer can be reached, so a person calls again."""
    complaint = turn.complaint
    noticed = clocks.meet(complaint, ClockKind.CALLBACK_NOTICE, at=turn.at)
    if noticed and complaint.stage == Stage.CALLBACK and not clocks.live(complaint, ClockKind.CALLBACK):
        clocks.start(complaint, ClockKind.CALLBACK, turn.at)
