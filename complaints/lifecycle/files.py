"""The files of a complaint: those that a step names, and what of them the customer sees."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint
from complaints.terms.errors import Problems


def of_complaint(complaint: Complaint, ids: Iterable[int]) -> list[Attachment]:
    return list(Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=set(ids)))


def check_visual(problems: Problems, complaint: Complaint, visual: object) -> int | None:
    """A picture or video that explains, by the number of its attachment; None where none is given."""
    if visual is None:
        return None
    number = visual if isinstance(visual, int) and not isinstance(visual, bool) else 0
    if not of_complaint(complaint, [number]):
        problems.add("visual", _("Choose an attachment of this complaint."))
        return None
    return number


def check_many(problems: Problems, complaint: Complaint, ids: Sequence[int]) -> list[int]:
    """The attachments that go with a message."""
    found = of_complaint(complaint, ids)
    if len(found) != len(set(ids)):
        problems.add("attachments", _("Choose attachments of this complaint."))
    return [attachment.pk for attachment in found]


def share(complaint: Complaint, ids: Sequence[int]) -> None:
    """From now on the customer sees these."""
    Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=ids).update(shared=True)
