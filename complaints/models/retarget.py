"""A manager's order to recalculate open clocks on the newest policies and calendars."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RetargetJob(models.Model):
    """One re-target job. A constraint allows one open job at a time; the work left is in its ranges."""

    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True)
    expected = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_open"], name="retarget_one_at_a_time", condition=Q(is_open=True)
            ),
        ]

    @property
    def percent(self) -> int:
        """The progress in percent.

        Counts are not shown: they would reveal complaints that a reader may not see.
        """
        return min(100, 100 * self.seen // self.expected) if self.expected else 100


class RetargetRange(models.Model):
    """A range of complaint ids that an open job still has to handle.

    The range begins above `after` and ends with `upto`. One worker at a time works on it and shortens it. The
    row is deleted when the range is empty.
    """

    job = models.ForeignKey(RetargetJob, on_delete=models.CASCADE, related_name="ranges")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="retarget_range_not_empty", condition=Q(after__lt=F("upto"))),
        ]
