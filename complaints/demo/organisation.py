"""Load the sample organisation into the database: teams, people, catalogues, calendars, policies."""

import csv
from dataclasses import replace
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
from complaints.models import (
    AuthorityLimit,
    Calendar,
    CalendarVersion,
    Category,
    DaySource,
    Policy,
    PolicyRule,
    Remedy,
    RoutingRule,
    SeverityMatrix,
    SquadSeat,
    StatutoryPack,
)
from complaints.models.organisation import OTHER_CATEGORY
from complaints.sla.calendars.days import Content, YearLoaded, apply
from complaints.sla.calendars.versions import library_changes
from complaints.sla.targets import DEFAULT_WARN
from complaints.triage import severity_matrix
from complaints.workdays.working_time import WorkingCalendar

PASSWORD = settings.DEMO_PASSWORD or "redress-demo"
MONDAY = 0
POLICIES = Path(__file__).with_name("policies.csv")
NAMES_HANT = Path(__file__).with_name("names_hant.csv")
_NOT_TARGETS = {"order", "name_en", "name_zh", "match", "escalate", "warn"}


def load(at: datetime, *, people: bool = True) -> None:
    """Create what is missing. Rows that exist already are left alone."""
    load_teams()
    load_catalogues()
    load_calendars(at)
    load_policies(at)
    load_packs(at)
    load_squad()
    load_routes_and_matrix(at)
    load_traditional_names()
    if people:
        load_people()


def load_teams() -> None:
    for code, zh, en, kind, tier in TEAMS:
        Team.objects.get_or_create(
            code=code, defaults={"name_zh": zh, "name_en": en, "kind": kind, "tier": tier}
        )


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


def load_catalogues() -> None:
    Category.objects.get_or_create(code=OTHER_CATEGORY, defaults={"name_zh": "其他", "name_en": "Other"})
    for code, zh, en, leaves in CATEGORIES:
        branch, _made = Category.objects.get_or_create(
            code=code, defaults={"name_zh": zh, "name_en": en, "is_leaf": False}
        )
        for leaf, leaf_zh, leaf_en, attribution in leaves:
            Category.objects.get_or_create(
                code=leaf,
                defaults={
                    "parent": branch,
                    "name_zh": leaf_zh,
                    "name_en": leaf_en,
                    "attribution": attribution,
                },
            )
    for code, zh, en, kind, cost, step, promise_zh, promise_en in REMEDIES:
        Remedy.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": zh,
                "name_en": en,
                "type": kind,
                "cost_minor": cost,
                "ladder_step": step,
                "promise_zh": promise_zh,
                "promise_en": promise_en,
                "is_cash": code in CASH_REMEDIES,
            },
        )
    load_limits()


def load_limits() -> None:
    for grade, limit, kinds in LIMITS:
        cash_remedies, cash_days = CASH_RULES.get(grade, (None, 90))
        row, made = AuthorityLimit.objects.get_or_create(
            grade=grade,
            defaults={
                "limit_minor": limit,
                "every_kind": kinds is None,
                "cash_remedies": cash_remedies,
                "cash_days": cash_days,
            },
        )
        if made and kinds is not None:
            row.kinds.set(Remedy.objects.filter(code__in=kinds))
    playbooks.load()


def load_calendars(at: datetime) -> None:
    years = range(at.year - 1, at.year + 2)
    for code, zh, en, zone, hours, place in CALENDARS:
        calendar, made = Calendar.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en})
        if not made:
            continue
        week = WorkingCalendar.from_json({"timezone": zone, "hours": hours}).hours
        content = Content(zone, week, {}, place or "", {})
        for year in years if place else ():
            changes, official = library_changes(content, year, MONDAY)
            loaded = {**content.years, year: YearLoaded(official, DaySource.LIBRARY)}
            content = replace(content, days=apply(content, changes), years=loaded)
        CalendarVersion.objects.create(
            calendar=calendar, version=1, created_at=at, **content.columns(at.year)
        )


def load_policies(at: datetime) -> None:
    if Policy.objects.exists():
        return
    policy = Policy.objects.create(version=1, created_at=at)
    with POLICIES.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            PolicyRule.objects.create(policy=policy, **_rule(row))


def _rule(row: dict[str, str]) -> dict[str, Any]:
    """Return the fields of a rule from one line of the table.

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
    warn = row.get("warn")
    return {
        "order": int(row["order"]),
        "name_en": row["name_en"],
        "name_zh": row["name_zh"],
        "match": match,
        "targets": targets,
        "escalate": row.get("escalate", "yes") != "no",
        "warn": [int(level) for level in warn.split(";")] if warn else list(DEFAULT_WARN),
    }


def load_packs(at: datetime) -> None:
    if StatutoryPack.objects.exists():
        return
    for order, (code, zh, en, hant, match, unit, length, zone, holding, extensions) in enumerate(PACKS, 1):
        StatutoryPack.objects.create(
            code=code,
            version=1,
            order=order,
            name_zh=zh,
            name_en=en,
            name_hant=hant,
            match=match,
            unit=unit,
            length=length,
            timezone=zone,
            holding_day=holding,
            extensions=extensions,
            created_at=at,
        )


def load_squad() -> None:
    if SquadSeat.objects.exists():
        return
    teams = {team.code: team for team in Team.objects.all()}
    SquadSeat.objects.bulk_create(
        SquadSeat(team=teams[code], name_zh=zh, name_en=en, name_hant=hant, position=position)
        for position, (code, zh, en, hant) in enumerate(SQUAD, start=1)
    )


def load_routes_and_matrix(at: datetime) -> None:
    """Load both tables.

    The rows of each depend on each other, so a table is loaded whole, or not at all if managers already keep
    one.
    """
    if not RoutingRule.objects.exists():
        teams = {team.code: team for team in Team.objects.all()}
        RoutingRule.objects.bulk_create(
            RoutingRule(
                order=order, tier=tier, channel=channel, branch=branch, region=region, team=teams[team]
            )
            for order, (tier, channel, branch, region, team) in enumerate(ROUTES, start=1)
        )
    if not SeverityMatrix.objects.exists():
        SeverityMatrix.objects.create(version=1, cells=severity_matrix.default_cells(), created_at=at)
