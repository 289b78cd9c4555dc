"""Filters for working time and for moments of calendars, for the pages about policies and deadlines."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from complaints.models import CalendarVersion
from complaints.sla.deadlines.stretches import Counted, Skipped, is_always
from ui import formats

register = template.Library()


@register.filter
def hours(length: timedelta | float) -> str:
    """Return `45m`, `24h` or `7h 59m 23s`.

    Days are not used, because a working day does not have 24 hours.
    """
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    whole, patterns = seconds // 60, formats.duration_patterns()
    text = gettext("{seconds}s").format(seconds=seconds % 60) if seconds % 60 else ""
    if whole >= 60 and whole % 60 == 0 and not text:
        return gettext("{hours}h").format(hours=whole // 60)
    if whole >= 60:
        front = patterns.hours.format(hours=whole // 60, minutes=f"{whole % 60:02d}")
    else:
        front = patterns.minutes.format(minutes=whole) if whole or not text else ""
    return f"{front} {text}".strip()


@register.filter
def stretch(part: Counted | Skipped) -> str:
    """Return `09:00–12:00` in the calendar's time zone. Midnight at the end of a day is 24:00."""
    over = part.until.date() > part.since.date() and _wall(part.until) == "00:00"
    return f"{_wall(part.since)}–{'24:00' if over else _wall(part.until)}"


def _wall(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


@register.simple_tag
def also_in(moment: datetime, calendar: CalendarVersion) -> str:
    """Return the moment as `09:00 Europe/London`, in the calendar's zone; "" if the reader's zone agrees."""
    working = calendar.working
    local, reader = moment.astimezone(ZoneInfo(working.timezone)), timezone.localtime(moment)
    if is_always(working) or local.utcoffset() == reader.utcoffset():
        return ""
    pattern = "H:i" if local.date() == reader.date() else gettext("j M H:i")
    return f"{date_format(local, pattern)} {working.timezone}"
