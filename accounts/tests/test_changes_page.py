"""Managers and administrators read what was changed in the settings, on a page and by the HTTP interface."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts import changes
from accounts.models import User
from complaints.tests.api.kit import Caller

pytestmark = pytest.mark.django_db
URL, API = "/settings/changes/", "settings/changes/"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def people() -> dict[str, User]:
    roles = ("agent", "supervisor", "manager", "department", "admin")
    return {role: User.objects.create_user(role, password="x", role=role) for role in roles}


def write(count: int, by: User) -> None:
    for number in range(count):
        before, after = {"limit": number, "every_kind": False}, {"limit": number + 1, "every_kind": True}
        changes.record("limits", f"grade {number}", before, after, by=by, at=AT + timedelta(hours=number))


@pytest.mark.parametrize("role", ["agent", "supervisor", "department"])
def test_other_roles_are_refused(people: dict[str, User], client: Client, role: str) -> None:
    client.force_login(people[role])
    assert client.get(URL).status_code == 403
    assert Caller(people[role]).get(API).status_code == 403


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_the_page_says_who_changed_what(people: dict[str, User], client: Client, role: str) -> None:
    write(1, people["manager"])
    changes.record("team", "T9", None, {"name_en": "Nine <b>"}, by=None, at=AT)
    client.force_login(people[role])
    page = " ".join(client.get(URL).content.decode().split())
    assert "Total limit per complaint: 0 → 1" in page
    assert "Every kind of remedy: no → yes" in page
    assert "Name in English: Nine &lt;b&gt;" in page
    assert "by command" in page


def test_values_are_shown_as_people_read_them(people: dict[str, User], client: Client) -> None:
    after = {"role": "agent", "tier": 1, "invited": AT, "teams": [], "steps": [{"minutes": 5}], "odd": None}
    changes.record("person", "lin", None, after, by=people["admin"], at=AT)
    client.force_login(people["admin"])
    page = " ".join(client.get(URL).content.decode().split())
    for line in ("Role: Agent", "Tier: Frontline", "Teams: –", "Steps: (minutes: 5)", "odd: –"):
        assert line in page
    assert "Invited until: 2026-11-23 10:00" in page


def test_the_page_is_narrowed_to_a_subject_and_paged(people: dict[str, User], client: Client) -> None:
    write(60, people["manager"])
    changes.record("team", "T9", None, {"name_en": "Nine"}, by=people["manager"], at=AT)
    client.force_login(people["admin"])
    first = client.get(URL).content.decode()
    assert "T9" in first
    assert "grade 59" in first
    assert "grade 9<" not in first
    second = client.get(URL, {"subject": "limits", "page": "2"}).content.decode()
    assert "grade 9<" in second
    assert "T9" not in second
    assert "subject=limits&amp;page=1" in second
    assert client.get(URL, {"subject": "x'y", "page": "zz"}).status_code == 200


def test_the_page_costs_no_query_for_each_change(
    people: dict[str, User], client: Client, django_assert_max_num_queries: object
) -> None:
    write(50, people["manager"])
    client.force_login(people["admin"])
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(URL)


def test_the_interface_lists_the_newest_first(people: dict[str, User]) -> None:
    write(3, people["manager"])
    changes.record("team", "T9", None, {"name_en": "Nine"}, by=None, at=AT)
    caller = Caller(people["admin"])
    page = caller.get(f"{API}?page_size=1").json()
    assert [(row["subject"], row["by"], row["before"]) for row in page["results"]] == [("team", None, None)]
    found = caller.get(f"{API}?subject=limits").json()["results"]
    assert [row["key"] for row in found] == ["grade 2", "grade 1", "grade 0"]
    assert found[0]["after"] == {"limit": 3, "every_kind": True}
    assert caller.get(f"{API}?by=x").status_code == 400
