"""Working calendars. Every change makes a new version."""

from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.workdays.working_time import WorkingCalendar
from ui.names import in_language

ALWAYS_CODE = "ALWAYS"
"""The calendar of elapsed time. Policies rely on it, so it cannot be changed."""


class DayKind(models.TextChoices):
    """How a calendar treats a date that differs from its weekday."""

    CLOSED = "closed", pgettext_lazy("day", "closed")
    HOURS = "hours", _("own hours")
    WORK_LIKE = "work_like", _("worked as another weekday")


class DaySource(models.TextChoices):
    """The origin of a date. Dates in versions from before origins were recorded have none."""

    LIBRARY = "library", _("library")
    IMPORTED = "imported", pgettext_lazy("day", "imported")
    TYPED = "typed", pgettext_lazy("day", "typed")
    UNKNOWN = "", _("not recorded")


class Calendar(models.Model):
    """A working calendar by its code. Hours and dates are in its versions."""

    code = models.CharField(max_length=20, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_hant = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_language(self, "name")


class CalendarVersion(models.Model):
    """Hours, holidays and adjusted days as they stood when a clock was set.

    `definition` is the JSON of `WorkingCalendar.to_json`. `loaded_until` is the last date for which a list of
    holidays has been loaded.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    loaded_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=10, blank=True)  # country of the holidays: CN, GB-ENG; empty: none
    day_notes = models.JSONField(default=dict, blank=True)  # {date: {name, source, like: weekday 0 to 6}}
    # the lists that were loaded, {year: {official, source}}
    years = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar.code} v{self.version}"

    @cached_property
    def working(self) -> WorkingCalendar:
        return WorkingCalendar.from_json(self.definition)
