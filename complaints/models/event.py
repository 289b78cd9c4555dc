"""The timeline: append-only events, chained by hashes. Personal and free text is kept in a row of its own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.terms.stages import Channel

OTHER_COMPLAINT = {"merged": "into", "merged_in": "source", "unmerged": "survivor", "unmerged_from": "source"}
"""The detail in which an event has the number of another complaint, by kind of event."""


class ActorKind(models.TextChoices):
    USER = "user", _("User")
    CUSTOMER = "customer", pgettext_lazy("actor", "Customer")
    SYSTEM = "system", pgettext_lazy("actor", "Redress")


class Event(models.Model):
    """One entry in the timeline: what happened, who did it, when, and from which value to which.

    `hash` covers the hash of the event before and a salted digest of the text, so later changes are noticed.
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="event_seq_once")]


class EventText(models.Model):
    """The free text of an event. Erasing a person clears text and salt, and the chain still verifies."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="text")
    body = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True, blank=True)


class Direction(models.TextChoices):
    OUT = "out", _("To the customer")
    IN = "in", _("From the customer")
    INTERNAL = "internal", _("Internal note")


class Purpose(models.TextChoices):
    REPLY = "reply", _("Reply")
    QUESTION = "question", _("Question")
    PROGRESS = "progress", _("Progress")
    PLAN = "plan", _("Plan")
    HOLDING = "holding", _("Holding message")
    CALL = "call", _("Call")
    OFFER = "offer", _("Offer")
    EXPLANATION = "explanation", _("Explanation")
    FINAL = "final", _("Final answer")
    AUTOMATIC = "automatic", _("Automatic")


class Message(models.Model):
    """Marks an event as a message, a call or a note. Its words are the text of the event."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="message")
    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="messages")
    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.REPLY)
    by_person = models.BooleanField()
    thanks = models.BooleanField(default=False, db_default=False)
    """The customer said nothing but thanks: nobody owes an answer, and a wait for the customer goes on."""
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["handling", "direction", "at"], name="message_of_handling")]
