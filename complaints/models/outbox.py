"""Notices to people: written with what causes them, sent afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class OutboxChannel(models.TextChoices):
    IN_APP = "in_app"
    EMAIL = "email"
    TEXT = "text"


class OutboxState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SET_ASIDE = "set_aside"


class Outbox(models.Model):
    """One row per cause, recipient and channel, by constraint. In-app rows are sent when written."""

    complaint = models.ForeignKey(
        "Complaint", on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    event = models.ForeignKey(
        "Event", on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    effect = models.ForeignKey(
        "Effect", on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    recipient = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    channel = models.CharField(max_length=8, choices=OutboxChannel.choices)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.QUEUED)
    message_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="outbox_to_send", condition=Q(state="queued")),
            models.Index(
                fields=["user", "-created_at"], name="outbox_unread", condition=Q(read_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "channel"],
                name="outbox_event_once",
                condition=Q(event__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["effect", "recipient", "channel"],
                name="outbox_effect_once",
                condition=Q(effect__isnull=False),
            ),
            models.CheckConstraint(
                name="outbox_has_a_cause", condition=Q(event__isnull=False) | Q(effect__isnull=False)
            ),
        ]
