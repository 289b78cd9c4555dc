"""Merged complaints: a record of what a merge changed, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Merge(models.Model):
    """`source` was closed as a duplicate of `survivor`. `before` holds what unmerge restores."""

    source = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="merges")
    survivor = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="absorbed")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="merge_standing_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_into_another", condition=~Q(source=F("survivor"))),
        ]
