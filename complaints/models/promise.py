"""Promises made to the customer with a time. A clock watches each of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class PromiseState(models.TextChoices):
    OPEN = "open", pgettext_lazy("promise", "Open")
    KEPT = "kept", pgettext_lazy("promise", "Kept")
    BROKEN = "broken", pgettext_lazy("promise", "Broken")


class Promise(models.Model):
    """A promise to the customer. Kept too late it is broken; one that ends with its complaint is neither."""

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="promises")
    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="promises")
    text = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kept_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at", "id"]

    @property
    def state(self) -> PromiseState:
        if self.broken_at:
            return PromiseState.BROKEN
        return PromiseState.KEPT if self.kept_at else PromiseState.OPEN
