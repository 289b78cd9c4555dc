"""Send mail and text messages from the outbox, each at most once. Webhooks are in `webhooks.py`.

1. A row is claimed: `queued` becomes `sending` by compare-and-set, committed before anything leaves. Rows
   that go out in one letter are claimed together, under that letter's Message-ID.
2. The message is handed to the mail server or the gateway.
3. The row becomes `sent`; `failed` if it certainly did not leave; `set_aside` if nobody can know.

A crash between 1 and 3 leaves the row in `sending`. Ten minutes later it is set aside for a person and never
sent again automatically, so a crash costs at most a message that did not leave, never a second one.
"""

import logging
import smtplib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.module_loading import import_string

from accounts.models import User
from complaints.models import Outbox, OutboxChannel, OutboxState
from complaints.notices import letters, notify
from complaints.rights import access
from complaints.sla import firing

logger = logging.getLogger(__name__)
BATCH = 100
GIVE_UP_AFTER = timedelta(minutes=10)
"""A row that has been in `sending` for this long belongs to a worker that is gone."""
SINGLE_MAILS = 5
"""Up to this many mails to one person are sent one by one; more become one letter."""
CATCHING_UP = timedelta(seconds=30)
"""If clocks have been due for longer than this, the sweep is catching up, and mail to staff is held back."""
GATHER_AT_MOST = timedelta(minutes=5)
LETTER_AT_MOST = 500

Gateway = Callable[[str, str, str], None]
"""Takes a number, the text and a reference. Raises `NotSent` if the message certainly did not leave."""


class NotSent(Exception):
    """The message did not leave; the text of the error says why."""


REFUSED = (
    NotSent,
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    ValueError,  # a header that mail cannot carry, or text that cannot be encoded
)
"""Errors that can only occur before the message has left."""


def send_queued(at: datetime, *, batch: int = BATCH) -> Counter[str]:
    """Send all queued rows, oldest first. Return how many ended in which state.

    A crash in the middle repeats nothing: the row being sent is set aside later. While the mail server cannot
    be reached, mail stays queued. If two senders run at once, the second finds a row claimed and skips it.
    """
    done: Counter[str] = Counter()
    done[OutboxState.SET_ASIDE] += set_aside_abandoned(at)
    last = 0
    with _mail_server(at) as server:
        while rows := _queued(last, batch, at, with_mail=server is not None):
            for row in rows:
                last = row.pk
                if _claim(row, at):
                    done[_send(row, server, at)] += 1
        if server is not None:
            waiting = _staff_mail(at)
            for user in User.objects.filter(pk__in=waiting.order_by().values("user")).order_by("pk"):
                done += _send_to_staff(user, waiting.filter(user=user), server, at)
    return +done


def set_aside_abandoned(at: datetime) -> int:
    """Set aside rows that were claimed long ago and are still in `sending`. They are never sent again."""
    abandoned = Outbox.objects.filter(state=OutboxState.SENDING, sent_at__lte=at - GIVE_UP_AFTER).exclude(
        channel=OutboxChannel.WEBHOOK
    )
    count = abandoned.update(
        state=OutboxState.SET_ASIDE,
        sent_at=None,
        failure="The sender stopped while sending; the message may have been sent.",
    )
    if count:
        logger.error("%d messages were set aside because their sender stopped while sending", count)
    return count


def due(at: datetime) -> QuerySet[Outbox]:
    """Return the rows that may be sent at this moment, oldest first."""
    return Outbox.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=at), state=OutboxState.QUEUED
    ).order_by("pk")


def _queued(last: int, batch: int, at: datetime, *, with_mail: bool) -> list[Outbox]:
    """Return the next batch of messages to customers."""
    found = due(at).filter(pk__gt=last, user__isnull=True)
    if not with_mail:
        found = found.exclude(channel=OutboxChannel.EMAIL)
    return list(found.select_related("complaint__customer", "complaint__team", "event__text")[:batch])


@contextmanager
def _mail_server(at: datetime) -> Iterator[BaseEmailBackend | None]:
    """Yield the connection for all mail of this pass, or None while the server cannot be reached."""
    if not due(at).filter(channel=OutboxChannel.EMAIL).exists():
        yield None
        return
    server = get_connection()
    try:
        server.open()
    except OSError:
        logger.exception("the mail server cannot be reached; mail stays queued")
        yield None
        return
    try:
        yield server
    finally:
        server.close()


def _claim(row: Outbox, at: datetime) -> bool:
    """Claim a row by compare-and-set. Return True if this sender got it.

    The claim is committed before anything leaves. In `sending`, `sent_at` holds the time of the claim.
    """
    claimed = Outbox.objects.filter(pk=row.pk, state=OutboxState.QUEUED).update(
        state=OutboxState.SENDING, sent_at=at
    )
    return claimed == 1


def _send(row: Outbox, server: BaseEmailBackend | None, at: datetime) -> OutboxState:
    """Send one claimed row to a customer and record the result."""
    if row.channel == OutboxChannel.EMAIL:
        return _deliver(lambda: _send_mail(row, server, at), [row], at)
    return _deliver(lambda: _send_text(row, at), [row], at)


def _deliver(hand_over: Callable[[], object], rows: list[Outbox], at: datetime) -> OutboxState:
    try:
        hand_over()
    except REFUSED as problem:
        logger.warning("message %s was not sent: %s", rows[0].pk, problem)
        return _finish(rows, OutboxState.FAILED, None, f"{type(problem).__name__}: {problem}")
    except Exception as problem:
        logger.exception("message %s is set aside because it may have been sent", rows[0].pk)
        return _finish(
            rows, OutboxState.SET_ASIDE, None, f"{type(problem).__name__}: {problem}; it may have been sent."
        )
    return _finish(rows, OutboxState.SENT, at, "")


def _finish(rows: list[Outbox], state: OutboxState, sent_at: datetime | None, failure: str) -> OutboxState:
    """Record the result.

    Only rows in `sending` change. A row that was set aside meanwhile is left for a person.
    """
    Outbox.objects.filter(pk__in=[row.pk for row in rows], state=OutboxState.SENDING).update(
        state=state, sent_at=sent_at, failure=failure[:2000]
    )
    return state


def address_of(row: Outbox) -> str:
    """Return the address or number of a recipient, which stands after `email:` or `text:`."""
    return row.recipient.partition(":")[2]


def _send_mail(row: Outbox, server: BaseEmailBackend | None, at: datetime) -> None:
    _hand_over(letters.write(row, at=at), address_of(row), row.message_id, server)


def _hand_over(
    letter: letters.Letter, address: str, message_id: str, server: BaseEmailBackend | None
) -> None:
    EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=letters.sender(),
        to=[address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        connection=server,
    ).send()


# --- Mail to staff ---
def _staff_mail(at: datetime) -> QuerySet[Outbox]:
    """Return the mail to staff that may be sent now.

    While the sweep is behind, recent mail waits, so that notices still to come can go out in the same letter.
    """
    found = due(at).filter(user__isnull=False, channel=OutboxChannel.EMAIL)
    if firing.sweep_lag(at) > CATCHING_UP:
        found = found.filter(created_at__lte=at - GATHER_AT_MOST)
    return found


def _send_to_staff(
    user: User, waiting: QuerySet[Outbox], server: BaseEmailBackend, at: datetime
) -> Counter[str]:
    """Send everything that waits for one person: one by one, or as one letter if it is a lot."""
    done: Counter[str] = Counter()
    rows = list(waiting.select_related("complaint")[:LETTER_AT_MOST])
    told = allowed(rows, user, at)
    done[OutboxState.WITHHELD] += len(rows) - len(told)
    told = [row for row in told if not postponed(row, user, at)]
    if len(told) <= SINGLE_MAILS:
        for row in told:
            if _claim(row, at):
                done[_send_letter([row], user, row.message_id, server, at)] += 1
        return done
    message_id = f"<redress-digest-{uuid.uuid4().hex}@{notify.mail_domain()}>"
    claimed = _claim_together(told, message_id, at)
    if claimed:
        done[_send_letter(claimed, user, message_id, server, at)] += len(claimed)
    return done


def allowed(rows: list[Outbox], user: User, at: datetime) -> list[Outbox]:
    """Return the rows that may be sent, judged again just before they leave.

    Rows whose recipient may no longer learn of the complaint are withheld.
    """
    complaints = [row.complaint for row in rows if row.complaint is not None]
    found = access.hearers([(complaint, [user]) for complaint in complaints])
    heard = {complaint.pk for complaint, who in zip(complaints, found, strict=True) if who}
    kept = [row for row in rows if row.complaint_id in heard and user.is_active]
    dropped = {row.pk for row in rows} - {row.pk for row in kept}
    if dropped:
        Outbox.objects.filter(pk__in=dropped, state=OutboxState.QUEUED).update(
            state=OutboxState.WITHHELD, failure="The recipient may no longer see what it is about."
        )
    return kept


def postponed(row: Outbox, user: User, at: datetime) -> bool:
    """Return True if the row has to wait because the user's quiet hours have begun since it was written."""
    until = notify.waits_until(user, row.complaint, at)
    if until is not None:
        Outbox.objects.filter(pk=row.pk, state=OutboxState.QUEUED).update(not_before=until)
    return until is not None


def _claim_together(rows: list[Outbox], message_id: str, at: datetime) -> list[Outbox]:
    """Claim several rows for one letter in one update.

    Rows that another sender took meanwhile are left out.
    """
    pks = [row.pk for row in rows]
    Outbox.objects.filter(pk__in=pks, state=OutboxState.QUEUED).update(
        state=OutboxState.SENDING, sent_at=at, message_id=message_id
    )
    own = set(Outbox.objects.filter(pk__in=pks, message_id=message_id).values_list("pk", flat=True))
    return [row for row in rows if row.pk in own]


def _send_letter(
    rows: list[Outbox], user: User, message_id: str, server: BaseEmailBackend, at: datetime
) -> OutboxState:
    """Send one letter for these claimed rows."""

    def hand_over() -> None:
        if not user.email:
            raise NotSent("the user has no mail address")
        _hand_over(letters.to_staff(rows, user), user.email, message_id, server)

    return _deliver(hand_over, rows, at)


# --- Text messages ---
def _send_text(row: Outbox, at: datetime) -> None:
    if not settings.TEXT_MESSAGE_GATEWAY:
        raise NotSent("no gateway for text messages is set (TEXT_MESSAGE_GATEWAY)")
    gateway: Gateway = import_string(settings.TEXT_MESSAGE_GATEWAY)
    gateway(address_of(row), letters.write(row, at=at).short, row.message_id.strip("<>"))


def text_to_file(number: str, words: str, reference: str) -> None:
    """The demo's gateway: each text message becomes a file in VAR_DIR/texts."""
    folder = Path(settings.VAR_DIR) / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reference}.txt").write_text(f"{number}\n{words}\n", encoding="utf-8")
