"""Public holidays from two libraries, to fill calendars that managers then review and change.

`chinesecalendar` (MIT) has the State Council's yearly notices with the adjusted working days. `holidays`
(MIT) has all other countries, and China's statutory holidays for years without a notice.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import chinese_calendar
import holidays

CHINA = "CN"
CATEGORIES: dict[str, tuple[str, ...]] = {"HK": ("optional",)}
"""The library's categories of holidays to use for a place where its default list is not the usual one.

Offices and authorities in Hong Kong close on the 17 general holidays, which the library calls optional. By
default it gives the 15 that employers owe by law.
"""
PARTS: dict[str, tuple[str, ...]] = {"GB": ("ENG", "SCT", "WLS", "NIR")}
"""{country: its parts} for countries that are not chosen as a whole.

The library's list of the country has only the days that all parts share, which is the full list of none.
"""


class YearList(NamedTuple):
    """The holidays of one year as {date: name}. `worked` are weekend days that are worked instead.

    `official` means the published list. `computed` means that the library derives the whole list from the
    law; neither means that only some days are known.
    """

    closed: dict[date, str]
    worked: dict[date, str]
    official: bool
    computed: bool = False


def year_list(place: str, year: int) -> YearList:
    """Return what the libraries know about a place (CN, HK, GB-ENG) in one year.

    A year that their tables do not contain gives empty lists that are not official. Raises ValueError for an
    unknown place.
    """
    country, _dash, subdiv = place.partition("-")
    if country == CHINA:
        closed, worked, official = china_days(year)
        if official:
            tables = chinese_calendar.constants
            off = {day: _chinese_name(tables.holidays[day]) for day in closed}
            return YearList(off, {day: _chinese_name(tables.workdays[day]) for day in worked}, True)
        return YearList(_named(CHINA, year, None), {}, False)
    named = _named(country, year, subdiv or None)
    return YearList(named, {}, False, computed=bool(named))


def china_days(year: int) -> tuple[set[date], set[date], bool]:
    """Return (closed days, worked weekend days, whether the State Council's notice is known).

    A year without a notice (2027 as of late 2026) gives the statutory holidays only; the caller then warns.
    """
    closed = {day for day in chinese_calendar.constants.holidays if day.year == year}
    if closed:
        return closed, {day for day in chinese_calendar.constants.workdays if day.year == year}, True
    return country_days(CHINA, year), set(), False


def country_days(country: str, year: int, subdiv: str | None = None) -> set[date]:
    """Return the public holidays of a country (ISO 3166 code) in one year.

    Years outside the library's tables give an empty set. Raises ValueError for an unknown place.
    """
    return set(_table(country, year, subdiv))


def _table(country: str, year: int, subdiv: str | None, language: str | None = None) -> dict[date, str]:
    try:
        given: dict[str, Any] = {"subdiv": subdiv, "language": language, "years": year}
        if country in CATEGORIES:
            given["categories"] = CATEGORIES[country]
        return dict(holidays.country_holidays(country, **given))
    except NotImplementedError as error:
        place = f"{country}-{subdiv}" if subdiv else country
        raise ValueError(f"no holidays are known for {place}") from error


def _named(country: str, year: int, subdiv: str | None) -> dict[date, str]:
    """Return {date: name}, with each name in the country's language and in English.

    The languages are named explicitly because the library's default depends on the server.
    """
    _table(country, year, subdiv)
    known = holidays.country_holidays(country, subdiv=subdiv)
    own = _table(country, year, subdiv, known.default_language)
    english = _table(country, year, subdiv, "en_US") if "en_US" in known.supported_languages else {}
    return {day: _both(name, english.get(day, "")) for day, name in own.items()}


def _chinese_name(name: str) -> str:
    """Add the Chinese name to the English one, by which `chinesecalendar` names its days."""
    chinese = next((each.chinese for each in chinese_calendar.Holiday if each.value == name), "")
    return _both(chinese, name)


def _both(own: str, english: str) -> str:
    return " / ".join(dict.fromkeys(filter(None, (own, english))))
