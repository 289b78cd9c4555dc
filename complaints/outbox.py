"""Send what waits in the outbox: mail and text messages, each at most once.

A row is claimed (`queued` → `sending`, committed) before anything leaves and marked `sent` afterwards.
Whoever dies in between leaves it in `sending`; it is then set aside for a person, because nobody can know
whether it left.
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.module_loading import import_string

from complaints import letters
from complaints.models import Outbox, OutboxChannel, OutboxState

logger = logging.getLogger(__name__)
BATCH = 100
GIVE_UP_AFTER = timedelta(minutes=10)
"""A row this long in `sending` belongs to a worker that is gone."""

Gateway = Callable[[str, str, str], None]
"""Takes a number, the words and a reference; raises `NotSent` when it surely did not send."""


class NotSent(Exception):
    """The message did not leave, for this reason."""


REFUSED = (
    NotSent,
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    ValueError,  # a header that mail cannot carry, text that cannot be encoded
)
"""What is raised only while the message is still ours."""


def send_queued(at: datetime, *, batch: int = BATCH) -> Counter[str]:
    """Send all queued rows, oldest first; returns how many ended in which state.

    A crash in the middle costs no repeat: the one row that was being sent is set aside later. While the mail
    server cannot be reached mail stays queued. Two senders at once: the second finds a row claimed and
    leaves it.
    """
    done: Counter[str] = Counter()
    done[OutboxState.SET_ASIDE] += set_aside_abandoned(at)
    last = 0
    with _mail_server() as server:
        while rows := _queued(last, batch, with_mail=server is not None):
            for row in rows:
                last = row.pk
                if _claim(row, at):
                    done[_send(row, server, at)] += 1
    return +done


def set_aside_abandoned(at: datetime) -> int:
    """Rows found in `sending` long after they were claimed: a person decides, they are never sent again."""
    abandoned = Outbox.objects.filter(state=OutboxState.SENDING, sent_at__lte=at - GIVE_UP_AFTER)
    count = abandoned.update(
        state=OutboxState.SET_ASIDE,
        sent_at=None,
        failure="The sender stopped while sending; it may have left.",
    )
    if count:
        logger.error("%d messages are set aside: their sender stopped while sending", count)
    return count


def _queued(last: int, batch: int, *, with_mail: bool) -> list[Outbox]:
    found = Outbox.objects.filter(state=OutboxState.QUEUED, pk__gt=last).order_by("pk")
    if not with_mail:
        found = found.exclude(channel=OutboxChannel.EMAIL)
    related = ("complaint__customer", "complaint__team", "event__text", "user")
    return list(found.select_related(*related)[:batch])


@contextmanager
def _mail_server() -> Iterator[BaseEmailBackend | None]:
    """The connection for all mail of this pass; None while the server cannot be reached."""
    if not Outbox.objects.filter(state=OutboxState.QUEUED).exists():
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
    """Compare-and-set, committed before anything leaves. In `sending`, `sent_at` is when it was claimed."""
    claimed = Outbox.objects.filter(pk=row.pk, state=OutboxState.QUEUED).update(
        state=OutboxState.SENDING, sent_at=at
    )
    return claimed == 1


def _send(row: Outbox, server: BaseEmailBackend | None, at: datetime) -> OutboxState:
    """Hand one claimed row over and note how it went."""
    try:
        if row.channel == OutboxChannel.EMAIL:
            _send_mail(row, server)
        else:
            _send_text(row)
    except REFUSED as problem:
        logger.warning("message %s was not sent: %s", row.pk, problem)
        return _finish(row, OutboxState.FAILED, None, f"{type(problem).__name__}: {problem}")
    except Exception as problem:
        logger.exception("message %s is set aside: it may have left", row.pk)
        return _finish(
            row, OutboxState.SET_ASIDE, None, f"{type(problem).__name__}: {problem}; it may have left."
        )
    return _finish(row, OutboxState.SENT, at, "")


def _finish(row: Outbox, state: OutboxState, sent_at: datetime | None, failure: str) -> OutboxState:
    """Only from `sending`: a row that was set aside meanwhile stays with the person who looks at it."""
    Outbox.objects.filter(pk=row.pk, state=OutboxState.SENDING).update(
        state=state, sent_at=sent_at, failure=failure[:2000]
    )
    return state


def address_of(row: Outbox) -> str:
    """The address or number behind `email:` or `text:`."""
    return row.recipient.partition(":")[2]


def _send_mail(row: Outbox, server: BaseEmailBackend | None) -> None:
    letter = letters.write(row)
    EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[address_of(row)],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
        connection=server,
    ).send()


def _send_text(row: Outbox) -> None:
    if not settings.TEXT_MESSAGE_GATEWAY:
        raise NotSent("no gateway for text messages is set (TEXT_MESSAGE_GATEWAY)")
    gateway: Gateway = import_string(settings.TEXT_MESSAGE_GATEWAY)
    gateway(address_of(row), letters.write(row).short, row.message_id.strip("<>"))


def text_to_file(number: str, words: str, reference: str) -> None:
    """The demo's gateway: each text message becomes a file in VAR_DIR/texts."""
    folder = Path(settings.VAR_DIR) / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reference}.txt").write_text(f"{number}\n{words}\n", encoding="utf-8")
