"""In which hours customers are called: the callback team's calendar, which managers keep like any other."""

from datetime import time

from django.conf import settings

from complaints.models import CalendarVersion
from complaints.sla.targets import calendar_now
from complaints.workdays.working_time import WorkingCalendar

CONTACT_CODE = "CALLBACK"
_DAILY = {day: [(time(9), time(20))] for day in range(7)}


def contact_hours() -> WorkingCalendar:
    """As they stand now; where no such calendar is kept, 09:00 to 20:00 every day in the organisation's zone.

    The organisation's zone is the customer's too as far as we know: customers have none of their own.
    """
    try:
        return calendar_now(CONTACT_CODE).working
    except CalendarVersion.DoesNotExist:
        return WorkingCalendar(settings.TIME_ZONE, _DAILY)
