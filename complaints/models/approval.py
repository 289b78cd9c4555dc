"""Requests that somebody else must decide (four eyes), each with a frozen snapshot of what is decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApprovalKind(models.TextChoices):
    ESCALATION = "escalation", _("Escalation")
    COMPENSATION = "compensation", _("Compensation")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    DEADLINE_EXTENSION = "deadline_extension", _("Extension")
    REVIEW = "review", _("Review")


class ApprovalState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced")
    EXPIRED = "expired", _("Expired")


class ApprovalLevel(models.TextChoices):
    """The level that is asked to decide. A request climbs in the order in which the members stand here."""

    QUALITY = "quality", pgettext_lazy("level", "Quality")
    SUPERVISOR = "supervisor", pgettext_lazy("level", "Supervisor")
    DEPUTY = "deputy", pgettext_lazy("level", "Deputy supervisor")
    MANAGER = "manager", pgettext_lazy("level", "Manager")
    OTHER_MANAGER = "other_manager", pgettext_lazy("level", "Another manager")


class Approval(models.Model):
    """A request for a decision: who asked for what, who may decide, and what was decided.

    It is decided by compare-and-set on `state`; a decided row never changes. `amount_minor` and `limit_minor`
    are in minor units of money. See docs/lifecycle.md, "Authority and approvals".
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="approvals")
    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=20, choices=ApprovalKind.choices)
    state = models.CharField(max_length=12, choices=ApprovalState.choices, default=ApprovalState.PENDING)
    plan = models.ForeignKey(
        "Plan", on_delete=models.CASCADE, null=True, blank=True, related_name="approvals"
    )
    review = models.ForeignKey(
        "Review", on_delete=models.CASCADE, null=True, blank=True, related_name="approvals"
    )
    required_role = models.CharField(max_length=20)
    amount_minor = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=2000)
    snapshot = models.JSONField(default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=2000, blank=True)
    limit_minor = models.PositiveBigIntegerField(null=True, blank=True)
    automatic = models.BooleanField(default=False)
    needs = models.PositiveSmallIntegerField(default=1)
    """The number of people who must approve. A single refusal is enough to reject the request."""
    asked = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="asked_to_decide")

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind"], name="approval_pending_once", condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="approval_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("requested_by")),
            ),
            models.CheckConstraint(
                name="approval_decided_has_moment", condition=Q(state="pending") | Q(decided_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="approval_inbox")]

    @property
    def held_by_id(self) -> int | None:
        """The id of the person who may take the request back.

        This is whoever made it, or the assignee if that person no longer handles complaints.
        """
        by = self.requested_by
        gone = by is not None and (not by.is_active or by.is_administrator or by.is_department)
        return self.complaint.assignee_id if gone else self.requested_by_id

    @property
    def level_name(self) -> str | Promise:
        """The label of the level that is asked at present."""
        return ApprovalLevel(self.required_role).label

    @property
    def has_climbed(self) -> bool:
        """True if the request is now at a higher level than the one it was first put to."""
        return bool(self.snapshot.get("first_level", self.required_role) != self.required_role)


class ApprovalVote(models.Model):
    """One approval out of the several that a request needs.

    Each person votes once, and a vote never changes.
    """

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["approval", "by"], name="approval_vote_once")]
