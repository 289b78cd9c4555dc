"""Pages on which managers edit playbooks and checklists."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Category, ChecklistItem, Playbook, PlaybookStep

People = dict[str, User]
NEW = {
    "code": "LATE",
    "name_en": "Late",
    "name_zh": "迟到",
    "hint_en": "Say when.",
    "hint_zh": "说明时间。",
    "is_active": "on",
}


def rows(prefix: str, *given: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(given):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def step(title: str, order: int, **more: Any) -> dict[str, Any]:
    return {"title_en": title, "title_zh": title, "ORDER": order, **more}


@pytest.fixture
def manager(people: People, client: Client) -> Client:
    client.force_login(people["manager"])
    return client


@pytest.mark.parametrize("username", ["agent", "supervisor", "quality", "warehouse", "admin"])
@pytest.mark.parametrize(
    "address", ["/settings/playbooks/", "/settings/playbooks/new/", "/settings/checklists/LOG/"]
)
def test_others_are_refused(people: People, client: Client, username: str, address: str) -> None:
    client.force_login(people[username])
    assert client.get(address).status_code == 403
    assert client.post(address).status_code in {403, 405}


def test_the_list_has_playbooks_and_categories(manager: Client) -> None:
    page = manager.get("/settings/playbooks/").content.decode()
    assert "Lost parcel: trace it" in page
    assert "/settings/checklists/PRD-ODOR/" in page
    assert "/settings/playbooks/" in manager.get("/accounts/settings/").content.decode()


def test_a_playbook_is_made_with_its_steps_in_order(manager: Client) -> None:
    given = rows(
        "steps",
        step("Second", 2, after_previous="on"),
        step("First", 1, after_previous="on"),
        {"blocking": "on"},
    )
    assert manager.post("/settings/playbooks/new/", NEW | given).status_code == 303
    made = Playbook.objects.get(code="LATE")
    found = [(row.title_en, row.position, row.after_previous) for row in made.steps.all()]
    assert found == [("First", 1, False), ("Second", 2, True)], "the first step waits for none"


def test_steps_change_places_and_one_is_taken_out(manager: Client) -> None:
    playbook = Playbook.objects.get(code="LOGISTICS-LOST")
    one, two, three = playbook.steps.all()
    kept = {"name_en": "Lost", "name_zh": "丢失", "hint_en": "x", "hint_zh": "x", "code": playbook.code}
    given = rows(
        "steps",
        step("One", 3, id=one.pk),
        step("Two", 2, id=two.pk, DELETE="on"),
        step("Three", 1, id=three.pk, minutes=60),
        initial=3,
    )
    assert manager.post(f"/settings/playbooks/{playbook.pk}/", kept | given).status_code == 303
    found = [
        (row.title_en, row.position, row.minutes) for row in PlaybookStep.objects.filter(playbook=playbook)
    ]
    assert found == [("Three", 1, 60), ("One", 2, None)]
    playbook.refresh_from_db()
    assert not playbook.is_active


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_en": ""},
        {"name_zh": " "},
        {"hint_zh": ""},
        {"code": "PRICE"},
        {"code": ""},
        {"category": "nonsense"},
        {"problem_type": "weather"},
        rows("steps", step("", 1)),
        rows("steps", {"title_en": "Only English", "title_zh": ""}),
        rows("steps", step("x", 1, minutes="-5")),
        rows("steps", step("x", 1, team="nonsense")),
    ],
)
def test_what_is_wrong_is_refused_and_kept(manager: Client, wrong: dict[str, Any]) -> None:
    before = Playbook.objects.count()
    answer = manager.post("/settings/playbooks/new/", NEW | rows("steps") | wrong)
    assert answer.status_code == 400
    assert "Say when." in answer.content.decode()
    assert Playbook.objects.count() == before


def test_a_checklist_and_its_record_are_edited(manager: Client) -> None:
    category = Category.objects.get(code="LOG-SIGN")
    item = category.checklist.get()
    given = rows(
        "items",
        {"id": item.pk, "text_en": "Old", "text_zh": "旧", "ORDER": 2},
        {"text_en": "New", "text_zh": "新", "ORDER": 1, "is_active": "on", "is_evidence": "on"},
        initial=1,
    )
    data = given | {"required_record": ["place", "loss"]}
    assert manager.post("/settings/checklists/LOG-SIGN/", data).status_code == 303
    category.refresh_from_db()
    assert category.required_record == ["place", "loss"]
    found = list(ChecklistItem.objects.filter(category=category).values_list("text_en", "is_active"))
    assert found == [("New", True), ("Old", False)]


@pytest.mark.parametrize(
    "wrong", [{"required_record": ["weather"]}, rows("items", {"text_en": "Only English"})]
)
def test_a_wrong_checklist_is_refused(manager: Client, wrong: dict[str, Any]) -> None:
    answer = manager.post("/settings/checklists/LOG-INST/", rows("items") | wrong)
    assert answer.status_code == 400
    assert not ChecklistItem.objects.filter(category__code="LOG-INST").exists()


def test_what_is_not_there_is_not_found(manager: Client) -> None:
    assert manager.get("/settings/playbooks/0/").status_code == 404
    assert manager.get("/settings/checklists/NOPE/").status_code == 404


def test_queries_do_not_grow(manager: Client) -> None:
    category, counts = Category.objects.get(code="LOG"), []
    for more in (4, 45):
        for number in range(more):
            Playbook.objects.create(code=f"X{more}-{number}", category=category, name_en="x", name_zh="x")
        manager.get("/settings/playbooks/")
        with CaptureQueriesContext(connection) as queries:
            assert manager.get("/settings/playbooks/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_long_playbook_asks_for_the_teams_once(manager: Client) -> None:
    playbook, counts = Playbook.objects.create(code="LONG", name_en="x", name_zh="x"), []
    for first, last in ((1, 5), (5, 50)):
        for position in range(first, last):
            PlaybookStep.objects.create(playbook=playbook, position=position, title_en="x", title_zh="x")
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(f"/settings/playbooks/{playbook.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
