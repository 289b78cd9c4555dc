"""Evidence: files attached to a complaint by staff or by the customer."""

from django.conf import settings
from django.db import models


def place(attachment: "Attachment", name: str) -> str:
    """Return the storage path of a file.

    It is built from the digest, so an uploaded name never becomes a path.
    """
    return f"evidence/{attachment.digest[:2]}/{attachment.digest[2:]}-{attachment.complaint_id}"


class Attachment(models.Model):
    """One attached file. `shared` shows it to the customer as well; `event` is its entry in the timeline."""

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="attachments")
    event = models.OneToOneField("Event", on_delete=models.PROTECT, related_name="attachment")
    file = models.FileField(upload_to=place, max_length=200)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
