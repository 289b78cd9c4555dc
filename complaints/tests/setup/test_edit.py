"""Teams, departments, categories and remedies: who may change them, what is refused, what is written down."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import SettingsChange, Team, User
from complaints.forms import choices
from complaints.lifecycle.remedies import offers
from complaints.models import Category, Complaint, PlanOption, Remedy
from complaints.rights.actors import person
from complaints.setup import edit
from complaints.terms.errors import MissingDetail, RoleMayNot, StaleVersion
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY

People = dict[str, User]
NAMES = {"name_en": "Lost post", "name_zh": "邮件丢失", "name_hant": "郵件遺失"}
LISTS = ("teams", "departments", "categories", "remedies")
OTHERS = ("agent", "supervisor", "warehouse")
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def amounts(complaint: Complaint) -> list[int]:
    options = PlanOption.objects.filter(plan__handling__complaint=complaint).order_by("pk")
    return list(options.values_list("amount_minor", flat=True))


def last() -> SettingsChange:
    found = SettingsChange.objects.first()
    assert found is not None
    return found


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("name", OTHERS)
def test_only_managers_and_administrators_open_the_pages(people: People, kind: str, name: str) -> None:
    client = signed_in(people[name])
    for path in (
        f"/settings/{kind}/",
        f"/settings/{kind}/new/",
        "/settings/organisation/",
        "/settings/start/",
    ):
        assert client.get(path).status_code == 403
    assert client.post(f"/settings/{kind}/new/", NAMES | {"code": "X"}).status_code == 403


@pytest.mark.parametrize("name", ["manager", "admin"])
def test_a_team_is_added_renamed_and_retired_on_its_page(people: People, name: str) -> None:
    client = signed_in(people[name])
    new = NAMES | {"code": "post", "kind": "handling", "tier": "2", "is_active": "on"}
    assert client.post("/settings/teams/new/", new).status_code == 303
    team = Team.objects.get(code="POST")
    assert (team.name_hant, team.kind, team.tier, team.is_active) == ("郵件遺失", "handling", 2, True)
    assert (last().subject, last().key, last().before, last().by) == ("team", "POST", None, people[name])
    page = client.get("/settings/teams/POST/").content.decode()
    assert "Lost post" in page
    changed = {**NAMES, "name_en": "Mail desk", "kind": "handling", "tier": "2"}
    assert client.post("/settings/teams/POST/", changed).status_code == 303
    team.refresh_from_db()
    assert (team.name_en, team.is_active) == ("Mail desk", False)
    assert last().before == {"name_en": "Lost post", "is_active": True}
    assert last().after == {"name_en": "Mail desk", "is_active": False}
    assert "POST" not in dict(choices.helping_teams("–"))


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(people: People) -> None:
    client = signed_in(people["manager"])
    answer = client.post(
        "/settings/teams/new/", {"code": "a b", "name_zh": "邮件组", "kind": "callback", "tier": "1"}
    )
    said = answer.content.decode()
    assert answer.status_code == 400
    assert "邮件组" in said
    assert "Only handling teams have a tier" in said or "letters from A to Z" in said
    assert not Team.objects.filter(name_zh="邮件组").exists()


def test_a_department_is_a_team_that_does_tasks(people: People) -> None:
    client = signed_in(people["admin"])
    client.post("/settings/departments/new/", NAMES | {"code": "POST", "is_active": "on"})
    team = Team.objects.get(code="POST")
    assert (team.kind, team.tier) == ("department", None)
    assert client.get("/settings/teams/POST/").status_code == 404
    assert client.get("/settings/departments/POST/").status_code == 200


def test_a_team_that_gets_complaints_cannot_be_retired(people: People) -> None:
    with pytest.raises(MissingDetail) as refused:
        edit.change("teams", "FL-PHONE", {"is_active": False}, by=person(people["manager"]), at=MONDAY)
    assert list(refused.value.errors) == ["is_active"]
    assert Team.objects.get(code="FL-PHONE").is_active


def test_the_tier_of_a_team_with_open_complaints_stays(people: People) -> None:
    factories.receive(people["agent"])
    Team.objects.get(code="FL-PHONE").routing_rules.update(team=Team.objects.get(code="FL-ONLINE"))
    with pytest.raises(MissingDetail) as refused:
        edit.change("teams", "FL-PHONE", {"tier": 2}, by=person(people["manager"]), at=MONDAY)
    assert list(refused.value.errors) == ["tier"]


def test_a_category_hangs_on_a_branch_and_can_be_chosen(people: People) -> None:
    by = person(people["manager"])
    edit.add(
        "categories",
        NAMES | {"code": "LOG-POST", "parent": "LOG", "attribution": "setting"},
        by=by,
        at=MONDAY,
    )
    offered = str(choices.categories("–"))
    assert "LOG-POST" in offered
    for wrong in (
        {"code": "POST-LOST", "parent": "LOG"},
        {"code": "LOG-LATE-TOO", "parent": "LOG-LATE"},
        {"code": "LOG-NEW", "parent": "MOON"},
        {"code": "log.new", "parent": "LOG"},
        {"code": "LOG-LATE", "parent": "LOG"},
    ):
        with pytest.raises(MissingDetail):
            edit.add("categories", NAMES | wrong, by=by, at=MONDAY)


def test_a_retired_category_stays_readable_and_cannot_be_chosen(people: People) -> None:
    complaint = factories.receive(people["agent"], category="LOG-DMG")
    edit.change("categories", "LOG", {"is_active": False}, by=person(people["manager"]), at=MONDAY)
    assert not Category.objects.get(code="LOG-DMG").is_active
    assert "LOG-DMG" not in str(choices.categories("–"))
    written = SettingsChange.objects.filter(subject="category").values_list("key", flat=True)
    assert {"LOG", "LOG-DMG"} <= set(written)
    page = signed_in(people["agent"]).get(f"/complaints/{complaint.number}/").content.decode()
    assert "Damaged" in page
    with pytest.raises(MissingDetail):
        factories.receive(people["agent"], category="LOG-DMG")
    by = person(people["manager"])
    with pytest.raises(MissingDetail) as refused:
        edit.change("categories", "LOG-DMG", {"is_active": True}, by=by, at=MONDAY)
    assert "branch" in str(refused.value)


def test_the_category_for_the_rest_stays(people: People) -> None:
    with pytest.raises(MissingDetail):
        edit.change("categories", "OTHER", {"is_active": False}, by=person(people["manager"]), at=MONDAY)


def test_the_cost_of_a_remedy_changes_for_offers_from_now_on(people: People) -> None:
    complaint = factories.found(people["agent"])
    offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=MONDAY)
    before = amounts(complaint)
    form = {
        **{f"name_{code}": name for code, name in (("en", "Voucher"), ("zh", "代金券"), ("hant", ""))},
        "type": "compensation",
        "cost": "60.50",
        "ladder_step": "1",
        "is_active": "on",
        "promise_en": "at once",
        "promise_zh": "即时",
        "promise_hant": "",
    }
    assert signed_in(people["admin"]).post("/settings/remedies/COUP50/", form).status_code == 303
    assert Remedy.objects.get(code="COUP50").cost_minor == 6050
    assert (last().after or {})["cost_minor"] == 6050
    assert amounts(complaint) == before
    assert (
        signed_in(people["admin"]).post("/settings/remedies/COUP50/", form | {"cost": "x"}).status_code == 400
    )


def test_a_retired_remedy_is_neither_offered_nor_given_as_make_good(people: People) -> None:
    edit.change("remedies", "COUP50", {"is_active": False}, by=person(people["manager"]), at=MONDAY)
    assert "COUP50" not in dict(choices.remedies("–"))
    with pytest.raises(MissingDetail):
        offers.offer(factories.found(people["agent"]), factories.OFFER, by=person(people["agent"]), at=MONDAY)


def test_who_saves_an_old_page_is_told(people: People) -> None:
    row = edit.TEAMS.row_of(Team.objects.get(code="TECH"))
    by = person(people["manager"])
    edit.change("teams", "TECH", {"name_en": "IT"}, version=edit.version_of(row), by=by, at=MONDAY)
    with pytest.raises(StaleVersion):
        edit.change("teams", "TECH", {"name_en": "Machines"}, version=edit.version_of(row), by=by, at=MONDAY)
    assert Team.objects.get(code="TECH").name_en == "IT"


def test_agents_cannot_change_anything(people: People) -> None:
    for name in OTHERS:
        with pytest.raises(RoleMayNot):
            edit.change("teams", "TECH", {"name_en": "IT"}, by=person(people[name]), at=MONDAY)


def test_a_program_adds_changes_and_retires(people: People) -> None:
    caller = Caller(people["admin"])
    new: dict[str, Any] = NAMES | {"code": "LOG-POST", "parent": "LOG", "attribution": "setting"}
    answer = caller.post("categories/", new)
    assert (answer.status_code, answer.json()["parent"]) == (201, "LOG")
    answer = caller.patch("categories/LOG-POST/", {"name_en": "Mail", "is_active": False})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["name_en"], answer.json()["name_zh"], answer.json()["is_active"]) == (
        *("Mail", "邮件丢失"),
        False,
    )
    answer = caller.post("remedies/", NAMES | {"code": "POST", "type": "any", "cost": {"amount": "12.00"}})
    assert (answer.status_code, answer.json()["cost"]["amount"]) == (201, "12.00")
    answer = caller.post("teams/", NAMES | {"code": "POST", "kind": "handling"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["tier"])
    assert caller.patch("teams/NOWHERE/", {"name_en": "x"}).status_code == 400


@pytest.mark.parametrize("kind", LISTS)
def test_a_longer_list_takes_no_more_queries(
    people: People, kind: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        Team.objects.create(code=f"T{number}", name_en="T", name_zh="T", kind="department")
        Remedy.objects.create(code=f"R{number}", name_en="R", name_zh="R", type="any")
    client = signed_in(people["manager"])
    with django_assert_max_num_queries(14):
        assert client.get(f"/settings/{kind}/").status_code == 200
