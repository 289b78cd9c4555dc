"""Idempotency-Key: repeating a request within 24 hours returns its first answer (docs/http-interface.md).

1. A row with the caller's key and the digest of the request is inserted; it is unique, so of two requests at
   once the second waits for the first.
2. The step runs in the same transaction, and its answer is stored in the row. A crash before the commit
   leaves neither the change nor the row.
3. A later request with the key gets the stored answer, or 409 if its digest differs.

Only answers to successful requests are kept. A refusal changed nothing, so the same key may be tried again
once the cause is removed.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from complaints.models.idempotency import KeptAnswer
from complaints.terms.errors import DuplicateRequest, MissingDetail

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST = 255
VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}", re.ASCII)


def once(request: Request, caller: User, at: datetime, act: Callable[[], Response]) -> Response:
    """Run `act`, unless this key has already been answered; then return the kept answer.

    Raises DuplicateRequest (409) if the key came with a different request, MissingDetail for a malformed key.
    """
    key = _key(request)
    if key is None:
        return act()
    digest = _digest(request)
    kept = _kept(caller, key, at)
    if kept is None:
        try:
            with transaction.atomic():
                KeptAnswer.objects.filter(caller=caller, key=key, created_at__lte=at - KEPT_FOR).delete()
                row = KeptAnswer.objects.create(caller=caller, key=key, digest=digest, created_at=at)
                response = act()
                row.status, row.answer = response.status_code, response.data
                row.save(update_fields=["status", "answer"])
                return response
        except IntegrityError:
            # Either another request with this key was faster, or this request violated some other constraint.
            kept = _kept(caller, key, at)
            if kept is None:
                raise
    if kept.digest != digest:
        raise DuplicateRequest(_("This Idempotency-Key was used for another request."))
    return Response(kept.answer, status=kept.status, headers=_headers(kept.answer))


def _headers(answer: Any) -> dict[str, str]:
    """Return the ETag of an answer that shows a version, as the first answer had it."""
    version = answer.get("version") if isinstance(answer, dict) else None
    return {} if version is None else {"ETag": f'"{version}"'}


def _key(request: Request) -> str | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not VISIBLE.fullmatch(given):
        raise MissingDetail({HEADER: [_("Send up to %(limit)d printable characters.") % {"limit": LONGEST}]})
    return hashlib.sha256(given.encode()).hexdigest()


def _kept(caller: User, key: str, at: datetime) -> KeptAnswer | None:
    rows = KeptAnswer.objects.filter(caller=caller, key=key, status__isnull=False)
    return rows.filter(created_at__gt=at - KEPT_FOR).first()


def _digest(request: Request) -> str:
    found = hashlib.sha256(f"{request.method} {request.path}\n".encode("utf-8", "surrogatepass"))
    if (request.content_type or "").startswith("multipart/"):
        sent: Any = request.data
        for name, value in sorted(sent.items(), key=lambda item: str(item[0])):
            found.update(f"\n{name}\n".encode("utf-8", "surrogatepass"))
            chunks = value.chunks() if hasattr(value, "chunks") else [str(value).encode("utf-8", "replace")]
            for chunk in chunks:
                found.update(chunk)
    else:
        found.update(request._request.body)
    return found.hexdigest()


def forget_old(at: datetime) -> int:
    """Delete answers that are older than 24 hours. Return how many."""
    deleted, _rows = KeptAnswer.objects.filter(created_at__lte=at - KEPT_FOR).delete()
    return deleted
