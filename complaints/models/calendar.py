"""Working calendars, each change a new version."""

from functools import cached_property

from django.db import models

from complaints.sla.working_time import WorkingCalendar


class Calendar(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_hant = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.code


class CalendarVersion(models.Model):
    """Hours, holidays and adjusted days as they stood when a clock was set (`WorkingCalendar.to_json`)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    loaded_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar.code} v{self.version}"

    @cached_property
    def working(self) -> WorkingCalendar:
        return WorkingCalendar.from_json(self.definition)
