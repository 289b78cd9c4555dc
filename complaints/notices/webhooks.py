"""Notices as signed POST requests, after the Standard Webhooks specification (standardwebhooks.com).

1. A row is claimed: `queued` becomes `sending` by compare-and-set, and its attempts are counted.
2. The request is posted to a public address that was checked before, within ten seconds.
3. The row becomes `sent` after a 2xx answer whose body does not refuse the notice. Otherwise it is queued
   again with a growing wait, and `failed` after the last attempt.

A crash between 1 and 3 leaves the row in `sending`; a later pass counts that as a failed attempt. Unlike
mail, a request carries an id by which the receiver recognises a repetition, so it can safely be sent again,
at most `len(WAITS) + 1` times in all.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import webhook_address
from accounts.middleware import known_zone
from accounts.models import User
from complaints.models import Outbox, OutboxChannel, OutboxState
from complaints.notices import letters, outbox, robots
from complaints.notices.texts import due_of, kind_of, sentence

logger = logging.getLogger(__name__)
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
"""The waits before the second, third … attempt. After the last attempt the row has failed."""
BATCH = 100
SILENCE = 5  # seconds without a byte
LONGEST = 10  # seconds for a whole request
PASS_AT_MOST = 30  # seconds; the rest waits for the next run
PREFIX = "whsec_"
ANSWER_READ = 65536  # bytes of an answer
ANSWER_SHOWN = 500  # characters of it


class NotTaken(Exception):
    """The receiver refused the request: its answer is not 2xx, or the body of the answer says so."""


def send_queued(at: datetime, *, batch: int = BATCH) -> Counter[str]:
    """Post what is due. Return how many ended in which state; `queued` means that another attempt follows.

    A crash in the middle costs a repetition, which the receiver recognises by the id. An address that failed
    once is left alone for the rest of the pass, so that a dead one does not hold up the others.
    """
    done: Counter[str] = Counter()
    _take_back_abandoned(at)
    until, last, dead = time.monotonic() + PASS_AT_MOST, 0, set[int]()
    while rows := _due(last, batch, at, dead):
        for row in rows:
            last = row.pk
            if time.monotonic() > until:
                return done
            user = row.user
            if user is None or user.pk in dead:
                continue
            if not outbox.allowed([row], user, at):
                done[OutboxState.WITHHELD] += 1
            elif not outbox.postponed(row, user, at) and _claim(row, at):
                state = _send(row, user, at)
                done[state] += 1
                if state != OutboxState.SENT:
                    dead.add(user.pk)
    return done


def _due(last: int, batch: int, at: datetime, dead: set[int]) -> list[Outbox]:
    found = outbox.due(at).filter(channel=OutboxChannel.WEBHOOK, user__isnull=False, pk__gt=last)
    return list(found.exclude(user__in=dead).select_related("complaint", "user")[:batch])


def _take_back_abandoned(at: datetime) -> None:
    """Queue rows again whose sender died.

    The lost attempt counts as failed. A repetition does no harm, because the receiver recognises its id.
    """
    gone = Outbox.objects.filter(
        state=OutboxState.SENDING, channel=OutboxChannel.WEBHOOK, sent_at__lte=at - outbox.GIVE_UP_AFTER
    )
    for row in gone:
        _failed(row, at, "The sender stopped while sending.")


def _claim(row: Outbox, at: datetime) -> bool:
    claimed = Outbox.objects.filter(pk=row.pk, state=OutboxState.QUEUED).update(
        state=OutboxState.SENDING, sent_at=at, attempts=F("attempts") + 1
    )
    row.attempts += 1
    return claimed == 1


def _send(row: Outbox, user: User, at: datetime) -> OutboxState:
    try:
        _deliver(payload(row, user), row.message_id, user, at)
    except Exception as problem:
        return _failed(row, at, _said(problem))
    Outbox.objects.filter(pk=row.pk, state=OutboxState.SENDING).update(
        state=OutboxState.SENT, sent_at=at, failure=""
    )
    return OutboxState.SENT


def _deliver(content: dict[str, Any], identity: str, user: User, at: datetime) -> bytes:
    """Post a notice in the format of its receiver, and return the body of the answer.

    Raises NotTaken, or what the connection raises.
    """
    url, secret = user.webhook_url, user.webhook_secret
    robot = webhook_address.robot_of(url)
    if robot is None:
        body = json.dumps(content, ensure_ascii=False).encode()
        return post(url, body, headers(identity, body, secret, at))
    data = content["data"]
    text = "\n".join(filter(None, (f"{data['complaint']} {data['text']}".strip(), data["url"])))
    url, body = robots.request_to(robot, text, url=url, secret=secret, at=at)
    return post(url, body, {"Content-Type": "application/json"})


def send_trial(user: User, at: datetime) -> tuple[bool, str]:
    """Post a trial notice at once. Return whether it was accepted, and the beginning of the answer or error.

    It has no row in the outbox and is not repeated, because the person who asked for it sees the result.
    """
    content = {
        "type": "notice.trial",
        "timestamp": at.astimezone(UTC).isoformat(),
        "data": {
            "notice": "trial",
            "text": _("This is a trial notice from Redress."),
            "complaint": "",
            "due": None,
            "url": letters.site("/settings/notices/"),
        },
    }
    try:
        answer = _deliver(content, f"redress-trial-u{user.pk}-{int(at.timestamp())}", user, at)
    except Exception as problem:
        return False, _said(problem)[:ANSWER_SHOWN]
    return True, answer.decode("utf-8", "replace")[:ANSWER_SHOWN]


def _said(problem: Exception) -> str:
    if isinstance(problem, NotTaken):
        return str(problem)
    words = "; ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
    return f"{type(problem).__name__}: {words}"


def _failed(row: Outbox, at: datetime, failure: str) -> OutboxState:
    """Queue another attempt after a growing wait, or give up. Return the new state."""
    logger.warning("webhook %s was not accepted (attempt %d): %s", row.pk, row.attempts, failure)
    again = row.attempts <= len(WAITS)
    state = OutboxState.QUEUED if again else OutboxState.FAILED
    Outbox.objects.filter(pk=row.pk, state=OutboxState.SENDING).update(
        state=state,
        sent_at=None,
        not_before=at + WAITS[max(row.attempts, 1) - 1] if again else None,
        failure=failure[:2000],
    )
    return state


def payload(row: Outbox, user: User) -> dict[str, Any]:
    """Return the content, without the customer's words or name. Readers who may see more follow the link."""
    due, complaint = due_of(row.context), row.complaint
    assert complaint is not None
    with translation.override(row.language), timezone.override(known_zone(user.timezone)):
        text = sentence(row.template, row.context)
    return {
        "type": f"notice.{kind_of(row.template, row.context).value}",
        "timestamp": row.created_at.astimezone(UTC).isoformat(),
        "data": {
            "notice": row.template,
            "text": text,
            "complaint": complaint.number,
            "due": due.astimezone(UTC).isoformat() if due else None,
            "url": letters.link_of(row, user),
        },
    }


def headers(identity: str, body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Return the id, the moment of this attempt, and an HMAC-SHA256 over both and the body."""
    moment = str(int(at.timestamp()))
    signed = b".".join((identity.encode(), moment.encode(), body))
    mark = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
    }


class _Connection(http.client.HTTPSConnection):
    """Connects to the address that was checked, so that a second DNS look-up cannot return another one."""

    def __init__(self, host: str, port: int, number: str) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=SILENCE, context=self.tls)
        self.number = number

    def connect(self) -> None:
        plain = socket.create_connection((self.number, self.port), SILENCE)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """Close the connection. This stops a receiver that would keep it open by answering byte by byte."""
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, given: Mapping[str, str]) -> bytes:
    """POST without following redirects, and return the beginning of the answer's body.

    Raises NotTaken if the answer is not 2xx or its body refuses the request, or what the connection raises.
    """
    private = settings.WEBHOOK_ALLOW_PRIVATE
    parts = webhook_address.checked(url, allow_private=private)
    host, port = parts.hostname or "", parts.port or webhook_address.PORT
    number = webhook_address.resolved(host, port, allow_private=private)
    connection = _Connection(host, port, number)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    limit = threading.Timer(LONGEST, connection.cut)
    limit.daemon = True
    limit.start()
    try:
        connection.request("POST", path, body, {**given, "User-Agent": "Redress"})
        answer = connection.getresponse()
        status, said = answer.status, answer.read(ANSWER_READ)
    finally:
        limit.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise NotTaken(f"the receiver answered {status}")
    if words := robots.refusal(said):
        raise NotTaken(f"the receiver answered {status}, but refused: {words}")
    return said
