"""Sections of the settings for the rules of managers: limits, severity, routes, policies, squad.

Each section writes its whole part of the document at once, with the checks that the pages use.
"""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.roles import TeamKind, Tier
from complaints.models import (
    AuthorityGrade,
    AuthorityKindLimit,
    AuthorityLimit,
    Category,
    Policy,
    PolicyRule,
    Remedy,
    RoutingRule,
    SeverityMatrix,
    SquadSeat,
)
from complaints.setup.document import WHOLE, Row, Section, Writing
from complaints.setup.tables import MOST_MONEY, NAMES
from complaints.sla import targets
from complaints.sla.policies import checks, table
from complaints.terms.errors import MissingDetail, Problems
from complaints.terms.stages import Channel, Region
from complaints.triage import routing_table, severity_matrix

_LIMIT = ("limit_minor", "every_kind", "cash_remedies", "cash_days")


def _limits() -> dict[str, Row]:
    found = AuthorityLimit.objects.prefetch_related("kinds", "kind_limits__remedy").order_by("grade")
    return {
        row.grade: {name: getattr(row, name) for name in _LIMIT}
        | {
            "kinds": sorted(kind.code for kind in row.kinds.all()),
            "kind_limits": {own.remedy.code: own.limit_minor for own in row.kind_limits.all()},
        }
        for row in found
    }


def _write_limit(grade: str, row: Row, how: Writing) -> None:
    problems = Problems()
    problems.one_of("grade", grade, AuthorityGrade.values)
    remedies = {remedy.code: remedy for remedy in Remedy.objects.all()}
    kinds, own = row.get("kinds") or [], row.get("kind_limits") or {}
    if not set(kinds) <= remedies.keys():
        problems.add("kinds", _("Choose one of the values offered."))
    if not own.keys() <= remedies.keys() or not all(_is_money(value) for value in own.values()):
        problems.add("kind_limits", _("This has a wrong value: %(what)s") % {"what": str(own)[:80]})
    if not _is_money(row.get("limit_minor")):
        problems.add("limit_minor", _("This is required."))
    problems.check()
    known = AuthorityLimit.objects.filter(grade=grade).first() or AuthorityLimit(grade=grade)
    for name in _LIMIT:
        if name in row:
            setattr(known, name, row[name])
    known.full_clean()
    known.save()
    known.kinds.set([] if known.every_kind else [remedies[code] for code in kinds])
    known.kind_limits.all().delete()
    AuthorityKindLimit.objects.bulk_create(
        AuthorityKindLimit(authority=known, remedy=remedies[code], limit_minor=value)
        for code, value in own.items()
    )


def _is_money(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_MONEY


def _severity() -> dict[str, Row]:
    matrix = severity_matrix.current_matrix()
    return {WHOLE: {"cells": matrix.cells}} if matrix else {}


def _write_severity(key: str, row: Row, how: Writing) -> None:
    problems = Problems()
    cells = severity_matrix.check_cells(problems, row["cells"])
    problems.check()
    last = SeverityMatrix.objects.aggregate(last=Max("version"))["last"] or 0
    SeverityMatrix.objects.create(
        version=last + 1, cells=cells, reason=how.reason, created_at=how.at, created_by=how.by
    )


def _routes() -> dict[str, Row]:
    rules = [
        {name: getattr(rule, name) for name in ("tier", "channel", "branch", "region")}
        | {"team": rule.team.code}
        for rule in routing_table.rules()
    ]
    return {WHOLE: {"rules": rules}} if rules else {}


def _write_routes(key: str, row: Row, how: Writing) -> None:
    teams = {team.code: team for team in Team.objects.filter(kind=TeamKind.HANDLING)}
    branches = {"", *Category.objects.values_list("code", flat=True)}
    problems, rules = Problems(), list[RoutingRule]()
    for place, given in enumerate(row["rules"], start=1):
        team, tier = teams.get(given["team"]), given["tier"]
        if tier not in Tier.values:
            problems.add(f"rules.{place}.tier", _("Choose one of the values offered."))
        if team is None or not team.is_active or team.tier != tier:
            problems.add(f"rules.{place}.team", _("Choose an active team of this tier."))
        for name, known in (("channel", Channel.values), ("region", Region.values), ("branch", branches)):
            if given.get(name, "") not in {"", *known}:
                problems.add(f"rules.{place}.{name}", _("Choose one of the values offered."))
        fields = {name: given.get(name, "") for name in ("channel", "branch", "region")}
        rules.append(RoutingRule(order=place, tier=tier, team=team, **fields))
    problems.check()
    routing_table.check_table(rules)
    RoutingRule.objects.all().delete()
    RoutingRule.objects.bulk_create(rules)


def _policies() -> dict[str, Row]:
    rules = [
        {name: getattr(rule, name) for name in table.CONTENT} for rule in table.rules_of(targets.policy_now())
    ]
    return {WHOLE: {"rules": rules}} if rules else {}


def _write_policies(key: str, row: Row, how: Writing) -> None:
    problems, rules = Problems(), list[PolicyRule]()
    before = table.rules_of(targets.policy_now())
    for place, given in enumerate(row["rules"], start=1):
        rule, own = PolicyRule(order=place), Problems()
        checks.take(rule, {"warn": list(targets.DEFAULT_WARN), "escalate": True} | given, own, how.at)
        same = (old for old in before if table.says(old) == table.says(rule))
        rule.copied_from = next(same, None)
        rules.append(rule)
        for name, texts in own.errors.items():
            for text in texts:
                problems.add(f"rules.{place}.{name}", text)
    problems.check()
    if not rules:
        raise MissingDetail({"rules": [_("There must be at least one rule.")]})
    checks.check_table(problems, rules)
    problems.check()
    last = targets.policy_now()
    made = Policy.objects.create(
        version=last.version + 1 if last else 1, reason=how.reason, created_at=how.at, created_by=how.by
    )
    for rule in rules:
        rule.policy = made
    PolicyRule.objects.bulk_create(rules)


def _squad() -> dict[str, Row]:
    seats = [
        {name: getattr(seat, name) for name in (*NAMES, "is_active")} | {"team": seat.team.code}
        for seat in SquadSeat.objects.select_related("team")
    ]
    return {WHOLE: {"seats": seats}} if seats else {}


def _write_squad(key: str, row: Row, how: Writing) -> None:
    """Replace the seats. A seat with the same team and name as before keeps its person on call."""
    teams = {team.code: team for team in Team.objects.filter(is_active=True)}
    on_call = {(seat.team_id, seat.name_en): seat.on_call_id for seat in SquadSeat.objects.all()}
    seats = []
    for position, given in enumerate(row["seats"], start=1):
        if given["team"] not in teams:
            raise MissingDetail({f"seats.{position}.team": [_("There is no active team with this code.")]})
        names = {name: given.get(name, "") for name in NAMES}
        seat = SquadSeat(team=teams[given["team"]], position=position, **names)
        seat.is_active = given.get("is_active", True)
        seat.on_call_id = on_call.get((seat.team_id, seat.name_en))
        seat.full_clean()
        seats.append(seat)
    SquadSeat.objects.all().delete()
    SquadSeat.objects.bulk_create(seats)


SECTIONS = [
    Section(
        "limits",
        gettext_lazy("Limits of authority"),
        frozenset({*_LIMIT, "kinds", "kind_limits"}),
        _limits,
        _write_limit,
    ),
    Section("severity", gettext_lazy("Severity"), frozenset({"cells"}), _severity, _write_severity, True),
    Section("routes", gettext_lazy("Routing"), frozenset({"rules"}), _routes, _write_routes, True),
    Section("policies", gettext_lazy("Policies"), frozenset({"rules"}), _policies, _write_policies, True),
    Section("squad", gettext_lazy("Flash squad"), frozenset({"seats"}), _squad, _write_squad, True),
]
