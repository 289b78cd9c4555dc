"""The starting sets: the settings that an organisation begins with, read from the files in `sets/`.

Every set contains `empty.toml`. Its own teams, categories and other coded rows are added, or replace those of
the same code. Its routes and policies replace the whole table.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import holidays
from django.utils.translation import gettext_lazy as _

from complaints.setup.document import WHOLE
from complaints.setup.tables import NAMES
from complaints.sla.calendars.days import Content, apply
from complaints.sla.calendars.holidays import PARTS
from complaints.sla.calendars.versions import library_changes
from complaints.triage import severity_matrix
from complaints.workdays.working_time import WorkingCalendar

FOLDER = Path(__file__).with_name("sets")
EMPTY = "empty"
TITLES = {
    EMPTY: _("Only what the desk needs to work"),
    "retail": _("Retail: shops, online orders, deliveries"),
    "ride-hailing": _("Ride-hailing: trips, drivers, fares"),
    "public-service": _("Public service: authorities, hospitals, utilities"),
}
"""The names of the sets, with what they are for."""
YEARS_AHEAD = 1
MONDAY = 0


def document(name: str, *, time_zone: str, at: datetime) -> dict[str, Any]:
    """Return a starting set as a document of settings. Raises KeyError for an unknown name."""
    parts = [EMPTY] if name == EMPTY else [EMPTY, name]
    if name not in TITLES:
        raise KeyError(name)
    found: dict[str, Any] = {}
    for part in parts:
        for section, rows in tomllib.loads((FOLDER / f"{part}.toml").read_text(encoding="utf-8")).items():
            found[section] = {**found.get(section, {}), **rows} if isinstance(rows, dict) else rows
    return {
        **found,
        "severity": {WHOLE: {"cells": severity_matrix.default_cells()}},
        "limits": {grade: {"every_kind": "kinds" not in row} | row for grade, row in found["limits"].items()},
        "calendars": {
            code: calendar_row(row, time_zone=time_zone, at=at) for code, row in found["calendars"].items()
        },
        "routes": {WHOLE: {"rules": [_filled(rule) for rule in found["routes"]]}},
        "policies": {WHOLE: {"rules": found["policies"]}},
    }


def _filled(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"channel": "", "branch": "", "region": "", **rule}


def calendar_row(given: Mapping[str, Any], *, time_zone: str, at: datetime) -> dict[str, Any]:
    """Return the row of a calendar with the public holidays of this year, the one before and the next.

    `given` has the names, and either `days` with their common `hours`, or `hours` by day. It may have a
    `timezone`, and `holidays`: True for those of the zone's country, or the code of a country.
    """
    zone = given.get("timezone", time_zone)
    hours = {str(day): given["hours"] for day in given["days"]} if "days" in given else given["hours"]
    week = WorkingCalendar.from_json({"timezone": zone, "hours": hours}).hours
    wanted = given.get("holidays")
    country = country_of(zone) if wanted is True else wanted or ""
    content = Content(zone, week, {}, country, {})
    for year in range(at.year - 1, at.year + YEARS_AHEAD + 1) if country else ():
        changes, loaded = library_changes(content, year, MONDAY)
        years = {**content.years, year: loaded}
        content = replace(content, days=apply(content, changes), years=years)
    columns = content.columns(at.year)
    columns.pop("loaded_until")
    return {name: given.get(name, "") for name in NAMES} | columns


@cache
def _countries() -> dict[str, str]:
    """Return {time zone: country} for all zones with a country, from the table of the time zone database."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {line[2]: line[0] for line in lines}


def country_of(zone: str) -> str:
    """Return the country of a time zone if its public holidays are known, or else an empty text.

    If the parts of a country have different holidays, its first part is returned (England for London).
    """
    country = _countries().get(zone, "")
    if country not in holidays.list_supported_countries():
        return ""
    return f"{country}-{PARTS[country][0]}" if country in PARTS else country
