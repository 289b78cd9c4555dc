"""The review: why it happened and what changes because of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.organisation import Attribution


class ReviewForm(models.TextChoices):
    LIGHT = "light", pgettext_lazy("review form", "Light")
    FULL = "full", pgettext_lazy("review form", "Full")


class Scope(models.TextChoices):
    SYSTEMIC = "systemic", _("Systemic")
    INDIVIDUAL = "individual", _("Single case")


class FishboneBranch(models.TextChoices):
    MAN = "man", _("People")
    MACHINE = "machine", _("Equipment")
    MATERIAL = "material", _("Material")
    METHOD = "method", _("Method")
    ENVIRONMENT = "environment", _("Environment")
    MEASUREMENT = "measurement", _("Measurement")


class Review(models.Model):
    """A recorded review. `whys` is [{why, evidence}] from symptom to root; `fishbone` is {branch: [text]}."""

    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="reviews")
    form = models.CharField(max_length=6, choices=ReviewForm.choices)
    attribution = models.CharField(max_length=10, choices=Attribution.choices)
    cause = models.ForeignKey("Category", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    lesson = models.TextField(max_length=4000, blank=True)
    whys = models.JSONField(default=list, blank=True)
    fishbone = models.JSONField(default=dict, blank=True)
    no_action_reason = models.CharField(max_length=1000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handling"],
                name="review_current_once",
                condition=models.Q(superseded_at__isnull=True),
            ),
        ]


class ImprovementAction(models.Model):
    """A change that keeps the problem from happening again.

    It is closed by its verification, not when done.
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="actions")
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, null=True, blank=True, related_name="actions"
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    """When people were notified that the action is overdue. They are notified only once."""
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_note = models.CharField(max_length=1000, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verification = models.CharField(max_length=1000, blank=True)
    """The evidence whether the action works.

    If it does not, `done_at` is cleared and the action continues.
    """

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="action_to_tell",
                condition=models.Q(done_at__isnull=True, overdue_told_at__isnull=True),
            ),
        ]
