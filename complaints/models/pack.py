"""Statutory packs: what a law or an authority demands of an answer. Each edit makes a new version."""

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
    """The date that counts as day 0."""

    RECEIPT = DayZero.RECEIPT.value, _("the day of receipt")
    BUSINESS_DAY = DayZero.BUSINESS_DAY.value, _("if it is no business day, the next one")
    BUSINESS_HOURS = (
        DayZero.BUSINESS_HOURS.value,
        _("if it is no business day or after hours, the next one"),
    )


class StatutoryPack(Named):
    """One version of a pack. The newest version of a code applies to complaints received from then on.

    `match` is {field: value} as in a policy rule. The first pack in `order` that matches and is in effect on
    the day of receipt starts its clock; a pack without a unit starts none. `extensions` is [[more units,
    times]], in order. `clauses` is [{"en", "zh", "hant"}]; the final letter must contain each of them in one
    of these languages.
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
    to_open_day = models.BooleanField(default=False, db_default=False)
    """A last day on which the calendar is closed moves to the next open one."""
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
        """The units that each extension adds, in the order in which the extensions can be taken."""
        return [more for more, times in self.extensions for _time in range(times)]
