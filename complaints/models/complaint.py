"""The head of a complaint: its current state. Its history is in `event.py`."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Tier
from complaints.terms.stages import (
    CallbackOutcome,
    Channel,
    Emotion,
    Flag,
    Gravity,
    Outcome,
    Reach,
    Region,
    Severity,
    Stage,
    WaitingOn,
)

if TYPE_CHECKING:
    from complaints.models.clock import Effect

FIRST_NUMBER = 10_001


def portal_token() -> str:
    """Return an unguessable name (256 bits). Only the first migration still needs it."""
    return secrets.token_urlsafe(32)


class Complaint(models.Model):
    """The current state of a complaint.

    Only the engine writes `stage`, `tier`, `round`, `assignee` and `team`.

    `version` rises with every change and is compared on every write. `next_due_at` is the earliest deadline
    of the live clocks. `loss_minor` is in minor units of money. See docs/model.md.
    """

    number = models.CharField(max_length=24, unique=True, null=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.INTAKE)
    tier = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    severity_reason = models.CharField(max_length=300, blank=True)
    graded_severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    """The severity from gravity × reach or from an override.

    `severity` is critical while a grave risk flag is set.
    """
    matrix = models.ForeignKey(
        "SeverityMatrix", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    gravity = models.CharField(max_length=2, choices=Gravity.choices)
    reach = models.CharField(max_length=8, choices=Reach.choices, default=Reach.ONE)
    category = models.ForeignKey("Category", on_delete=models.PROTECT)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    region = models.CharField(max_length=16, choices=Region.choices, null=True, blank=True)
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="complaints")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned"
    )
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="complaints")
    highest_tier = models.PositiveSmallIntegerField(default=1)
    reach_by = models.CharField(max_length=8, blank=True, default="", db_default="")
    """The only contact (`phone` or `email`) to which letters may go; "" for every contact on record.

    It is limited when somebody with another name was recognised by a number or an address that they share.
    """

    subject = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=20_000)
    occurred_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    order_reference = models.CharField(max_length=80, blank=True, db_index=True)
    desired_outcome = models.CharField(max_length=1000, blank=True)
    loss_minor = models.PositiveBigIntegerField(null=True, blank=True)
    external_reference = models.CharField(max_length=80, blank=True)
    authority_due_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    confidential = models.BooleanField(default=False)

    emotion = models.CharField(max_length=8, choices=Emotion.choices, blank=True, default="", db_default="")
    """The customer's mood. Empty if nobody has entered it and no keyword rule has recognised it."""
    triage = models.JSONField(default=dict, blank=True)
    needs_triage = models.BooleanField(default=False)

    outcome = models.CharField(max_length=24, choices=Outcome.choices, null=True, blank=True)
    callback_outcome = models.CharField(max_length=12, choices=CallbackOutcome.choices, null=True, blank=True)
    waiting_on = models.CharField(max_length=12, choices=WaitingOn.choices, null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)

    received_at = models.DateTimeField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="logged"
    )
    event_count = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_due_at", "id"], name="complaint_queue", condition=~Q(stage="closed")),
            models.Index(fields=["team", "stage", "next_due_at"], name="complaint_team_queue"),
            models.Index(
                fields=["assignee", "next_due_at"], name="complaint_my_work", condition=~Q(stage="closed")
            ),
            models.Index(fields=["stage", "next_due_at"], name="complaint_stage_queue"),
            models.Index(fields=["customer", "-received_at"], name="complaint_of_customer"),
            models.Index(fields=["-received_at", "-id"], name="complaint_received"),
            models.Index(
                fields=["next_due_at", "id"], name="complaint_due", condition=Q(next_due_at__isnull=False)
            ),
            models.Index(fields=["severity", "-received_at", "-id"], name="complaint_gravest"),
        ]
        constraints = [
            models.CheckConstraint(name="complaint_tier_1_to_3", condition=Q(tier__gte=1, tier__lte=3)),
            models.CheckConstraint(name="complaint_round_from_1", condition=Q(round__gte=1)),
            models.CheckConstraint(
                name="complaint_closed_has_moment",
                condition=Q(stage="closed", closed_at__isnull=False)
                | (~Q(stage="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="complaint_closed_has_outcome", condition=~Q(stage="closed") | Q(outcome__isnull=False)
            ),
            models.UniqueConstraint(fields=["logged_by", "external_id"], name="complaint_external_id_once"),
        ]

    breaches_found: "list[Effect]"
    """Breaches that a move found before the sweep did. The engine sends the notices about them."""

    def __str__(self) -> str:
        return self.number or "–"

    def get_absolute_url(self) -> str:
        return reverse("complaints:detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.stage != Stage.CLOSED

    @property
    def tier_name(self) -> str:
        return str(Tier(self.tier).label)

    @property
    def headline(self) -> str:
        """One line for lists: the subject, else the desired outcome, else the start of the text."""
        return self.subject or self.desired_outcome or self.description[:120]

    @property
    def contacts(self) -> list[tuple[str, str]]:
        """The ways to write to the customer about it: ("email" or "phone", address), best first."""
        customer = self.customer
        ways = [("email", customer.email), ("phone", customer.phone if customer.dial else "")]
        return [(way, address) for way, address in ways if address and self.reach_by in {"", way}]

    def family_ids(self) -> list[int]:
        """Return the ids of this complaint and of all that were merged into it, which are handled as one."""
        found, new = [self.pk], [self.pk]
        while new:
            new = list(Complaint.objects.filter(merged_into__in=new).values_list("pk", flat=True))
            found += new
        return found

    def all_claims(self) -> "models.QuerySet[Claim]":
        """Return all claims that are handled here, including those of merged complaints."""
        return Claim.objects.filter(complaint__in=self.family_ids()).order_by("complaint", "position")


class Claim(models.Model):
    """One point of complaint. Every plan says what becomes of it."""

    class Disposition(models.TextChoices):
        OPEN = "open", _("Open")
        REMEDIED = "remedied", _("Remedied")
        EXPLAINED = "explained", _("Explained")
        DECLINED = "declined", _("Declined")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="claims")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=20_000)
    category = models.ForeignKey("Category", on_delete=models.PROTECT, null=True, blank=True)
    disposition = models.CharField(max_length=10, choices=Disposition.choices, default=Disposition.OPEN)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="claim_position_once"),
            models.CheckConstraint(
                name="claim_declined_with_reason", condition=~Q(disposition="declined") | ~Q(reason="")
            ),
        ]


class RiskFlag(models.Model):
    """A risk on a complaint. A flag set by a rule waits until a person confirms or clears it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="flags")
    flag = models.CharField(max_length=12, choices=Flag.choices)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cleared_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "flag"], name="flag_on_once", condition=Q(cleared_at__isnull=True)
            ),
        ]


class ParticipantRole(models.TextChoices):
    """How a person or team is connected with a complaint.

    Some roles grant sight, others bar from deciding.
    """

    LOGGED = "logged", _("Logged it")
    HANDLED = "handled", _("Handled it")
    ASSIGNEE = "assignee", _("Assignee")
    TEAM = "team", _("Team")
    CALLBACK = "callback", _("Called back")
    QUALITY = "quality", _("Reviewed it")
    ADMITTED = "admitted", _("Admitted")
    SQUAD = "squad", _("In the flash squad")
    BARRED = "barred", _("Not again")
    NAMED = "named", _("Named in it")
    CONFLICT = "conflict", _("Conflict of interest")


class Participant(models.Model):
    """A person or team connected with a complaint.

    One indexed join over these rows tells who may see a complaint and who must not decide on it.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True)
    role = models.CharField(max_length=10, choices=ParticipantRole.choices)
    since = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "role", "complaint"], name="participant_user"),
            models.Index(fields=["team", "role", "complaint"], name="participant_team"),
        ]
        constraints = [
            models.CheckConstraint(
                name="participant_user_or_team",
                condition=Q(user__isnull=False, team__isnull=True) | Q(user__isnull=True, team__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["complaint", "user", "role"],
                name="participant_user_once",
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["complaint", "team", "role"],
                name="participant_team_once",
                condition=Q(team__isnull=False),
            ),
        ]


class Submission(models.Model):
    """A submitted form. Sending the same key again counts as the same submit and returns the first result."""

    key = models.CharField(max_length=64, unique=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
