"""Public holidays out of the kept libraries, to fill calendars that managers then review and change.

Sources: `chinesecalendar` (MIT) holds the State Council's yearly notices with the adjusted working days;
`holidays` (MIT) holds every other country, and China's statutory days for years without a notice.
"""

from __future__ import annotations

from datetime import date

import chinese_calendar
import holidays


def china_days(year: int) -> tuple[set[date], set[date], bool]:
    """(closed days, weekend days that are worked, whether the State Council's notice is known).

    A year without a notice (2027 as of late 2026) gives the statutory days alone and False: the caller warns.
    """
    closed = {day for day in chinese_calendar.constants.holidays if day.year == year}
    if closed:
        return closed, {day for day in chinese_calendar.constants.workdays if day.year == year}, True
    return country_days("CN", year), set(), False


def country_days(country: str, year: int, subdiv: str | None = None) -> set[date]:
    """The public holidays of a country (ISO 3166 code) in one year; ValueError for an unknown place.

    Years outside the library's tables give an empty set.
    """
    try:
        return set(holidays.country_holidays(country, subdiv=subdiv, years=year))
    except NotImplementedError as error:
        place = f"{country}-{subdiv}" if subdiv else country
        raise ValueError(f"no holidays are known for {place}") from error
