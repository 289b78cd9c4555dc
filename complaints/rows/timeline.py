"""Append to the timeline and verify it. The caller must hold the lock on the complaint's row."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from complaints.models import Complaint, Event, EventText
from complaints.rights.actors import Actor

CHUNK = 2_000
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
Changes = Mapping[str, tuple[Any, Any]]


def _digest(salt: str, body: str, details: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical([salt, body, details]).encode()).hexdigest()


def _hash(entry: "Entry | Event") -> str:
    """Return the SHA-256 over the whole event except its free text, which is covered by its salted digest."""
    parts = [
        entry.previous_hash,
        entry.complaint_id,
        entry.seq,
        entry.round,
        entry.at.timestamp(),
        entry.kind,
        entry.actor_kind,
        entry.actor_id,
        entry.changed,
        entry.digest,
    ]
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


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
    """Write the next event, and update the head hash and count on the given complaint without saving it."""
    event, text = compose(complaint, kind, by=by, at=at, body=body, details=details, changed=changed)
    event.save(force_insert=True)
    text.event = event
    text.save(force_insert=True)
    return event


def compose(
    complaint: Complaint,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    body: str = "",
    details: Mapping[str, Any] | None = None,
    changed: Changes | None = None,
) -> tuple[Event, EventText]:
    """Return the next event and its text, both unsaved, chained to the head of the given complaint."""
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
    complaint.event_count, complaint.head_hash = event.seq, event.hash
    return event, EventText(body=body, details=details, salt=salt)


class Entry(NamedTuple):
    """An event with its text, as verification reads it straight from the rows."""

    complaint_id: int
    seq: int
    round: int
    at: datetime
    kind: str
    actor_kind: str
    actor_id: int | None
    changed: Any
    digest: str
    previous_hash: str
    hash: str
    text: int | None
    body: str
    details: Any
    salt: str
    erased_at: datetime | None


_COLUMNS = (*Entry._fields[:11], "text", "text__body", "text__details", "text__salt", "text__erased_at")


class Head(NamedTuple):
    """The columns of a complaint that its timeline must agree with."""

    id: int
    number: str | None
    event_count: int
    head_hash: str
    stage: str
    tier: int
    round: int


TOLD = ("stage", "tier", "round")
"""Columns of the head that must equal the values of the last event that changed them."""


def verify(complaints: QuerySet[Complaint]) -> Iterator[tuple[Head, str | None]]:
    """Yield each complaint's head with its first fault, or None, reading heads and events side by side."""
    events = Event.objects.order_by("complaint_id", "seq")
    rows = map(Entry._make, events.values_list(*_COLUMNS).iterator(chunk_size=CHUNK))
    groups = groupby(rows, key=lambda entry: entry.complaint_id)
    ahead = next(groups, None)
    heads = complaints.order_by("pk").values_list(*Head._fields).iterator(chunk_size=CHUNK)
    for head in map(Head._make, heads):
        while ahead is not None and ahead[0] < head.id:
            ahead = next(groups, None)
        own = ahead[1] if ahead is not None and ahead[0] == head.id else ()
        yield head, next(_faults(head, own), None)


def faults(complaint: Complaint) -> Iterator[str]:
    """Yield what is wrong with a complaint's chain, in the order of its events."""
    events = Event.objects.filter(complaint=complaint).order_by("seq").values_list(*_COLUMNS)
    head = Head._make(getattr(complaint, name) for name in Head._fields)
    return _faults(head, map(Entry._make, events))


def _faults(head: Head, entries: Iterable[Entry]) -> Iterator[str]:
    previous, expected, told = "", 1, {}
    for entry in entries:
        name = f"{head.number} event {entry.seq}"
        if entry.seq != expected:
            yield f"{head.number} event {expected}: missing"
        if entry.previous_hash != previous:
            yield f"{name}: does not follow the event before it"
        if entry.hash != _hash(entry):
            yield f"{name}: changed after it was written"
        fault = _fault_of_text(entry)
        if fault:
            yield f"{name}: {fault}"
        for field, values in entry.changed.items() if isinstance(entry.changed, dict) else ():
            if field in TOLD:
                told[field] = values[1]
        previous, expected = entry.hash, entry.seq + 1
    last = f"{head.number} event {expected - 1}"
    if head.event_count >= expected:
        yield f"{head.number} event {expected}: missing, the head counts {head.event_count}"
    elif (head.event_count, head.head_hash) != (expected - 1, previous):
        yield f"{last}: the head does not match it"
    for field, value in told.items():
        if getattr(head, field) != value:
            yield f"{last}: the head says another {field} than the events"


def _fault_of_text(entry: Entry) -> str | None:
    if entry.text is None:
        return "its text is missing"
    if entry.erased_at is None and entry.digest != _digest(entry.salt, entry.body, entry.details):
        return "its text was changed"
    return None
