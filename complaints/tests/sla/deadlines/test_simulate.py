"""The simulator says what the product would do, and writes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Clock, Complaint, PolicyRule
from complaints.sla import targets
from complaints.sla.deadlines.simulate import Case, Simulation, case_of, simulate
from complaints.sla.policies import table
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FACTS: dict[str, object] = {
    "severity": "normal",
    "channel": "phone",
    "segment": None,
    "region": None,
    "external_authority": False,
}


def tried(**extra: Any) -> Simulation:
    facts = FACTS | extra.pop("facts", {})
    return simulate(Case(facts, MONDAY, **extra), table.rules_of(targets.policy_now()))


def real(complaint: Complaint) -> Simulation:
    return simulate(case_of(complaint), table.rules_of(targets.policy_now()))


def by_kind(found: Simulation) -> dict[str, Any]:
    return {promise.kind: promise for promise in found.promises}


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"channel": "web"},
        {"channel": "social", "region": "east"},
        {"channel": "web", "region": "international"},
        {"channel": "regulator"},
        {"gravity": "S4", "channel": "web"},
        {"risk_flags": ["external"]},
    ],
)
def test_what_is_simulated_is_what_the_clocks_say(people: dict[str, User], extra: dict[str, Any]) -> None:
    complaint = factories.receive(people["supervisor"], **extra)
    found = by_kind(real(complaint))
    started = list(Clock.objects.filter(complaint=complaint).select_related("rule", "calendar"))
    assert {clock.kind for clock in started} >= {"acknowledge", "first_response", "resolution", "pickup"}
    for clock in started:
        promise = found[clock.kind]
        assert (promise.due_at, promise.calendar) == (clock.due_at, clock.calendar)
        assert real(complaint).rule == clock.rule
        if clock.is_live:
            assert promise.warnings[0] == (clock.next_level, clock.next_fire_at)


def test_the_rules_above_say_which_condition_fails(people: dict[str, User]) -> None:
    found = tried(facts={"segment": "loyal", "region": "east"})
    assert [each.fits for each in found.tried] == [False] * 5 + [True]
    failed = [[(c.field, c.wanted, c.found) for c in each.conditions if not c.holds] for each in found.tried]
    assert failed[0] == [("severity", "critical", "normal")]
    assert failed[2] == [("region", "international", "east")]
    assert failed[5] == [] and found.rule.name_en == "High-value loyal customer"


def test_defaults_and_absent_clocks_are_told_apart(people: dict[str, User]) -> None:
    found = tried()
    promises = by_kind(found)
    assert promises["callback_outcome"].own is False and promises["callback"].own is True
    assert promises["callback_outcome"].duration == 48 * HOUR
    assert [str(name) for name in found.absent] == [str(targets.KIND_WORDS["plan"])]


def test_warnings_and_reminders_are_those_of_the_clock(people: dict[str, User]) -> None:
    promises = by_kind(tried())
    assert [(f.level, f.at - MONDAY) for f in promises["first_response"].warnings] == [
        (50, timedelta(minutes=30)),
        (75, timedelta(minutes=45)),
        (90, timedelta(minutes=54)),
    ]
    assert [f.level for f in promises["resolution"].after] == [101, 102, 103]
    assert [(f.level, f.at - MONDAY) for f in promises["customer_wait"].warnings] == [
        (14, 24 * HOUR),
        (43, 72 * HOUR),
    ]
    assert promises["customer_wait"].after == []
    assert promises["approval"].after[0].level == 200


def test_a_breach_escalates_as_the_product_does(people: dict[str, User]) -> None:
    breach = by_kind(tried(category="LOG-LATE"))["first_response"].breach
    assert (breach.to_tier, breach.team.code) == (2, "SL-LOGI")
    assert by_kind(tried())["first_response"].breach.team is None
    for why, extra, kind in (
        ("kind", {}, "update"),
        ("customers_own", {}, "customer_wait"),
        ("climbs", {}, "approval"),
        ("stage", {"stage": "callback"}, "resolution"),
        ("top", {"tier": 3}, "resolution"),
        ("once", {"has_escalated": True}, "resolution"),
    ):
        breach = by_kind(tried(**extra))[kind].breach
        assert (breach.why_not, breach.to_tier) == (why, None)
    PolicyRule.objects.update(escalate=False)
    assert by_kind(tried())["resolution"].breach.why_not == "rule"


def test_the_sweep_escalates_it_as_the_simulator_said(people: dict[str, User]) -> None:
    complaint = factories.receive(people["supervisor"], channel="web")
    promise = by_kind(real(complaint))["first_response"]
    sweep(promise.due_at)
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.team) == (promise.breach.to_tier, promise.breach.team)
    assert by_kind(real(complaint))["resolution"].breach.why_not == "once"


def test_a_later_round_has_half_the_time_of_what_starts_with_it(people: dict[str, User]) -> None:
    promises = by_kind(tried(round=2))
    assert promises["pickup"].duration == timedelta(minutes=30)
    assert "first_response" not in promises and promises["callback"].duration == 24 * HOUR


def test_no_rule_is_an_answer_too(people: dict[str, User]) -> None:
    found = simulate(Case(FACTS, MONDAY), [])
    assert (found.rule, found.tried, found.promises) == (None, [], [])


def test_nothing_is_written_and_the_cost_is_small(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    before = Clock.objects.count(), Complaint.objects.get(pk=complaint.pk).version
    with CaptureQueriesContext(connection) as captured:
        real(complaint)
    assert len(captured) <= 12
    assert not [q for q in captured if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert before == (Clock.objects.count(), Complaint.objects.get(pk=complaint.pk).version)
