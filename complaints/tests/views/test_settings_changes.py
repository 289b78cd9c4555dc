"""Every change of limits, routing, severity, playbooks and checklists is written down, and nothing else."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import SettingsChange, User
from complaints.models import Category, Playbook, RoutingRule
from complaints.rights import limits
from complaints.rights.actors import person
from complaints.tests.conftest import MONDAY
from complaints.triage import routing_table, severity_matrix

pytestmark = pytest.mark.django_db
People = dict[str, User]


def written() -> list[tuple[str, str, Any, Any]]:
    assert not SettingsChange.objects.exclude(by__username="manager").exists()
    rows = SettingsChange.objects.order_by("seq")
    return [(row.subject, row.key, row.before, row.after) for row in rows]


@pytest.fixture
def manager(people: People, client: Client) -> Client:
    client.force_login(people["manager"])
    return client


def test_limits(people: People) -> None:
    data = {"limit": "123.45", "kinds": ["PART"], "kind_limits": {"PART": "50"}, "cash_days": "30"}
    for _twice in range(2):
        limits.change("front_line", data, by=person(people["manager"]), at=MONDAY)
    [(subject, key, before, after)] = written()
    assert (subject, key) == ("limits", "front_line")
    assert (before["limit"], after["limit"]) == ("200.00", "123.45")
    assert (after["kinds"], after["kind_limits"], after["cash_days"]) == (["PART"], {"PART": "50.00"}, 30)


def test_a_new_rule_of_routing_names_only_itself(people: People) -> None:
    by = person(people["manager"])
    given = {"tier": 1, "channel": "chat", "branch": "", "region": "", "team": "FL-PHONE"}
    rule = routing_table.add(given, by=by, at=MONDAY)
    routing_table.edit(rule.pk, given | {"region": "east"}, by=by, at=MONDAY)
    routing_table.edit(rule.pk, given | {"region": "east"}, by=by, at=MONDAY)
    routing_table.delete(rule.pk, by=by, at=MONDAY)
    made, changed, gone = written()
    assert made[:3] == ("routing", "FL-PHONE", None)
    assert made[3]["channel"] == "chat"
    assert changed[2:] == ({"region": ""}, {"region": "east"})
    assert gone[3] is None


def test_a_rule_of_routing_that_changes_places(people: People) -> None:
    rule = RoutingRule.objects.get(team__code="FL-RIDE")
    routing_table.shift(rule.pk, up=True, by=person(people["manager"]), at=MONDAY)
    found = {key: (before, after) for _subject, key, before, after in written()}
    assert found == {"FL-RIDE": ({"order": 2}, {"order": 1}), "FL-INTL": ({"order": 1}, {"order": 2})}


def test_the_severity_matrix(people: People) -> None:
    current = severity_matrix.current_matrix()
    cells = {gravity: dict(row) for gravity, row in severity_matrix.default_cells().items()}
    cells["S1"]["one"] = "normal"
    seen = current.version if current else 0
    severity_matrix.new_version(cells, seen=seen, reason="R", by=person(people["manager"]), at=MONDAY)
    expected = ({"S1 one": "minor"}, {"S1 one": "normal", "reason": "R"})
    assert written() == [("severity", f"v{seen + 1}", *expected)]


def rows(prefix: str, *given: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(given):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def test_a_playbook(manager: Client) -> None:
    new = {"code": "LATE", "name_en": "Late", "name_zh": "迟到", "hint_en": "x", "hint_zh": "x"}
    step = {"title_en": "First", "title_zh": "一", "ORDER": 1, "blocking": "on"}
    manager.post("/settings/playbooks/new/", new | {"is_active": "on"} | rows("steps", step))
    made = Playbook.objects.get(code="LATE")
    kept = rows("steps", step | {"id": made.steps.get().pk, "minutes": 60}, initial=1)
    for _twice in range(2):
        manager.post(f"/settings/playbooks/{made.pk}/", new | {"is_active": "on"} | kept)
    first, second = written()
    assert first[:3] == ("playbook", "LATE", None)
    assert first[3]["steps"][0]["title_en"] == "First"
    assert list(second[3]) == ["steps"]
    assert (second[2]["steps"][0]["minutes"], second[3]["steps"][0]["minutes"]) == (None, 60)


def test_a_checklist(manager: Client) -> None:
    category = Category.objects.get(code="LOG-INST")
    item = {"text_en": "New", "text_zh": "新", "ORDER": 1, "is_active": "on"}
    data = rows("items", item) | {"required_record": category.required_record}
    manager.post("/settings/checklists/LOG-INST/", data)
    [(subject, key, before, after)] = written()
    assert (subject, key, before) == ("checklist", "LOG-INST", {"items": []})
    assert after["items"][0]["text_en"] == "New"


def test_what_is_refused_is_not_written(manager: Client) -> None:
    assert manager.post("/settings/authority/front_line/", {"limit": "x"}).status_code == 400
    assert manager.post("/settings/routing/", {"tier": "1", "team": "NOWHERE"}).status_code == 400
    assert manager.post("/settings/playbooks/new/", {"code": ""} | rows("steps")).status_code == 400
    assert written() == []
