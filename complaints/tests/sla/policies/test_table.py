"""Policies: each save makes a version, every rule can be reached, and every complaint matches one."""

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from complaints.models import ClockKind, Policy, PolicyRule
from complaints.rights.actors import person
from complaints.sla import targets
from complaints.sla.policies import conditions, history, table
from complaints.terms.errors import MissingDetail, RoleMayNot, StaleVersion
from complaints.terms.stages import Channel
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {
    "name_en": "Web, east",
    "name_zh": "华东网站",
    "name_hant": "",
    "match": {"channel": "web", "region": "east"},
    "targets": {"first_response": (30, "CN-CONTACT"), "resolution": (960, "CN-OFFICE")},
    "escalate": True,
    "warn": [90, 50],
}


def given(rule: PolicyRule, **changed: Any) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in table.CONTENT} | changed


def put(people: dict[str, User], order: int | None = None, by: str = "manager", **extra: Any) -> Policy:
    data = extra.pop("given", NEW)
    how: dict[str, Any] = {"seen": 1, "reason": "The web grows", "at": MONDAY, **extra}
    return table.put(order, data, by=person(people[by]), **how)


def rule(order: int) -> PolicyRule:
    policy = targets.policy_now()
    assert policy is not None
    return policy.rules.get(order=order)


def errors(people: dict[str, User], **extra: Any) -> dict[str, list[str]]:
    with pytest.raises(MissingDetail) as caught:
        put(people, **extra)
    assert Policy.objects.count() == 1
    return caught.value.errors


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_only_managers_change_policies(people: dict[str, User], name: str) -> None:
    with pytest.raises(RoleMayNot):
        put(people, by=name)
    with pytest.raises(RoleMayNot):
        table.remove(1, seen=1, reason="No", by=person(people[name]), at=MONDAY)


def test_a_new_rule_makes_a_version_with_all_rules_copied(people: dict[str, User]) -> None:
    old = list(PolicyRule.objects.order_by("order"))
    policy = put(people)
    names = [each.name_en for each in policy.rules.all()]
    assert (policy.version, policy.reason, policy.created_by) == (2, "The web grows", people["manager"])
    assert len(names) == 10 and names[8:] == ["Web, east", "Everything else"]
    copies = [each for each in policy.rules.all() if each.copied_from_id]
    assert [each.copied_from_id for each in copies] == [each.pk for each in old]
    assert [each.targets for each in copies] == [each.targets for each in old]
    assert list(PolicyRule.objects.filter(policy__version=1)) == old
    assert rule(9).warn == [50, 90]


def test_open_clocks_keep_their_version_and_new_ones_take_the_new(people: dict[str, User]) -> None:
    before = factories.receive(people["agent"])
    put(people, 9, given=given(rule(9), targets={"resolution": (30, "ALWAYS")}))
    after = factories.receive(people["agent"])
    versions = [c.clocks.get(kind=ClockKind.RESOLUTION).rule.policy.version for c in (before, after)]
    assert versions == [1, 2]


def test_a_rule_is_moved_and_deleted(people: dict[str, User]) -> None:
    put(people, 7, given=given(rule(7)), place=3)
    assert [rule(n).name_en for n in (2, 3, 4)] == ["External authority", "Major", "International"]
    table.remove(3, seen=2, reason="Not needed", by=person(people["manager"]), at=MONDAY)
    assert [each.name_en for each in targets.policy_now().rules.all()].count("Major") == 0


def test_the_second_of_two_managers_is_told(people: dict[str, User]) -> None:
    put(people)
    with pytest.raises(StaleVersion):
        put(people, by="manager2")
    with pytest.raises(StaleVersion):
        put(people, by="manager2", seen=None)
    assert Policy.objects.count() == 2


def test_two_at_the_very_same_time_make_one_version(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(Policy.objects, "create", taken)
    with pytest.raises(StaleVersion):
        put(people)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"targets": {"resolution": (0, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (-5, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (None, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (True, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (400 * 1440 + 1, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (10**30, "ALWAYS")}}, "minutes.resolution"),
        ({"targets": {"resolution": (300 * 480, "CN-OFFICE")}}, "minutes.resolution"),
        ({"targets": {"resolution": (60, "MOON")}}, "calendar.resolution"),
        ({"targets": {"tea": (60, "ALWAYS")}}, "targets"),
        ({"targets": {"promise": (60, "ALWAYS")}}, "targets"),
        ({"targets": {}}, "targets"),
        ({"warn": [0, 50]}, "warn"),
        ({"warn": [50, 100]}, "warn"),
        ({"warn": ["half"]}, "warn"),
        ({"warn": ["²"]}, "warn"),
        ({"warn": [50, 50]}, "warn"),
        ({"warn": [10, 20, 30, 40, 50, 60]}, "warn"),
        ({"name_en": " "}, "name_en"),
        ({"name_zh": "长" * 81}, "name_zh"),
        ({"name_hant": "\x00"}, "name_hant"),
        ({"match": {"colour": "red"}}, "match"),
        ({"match": {"severity": "worst"}}, "severity"),
        ({"match": {"external_authority": "yes"}}, "external_authority"),
        ({"match": {"channel": "regulator", "external_authority": False}}, "match"),
        ({"match": {"severity": None}}, "severity"),
    ],
)
def test_a_wrong_rule_is_refused_beside_its_field(
    people: dict[str, User], changed: dict[str, Any], field: str
) -> None:
    assert list(errors(people, given=NEW | changed)) == [field]


def test_the_longest_target_is_400_days(people: dict[str, User]) -> None:
    put(people, given=NEW | {"targets": {"resolution": (400 * 1440, "ALWAYS")}})


def test_a_reason_and_a_difference_are_needed(people: dict[str, User]) -> None:
    assert list(errors(people, reason=" ")) == ["reason"]
    assert "Nothing is different" in errors(people, order=1, given=given(rule(1)))["match"][0]


@pytest.mark.parametrize(
    ("match", "place", "takers"),
    [
        ({"severity": "critical", "channel": "web"}, 5, ["1 “Critical”"]),
        ({"region": "east"}, 10, ["9 “Everything else”"]),
        ({"channel": "regulator"}, 3, ["2 “External authority”"]),
    ],
)
def test_a_rule_that_others_cover_is_refused(
    people: dict[str, User], match: dict[str, str], place: int, takers: list[str]
) -> None:
    said = errors(people, given=NEW | {"match": match}, place=place)["match"][0]
    assert "never be reached" in said and all(taker in said for taker in takers)


def test_a_rule_that_only_several_together_cover_is_refused(people: dict[str, User]) -> None:
    """With a rule for every severity, nothing is left for a rule by channel. The other rules may stay."""
    put(people, given=NEW | {"name_en": "Normal", "match": {"severity": "normal"}})
    assert [rule(n).name_en for n in (9, 10)] == ["Normal", "Everything else"]
    with pytest.raises(MissingDetail) as caught:
        put(people, seen=2, given=NEW | {"match": {"channel": "phone"}}, place=10)
    said = caught.value.errors["match"]
    assert len(said) == 1 and "Rule 10" in said[0]
    assert all(f"“{name}”" in said[0] for name in ("Critical", "Major", "Minor", "Normal"))
    assert "“Social”" not in said[0]


def test_the_last_rule_for_everything_else_stays_and_is_one(people: dict[str, User]) -> None:
    with pytest.raises(MissingDetail) as caught:
        table.remove(9, seen=1, reason="Why not", by=person(people["manager"]), at=MONDAY)
    assert "must have no conditions" in caught.value.errors["match"][0]
    said = errors(people, order=9, given=given(rule(9), match={"region": "east"}))["match"][0]
    assert "must have no conditions" in said
    assert "9 “Everything else”" in errors(people, given=NEW | {"match": {}}, place=10)["match"][0]


def test_a_rule_moved_below_what_takes_it_is_refused(people: dict[str, User]) -> None:
    assert "never be reached" in errors(people, order=1, given=given(rule(1)), place=9)["match"][0]
    assert list(errors(people, order=1, given=given(rule(1)), place=12)) == ["place"]


def test_a_rule_that_is_gone_is_told(people: dict[str, User]) -> None:
    with pytest.raises(StaleVersion):
        put(people, 77)


def test_cases_are_every_complaint_there_can_be() -> None:
    found = conditions.cases()
    assert len(found) == 4 * 4 * 7 * (8 * 2 + 1)
    assert not any(c["channel"] == Channel.REGULATOR and not c["external_authority"] for c in found)
    assert conditions.covered({}) == frozenset(range(len(found)))


def test_the_computed_rule_is_the_one_that_matching_takes(people: dict[str, User]) -> None:
    """For every case the computed rule is exactly the one that `matching_rule` takes."""
    complaint = factories.receive(people["agent"], channel="web", region="international")
    facts = targets.facts_of(complaint)
    number = conditions.cases().index(facts)
    first = next(r for r in table.rules_of(targets.policy_now()) if number in conditions.covered(r.match))
    assert first == targets.matching_rule(complaint) and first.name_en == "International"


def test_the_history_says_what_changed(people: dict[str, User]) -> None:
    put(people)
    changed = given(rule(10), escalate=False, targets={**rule(10).targets, "resolution": [60, "ALWAYS"]})
    put(people, 10, seen=2, given=changed)
    put(people, 8, seen=3, given=given(rule(8)), place=4)
    table.remove(9, seen=4, reason="Gone", by=person(people["manager"]), at=MONDAY)
    versions = list(Policy.objects.order_by("-version").prefetch_related("rules"))
    found = [
        [(d.kind.value, d.rule, d.field, d.before, d.after) for d in lines]
        for _policy, lines in history.history(versions)
    ]
    assert found == [
        [("deleted", "Web, east", "", "", "")],
        [("moved", "Minor", "Place in the order", "8", "4")],
        [
            ("changed", "Everything else", "Resolve", "1440 minutes, CN-OFFICE", "60 minutes, ALWAYS"),
            ("changed", "Everything else", "A breach escalates", "yes", "no"),
        ],
        [("added", "Web, east", "", "", "")],
        [],
    ]
