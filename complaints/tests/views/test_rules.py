"""Managers' settings for routing and severity, and who may not see them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from complaints.models import RoutingRule, SeverityMatrix
from complaints.tests.conftest import MONDAY
from complaints.tests.pages import shown
from complaints.tests.views.test_inbox import signed_in
from complaints.triage import severity_matrix

pytestmark = pytest.mark.django_db
NEW = {"tier": "1", "channel": "chat", "branch": "LOG", "region": "", "team": "FL-PHONE"}


def of(code: str) -> RoutingRule:
    return RoutingRule.objects.get(team__code=code)


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_only_managers_see_and_change_the_rules(people: dict[str, User], name: str) -> None:
    client, pk = signed_in(people[name]), of("FL-RIDE").pk
    for path in ("routing/", f"routing/{pk}/", "severity/"):
        assert client.get(f"/settings/{path}").status_code == 403
    for path in ("routing/", f"routing/{pk}/", f"routing/{pk}/delete/", f"routing/{pk}/move/", "severity/"):
        assert client.post(f"/settings/{path}", NEW).status_code == 403
    assert RoutingRule.objects.count() == 10 and SeverityMatrix.objects.count() == 1


def test_nobody_without_signing_in(client: Any, org: None) -> None:
    for path in ("/settings/routing/", "/settings/severity/"):
        assert client.get(path).status_code == 302


def test_a_manager_adds_changes_moves_and_deletes_a_rule(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    assert client.post("/settings/routing/", NEW).status_code == 303
    rule = RoutingRule.objects.get(channel="chat")
    page = client.get(f"/settings/routing/{rule.pk}/").content.decode()
    assert 'value="LOG" selected' in page
    changed = NEW | {"branch": "", "region": "east"}
    assert client.post(f"/settings/routing/{rule.pk}/", changed).status_code == 303
    assert client.post(f"/settings/routing/{rule.pk}/move/", {"to": "up"}).status_code == 303
    rule.refresh_from_db()
    assert (rule.branch, rule.region, rule.order) == ("", "east", 4)
    assert client.post(f"/settings/routing/{rule.pk}/delete/").status_code == 303
    assert not RoutingRule.objects.filter(pk=rule.pk).exists()


def test_what_is_refused_is_said_and_what_was_typed_stays(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    answer = client.post("/settings/routing/", NEW | {"team": "SL-GOODS"})
    page = answer.content.decode()
    assert answer.status_code == 400 and 'id="rule_team_errors"' in page
    assert 'value="chat" selected' in page
    answer = client.post(f"/settings/routing/{of('EX-PANEL').pk}/delete/")
    assert answer.status_code == 400 and "Tier 3 needs a catch-all rule" in answer.content.decode()
    gone = client.get("/settings/routing/999999/")
    assert gone.status_code == 404 and "not there any more" in gone.content.decode()
    assert client.post("/settings/routing/999999/move/", {"to": "up"}).status_code == 409
    assert client.get(f"/settings/routing/{of('EX-PANEL').pk}/delete/").status_code == 405


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"channel": "phone", "category": "LOG-LATE", "severity": "normal"}, "Front line — phone"),
        ({"channel": "phone", "category": "LOG-LATE", "severity": "major"}, "Second line — logistics"),
        ({"channel": "web", "category": "OTHER", "severity": "minor", "region": "international"}, "Internat"),
    ],
)
def test_the_rules_can_be_tried(people: dict[str, User], given: dict[str, str], said: str) -> None:
    page = signed_in(people["manager"]).get("/settings/routing/", given).content.decode()
    answer = page.partition('role="status"')[2][:900]
    assert said in answer and "by rule" in answer


@pytest.mark.parametrize("name", ["channel", "category", "region", "severity"])
def test_a_trial_with_wrong_input_is_told(people: dict[str, User], name: str) -> None:
    given = {"channel": "phone", "category": "LOG-LATE", "severity": "normal", name: "\x00nonsense"}
    page = signed_in(people["manager"]).get("/settings/routing/", given).content.decode()
    assert f'id="try_{name}_errors"' in page and 'role="status"' not in page


def test_rules_cost_the_same_whether_few_or_many(people: dict[str, User]) -> None:
    client, costs = signed_in(people["manager"]), []
    team = Team.objects.get(code="EX-PANEL")
    for count in (10, 55):
        while RoutingRule.objects.count() < count:
            number = RoutingRule.objects.count() + 1
            RoutingRule.objects.create(order=number, tier=3, branch="LOG", channel="web", team=team)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/settings/routing/")
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 20


def cells(**changed: str) -> dict[str, str]:
    default = severity_matrix.default_cells()
    found = {f"cells_{g}_{r}": severity for g, row in default.items() for r, severity in row.items()}
    return {"version": "1", "reason": "Too many", **found, **changed}


def test_a_manager_puts_a_new_matrix_in_force(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    assert client.post("/settings/severity/", cells(cells_S1_one="normal")).status_code == 303
    page = shown(client.get("/settings/severity/").content.decode())
    assert "v2" in page and "Too many" in page and "S1 × One customer: Minor → Normal" in page


def test_a_wrong_grid_is_told_beside_its_cell(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    for given, said in (
        (cells(cells_S1_one="worst"), 'id="id_cells_S1_one_errors"'),
        (cells(cells_S1_one="normal", reason=""), 'id="id_reason_errors"'),
        (cells(), "Nothing is different"),
    ):
        answer = client.post("/settings/severity/", given)
        assert answer.status_code == 400 and said in answer.content.decode()
    answer = client.post("/settings/severity/", cells(cells_S1_one="normal", version="0"))
    assert answer.status_code == 409
    assert SeverityMatrix.objects.count() == 1


def test_the_history_costs_the_same_whether_short_or_long(people: dict[str, User]) -> None:
    client, costs = signed_in(people["manager"]), []
    for count in (5, 50):
        for version in range(SeverityMatrix.objects.count() + 1, count + 1):
            SeverityMatrix.objects.create(
                version=version,
                cells=severity_matrix.default_cells(),
                created_at=MONDAY,
                created_by=people["manager" if version % 2 else "manager2"],
            )
        with CaptureQueriesContext(connection) as captured:
            client.get("/settings/severity/")
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 12
