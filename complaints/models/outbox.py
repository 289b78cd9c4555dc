"""Notices to people. They are written together with their cause and sent afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class OutboxChannel(models.TextChoices):
    IN_APP = "in_app"
    EMAIL = "email"
    TEXT = "text"
    WEBHOOK = "webhook"


class OutboxState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SET_ASIDE = "set_aside"
    WITHHELD = "withheld"
    """The recipient may no longer learn of the complaint. The notice is never sent."""


UNSENT = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.SET_ASIDE)
"""States in which a sender or a person still has something to do."""


class Outbox(models.Model):
    """One notice: one row per cause, recipient and channel, by constraint.

    In-app rows count as sent when written.

    A row for staff has a `user` and the recipient `user:<id>`; a row for a customer has the address as
    recipient. `message_id` is fixed before the row leaves. For a mail it is the Message-ID (all rows of a
    digest share one), for a webhook it is the id by which the receiver recognises a repeated delivery.
    """

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
    not_before = models.DateTimeField(null=True, blank=True)
    """Not sent before this moment: quiet hours, or the next attempt of a webhook."""
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="outbox_to_send", condition=Q(state="queued")),
            models.Index(
                fields=["user", "channel", "id"],
                name="outbox_staff_to_send",
                condition=Q(state="queued", user__isnull=False),
            ),
            models.Index(fields=["state", "created_at"], name="outbox_unsent", condition=Q(state__in=UNSENT)),
            models.Index(
                fields=["user", "-created_at", "-id"],
                name="outbox_notices",
                condition=Q(channel="in_app"),
            ),
            models.Index(
                fields=["user", "-created_at", "-id"],
                name="outbox_unread",
                condition=Q(channel="in_app", read_at__isnull=True),
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
