"""The hours in which customers are called: the calendar `CALLBACK`, which managers edit like any other."""

from datetime import time

from complaints.sla.targets import NoCalendar, calendar_now
from complaints.workdays.working_time import WorkingCalendar
from ui import organisation

CONTACT_CODE = "CALLBACK"
_DAILY = {day: [(time(9), time(20))] for day in range(7)}


def contact_hours() -> WorkingCalendar:
    """Return the current contact hours: those of the calendar, or else 09:00 to 20:00 daily.

    Without the calendar the zone is the organisation's, because customers have none of their own.
    """
    try:
        return calendar_now(CONTACT_CODE).working
    except NoCalendar:
        return WorkingCalendar(organisation.current().time_zone, _DAILY)
