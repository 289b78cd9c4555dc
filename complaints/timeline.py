"""Append to the timeline and verify it. The caller holds the complaint's row."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from complaints.actors import Actor
from complaints.models import Complaint, Event, EventText

Changes = Mapping[str, tuple[Any, Any]]


def _digest(salt: str, body: str, details: Mapping[str, Any]) -> str:
    payload = json.dumps([salt, body, details], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()


def _hash(event: Event) -> str:
    """SHA-256 over everything of the event but its free text, of which the salted digest is covered."""
    parts = [
        event.previous_hash,
        event.complaint_id,
        event.seq,
        event.round,
        event.at.timestamp(),
        event.kind,
        event.actor_kind,
        event.actor_id,
        event.changed,
        event.digest,
    ]
    payload = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()


def append(
    complaint: Complaint,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    body: str = "",
    details: Mapping[str, Any] | None = None,
    changed: Changes | None = None,
) -> Event:
    """Write the next event and move the head hash and count on the given complaint (not saved)."""
    details = dict(details or {})
    salt = secrets.token_hex(16)
    event = Event(
        complaint=complaint,
        seq=complaint.event_count + 1,
        round=complaint.round,
        at=at,
        kind=kind,
        actor_kind=by.kind,
        actor=by.user,
        changed={field: list(values) for field, values in (changed or {}).items()},
        digest=_digest(salt, body, details),
        previous_hash=complaint.head_hash,
    )
    event.hash = _hash(event)
    event.save(force_insert=True)
    EventText.objects.create(event=event, body=body, details=details, salt=salt)
    complaint.event_count, complaint.head_hash = event.seq, event.hash
    return event


def faults(complaint: Complaint) -> Iterator[str]:
    """What is wrong with a complaint's chain, first fault first."""
    previous, expected = "", 1
    events = Event.objects.filter(complaint=complaint).select_related("text").order_by("seq")
    for event in events:
        name = f"{complaint.number} event {event.seq}"
        if event.seq != expected:
            yield f"{complaint.number} event {expected}: missing"
        if event.previous_hash != previous:
            yield f"{name}: does not follow the event before it"
        if event.hash != _hash(event):
            yield f"{name}: changed after it was written"
        if not event.text.erased_at and event.digest != _digest(
            event.text.salt, event.text.body, event.text.details
        ):
            yield f"{name}: its text was changed"
        previous, expected = event.hash, event.seq + 1
    if (complaint.event_count, complaint.head_hash) != (expected - 1, previous):
        yield f"{complaint.number}: the head does not match its last event"
