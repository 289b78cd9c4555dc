"""Count days, weeks and months as laws do (L-10). Pure arithmetic on dates: no Django, no "now".

The day of receipt is day 0. The deadline is the end of day N in the pack's time zone, that is the last
microsecond of that local date: whatever is done at any moment of the day is in time (`stopped_at <= due_at`).
The rules stand in docs/clocks.md, "Statutory packs".
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
    """The rule that says which date counts as the day of receipt."""

    RECEIPT = "receipt"
    BUSINESS_DAY = "business_day"
    """The date of receipt; if it is not a business day, the next business day."""
    BUSINESS_HOURS = "business_hours"
    """As BUSINESS_DAY; in addition, what is received after closing counts for the next business day."""


def day_zero(received: datetime, zone: ZoneInfo, rule: DayZero, calendar: WorkingCalendar | None) -> date:
    """Return the local date that counts as the day of receipt. `received` is an aware datetime.

    Without a calendar it is the date of receipt, whatever the rule.
    """
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
    """Return the date that lies `length` units after day 0 (`day`).

    A month ends on the same day of the month, or on the month's last day where it is too short. Business days
    need a calendar (ValueError without one).
    """
    if unit == Unit.BUSINESS_DAYS:
        if calendar is None:
            raise ValueError("business days need a calendar")
        return calendar.add_working_days(day, length)
    if unit == Unit.MONTHS:
        years, month = divmod(day.month - 1 + length, MONTHS_OF_YEAR)
        year = day.year + years
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=length * (DAYS_OF_WEEK if unit == Unit.WEEKS else 1))


def next_open_day(day: date, calendar: WorkingCalendar) -> date:
    """Return the date, or the next working day if the calendar is closed on it."""
    return day if calendar.is_working_day(day) else calendar.add_working_days(day, 1)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the last microsecond of a local date, in UTC.

    Where the clocks are put back at midnight, 00:00 occurs twice; the date ends at the later one.
    """
    midnight = datetime.combine(day + ONE_DAY, time(0), zone)
    return max(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1)) - MICROSECOND
