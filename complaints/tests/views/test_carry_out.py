"""Tasks of a department."""

import pytest
from django.test import Client

from accounts.models import User
from complaints.models import Task
from complaints.tests.views import desk_cases as cases

People = dict[str, User]


@pytest.fixture
def task(people: People) -> Task:
    return cases.asked_of_warehouse(people["agent"])


def url(task: Task) -> str:
    return f"/tasks/{task.pk}/done/"


@pytest.mark.parametrize("username", ["agent", "supervisor", "manager", "admin"])
def test_the_page_is_for_departments(people: People, client: Client, task: Task, username: str) -> None:
    client.force_login(people[username])
    assert client.get("/tasks/").status_code == 403


@pytest.mark.parametrize("username", ["admin", "specialist", "online", "quality"])
def test_who_has_nothing_to_do_with_it_finds_nothing(
    people: People, client: Client, task: Task, username: str
) -> None:
    client.force_login(people[username])
    assert client.post(url(task), {"note": "x"}).status_code == 404


def test_a_manager_may_see_but_not_finish(people: People, client: Client, task: Task) -> None:
    client.force_login(people["manager"])
    assert client.post(url(task), {"note": "x"}).status_code == 403


def test_a_department_sees_the_task_and_not_the_customer(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    page = client.get("/tasks/").content.decode()
    assert "Find the film" in page
    assert str(task.complaint.number) in page
    for secret in (task.complaint.customer.name, "100-0000", "The inner bowl", "rice cooker"):
        assert secret not in page


def test_done_once(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    answer = client.post(url(task), {"evidence": "Film 12", "note": "Shelf 3"})
    assert (answer.status_code, answer["Location"]) == (303, "/tasks/")
    task.refresh_from_db()
    assert (task.state, task.evidence, task.finished_by) == ("done", "Film 12", people["warehouse"])
    assert client.post(url(task), {"evidence": "Again"}).status_code == 409
    assert client.get(url(task)).status_code == 405


def test_too_long_a_word_is_refused_and_kept(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    answer = client.post(url(task), {"evidence": "y" * 1001, "note": "Kept"})
    assert answer.status_code == 400
    assert 'value="Kept"' in answer.content.decode()


def test_from_the_complaint_it_returns_there(people: People, client: Client, task: Task) -> None:
    client.force_login(people["agent"])
    answer = client.post(url(task), {"note": "They called"})
    assert (answer.status_code, answer["Location"]) == (303, task.complaint.get_absolute_url())
