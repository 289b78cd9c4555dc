"""The figures by group over HTTP, checked by hand. Groups never add up to more or less than the total."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.rights.actors import SYSTEM
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY
from reporting.grouped import GROUPS

People = dict[str, User]
PERIOD = "reports/overview/?from=2026-11-20&to=2026-11-30"


@pytest.fixture
def manager(people: People) -> Caller:
    factories.receive(people["agent"])
    factories.receive(SYSTEM, channel="web")
    factories.receive(SYSTEM, channel="web", at=MONDAY + timedelta(days=1))
    return Caller(people["manager"])


def groups(caller: Caller, by: str) -> dict[str, Any]:
    rows = caller.get(f"{PERIOD}&group_by={by}").json()["groups"]
    return {row["key"]: row["figures"]["volume"]["n"] for row in rows if "volume" in row["figures"]}


def test_volume_by_channel_and_by_day(manager: Caller) -> None:
    assert groups(manager, "channel") == {"phone": 1, "web": 2}
    assert groups(manager, "day") == {"2026-11-23": 2, "2026-11-24": 1}


@pytest.mark.parametrize("by", GROUPS)
def test_groups_add_up_to_the_total(manager: Caller, by: str) -> None:
    assert sum(groups(manager, by).values()) == 3
    assert manager.get(PERIOD).json()["totals"]["volume"]["n"] == 3


@pytest.mark.parametrize("name", ["agent", "expert", "warehouse", "admin"])
def test_people_without_reports_are_refused(people: People, name: str) -> None:
    assert Caller(people[name]).get(PERIOD).status_code == 403


@pytest.mark.parametrize("query", ["from=2026-11-30&to=2026-11-01", "group_by=moon", "from=x", "days=7"])
def test_a_bad_question_is_refused(manager: Caller, query: str) -> None:
    assert manager.get(f"reports/overview/?{query}").status_code == 400
