"""Write durations, sums of money and moments as text in the reader's language."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, pgettext

from ui import organisation

MINUS = "−"
SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$"}
HOUR = timedelta(hours=1)
_LOCALES = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}
"""{our language code: its name in CLDR}. Names of cities in any other language are looked up in English."""


class DurationPatterns(NamedTuple):
    """The three patterns of a duration. The script that updates countdowns fills the same patterns."""

    minutes: str
    hours: str
    days: str


def listed(entries: Iterable[Any]) -> str:
    """Return the entries of a list as one text, with the mark of the reader's language between them."""
    return comma().join(str(entry) for entry in entries)


def comma() -> str:
    """Return the mark between the entries of a list: ", ", or the Chinese one without a blank."""
    return pgettext("between the entries of a list", ", ")


def colon(after: str = "") -> str:
    """Return the mark between a name and what is said of it: ": ", or the full-width one without a blank.

    After a question there is no colon, only its blank.
    """
    mark = pgettext("between a name and what is said of it", ": ")
    return mark.lstrip(":：") if after.endswith(("?", "？")) else mark


def duration_patterns() -> DurationPatterns:
    return DurationPatterns(
        minutes=gettext("{minutes}m"), hours=gettext("{hours}h {minutes}m"), days=gettext("{days}d {hours}h")
    )


def duration(length: timedelta | float | int) -> str:
    """Return a text such as `21m`, `1h 05m` or `2d 3h`. A number is in seconds.

    A negative duration has a minus sign and is at least `−1m`, never `−0m`.
    """
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    minutes = math.ceil(-seconds / 60) if seconds < 0 else int(seconds // 60)
    patterns = duration_patterns()
    if minutes < 60:
        text = patterns.minutes.format(minutes=minutes)
    elif minutes < 24 * 60:
        text = patterns.hours.format(hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    else:
        text = patterns.days.format(days=minutes // 1440, hours=minutes % 1440 // 60)
    return (MINUS if seconds < 0 else "") + text


def sign() -> str:
    """Return the sign of the organisation's currency, or its code if it has none."""
    code = organisation.current().currency
    return SIGNS.get(code, code)


def _in_currency(label: object) -> str:
    return f"{label} ({sign()})"


in_currency = lazy(_in_currency, str)
"""Return the label of an amount's field. The organisation's currency is added when the label is shown."""


def money(minor_units: int) -> str:
    """Return an amount in minor units as a text such as `¥1,299`, with decimals only if they are not zero."""
    whole, rest = divmod(abs(minor_units), 100)
    minus = MINUS if minor_units < 0 else ""
    code = organisation.current().currency
    currency = SIGNS.get(code, f"{code} ")
    return f"{minus}{currency}{whole:,}" + (f".{rest:02d}" if rest else "")


def short_moment(moment: datetime, now: datetime) -> str:
    """Return `14:05` today, `22 Nov 14:05` this year, else with the year; in the current time zone."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        return date_format(local, "H:i")
    # Translators: a date format of Django, day and month before the clock time; Chinese "n月j日 H:i".
    pattern = gettext("j M H:i") if local.year == today.year else gettext("j M Y H:i")
    return date_format(local, pattern)


def full_moment(moment: datetime) -> str:
    """Return `22 Nov 2026 14:05` in the current time zone, for texts that are read long afterwards."""
    return date_format(timezone.localtime(moment), gettext("j M Y H:i"))


def city_of(zone: ZoneInfo) -> str:
    """Return the city by which people of the active language know a zone, such as London, 伦敦 or 倫敦.

    The names come from CLDR; if it has none, the city in the IANA name is used.
    """
    locale = _LOCALES.get(get_language() or "", "en")
    try:
        return get_timezone_location(zone.key, locale=locale, return_city=True)
    except (LookupError, ValueError):
        return zone.key.rpartition("/")[2].replace("_", " ")


def zone_name(zone: ZoneInfo) -> str:
    """Return `London time`, or `UTC` for universal time."""
    if zone.key in {"UTC", "Etc/UTC", "Etc/GMT", "GMT"}:
        return "UTC"
    return gettext("%(city)s time") % {"city": city_of(zone)}


def moment_in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """Return `29 Nov 2026, 22:31 (Shanghai time)`: for a reader whose own time zone we do not know."""
    # Translators: a date format of Django; Chinese "Y年n月j日 H:i".
    local = date_format(moment.astimezone(zone), pgettext("date pattern", "j M Y, H:i"))
    return gettext("%(moment)s (%(zone)s)") % {"moment": local, "zone": zone_name(zone)}


def day_in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """Return `24 January 2027`: the date on which a moment falls in the zone of the law that sets it."""
    return date_format(moment.astimezone(zone), pgettext("date pattern", "j F Y"))


def clock_state(left: timedelta, total: timedelta | None) -> str:
    """Return `late` if no time is left, `soon` if less than an hour or a quarter is left, or else `ok`."""
    if left <= timedelta(0):
        return "late"
    if left < HOUR or (total is not None and left < total / 4):
        return "soon"
    return "ok"
