"""A manager's order to put open clocks on the newest policies and calendars."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RetargetJob(models.Model):
    """One at a time, by constraint. What is left of it stands in its ranges."""

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
        """How far it is; counts would tell of complaints that a reader may not see."""
        return min(100, 100 * self.seen // self.expected) if self.expected else 100


class RetargetRange(models.Model):
    """Complaints of an open job that are still to be done: ids above `after`, up to `upto`.

    Each is worked off by one worker at a time; the row goes when nothing is left of it.
    """

    job = models.ForeignKey(RetargetJob, on_delete=models.CASCADE, related_name="ranges")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="retarget_range_not_empty", condition=Q(after__lt=F("upto"))),
        ]
