"""Counting days, weeks and months by the law's rules: pure arithmetic on dates (no Django, no "now").

The day of receipt is day 0. A deadline is the end of day N in the pack's zone: the last microsecond of that
local date, so that what is done at any moment of the day is in time (`stopped_at <= due_at`).
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from complaints.workdays.working_time import WorkingCalendar

ONE_DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
MONTHS_OF_YEAR, DAYS_OF_WEEK = 12, 7


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"


class DayZero(StrEnum):
    """Which date counts as the day of receipt."""

    RECEIPT = "receipt"
    BUSINESS_DAY = "business_day"
    """Received on no business day: the next one."""
    BUSINESS_HOURS = "business_hours"
    """Received on no business day, or after its last opening hour: the next one."""


def day_zero(received: datetime, zone: ZoneInfo, rule: DayZero, calendar: WorkingCalendar | None) -> date:
    """The local date of receipt, or the next business day where the rule says so."""
    day = received.astimezone(zone).date()
    if rule == DayZero.RECEIPT or calendar is None:
        return day
    too_late = (
        rule == DayZero.BUSINESS_HOURS
        and calendar.is_working_day(day)
        and not calendar.between(received, end_of_day(day, zone))
    )
    if calendar.is_working_day(day) and not too_late:
        return day
    return calendar.add_working_days(day, 1)


def day_after(day: date, unit: Unit, length: int, calendar: WorkingCalendar | None) -> date:
    """Day N after day 0. A month ends on the same day of the month, or on the last where there is none."""
    if unit == Unit.BUSINESS_DAYS:
        if calendar is None:
            raise ValueError("business days are counted on a calendar")
        return calendar.add_working_days(day, length)
    if unit == Unit.MONTHS:
        years, month = divmod(day.month - 1 + length, MONTHS_OF_YEAR)
        year = day.year + years
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=length * (DAYS_OF_WEEK if unit == Unit.WEEKS else 1))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a local date, in UTC.

    Where the clocks change at midnight the later of the two readings of 00:00 ends the day before.
    """
    midnight = datetime.combine(day + ONE_DAY, time(0), zone)
    return max(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1)) - MICROSECOND
