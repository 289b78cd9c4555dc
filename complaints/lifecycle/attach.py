"""Attach files as evidence, and check what kinds of files are accepted."""

import hashlib
import re
import unicodedata
from datetime import datetime

from django.core.files import File
from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine, files, kinds
from complaints.models import ActorKind, Attachment, Complaint
from complaints.notices import outside
from complaints.rights.actors import Actor
from complaints.terms.errors import Problems
from complaints.terms.input import clean_text

LARGEST = 10 * 1024 * 1024
"""The most bytes that one file may have."""
MOST = 50
"""The most files that one complaint may have."""


def attach(
    complaint: Complaint,
    file: "File[bytes] | None",
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    shared: bool = False,
    version: int | None = None,
) -> Attachment:
    """Store a file as evidence.

    A file that the customer sends is visible to them and counts as their answer.
    """
    from_customer = by.kind == ActorKind.CUSTOMER
    move = "write-in" if from_customer else "message"
    with (
        files.undone_on_failure(),
        engine.move(move, complaint, by=by, at=at, version=version) as turn,
    ):
        turn.is_move = False
        problems = Problems()
        note = clean_text(problems, "note", note, limit=500)
        name, kind = _check(problems, turn.complaint, file)
        if shared and not from_customer and not outside.may_leave(kind):
            problems.add("file", files.keeps_place())
        problems.check()
        assert file is not None
        event = turn.event("attached", note, name=name, size=file.size)
        attachment = Attachment(
            complaint=turn.complaint, event=event, note=note, uploaded_by=turn.user, at=at
        )
        attachment.name, attachment.content_type, attachment.size = name, kind, file.size
        attachment.digest, attachment.shared = _digest(file), shared or from_customer
        attachment.file.save(name, file, save=False)
        files.stored(attachment.file.storage, str(attachment.file.name))
        attachment.save(force_insert=True)
        if from_customer:
            converse.answered(turn)
    return attachment


def _check(problems: Problems, complaint: Complaint, file: "File[bytes] | None") -> tuple[str, str]:
    """Return a name that is safe to show and download, and the content type (name and content must agree)."""
    if file is None or not file.size:
        problems.add("file", _("Choose a file that is not empty."))
        return "", ""
    name = tidy_name(str(file.name))
    if file.size > LARGEST:
        problems.add("file", _("A file can have at most %(limit)d MB.") % {"limit": LARGEST // 1024 // 1024})
        return name, ""
    if Attachment.objects.filter(complaint=complaint).count() >= MOST:
        problems.add("file", _("This complaint already has the maximum number of files."))
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    kind = kinds.kind_of(file, ending)
    if not kind and ending in kinds.ENDINGS:
        problems.add(
            "file",
            _("The content of this file is not what its ending “%(ending)s” says.") % {"ending": ending},
        )
    elif not kind:
        problems.add("file", _("Use a picture, video, recording, PDF, Word, Excel or plain text file."))
    return name, kind


def tidy_name(given: str) -> str:
    """Return the last part of a path, without control characters and cut to 120; the ending is kept."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", given)[-1])
    name = "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff").strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 120 else f"{stem[: 119 - len(ending)]}{dot}{ending}"[:120]


def _digest(file: "File[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
