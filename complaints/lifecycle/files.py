"""Check the attachments that a step refers to, and share them with the customer."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from complaints.models import Attachment, Complaint
from complaints.terms.errors import Problems


def of_complaint(complaint: Complaint, ids: Iterable[int]) -> list[Attachment]:
    return list(Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=set(ids)))


def check_visual(problems: Problems, complaint: Complaint, visual: object) -> int | None:
    """Return the id of the attachment that illustrates an offer or explanation, None if none is given."""
    if visual is None:
        return None
    number = visual if isinstance(visual, int) and not isinstance(visual, bool) else 0
    if not of_complaint(complaint, [number]):
        problems.add("visual", _("Choose an attachment of this complaint."))
        return None
    return number


def check_many(problems: Problems, complaint: Complaint, ids: Sequence[int]) -> list[int]:
    """Return the ids of attachments of this complaint; note a problem if one of them is not."""
    found = of_complaint(complaint, ids)
    if len(found) != len(set(ids)):
        problems.add("attachments", _("Choose attachments of this complaint."))
    return [attachment.pk for attachment in found]


def share(complaint: Complaint, ids: Sequence[int]) -> None:
    """Let the customer see these attachments from now on."""
    Attachment.objects.filter(complaint__in=complaint.family_ids(), pk__in=ids).update(shared=True)
