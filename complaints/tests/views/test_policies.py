"""The pages of the policies: who may use them, what is refused and how, and how many queries they cost."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Clock, Policy, PolicyRule
from complaints.sla import targets
from complaints.sla.policies import table as policy_table
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.pages import shown
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db
HOME = "/settings/policies/"
NEW = {
    "version": "1",
    "name_en": "Web, east",
    "name_zh": "华东网站",
    "channel": "web",
    "region": "east",
    "minutes_first_response": "30",
    "calendar_first_response": "CN-CONTACT",
    "calendar_resolution": "CN-OFFICE",
    "escalate": "on",
    "warn": "90，50 75",
    "reason": "The web grows",
}
CASE = {"severity": "normal", "channel": "phone", "received_at": "2026-11-23T10:00"}


def last() -> Policy:
    policy = targets.policy_now()
    assert policy is not None
    return policy


def form_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the rule's form unchanged."""
    page = page.partition('<form method="post" class="stack"')[2].partition("<details")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = value[1] if value else "on" if "checkbox" in tag else ""
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_only_managers_see_and_change_policies(people: dict[str, User], name: str) -> None:
    client = signed_in(people[name])
    for path in ("", "new/", "2/", "history/"):
        assert client.get(HOME + path).status_code == 403
    for path in ("new/", "2/", "2/delete/"):
        assert client.post(HOME + path, NEW).status_code == 403
    assert client.get(HOME + "try/").status_code == (200 if name in {"supervisor", "quality"} else 403)
    assert Policy.objects.count() == 1


def test_nobody_without_signing_in(client: Any, org: None) -> None:
    for path in ("", "new/", "2/", "history/", "try/"):
        assert client.get(HOME + path).status_code == 302


def test_the_list_has_what_each_rule_says(people: dict[str, User]) -> None:
    page = signed_in(people["manager"]).get(HOME).content.decode()
    assert "In force: version 1" in page and "External authority: yes" in page
    assert "较大" in page and "Warnings at 50, 75, 90 %" in page
    assert '<b class="num">40h</b> <span class="ink-3">Office hours</span>' in page


def test_a_manager_adds_a_rule(people: dict[str, User]) -> None:
    assert signed_in(people["manager"]).post(HOME + "new/", NEW).status_code == 303
    rule = last().rules.get(name_en="Web, east")
    assert (rule.order, rule.match, rule.warn, rule.escalate) == (
        9,
        {"channel": "web", "region": "east"},
        [50, 75, 90],
        True,
    )
    assert rule.targets == {"first_response": [30, "CN-CONTACT"]}


@pytest.mark.parametrize("order", [1, 2, 3, 6, 9])
def test_a_form_sent_as_it_was_drawn_changes_nothing(people: dict[str, User], order: int) -> None:
    client = signed_in(people["manager"])
    drawn = form_of(client.get(f"{HOME}{order}/").content.decode())
    answer = client.post(f"{HOME}{order}/", drawn | {"reason": "Just so"})
    assert answer.status_code == 400 and "Nothing is different" in answer.content.decode()


def test_a_manager_changes_moves_and_deletes_a_rule(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    drawn = form_of(client.get(HOME + "7/").content.decode())
    changed = drawn | {"reason": "Faster", "place": "3", "minutes_resolution": "480", "segment": "-"}
    assert client.post(HOME + "7/", changed).status_code == 303
    rule = last().rules.get(order=3)
    assert (rule.name_en, rule.targets["resolution"]) == ("Major", [480, "CN-OFFICE"])
    assert rule.match == {"severity": "major", "segment": None}
    page = client.get(HOME + "history/").content.decode()
    assert (
        "Faster" in page
        and "Place in the order: 7 → 3" in page
        and "960 minutes, CN-OFFICE → 480 minutes" in page
    )
    gone = client.post(HOME + "3/delete/", {"version": "2", "reason": "Enough"})
    assert gone.status_code == 303 and last().rules.count() == 8
    assert "Major: deleted" in shown(client.get(HOME + "history/").content.decode())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"minutes_first_response": "0"}, "minutes_first_response"),
        ({"minutes_first_response": "-3"}, "minutes_first_response"),
        ({"minutes_first_response": "1.5"}, "minutes_first_response"),
        ({"minutes_first_response": "9" * 5000}, "minutes_first_response"),
        ({"minutes_first_response": "600000"}, "minutes_first_response"),
        ({"calendar_first_response": "MOON"}, "calendar_first_response"),
        ({"calendar_first_response": "\x00"}, "calendar_first_response"),
        ({"minutes_first_response": ""}, "targets"),
        ({"warn": "0"}, "warn"),
        ({"warn": "50, 50"}, "warn"),
        ({"warn": "1 2 3 4 5 6"}, "warn"),
        ({"channel": "pigeon"}, "channel"),
        ({"place": "99"}, "place"),
        ({"place": "x"}, "place"),
        ({"channel": "regulator", "external_authority": "no"}, "match"),
        ({"region": "", "channel": "social", "place": "8"}, "match"),
        ({"name_zh": ""}, "name_zh"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_stays_typed(
    people: dict[str, User], changed: dict[str, str], field: str
) -> None:
    answer = signed_in(people["manager"]).post(HOME + "new/", NEW | changed)
    page = answer.content.decode()
    assert answer.status_code == 400 and f'id="rule_{field}_errors"' in page
    assert 'value="Web, east"' in page and Policy.objects.count() == 1


def test_the_second_of_two_managers_gets_409_and_keeps_the_text(people: dict[str, User]) -> None:
    first, second = signed_in(people["manager"]), signed_in(people["manager2"])
    drawn = form_of(second.get(HOME + "2/").content.decode())
    assert first.post(HOME + "new/", NEW | {"place": "1"}).status_code == 303
    answer = second.post(HOME + "2/", drawn | {"reason": "Mine", "name_en": "Ombudsman"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Somebody changed the policies" in page
    assert 'value="Ombudsman"' in page and "Rule 2, External authority" in page
    assert second.post(HOME + "2/delete/", {"version": "1", "reason": "Mine"}).status_code == 409
    assert second.post(HOME + "2/delete/", {"reason": "Mine"}).status_code == 409
    assert last().version == 2


def test_a_wrong_delete_is_told(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    answer = client.post(HOME + "9/delete/", {"version": "1", "reason": "Why not"})
    assert answer.status_code == 400 and "must have no conditions" in answer.content.decode()
    answer = client.post(HOME + "2/delete/", {"version": "1"})
    assert answer.status_code == 400 and 'id="remove_reason_errors"' in answer.content.decode()
    for path in ("77/", "99999999999999999999/"):
        assert client.get(HOME + path).status_code == 404
        assert client.post(HOME + path + "delete/", {"version": "١٢"}).status_code == 404
    assert client.get(HOME + "2/delete/").status_code == 405


def test_an_edit_is_tried_before_it_is_saved(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    drawn = form_of(client.get(HOME + "9/").content.decode())
    tried = drawn | {f"try-{name}": value for name, value in CASE.items()} | {"try": "1"}
    answer = client.post(HOME + "9/", tried | {"minutes_first_response": "90"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Rule 9, Everything else, decides" in page and "1h 30m" in page
    assert Policy.objects.count() == 1
    answer = client.post(HOME + "9/", tried | {"minutes_first_response": "0"})
    assert answer.status_code == 400 and 'id="rule_minutes_first_response_errors"' in answer.content.decode()
    answer = client.post(HOME + "9/", tried | {"try-severity": "worst"})
    assert answer.status_code == 400 and 'id="try-severity_errors"' in answer.content.decode()


@pytest.mark.parametrize("name", ["manager", "supervisor"])
def test_a_complaint_that_could_be_is_tried(people: dict[str, User], name: str) -> None:
    case = CASE | {"region": "international", "category": "LOG-LATE"}
    page = signed_in(people[name]).get(HOME + "try/", case).content.decode()
    assert "Rule 3, International, decides" in page
    assert "Severity would have to be Critical, is Normal" in page and "Region is International" in page
    assert "11:00 Europe/London" in page or "13:00 Europe/London" in page
    assert "moves up to Specialist, Second line — logistics" in page


def test_a_real_complaint_is_tried_only_by_who_may_see_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    path, number = HOME + "try/", str(complaint.number)
    page = signed_in(people["supervisor"]).get(path, {"number": number.lower()}).content.decode()
    assert "Rule 9, Everything else, decides" in page
    for by, wanted in (("quality", number), ("supervisor", "RD-99999"), ("supervisor", "RD-²")):
        answer = signed_in(people[by]).get(path, {"number": wanted})
        assert answer.status_code == 400 and 'id="try_number_errors"' in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("severity", "worst"),
        ("severity", ""),
        ("channel", "pigeon"),
        ("region", "moon"),
        ("segment", "best"),
        ("category", "NONE"),
        ("received_at", ""),
        ("received_at", "soon"),
        ("received_at", "0001-01-01T00:00"),
        ("received_at", "9999-12-31T23:59"),
    ],
)
def test_a_wrong_case_is_told_beside_its_field(people: dict[str, User], name: str, value: str) -> None:
    answer = signed_in(people["manager"]).get(HOME + "try/", CASE | {name: value})
    assert answer.status_code == 400 and f'id="try_{name}_errors"' in answer.content.decode()


def test_a_deadline_beyond_the_loaded_holidays_is_marked(people: dict[str, User]) -> None:
    page = signed_in(people["manager"]).get(HOME + "try/", CASE | {"received_at": "2026-12-31T10:00"})
    assert "no holiday data after Dec. 31, 2026" in page.content.decode()


def test_trying_writes_nothing(people: dict[str, User]) -> None:
    factories.receive(people["agent"])
    before = Clock.objects.count(), Policy.objects.count(), PolicyRule.objects.count()
    assert signed_in(people["supervisor"]).get(HOME + "try/", CASE).status_code == 200
    assert before == (Clock.objects.count(), Policy.objects.count(), PolicyRule.objects.count())


def grow(rules: int, versions: int) -> None:
    """Make this many versions of the table, the newest with this many rules."""
    while last().version < versions:
        policy = Policy.objects.create(version=last().version + 1, created_at=MONDAY, reason="More")
        table = policy_table.rules_of(Policy.objects.get(version=1))
        for order in range(1, rules + 1):
            old = table[min(order, len(table)) - 1]
            content = {name: getattr(old, name) for name in policy_table.CONTENT}
            PolicyRule.objects.create(policy=policy, order=order, copied_from=old, **content)


@pytest.mark.parametrize("path", ["", "2/", "history/", "try/?severity=normal&channel=phone"])
def test_pages_cost_the_same_with_few_rows_and_with_many(people: dict[str, User], path: str) -> None:
    client, costs = signed_in(people["manager"]), []
    for rules, versions in ((5, 5), (50, 22)):
        grow(rules, versions)
        with CaptureQueriesContext(connection) as captured:
            client.get(HOME + path)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 15


def test_the_history_has_pages_and_each_version_its_difference(people: dict[str, User]) -> None:
    grow(9, 25)
    client = signed_in(people["manager"])
    first = client.get(HOME + "history/").content.decode()
    second = client.get(HOME + "history/", {"page": "2"}).content.decode()
    assert first.count('class="version"') == 20 and second.count('class="version"') == 5
    assert ">v25<" in first and ">v5<" in second and "The first version" in second
    assert client.get(HOME + "history/", {"page": "x"}).status_code == 200
