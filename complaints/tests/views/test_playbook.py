"""Hints on a complaint's page: the ticks of the checklist and the tasks of the playbook."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.lifecycle import diagnose
from complaints.models import Category, ChecklistItem, ChecklistTick, Complaint, Playbook, Task
from complaints.reads import playbooks
from complaints.rights.actors import person
from complaints.tests.views import desk_cases as cases

People = dict[str, User]


@pytest.fixture
def complaint(people: People) -> Complaint:
    """Return a complaint in `diagnose`, about goods damaged in transit."""
    found = cases.received(people["agent"])
    return diagnose.start_diagnosis(found, by=person(people["agent"]), at=cases.ago(hours=2))


@pytest.fixture
def item(complaint: Complaint) -> ChecklistItem:
    return playbooks.checklist_of(complaint)[0]


def tick_url(complaint: Complaint, item: ChecklistItem) -> str:
    return f"/complaints/{complaint.number}/checklist/{item.pk}/"


def book_url(complaint: Complaint, code: str = "LOGISTICS") -> str:
    return f"/complaints/{complaint.number}/playbook/{Playbook.objects.get(code=code).pk}/"


def test_the_card_says_what_to_check_and_what_is_missing(
    people: People, client: Client, complaint: Complaint
) -> None:
    client.force_login(people["agent"])
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "Before you decide" in page
    assert "0 of 3 checked" in page
    assert '<a href="#id_order_reference">Order number</a>' in page
    assert "Logistics: track, then find the parcel" in page


def test_a_tick_draws_only_the_card(
    people: People, client: Client, complaint: Complaint, item: ChecklistItem
) -> None:
    client.force_login(people["agent"])
    address, htmx = tick_url(complaint, item), {"HX-Request": "true"}
    part = client.post(address, {"done": "1"}, headers=htmx).content.decode()
    assert part.strip().startswith('<div id="checklist">')
    assert "1 of 3 checked" in part
    assert "0 of 3 checked" in client.post(address, {"done": "0"}, headers=htmx).content.decode()


def test_without_script_the_page_comes_back(
    people: People, client: Client, complaint: Complaint, item: ChecklistItem
) -> None:
    client.force_login(people["agent"])
    answer = client.post(tick_url(complaint, item), {"done": "1"})
    assert (answer.status_code, answer["Location"]) == (303, complaint.get_absolute_url())
    assert ChecklistTick.objects.get().item == item


@pytest.mark.parametrize(
    ("username", "status"),
    [("agent2", 403), ("supervisor", 403), ("manager", 403), ("specialist", 404), ("warehouse", 404)],
)
def test_others_neither_tick_nor_start(
    people: People, client: Client, complaint: Complaint, item: ChecklistItem, username: str, status: int
) -> None:
    client.force_login(people[username])
    assert client.post(tick_url(complaint, item), {"done": "1"}).status_code == status
    assert client.post(book_url(complaint)).status_code == status
    assert not ChecklistTick.objects.exists()
    assert not Task.objects.exists()


def test_started_once(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    address = book_url(complaint)
    assert address in client.get(complaint.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 303
    assert Task.objects.count() == 2
    assert client.post(address).status_code == 409
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert address not in page
    assert "under way" in page


def test_a_stale_page_starts_nothing(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    assert client.post(book_url(complaint), {"version": "0"}).status_code == 409
    assert client.post(book_url(complaint, "PRICE")).status_code == 400
    assert not Task.objects.exists()


def test_in_resolve_the_problem_type_s_playbook_is_shown(people: People, client: Client) -> None:
    complaint = cases.found(people["agent"], problem_type="compensation")
    client.force_login(people["agent"])
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "Compensation: climb the ladder from below" in page


def test_the_page_asks_no_more_with_more_items(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    category, counts = Category.objects.get(code="LOG-DMG"), []
    for more in (4, 45):
        for number in range(more):
            ChecklistItem.objects.create(category=category, position=number, text_en="x", text_zh="x")
            Playbook.objects.create(code=f"X{more}-{number}", category=category, name_en="x", name_zh="x")
        client.get(complaint.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(complaint.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
