"""Policies and calendars over HTTP: only managers may change them, and each change makes a new version."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import CalendarVersion, Policy
from complaints.tests.api.kit import Caller

People = dict[str, User]


@pytest.fixture
def manager(people: People) -> Caller:
    return Caller(people["manager"])


def table(manager: Caller) -> dict[str, Any]:
    found: dict[str, Any] = manager.get("sla/policies/").json()
    return found


def sent_back(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in rule.items() if name != "order"} for rule in policy["rules"]]


def test_the_table_is_read_changed_and_read_again(manager: Caller) -> None:
    policy = table(manager)
    rules = sent_back(policy)
    rules[-1]["targets"]["resolution"]["minutes"] = 960
    body = {"reason": "Faster for everybody", "rules": rules}
    answer = manager.call("PUT", "sla/policies/", body, If_Match=f'"{policy["version"]}"')
    assert answer.status_code == 200, answer.content
    after = table(manager)
    assert after["version"] == policy["version"] + 1
    assert after["rules"][-1]["targets"]["resolution"] == {"minutes": 960, "calendar": "CN-OFFICE"}
    assert after["rules"][:-1] == policy["rules"][:-1]


def test_a_stale_version_changes_nothing(manager: Caller) -> None:
    policy = table(manager)
    body = {"reason": "Again", "rules": sent_back(policy)[1:]}
    answer = manager.call("PUT", "sla/policies/", body, If_Match='"0"')
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert Policy.objects.count() == 1


def test_an_error_is_reported_at_its_rule(manager: Caller) -> None:
    rules = sent_back(table(manager))
    rules[1]["targets"]["resolution"] = {"minutes": -5, "calendar": "CN-OFFICE"}
    rules[2]["targets"]["update"] = {"minutes": 5, "calendar": "NOWHERE"}
    rules[3]["match"]["channel"] = "pigeon"
    answer = manager.call("PUT", "sla/policies/", {"reason": "", "rules": rules})
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert any(name.startswith("rules.2.targets.resolution") for name in errors)
    assert "rules.4.match.channel" in errors
    never = sent_back(table(manager))
    never.append(never[0])
    answer = manager.call("PUT", "sla/policies/", {"reason": "Twice", "rules": never})
    assert answer.status_code == 400
    assert Policy.objects.count() == 1


def test_a_calendar_gets_a_holiday_and_an_adjusted_day(manager: Caller) -> None:
    office = next(c for c in manager.get("sla/calendars/").json()["results"] if c["code"] == "CN-OFFICE")
    assert office["hours"]["0"] == "09:00-12:00, 13:00-18:00"
    body = {
        "code": "CN-OFFICE",
        "reason": "Stocktaking",
        "closed": [*office["closed"], "2026-12-30"],
        "special": office["special"] | {"2026-12-26": "09:00-12:00"},
    }
    answer = manager.call("PUT", "sla/calendars/", body, If_Match=f'"{office["version"]}"')
    assert answer.status_code == 200, answer.content
    after = answer.json()
    assert after["version"] == office["version"] + 1
    assert "2026-12-30" in after["closed"]
    assert after["special"]["2026-12-26"] == "09:00-12:00"
    assert after["hours"] == office["hours"]
    assert after["special"].items() >= office["special"].items()
    notes = CalendarVersion.objects.order_by("-pk")[0].day_notes
    assert notes["2026-10-10"]["source"] == "library", "entries that stay keep their source"
    stale = manager.call("PUT", "sla/calendars/", body, If_Match=f'"{office["version"]}"')
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "NOWHERE"}, None),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"hours": {"0": "9 to 5 o'clock"}}, "hours.0"),
        ({"hours": {"7": "09:00-12:00"}}, "hours.7"),
        ({"hours": {}}, "content"),
        ({"closed": ["2026-02-30"]}, "closed"),
        ({"special": {"yesterday": "09:00-12:00"}}, "special"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_bad_calendar_is_refused(manager: Caller, wrong: dict[str, Any], field: str | None) -> None:
    body = {"code": "CN-OFFICE", "reason": "Try", "closed": []} | wrong
    answer = manager.call("PUT", "sla/calendars/", body)
    assert answer.status_code in (400, 409), answer.content
    if field is not None:
        assert field in answer.json()["errors"]


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin", "expert"])
@pytest.mark.parametrize("path", ["sla/policies/", "sla/calendars/"])
def test_only_managers(people: People, name: str, path: str) -> None:
    caller = Caller(people[name])
    assert caller.get(path).status_code == 403
    assert caller.call("PUT", path, {}).status_code == 403
