"""Tasks on the list of a department and on the page of their complaint."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from complaints.lifecycle import engine
from complaints.lifecycle.remedies import carry_out
from complaints.models import ParticipantRole, Task
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.portal import page_of
from complaints.tests.views import desk_cases as cases

People = dict[str, User]


@pytest.fixture
def task(people: People) -> Task:
    return cases.asked_of_warehouse(people["agent"])


def url(task: Task) -> str:
    return f"/tasks/{task.pk}/done/"


@pytest.mark.parametrize("username", ["manager", "admin"])
def test_the_page_is_for_whoever_can_be_asked(
    people: People, client: Client, task: Task, username: str
) -> None:
    client.force_login(people[username])
    assert client.get("/tasks/").status_code == 403


def test_another_handling_team_works_from_its_list_without_seeing_the_complaint(
    people: People, client: Client, task: Task
) -> None:
    agent, _prices = person(people["agent"]), Team.objects.get(code="SL-PRICE")
    asked = carry_out.add_task(
        task.complaint,
        by=agent,
        at=timezone.now(),
        title="Is it ours?",
        team=Team.objects.get(code="SL-PRICE"),
    )
    client.force_login(people["agent"])
    assert "Is it ours?" not in client.get("/tasks/").content.decode()
    client.force_login(people["specialist"])
    assert client.get(task.complaint.get_absolute_url()).status_code == 404
    assert "Is it ours?" in client.get("/tasks/").content.decode()
    assert client.post(url(asked), {"note": "No, theirs"})["Location"] == "/tasks/"
    asked.refresh_from_db()
    assert asked.state == "done"


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


# --- What a team may do with it ---
def test_accepted_sent_back_and_said_so(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    assert client.post(f"/tasks/{task.pk}/accept/")["Location"] == "/tasks/"
    assert "Accepted" in client.get("/tasks/").content.decode()
    assert client.post(f"/tasks/{task.pk}/accept/").status_code == 409
    empty = client.post(f"/tasks/{task.pk}/reject-back/", {"reason": " "})
    assert empty.status_code == 400
    assert "reason_errors" in empty.content.decode()
    assert client.post(f"/tasks/{task.pk}/reject-back/", {"reason": "Not our dock"}).status_code == 303
    page = client.get("/tasks/").content.decode()
    assert "Sent back" in page
    assert "Not our dock" in page


@pytest.mark.parametrize("step", ["accept", "done", "reject-back", "cancel"])
def test_each_step_is_for_those_who_see_the_task_and_by_post(
    people: People, client: Client, task: Task, step: str
) -> None:
    address = f"/tasks/{task.pk}/{step}/"
    assert client.post(address).status_code == 302, "the request is sent to the sign-in page"
    client.force_login(people["warehouse"])
    assert client.get(address).status_code == 405
    for username, status in (("specialist", 404), ("admin", 404), ("manager", 403)):
        client.force_login(people[username])
        assert client.post(address, {"reason": "x"}).status_code == status


def test_a_department_does_not_cancel(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    assert client.post(f"/tasks/{task.pk}/cancel/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", [ParticipantRole.NAMED, ParticipantRole.CONFLICT])
def test_who_is_named_or_has_a_conflict_finds_nothing(
    people: People, client: Client, task: Task, role: ParticipantRole
) -> None:
    engine.involve(task.complaint, role, at=cases.ago(minutes=1), user=people["warehouse"])
    client.force_login(people["warehouse"])
    assert "Find the film" not in client.get("/tasks/").content.decode()
    assert client.post(f"/tasks/{task.pk}/accept/").status_code == 404


def test_late_ones_stand_first_and_those_that_wait_last_without_buttons(
    people: People, client: Client, task: Task
) -> None:
    by, team = person(people["agent"]), task.team

    def more(title: str, **extra: Any) -> Task:
        moment = cases.ago(minutes=50)
        return carry_out.add_task(task.complaint, by=by, at=moment, title=title, team=team, **extra)

    waiting = more("Send a new one", after=task)
    late = more("Weigh the parcel", due_at=cases.ago(minutes=10))
    client.force_login(people["warehouse"])
    page = client.get("/tasks/").content.decode()
    assert page.index(late.title) < page.index(task.title) < page.index(waiting.title)
    assert "Starts when Warehouse &amp; fulfilment has finished: Find the film" in page
    assert f"/tasks/{late.pk}/accept/" in page
    assert f'action="/tasks/{waiting.pk}/' not in page
    assert client.post(f"/tasks/{waiting.pk}/accept/").status_code == 409


def test_done_ones_stay_for_a_week(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    client.post(url(task), {"evidence": "Film 12"})
    page = client.get("/tasks/").content.decode()
    assert "Done in the last 7 days" in page
    assert "Find the film" in page
    Task.objects.update(finished_at=cases.ago(days=8))
    assert "Find the film" not in client.get("/tasks/").content.decode()


def test_queries_do_not_grow(people: People, client: Client, task: Task) -> None:
    client.force_login(people["warehouse"])
    counts = []
    for more in (4, 45):
        for _number in range(more):
            Task.objects.create(**vars_of(task))
            Task.objects.create(**vars_of(task) | {"after": task})
            Task.objects.create(
                **vars_of(task)
                | {"state": "done", "finished_at": cases.ago(hours=1), "finished_by": people["warehouse"]}
            )
        client.get("/tasks/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/tasks/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
    assert "?page=2" in client.get("/tasks/").content.decode()


def vars_of(task: Task) -> dict[str, Any]:
    names = ("complaint", "handling", "title", "team", "due_at", "created_at")
    return {name: getattr(task, name) for name in names}


# --- On the complaint ---
def test_the_assignee_cancels_it_on_the_complaint(people: People, client: Client, task: Task) -> None:
    client.force_login(people["agent"])
    address, complaint = f"/tasks/{task.pk}/cancel/", task.complaint.get_absolute_url()
    page = client.get(complaint).content.decode()
    assert address in page
    assert f"/tasks/{task.pk}/accept/" not in page
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 400
    assert "reason_errors" in refused.content.decode()
    assert client.post(address, {"reason": "Found at home"})["Location"] == complaint
    page = client.get(complaint).content.decode()
    assert "Found at home" in page
    assert address not in page


def test_who_only_reads_has_no_buttons(people: People, client: Client, task: Task) -> None:
    for username in ("agent2", "manager"):
        client.force_login(people[username])
        page = client.get(task.complaint.get_absolute_url()).content.decode()
        assert "Find the film" in page
        assert f"/tasks/{task.pk}/" not in page


def test_a_chosen_remedy_has_no_cancel_button(people: People, client: Client) -> None:
    complaint = factories.chosen(people["agent"])
    task = Task.objects.get()
    client.force_login(people["agent"])
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert f"/tasks/{task.pk}/done/" in page
    assert f"/tasks/{task.pk}/cancel/" not in page
    assert client.post(f"/tasks/{task.pk}/cancel/", {"reason": "x"}).status_code == 409


def test_a_task_is_asked_for_after_another_and_shared(people: People, client: Client, task: Task) -> None:
    client.force_login(people["agent"])
    data = {"title": "Send a new one", "team": "WAREHOUSE", "after": str(task.pk), "shared": "on"}
    assert client.post(f"/complaints/{task.complaint.number}/tasks/", data).status_code == 303
    made = Task.objects.get(title="Send a new one")
    assert (made.after, made.shared, made.blocking) == (task, True, False)
    portal = client.get(page_of(task.complaint)).content.decode()
    assert "Send a new one" in portal
    for secret in ("Find the film", "Warehouse", "WAREHOUSE"):
        assert secret not in portal


def test_the_page_of_the_complaint_asks_no_more_with_more_tasks(
    people: People, client: Client, task: Task
) -> None:
    client.force_login(people["agent"])
    counts = []
    for more in (4, 45):
        for _number in range(more):
            Task.objects.create(**vars_of(task) | {"after": task, "owner": people["warehouse"]})
        client.get(task.complaint.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(task.complaint.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- What the team of a task may read of the complaint ---
def record(task: Task) -> str:
    return f"/tasks/{task.pk}/record/"


def test_a_team_that_is_asked_reads_the_record_without_the_contacts(
    people: People, client: Client, task: Task
) -> None:
    complaint = task.complaint
    client.force_login(people["warehouse"])
    assert record(task) in client.get("/tasks/").content.decode()
    page = client.get(record(task)).content.decode()
    assert complaint.description in page and complaint.subject in page
    customer = complaint.customer
    assert customer.masked_name in page
    for contact in filter(None, (customer.name, customer.phone, customer.email)):
        assert contact not in page
    assert "Resolve" not in page, "it offers no move of the complaint"


@pytest.mark.parametrize("username", ["admin", "specialist", "online", "quality"])
def test_the_record_is_not_for_who_was_not_asked(
    people: People, client: Client, task: Task, username: str
) -> None:
    client.force_login(people[username])
    assert client.get(record(task)).status_code == 404
    client.logout()
    assert client.get(record(task))["Location"].startswith("/accounts/login/")


def test_the_record_of_a_confidential_complaint_stays_closed(
    people: People, client: Client, task: Task
) -> None:
    type(task.complaint).objects.filter(pk=task.complaint.pk).update(confidential=True)
    client.force_login(people["warehouse"])
    assert record(task) not in client.get("/tasks/").content.decode()
    assert client.get(record(task)).status_code == 403
    client.force_login(people["supervisor"])
    assert client.get(record(task)).status_code == 200
