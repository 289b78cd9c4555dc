"""Clocks: deadlines of a complaint, their pauses, and the effects that they fired."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from complaints.models.pack import StatutoryPack


class ClockKind(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("clock", "Acknowledge")
    FIRST_RESPONSE = "first_response", pgettext_lazy("clock", "First reply")
    REPLY = "reply", pgettext_lazy("clock", "Reply")
    PLAN = "plan", pgettext_lazy("clock", "First plan")
    RECOVERY = "recovery", pgettext_lazy("clock", "Recovery")
    UPDATE = "update", pgettext_lazy("clock", "Next update")
    RESOLUTION = "resolution", pgettext_lazy("clock", "Resolve")
    PICKUP = "pickup", pgettext_lazy("clock", "Pick up")
    APPROVAL = "approval", pgettext_lazy("clock", "Decide")
    CALLBACK = "callback", pgettext_lazy("clock", "Callback")
    CALLBACK_OUTCOME = "callback_outcome", pgettext_lazy("clock", "Callback result")
    CALLBACK_NOTICE = "callback_notice", pgettext_lazy("clock", "Answer to the notice")
    MAKE_GOOD = "make_good", pgettext_lazy("clock", "Make-good")
    CUSTOMER_WAIT = "customer_wait", pgettext_lazy("clock", "Customer's answer")
    PROMISE = "promise", pgettext_lazy("clock", "Promise")
    TASK = "task", pgettext_lazy("clock", "Task")
    FLASH = "flash", pgettext_lazy("clock", "Flash squad")
    STATUTORY = "statutory", pgettext_lazy("clock", "Statutory")


PAUSING = frozenset({ClockKind.UPDATE, ClockKind.RESOLUTION})
"""Kinds that are paused while the customer has the next step (docs/clocks.md)."""
ESCALATING = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.RECOVERY, ClockKind.RESOLUTION, ClockKind.PICKUP})
"""Kinds whose breach moves the complaint up one tier, at most once per round."""


class ClockEnd(models.TextChoices):
    MET = "met", pgettext_lazy("clock", "met")
    CANCELLED = "cancelled", pgettext_lazy("clock", "cancelled")


class ClockState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("clock", "running")
    PAUSED = "paused", pgettext_lazy("clock", "paused")
    MET = "met", pgettext_lazy("clock", "met")
    BREACHED = "breached", pgettext_lazy("clock", "breached")
    CANCELLED = "cancelled", pgettext_lazy("clock", "cancelled")


BREACH_LEVEL = 100
"""The level at the deadline.

Warning levels are below it, in percent; the reminders after it are 101, 102, 103.
"""
LAST_LEVEL = 103
TWICE_LEVEL = 200
"""The level of an approval that is undecided at twice its time. Its reminders are 201, 202, 203."""
LAST_APPROVAL_LEVEL = 203
CUSTOMERS_OWN = frozenset({ClockKind.CUSTOMER_WAIT, ClockKind.CALLBACK_NOTICE})
"""Kinds that measure the customer's time instead of ours. When they end, no promise of ours is broken."""


class ClockQuerySet(models.QuerySet["Clock"]):
    def live(self) -> "ClockQuerySet":
        """Clocks that are neither met nor cancelled. A breached clock that has not been met is live."""
        return self.filter(ended_as__isnull=True)

    def set_aside(self) -> "ClockQuerySet":
        """Live clocks whose effects failed. No sweep tries them again until a person releases them."""
        return self.live().filter(set_aside_at__isnull=False)


class Clock(models.Model):
    """One deadline of a complaint, or of one of its tasks, approvals, promises or packs.

    `target_seconds` is working time on `calendar`. `original_due_at` never changes; `due_at` moves with
    pauses and re-targets. `stopped_at` says when the clock ended and `breached_at` when it passed its
    deadline; both may be set. The rules are in docs/clocks.md.
    """

    # Every change of a deadline rewrites every index of this table, so it has only the indexes listed below.
    complaint = models.ForeignKey(
        "Complaint", on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    kind = models.CharField(max_length=20, choices=ClockKind.choices)
    round = models.PositiveSmallIntegerField()
    subject_type = models.CharField(max_length=12, blank=True)
    subject_id = models.BigIntegerField(default=0)
    target_seconds = models.PositiveIntegerField()
    calendar = models.ForeignKey(
        "CalendarVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule = models.ForeignKey(
        "PolicyRule", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    paused_since = models.DateTimeField(null=True, blank=True)
    pause_limit_at = models.DateTimeField(null=True, blank=True)
    """From this moment on, a supervisor must look at the pause because it is too long (sla/pauses.py)."""
    pause_told_at = models.DateTimeField(null=True, blank=True)
    pause_looked_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, choices=ClockEnd.choices, null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    breach_noticed_at = models.DateTimeField(null=True, blank=True)
    floor_used = models.BooleanField(default=False)
    next_level = models.PositiveSmallIntegerField(null=True, blank=True)
    next_fire_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=1)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_error = models.TextField(blank=True)

    pack: "StatutoryPack | None" = None
    """The pack of a statutory clock. `statutory.name_packs` sets it where the clock is shown."""

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_fire_at", "id"],
                name="clock_due",
                condition=Q(next_fire_at__isnull=False, set_aside_at__isnull=True),
            ),
            models.Index(fields=["complaint", "kind"], name="clock_of_complaint"),
            models.Index(fields=["kind", "due_at"], name="clock_attainment"),
            models.Index(fields=["calendar"], name="clock_live_calendar", condition=Q(ended_as__isnull=True)),
            models.Index(
                fields=["pause_limit_at"],
                name="clock_paused_long",
                condition=Q(pause_limit_at__isnull=False, pause_told_at__isnull=True),
            ),
            models.Index(
                fields=["set_aside_at"], name="clock_set_aside", condition=Q(set_aside_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "round", "kind", "subject_type", "subject_id"],
                name="clock_live_once",
                condition=Q(ended_as__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_ended_has_moment",
                condition=Q(ended_as__isnull=True, stopped_at__isnull=True)
                | Q(ended_as__isnull=False, stopped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_ended_never_fires",
                condition=Q(ended_as__isnull=True) | Q(next_fire_at__isnull=True),
            ),
            models.CheckConstraint(name="clock_due_after_start", condition=Q(due_at__gte=F("started_at"))),
        ]

    @property
    def state(self) -> ClockState:
        """The state as the API shows it.

        A clock that was breached stays `breached` even when it is met late.
        """
        if self.ended_as == ClockEnd.CANCELLED and not self.breached_at:
            return ClockState.CANCELLED
        if self.breached_at:
            return ClockState.BREACHED
        if self.ended_as == ClockEnd.MET:
            return ClockState.MET
        return ClockState.PAUSED if self.paused_since else ClockState.RUNNING

    @property
    def paused_long(self) -> bool:
        """Return True while the pause is too long and no supervisor has looked at it yet."""
        return self.is_live and self.pause_told_at is not None and self.pause_looked_at is None

    @property
    def is_live(self) -> bool:
        return self.ended_as is None


class ClockPause(models.Model):
    """An interval in which a clock was paused. A re-target replays these intervals."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="pause_open_once", condition=Q(until__isnull=True)
            ),
        ]


class Effect(models.Model):
    """The effect that a clock fired at one level. A constraint allows one per clock, level and generation."""

    class Kind(models.TextChoices):
        FIRED = "fired"
        SKIPPED_LATE = "skipped_late"

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="effects")
    level = models.PositiveSmallIntegerField()
    generation = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    at = models.DateTimeField()
    noticed_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["noticed_at"], name="effect_noticed")]
        constraints = [
            models.UniqueConstraint(fields=["clock", "level", "generation"], name="effect_once"),
        ]


class BreachEscalation(models.Model):
    """Records that a breach moved the complaint up a tier. A constraint allows this once per round."""

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="breach_escalations")
    round = models.PositiveSmallIntegerField()
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="breach_escalation_once_a_round"),
        ]
