"""Statutory packs: what a law or an authority demands of an answer, each edit a new version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.organisation import Named
from complaints.workdays.day_counting import DayZero, Unit


class PackUnit(models.TextChoices):
    NONE = "", _("no deadline")
    CALENDAR_DAYS = Unit.CALENDAR_DAYS.value, _("calendar days")
    BUSINESS_DAYS = Unit.BUSINESS_DAYS.value, _("business days")
    WEEKS = Unit.WEEKS.value, pgettext_lazy("unit", "weeks")
    MONTHS = Unit.MONTHS.value, pgettext_lazy("unit", "months")


class PackReceipt(models.TextChoices):
    """Which date is day 0."""

    RECEIPT = DayZero.RECEIPT.value, _("the day of receipt")
    BUSINESS_DAY = DayZero.BUSINESS_DAY.value, _("if it is no business day, the next one")
    BUSINESS_HOURS = (
        DayZero.BUSINESS_HOURS.value,
        _("if it is no business day or after hours, the next one"),
    )


class StatutoryPack(Named):
    """One version of a pack; the newest of its code is in force for what is received from then on.

    `match`: {field: value} as of a policy rule; the first pack in `order` that fits and is in effect on the
    day of receipt gives its clock. A pack without a unit gives none. `extensions`: [[more units, times]] in
    order. `clauses`: [{"en", "zh", "hant"}], each of which the final letter must have in one language.
    """

    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    order = models.PositiveSmallIntegerField()
    match = models.JSONField(default=dict, blank=True)
    unit = models.CharField(max_length=14, choices=PackUnit.choices, blank=True)
    length = models.PositiveSmallIntegerField(null=True, blank=True)
    timezone = models.CharField(max_length=40)
    calendar = models.ForeignKey(
        "Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt = models.CharField(max_length=14, choices=PackReceipt.choices, default=PackReceipt.RECEIPT.value)
    holding_day = models.PositiveSmallIntegerField(null=True, blank=True)
    extensions = models.JSONField(default=list, blank=True)
    clauses = models.JSONField(default=list, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["order", "code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="pack_version_once")]

    @property
    def steps(self) -> list[int]:
        """How many more units each extension gives, in the order in which they can be had."""
        return [more for more, times in self.extensions for _time in range(times)]
