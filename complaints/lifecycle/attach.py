"""Evidence in files: what may come in."""

import hashlib
import re
import unicodedata
from datetime import datetime

import puremagic
from django.core.files import File
from django.utils.translation import gettext as _

from complaints.lifecycle import converse, engine
from complaints.models import ActorKind, Attachment, Complaint
from complaints.rights.actors import Actor
from complaints.terms.errors import Problems
from complaints.terms.input import clean_text

LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""
MOST = 50
"""Files of one complaint."""
TYPES: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic",),
    "application/pdf": (".pdf",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/mp4": (".m4a",),
    "text/plain": (".txt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
"""What may come in, and by which endings. The content is looked at, not only the name."""
_ENDINGS = {ending: kind for kind, endings in TYPES.items() for ending in endings}
_ALIKE = {".jpeg": ".jpg", ".m4v": ".mp4", ".m4a": ".mp4", ".mov": ".mp4", ".docx": ".zip", ".xlsx": ".zip"}
"""Endings whose contents begin alike; told apart by the name."""


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
    """Keep a file as evidence. One of the customer's is shared with them, and answers what was asked."""
    from_customer = by.kind == ActorKind.CUSTOMER
    move = "write-in" if from_customer else "message"
    with engine.move(move, complaint, by=by, at=at, version=version) as turn:
        turn.is_move = False
        problems = Problems()
        note = clean_text(problems, "note", note, limit=500)
        name, kind = _check(problems, turn.complaint, file)
        problems.check()
        assert file is not None
        event = turn.event("attached", note, name=name, size=file.size)
        attachment = Attachment(
            complaint=turn.complaint,
            event=event,
            name=name,
            content_type=kind,
            size=file.size,
            digest=_digest(file),
            note=note,
            shared=shared or from_customer,
            uploaded_by=turn.user,
            at=at,
        )
        attachment.file.save(name, file, save=False)
        attachment.save(force_insert=True)
        if from_customer:
            converse.answered(turn)
    return attachment


def _check(problems: Problems, complaint: Complaint, file: "File[bytes] | None") -> tuple[str, str]:
    """A name that is safe to show and to download by, and the type that both name and content say."""
    if file is None or not file.size:
        problems.add("file", _("Choose a file that is not empty."))
        return "", ""
    name = tidy_name(str(file.name))
    if file.size > LARGEST:
        problems.add("file", _("A file has at most %(limit)d MB.") % {"limit": LARGEST // 1024 // 1024})
        return name, ""
    if Attachment.objects.filter(complaint=complaint).count() >= MOST:
        problems.add("file", _("This complaint has as many files as it may have."))
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    kind = _ENDINGS.get(ending, "")
    if not kind or not _is_what_it_says(file, ending):
        problems.add("file", _("Pictures, videos, recordings, PDF, Word, Excel and plain text are taken."))
    return name, kind


def tidy_name(given: str) -> str:
    """The last part of a path without control characters, at most 120 characters, its ending kept."""
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", given)[-1])
    name = "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff").strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= 120 else f"{stem[: 119 - len(ending)]}{dot}{ending}"[:120]


def _is_what_it_says(file: "File[bytes]", ending: str) -> bool:
    file.seek(0)
    head = file.read(64 * 1024)
    file.seek(0)
    if ending == ".txt":
        return b"\x00" not in head
    wanted = _ALIKE.get(ending, ending)
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return wanted in {_ALIKE.get(each, each) for each in found} or ending in found


def _digest(file: "File[bytes]") -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
