"""Check the files that a step refers to, share them with the customer, and delete files of refused steps."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint
from complaints.notices import outside
from complaints.terms.errors import Problems

_written: ContextVar[list[tuple[Storage, str]] | None] = ContextVar("written", default=None)
"""The files that were stored within the innermost `undone_on_failure`."""


@contextmanager
def undone_on_failure() -> Iterator[None]:
    """Delete the files that were stored within, if an exception leaves the block.

    The database rolls back what a refused step wrote; the folder of files does not.
    """
    outer, own = _written.get(), list[tuple[Storage, str]]()
    token = _written.set(own)
    try:
        yield
    except BaseException:
        for storage, name in own:
            storage.delete(name)
        own.clear()
        raise
    finally:
        _written.reset(token)
        if outer is not None:
            outer.extend(own)


def stored(storage: Storage, name: str) -> None:
    """Note a file that was stored, so that it is deleted if the step does not succeed."""
    written = _written.get()
    if written is not None:
        written.append((storage, name))


def of_complaint(complaint: Complaint, ids: Iterable[int]) -> list[Attachment]:
    return list(Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=set(ids)))


def keeps_place() -> str:
    """Return the error text for a picture that still contains where it was taken and so cannot be shared."""
    return _(
        "A HEIC picture tells where it was taken. That cannot be removed here,"
        " so save it as JPEG and share that."
    )


def check_visual(problems: Problems, complaint: Complaint, visual: object) -> int | None:
    """Return the id of the attachment that illustrates an offer or explanation, None if none is given."""
    if visual is None:
        return None
    number = visual if isinstance(visual, int) and not isinstance(visual, bool) else 0
    found = of_complaint(complaint, [number])
    if not found:
        problems.add("visual", _("Choose an attachment of this complaint."))
        return None
    if not outside.may_leave(found[0].content_type):
        problems.add("visual", keeps_place())
    return number


def check_many(problems: Problems, complaint: Complaint, ids: Sequence[int]) -> list[int]:
    """Return the ids of attachments of this complaint; note a problem if one of them is not."""
    found = of_complaint(complaint, ids)
    if len(found) != len(set(ids)):
        problems.add("attachments", _("Choose attachments of this complaint."))
    if not all(outside.may_leave(attachment.content_type) for attachment in found):
        problems.add("attachments", keeps_place())
    return [attachment.pk for attachment in found]


def share(complaint: Complaint, ids: Sequence[int]) -> None:
    """Let the customer see these attachments from now on."""
    Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=ids).update(shared=True)
