"""Plans: the options offered to the customer, decided as a whole, and the tasks that follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Claim


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waits for approval")
    OFFERED = "offered", _("With the customer")
    CHOSEN = "chosen", _("Chosen")
    REJECTED = "rejected", _("Rejected by the customer")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Taken back")
    SUPERSEDED = "superseded", _("Replaced")


class Plan(models.Model):
    """One offer. Its state is derived from its moments and its approval and is never stored."""

    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="plans")
    version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    single_option_reason = models.CharField(max_length=500, blank=True)
    improvement = models.JSONField(default=dict, blank=True)
    visual = models.ForeignKey(
        "Attachment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    no_visual_reason = models.CharField(max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.CharField(max_length=1000, blank=True)
    counter_proposal = models.CharField(max_length=1000, blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["handling", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["handling"],
                name="plan_live_offer_once",
                condition=Q(
                    offered_at__isnull=False,
                    rejected_at__isnull=True,
                    expired_at__isnull=True,
                    withdrawn_at__isnull=True,
                    superseded_at__isnull=True,
                ),
            ),
        ]

    @property
    def state(self) -> PlanState:
        """The state derived from the plan's timestamps: what happened last decides."""
        ends = (
            (self.superseded_at, PlanState.SUPERSEDED),
            (self.withdrawn_at, PlanState.WITHDRAWN),
            (self.expired_at, PlanState.EXPIRED),
            (self.rejected_at, PlanState.REJECTED),
            (self.chosen_at, PlanState.CHOSEN),
            (self.offered_at, PlanState.OFFERED),
            (self.returned_at, PlanState.DRAFT),
            (self.submitted_at, PlanState.WAITING),
        )
        return next((state for moment, state in ends if moment), PlanState.DRAFT)

    @property
    def dearest_minor(self) -> int:
        """The face value of the most expensive option, in minor units."""
        return max((option.amount_minor for option in self.options.all()), default=0)


class PlanOption(models.Model):
    """One option of a plan. `amount_minor` is its face value in minor units."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    remedy = models.ForeignKey("Remedy", on_delete=models.PROTECT)
    amount_minor = models.PositiveBigIntegerField(default=0)
    description = models.CharField(max_length=1000)
    claims: "models.ManyToManyField[Claim, Claim]" = models.ManyToManyField(
        "Claim", blank=True, related_name="options"
    )
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_channel = models.CharField(max_length=12, blank=True)
    chosen_evidence = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="option_position_once"),
            models.UniqueConstraint(
                fields=["plan"], name="option_chosen_once", condition=Q(chosen_at__isnull=False)
            ),
            models.CheckConstraint(
                name="option_choice_has_evidence",
                condition=Q(chosen_at__isnull=True) | ~Q(chosen_evidence=""),
            ),
        ]

    @property
    def letter(self) -> str:
        """A, B, C …, as read out to the customer."""
        return chr(ord("A") + self.position - 1)


def _names_of(row: models.Model, field: str) -> list[tuple[str, str]]:
    return [(part, getattr(row, f"{field}_{part}")) for part in ("en", "zh", "hant")]


class SystemTask(models.TextChoices):
    """Titles of tasks that Redress opens by itself.

    They are stored as codes and shown in the reader's language.
    """

    CUSTOMER_SILENT = "customer-silent", _("No answer for 7 days: ask again or request to conclude")


class Task(models.Model):
    """Work for another team, or a remedy to carry out."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DONE = "done", _("Done")
        REJECTED_BACK = "rejected_back", _("Sent back")
        CANCELLED = "cancelled", _("Cancelled")

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="tasks")
    handling = models.ForeignKey("Handling", on_delete=models.CASCADE, related_name="tasks")
    option = models.ForeignKey(
        PlanOption, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    title = models.CharField(max_length=200)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)
    blocking = models.BooleanField(default=True)
    shared = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=1000, blank=True)
    """The reason why the task was sent back or cancelled."""
    after = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="then")
    """The task that must be done or cancelled first.

    Until then this one has no clock and cannot be accepted.
    """
    step = models.ForeignKey(
        "PlaybookStep", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["team", "state", "due_at"], name="task_of_team")]
        constraints = [
            models.CheckConstraint(
                name="task_done_has_moment", condition=~Q(state="done") | Q(finished_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["handling", "step"],
                name="task_step_once",
                condition=Q(step__isnull=False) & ~Q(state="cancelled"),
            ),
        ]

    @property
    def label(self) -> str:
        """The remedy, the playbook step or a title of `SystemTask`, in the reader's language."""
        if self.option:
            return f"{self.option.letter} · {self.option.remedy.name}"
        return self.step.title if self.step else str(dict(SystemTask.choices).get(self.title, self.title))

    @property
    def names(self) -> dict[str, str] | None:
        """`name_en`, `name_zh` and `name_hant` of a task that comes from a table; None for a typed title.

        Events keep them, so that the timeline reads in each reader's language.
        """
        if self.option:
            remedy, letter = self.option.remedy, self.option.letter
            return {f"name_{part}": f"{letter} · {text}" for part, text in _names_of(remedy, "name") if text}
        if self.step:
            return {f"name_{part}": text for part, text in _names_of(self.step, "title")}
        return None

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.OPEN, self.State.ACCEPTED, self.State.REJECTED_BACK}
