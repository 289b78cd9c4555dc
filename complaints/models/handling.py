"""One round of handling: its diagnosis, its resolution and its waits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.terms.stages import Finding, WaitingOn


class Handling(models.Model):
    """One round of a complaint. Each round has its own rows, so a second round never overwrites the first."""

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="handlings")
    round = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    diagnosis_started_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    final_answer = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    callback_outcome = models.CharField(max_length=12, null=True, blank=True)

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["complaint", "round"], name="handling_round_once")]


class Nature(models.TextChoices):
    FACT = "fact", _("Fact")
    EMOTION = "emotion", _("Feeling")
    MIXED = "mixed", _("Both")


class CustomerState(models.TextChoices):
    EXPECTATION_GAP = "expectation_gap", _("Expected more")
    AGITATED = "agitated", _("Agitated")
    SOLUTION_SEEKING = "solution_seeking", _("Wants a solution")


class ProblemType(models.TextChoices):
    COMPENSATION = "compensation", _("Compensation")
    PROCESS = "process", _("Process")
    COGNITION = "cognition", _("Understanding")


class Assessment(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Responsibility(models.TextChoices):
    OWN = "own", _("Ours")
    THIRD_PARTY = "third_party", _("A third party's")
    CUSTOMER = "customer", _("The customer's")
    UNDETERMINED = "undetermined", _("Not determined")


class Diagnosis(models.Model):
    """The recorded finding. A correction is a new row; the earlier one is kept and marked as superseded."""

    handling = models.ForeignKey(Handling, on_delete=models.CASCADE, related_name="diagnoses")
    scene = models.TextField(max_length=4000)
    desired_outcome = models.TextField(max_length=2000)
    underlying_need = models.TextField(max_length=2000, blank=True)
    reported_before = models.BooleanField()
    earlier_complaint = models.ForeignKey(
        "Complaint", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    nature = models.CharField(max_length=10, choices=Nature.choices)
    customer_state = models.CharField(max_length=20, choices=CustomerState.choices)
    problem_type = models.CharField(max_length=14, choices=ProblemType.choices)
    grounds = models.CharField(max_length=8, choices=Assessment.choices)
    demand = models.CharField(max_length=8, choices=Assessment.choices)
    responsibility = models.CharField(max_length=14, choices=Responsibility.choices)
    problem_statement = models.CharField(max_length=300)
    finding = models.CharField(max_length=14, choices=Finding.choices)
    reasons = models.TextField(max_length=4000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handling"], name="diagnosis_current_once", condition=Q(superseded_at__isnull=True)
            ),
        ]


class Wait(models.Model):
    """An interval of waiting for somebody. An open one on the customer pauses the clocks that may pause."""

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="waits")
    on = models.CharField(max_length=12, choices=WaitingOn.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=20)
    cause_id = models.BigIntegerField(default=0)
    ended_by = models.ForeignKey(
        "Event", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    """The customer's message that ended the wait. If it says only thanks, the wait can be resumed."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wait_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
            models.UniqueConstraint(
                fields=["complaint", "on", "cause", "cause_id"],
                name="wait_open_once",
                condition=Q(until__isnull=True),
            ),
        ]
