"""Load the sample organisation into the database: teams, people, catalogues, calendars, policies.

Its tables become a document of settings, which is applied like a starting set (`setup/starting.py`). Rows
that exist already are left alone.
"""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Team, User
from complaints.demo import playbooks
from complaints.demo.tables import (
    CALENDARS,
    CASH_REMEDIES,
    CASH_RULES,
    CATEGORIES,
    LIMITS,
    PACKS,
    PEOPLE,
    REMEDIES,
    ROUTES,
    SQUAD,
    TEAMS,
)
from complaints.models import Calendar, Category, PolicyRule, Remedy
from complaints.models.organisation import OTHER_CATEGORY
from complaints.setup import document, sections, starting
from complaints.setup.document import WHOLE, Row, Writing
from complaints.triage import severity_matrix

PASSWORD = settings.DEMO_PASSWORD or "redress-demo"
POLICIES = Path(__file__).with_name("policies.csv")
NAMES_HANT = Path(__file__).with_name("names_hant.csv")
_NOT_TARGETS = {"order", "name_en", "name_zh", "match", "escalate", "warn"}


def load(at: datetime, *, people: bool = True) -> None:
    """Create what is missing. Rows that exist already are left alone."""
    _write(
        {
            "teams": teams(),
            "categories": categories(),
            "remedies": remedies(),
            "calendars": calendars(at),
            "limits": limits(),
            "policies": {WHOLE: {"rules": policies()}},
            "packs": packs(),
            "squad": {WHOLE: {"seats": seats()}},
        },
        at,
    )
    load_routes_and_matrix(at)
    playbooks.load()
    load_traditional_names()
    if people:
        load_people()


def load_routes_and_matrix(at: datetime) -> None:
    """Load the severity matrix and the routing. A table that managers already keep is left as it is."""
    _write(
        {
            "severity": {WHOLE: {"cells": severity_matrix.default_cells()}},
            "routes": {WHOLE: {"rules": routes()}},
        },
        at,
    )


def _write(settings_of_sample: dict[str, dict[str, Row]], at: datetime) -> None:
    how = Writing(None, at, "")
    document.apply(sections.ALL, settings_of_sample, how, only_missing=True, recorded=False)


def _names(zh: str, en: str, hant: str = "") -> Row:
    return {"name_zh": zh, "name_en": en, "name_hant": hant}


def teams() -> dict[str, Row]:
    return {code: _names(zh, en) | {"kind": kind, "tier": tier} for code, zh, en, kind, tier in TEAMS}


def categories() -> dict[str, Row]:
    found: dict[str, Row] = {OTHER_CATEGORY: _names("其他", "Other")}
    for code, zh, en, leaves in CATEGORIES:
        found[code] = _names(zh, en) | {"is_leaf": False}
        for leaf, leaf_zh, leaf_en, attribution in leaves:
            found[leaf] = _names(leaf_zh, leaf_en) | {"parent": code, "attribution": attribution}
    return found


def remedies() -> dict[str, Row]:
    return {
        code: _names(zh, en)
        | {
            "type": kind,
            "cost_minor": cost,
            "ladder_step": step,
            "promise_zh": promise_zh,
            "promise_en": promise_en,
            "is_cash": code in CASH_REMEDIES,
        }
        for code, zh, en, kind, cost, step, promise_zh, promise_en in REMEDIES
    }


def limits() -> dict[str, Row]:
    found: dict[str, Row] = {}
    for grade, limit, kinds in LIMITS:
        cash_remedies, cash_days = CASH_RULES.get(grade, (None, 90))
        found[grade] = {
            "limit_minor": limit,
            "every_kind": kinds is None,
            "kinds": kinds or [],
            "cash_remedies": cash_remedies,
            "cash_days": cash_days,
        }
    return found


def calendars(at: datetime) -> dict[str, Row]:
    return {
        code: starting.calendar_row(
            _names(zh, en) | {"timezone": zone, "hours": hours, "holidays": place}, time_zone=zone, at=at
        )
        for code, zh, en, zone, hours, place in CALENDARS
    }


def policies() -> list[Row]:
    with POLICIES.open(encoding="utf-8", newline="") as table:
        return [_rule(row) for row in csv.DictReader(table)]


def _rule(row: dict[str, str]) -> Row:
    """Return a rule from one line of the table.

    `match` is a list of field=value pairs joined by &; a cell is "minutes CALENDAR".
    """
    match: dict[str, Any] = {}
    for pair in filter(None, row["match"].split("&")):
        name, _equals, value = pair.partition("=")
        match[name] = value == "true" if value in {"true", "false"} else value
    targets = {
        kind: [int(cell.split()[0]), cell.split()[1]]
        for kind, cell in row.items()
        if kind not in _NOT_TARGETS and cell
    }
    return {"name_en": row["name_en"], "name_zh": row["name_zh"], "match": match, "targets": targets}


def packs() -> dict[str, Row]:
    return {
        code: _names(zh, en, hant)
        | {
            "order": order,
            "match": match,
            "unit": unit,
            "length": length,
            "timezone": zone,
            "holding_day": holding,
            "extensions": extensions,
        }
        for order, (code, zh, en, hant, match, unit, length, zone, holding, extensions) in enumerate(PACKS, 1)
    }


def seats() -> list[Row]:
    return [_names(zh, en, hant) | {"team": team} for team, zh, en, hant in SQUAD]


def routes() -> list[Row]:
    return [
        {"tier": tier, "channel": channel, "branch": branch, "region": region, "team": team}
        for tier, channel, branch, region, team in ROUTES
    ]


def load_traditional_names() -> None:
    """Fill in the Traditional Chinese names of the sample rows from the project's own list.

    Names that somebody typed are kept.
    """
    with NAMES_HANT.open(encoding="utf-8", newline="") as table:
        names = {row["simplified"]: row["traditional"] for row in csv.DictReader(table)}
    fields = ((Team, "name"), (Category, "name"), (Remedy, "name"), (Remedy, "promise"))
    for model, field in (*fields, (Calendar, "name"), (PolicyRule, "name")):
        for row in model._default_manager.filter(**{f"{field}_hant": ""}):
            traditional = names.get(getattr(row, f"{field}_zh"), "")
            if traditional:
                model._default_manager.filter(pk=row.pk).update(**{f"{field}_hant": traditional})


def load_people() -> None:
    """Create the demo accounts in few statements. The password is hashed once and shared."""
    known = {user.username: user for user in User.objects.filter(username__in=[row[0] for row in PEOPLE])}
    rows = [row for row in PEOPLE if row[0] not in known]
    if not rows:
        return
    hashed = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(
            username=username,
            name_zh=zh,
            name_en=en,
            role=role,
            tier=tier,
            password=hashed,
            email=f"{username}@heguang.example",
        )
        for username, zh, en, role, tier, _codes, _deputy in rows
    )
    known |= {user.username: user for user in made}
    teams = dict(Team.objects.values_list("code", "pk"))
    membership = User.teams.through
    membership.objects.bulk_create(
        membership(user_id=known[row[0]].pk, team_id=teams[code]) for row in rows for code in row[5]
    )
    deputies = {row[0]: row[6] for row in rows if row[6]}
    for username, deputy in deputies.items():
        known[username].deputy = known[deputy]
    User.objects.bulk_update([known[username] for username in deputies], ["deputy"])
