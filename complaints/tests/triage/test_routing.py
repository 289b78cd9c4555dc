"""Routing rules in the database: the first that fits is taken, in one query, and every tier has one."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from accounts.models import Team, User
from complaints.checks import every_tier_has_a_route
from complaints.models import RoutingRule
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields
from complaints.triage import routing, routing_table

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {"tier": 1, "channel": "chat", "branch": "LOG", "region": "", "team": "FL-PHONE"}


def order() -> list[tuple[int, str, str, str, str]]:
    return [(r.tier, r.channel, r.branch, r.region, r.team.code) for r in routing_table.rules()]


def of(code: str, **match: Any) -> RoutingRule:
    return RoutingRule.objects.get(team__code=code, **match)


def add(people: dict[str, User], **given: Any) -> RoutingRule:
    return routing_table.add(NEW | given, by=person(people["manager"]), at=MONDAY)


@pytest.mark.parametrize(
    ("tier", "given", "team"),
    [
        (1, {"channel": "phone"}, "FL-PHONE"),
        (1, {"channel": "store"}, "FL-STORE"),
        (1, {"channel": "regulator"}, "FL-ONLINE"),
        (1, {"channel": "phone", "category_code": "RID-FARE"}, "FL-RIDE"),
        (1, {"channel": "phone", "category_code": "RID-FARE", "region": "international"}, "FL-INTL"),
        (1, {"channel": "phone", "region": "east"}, "FL-PHONE"),
        (2, {"category_code": "LOG"}, "SL-LOGI"),
        (2, {"category_code": "LOG-LATE"}, "SL-LOGI"),
        (2, {"category_code": "LOGIC-X"}, "SL-GOODS"),
        (2, {"category_code": "PRC-INV"}, "SL-PRICE"),
        (2, {"category_code": "OTHER"}, "SL-GOODS"),
        (3, {"category_code": "RID-SAFE"}, "EX-PANEL"),
    ],
)
def test_the_sample_routes_as_the_lifecycle_says(
    org: None, django_assert_num_queries: Any, tier: int, given: dict[str, Any], team: str
) -> None:
    facts = {"channel": "web", "category_code": "DIG-APP", "region": None, **given}
    with django_assert_num_queries(1):
        assert routing.team_for(tier, **facts).code == team


def test_a_new_rule_comes_above_the_one_for_all_the_rest_and_is_followed(people: dict[str, User]) -> None:
    add(people)
    tier_1 = [row for row in order() if row[0] == 1]
    assert tier_1[-2:] == [(1, "chat", "LOG", "", "FL-PHONE"), (1, "", "", "", "FL-ONLINE")]
    assert [rule.order for rule in routing_table.rules()] == list(range(1, 12))
    assert factories.receive(people["supervisor"], channel="chat").team.code == "FL-PHONE"


def test_a_leaf_may_be_named_above_its_branch(people: dict[str, User]) -> None:
    rule = add(people, tier=2, channel="", branch="LOG-DMG", team="SL-GOODS", region="east")
    assert rule.order + 1 == of("SL-LOGI").order
    facts = {"channel": "web", "category_code": "LOG-DMG"}
    assert routing.team_for(2, **facts, region="east").code == "SL-GOODS"
    assert routing.team_for(2, **facts, region="south").code == "SL-LOGI"


@pytest.mark.parametrize("code", ["FL-ONLINE", "SL-GOODS", "EX-PANEL"])
def test_each_tier_keeps_its_rule_for_all_the_rest(people: dict[str, User], code: str) -> None:
    by, before = person(people["manager"]), order()
    rule = of(code)
    assert wrong_fields(lambda: routing_table.delete(rule.pk, by=by, at=MONDAY)) == {"rules"}
    narrower = {"tier": rule.tier, "channel": "web", "team": code}
    assert wrong_fields(lambda: routing_table.edit(rule.pk, narrower, by=by, at=MONDAY)) == {"rules"}
    assert order() == before


def test_a_rule_that_would_never_be_reached_is_refused(people: dict[str, User]) -> None:
    by, before = person(people["manager"]), order()
    assert wrong_fields(lambda: add(people, channel="phone", branch="")) == {"rules"}
    wider = {"tier": 2, "team": "SL-LOGI", "branch": ""}
    assert wrong_fields(lambda: routing_table.edit(of("SL-LOGI").pk, wider, by=by, at=MONDAY)) == {"rules"}
    assert wrong_fields(lambda: routing_table.shift(of("FL-ONLINE").pk, up=True, by=by, at=MONDAY)) == {
        "rules"
    }
    assert order() == before


def test_rules_move_among_those_of_their_tier(people: dict[str, User]) -> None:
    by, ride = person(people["manager"]), of("FL-RIDE")
    routing_table.shift(ride.pk, up=True, by=by, at=MONDAY)
    assert [row[4] for row in order()][:2] == ["FL-RIDE", "FL-INTL"]
    routing_table.shift(ride.pk, up=True, by=by, at=MONDAY)
    routing_table.shift(ride.pk, up=False, by=by, at=MONDAY)
    assert [row[4] for row in order()][:2] == ["FL-INTL", "FL-RIDE"]
    routing_table.delete(ride.pk, by=by, at=MONDAY)
    assert [rule.order for rule in routing_table.rules()] == list(range(1, 10))
    assert status_of(lambda: routing_table.shift(ride.pk, up=True, by=by, at=MONDAY)) == 409


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"tier": 4, "team": "EX-PANEL"}, "tier"),
        ({"tier": None}, "tier"),
        ({"channel": "pigeon"}, "channel"),
        ({"region": "moon"}, "region"),
        ({"branch": "NONE"}, "branch"),
        ({"team": "NONE"}, "team"),
        ({"team": "SL-GOODS"}, "team"),
        ({"team": "WAREHOUSE"}, "team"),
    ],
)
def test_wrong_input_is_named_by_its_field(
    people: dict[str, User], given: dict[str, Any], field: str
) -> None:
    assert field in wrong_fields(lambda: add(people, **given))


def test_an_inactive_team_gets_no_rule(people: dict[str, User]) -> None:
    Team.objects.filter(code="FL-PHONE").update(is_active=False)
    assert wrong_fields(lambda: add(people)) == {"team"}


@pytest.mark.parametrize("name", ["agent", "supervisor", "warehouse", "admin"])
def test_only_managers_change_the_rules(people: dict[str, User], name: str) -> None:
    by, rule = person(people[name]), of("FL-RIDE")
    for act in (
        lambda: routing_table.add(NEW, by=by, at=MONDAY),
        lambda: routing_table.edit(rule.pk, NEW, by=by, at=MONDAY),
        lambda: routing_table.delete(rule.pk, by=by, at=MONDAY),
        lambda: routing_table.shift(rule.pk, up=True, by=by, at=MONDAY),
    ):
        assert status_of(act) == 403


def test_without_a_fitting_rule_it_says_so_and_the_check_finds_it(people: dict[str, User]) -> None:
    of("FL-ONLINE").delete()
    with pytest.raises(routing.NoRoute):
        routing.team_for(1, channel="web", category_code="OTHER", region=None)
    assert [problem.id for problem in every_tier_has_a_route(databases=["default"])] == ["redress.E010"]
    with pytest.raises(SystemCheckError, match="tier 1"):
        call_command("check", databases=["default"])


def test_a_database_that_is_not_filled_yet_passes_the_check(org: None) -> None:
    RoutingRule.objects.all().delete()
    assert every_tier_has_a_route(databases=["default"]) == []
    assert every_tier_has_a_route(databases=None) == []
