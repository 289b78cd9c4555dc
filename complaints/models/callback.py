"""The call after the resolution, which asks the customer whether the problem was solved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.terms.stages import CallbackOutcome


class AttemptResult(models.TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    REFUSED = "refused", _("Does not want to answer")
    LATER = "later", _("Call later")


class PlannedWhy(models.TextChoices):
    """The reason why the next call is planned for its time."""

    AT_ONCE = "at_once", _("as soon as possible")
    OPENING = "opening", _("when contact hours begin")
    SPACED = "spaced", _("three hours or more after the last try")
    OTHER_PART = "other_part", _("in a part of the day not tried yet")
    OTHER_WAY = "other_way", _("by the other way, not tried yet")
    NO_HOURS = "no_hours", _("no contact hour is left before the deadline")
    ASKED = "asked", _("the customer asked for this time")


class Callback(models.Model):
    """One callback cycle. Each resolution opens one, and so does each make-good.

    `due_at` is 24 hours after the cycle opened. The scores are 1 to 5, `nps` is 0 to 10; null means not
    answered.
    """

    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="callbacks")
    cycle = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True, blank=True)
    planned_why = models.CharField(max_length=10, choices=PlannedWhy.choices, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    notice_sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=CallbackOutcome.choices, null=True, blank=True)
    resolved = models.BooleanField(null=True, blank=True)
    csat_solution = models.PositiveSmallIntegerField(null=True, blank=True)
    csat_attitude = models.PositiveSmallIntegerField(null=True, blank=True)
    csat_process = models.PositiveSmallIntegerField(null=True, blank=True)
    would_use_again = models.BooleanField(null=True, blank=True)
    nps = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    still_wrong = models.TextField(max_length=4000, blank=True)
    make_good = models.JSONField(default=dict, blank=True)
    make_good_done_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    self_callback = models.BooleanField(default=False)

    class Meta:
        ordering = ["cycle"]
        indexes = [
            models.Index(
                fields=["planned_at", "due_at"],
                name="callback_planned",
                condition=Q(finished_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["handling", "cycle"], name="callback_cycle_once"),
            models.UniqueConstraint(
                fields=["handling"], name="callback_open_once", condition=Q(finished_at__isnull=True)
            ),
            models.CheckConstraint(
                name="callback_scores_in_range",
                condition=(Q(csat_solution__isnull=True) | Q(csat_solution__range=(1, 5)))
                & (Q(csat_attitude__isnull=True) | Q(csat_attitude__range=(1, 5)))
                & (Q(nps__isnull=True) | Q(nps__range=(0, 10))),
            ),
            models.CheckConstraint(
                name="callback_no_score_unless_reached",
                condition=~Q(outcome__in=["refused", "unreachable"]) | Q(csat_solution__isnull=True),
            ),
        ]


class CallbackAttempt(models.Model):
    """One attempt to reach the customer. It is recorded once and never changed."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="attempts")
    sequence = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=12)
    result = models.CharField(max_length=14, choices=AttemptResult.choices)
    later_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["callback", "sequence"], name="attempt_sequence_once")]
