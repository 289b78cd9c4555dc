"""Write down each change of a setting, and verify what was written.

All changes form one chain, whatever their subject. The hash of each covers the hash of the change before, and
the head row counts them. So a change that is altered, added or removed in the database is noticed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts.models import SettingsChange, SettingsHead, User
from accounts.roles import Role

CHUNK = 2_000
READERS = frozenset({Role.MANAGER, Role.ADMIN})
"""The roles that may read the changes of settings."""
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
Values = dict[str, Any]


def record(
    subject: str,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Record that `key` of this subject was changed. Call it in the transaction of the change.

    `before` is None for something new and `after` for something deleted. When both are given, only the values
    that differ are kept, and nothing is written if none does. `by` is None for commands. Values may be
    whatever JSON can hold, and dates and lazy texts.
    """
    old, new = _plain(before), _plain(after)
    if old is not None and new is not None:
        old, new = _only_different(old, new)
    if not old and not new:
        return
    with transaction.atomic():
        SettingsHead.objects.get_or_create(pk=SettingsHead.ONLY)
        head = SettingsHead.objects.select_for_update().get(pk=SettingsHead.ONLY)
        change = SettingsChange(
            seq=head.count + 1,
            at=at,
            by=by,
            subject=subject,
            key=key,
            before=old,
            after=new,
            previous_hash=head.hash,
        )
        change.hash = _hash(change)
        change.save(force_insert=True)
        head.count, head.hash = change.seq, change.hash
        head.save(update_fields=["count", "hash"])


def _plain(values: Mapping[str, Any] | None) -> Values | None:
    """Return the values in the form in which the database returns them, or None."""
    if values is None:
        return None
    found: Values = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return found


def _only_different(old: Values, new: Values) -> tuple[Values, Values]:
    names = [name for name in {**old, **new} if name not in old or name not in new or old[name] != new[name]]
    return {name: old[name] for name in names if name in old}, {
        name: new[name] for name in names if name in new
    }


def _hash(change: SettingsChange) -> str:
    parts = [
        change.previous_hash,
        change.seq,
        change.at.timestamp(),
        change.by_id,
        change.subject,
        change.key,
        change.before,
        change.after,
    ]
    return hashlib.sha256(_canonical(parts).encode()).hexdigest()


def verify() -> tuple[int, str | None]:
    """Return how many changes of settings there are, and the first fault in their chain or None.

    Call it in a transaction: it locks the head row, so that nobody adds a change meanwhile.
    """
    head = SettingsHead.objects.select_for_update().filter(pk=SettingsHead.ONLY).first() or SettingsHead()
    changes = SettingsChange.objects.order_by("seq").iterator(chunk_size=CHUNK)
    return head.count, next(_faults(head, changes), None)


def _faults(head: SettingsHead, changes: Iterable[SettingsChange]) -> Iterator[str]:
    previous, expected = "", 1
    for change in changes:
        name = f"settings change {change.seq}"
        if change.seq != expected:
            yield f"settings change {expected}: missing"
        if change.previous_hash != previous:
            yield f"{name}: does not follow the change before it"
        if change.hash != _hash(change):
            yield f"{name}: changed after it was written"
        previous, expected = change.hash, change.seq + 1
    if head.count >= expected:
        yield f"settings change {expected}: missing, the head counts {head.count}"
    elif (head.count, head.hash) != (expected - 1, previous):
        yield f"settings change {expected - 1}: the head does not match it"
