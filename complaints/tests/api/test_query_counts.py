"""A list of fifty rows costs as many queries as one of five, and no list costs more than twenty."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from accounts import changes
from accounts.models import Team, User
from complaints.lifecycle import attach, converse, promises, risk
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out
from complaints.models import Complaint
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.api.copies import copies
from complaints.tests.api.kit import Caller
from complaints.tests.api.states import PNG
from complaints.tests.conftest import MONDAY

People = dict[str, User]
FEW, MANY, MOST_QUERIES = 5, 50, 20
LATER = MONDAY + timedelta(hours=1)


def queries(caller: Caller, path: str, size: int) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = caller.get(f"{path}{'&' if '?' in path else '?'}page_size={size}")
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["results"]) == size
    return len(seen)


def assert_flat(caller: Caller, path: str, many: int = MANY) -> None:
    caller.get(path)  # load what is looked up once, and record that the token was used
    few, many = queries(caller, path, FEW), queries(caller, path, many)
    assert few == many <= MOST_QUERIES, path


def rich(people: People) -> Complaint:
    """Return a complaint with claims, an offer above authority, a promise, a flag, a task and messages."""
    by = person(people["agent"])
    complaint, _plan = factories.offered(
        people["agent"], offer=factories.BIG_OFFER, claims=[{"text": "Cracked"}]
    )
    promises.promise(complaint, by=by, at=LATER, text="A call", due_at=LATER + timedelta(hours=2))
    risk.flag_risk(complaint, by=by, at=LATER, flag="external", reason="12315")
    complaint.refresh_from_db()
    return complaint


@pytest.mark.parametrize("name", ["manager", "supervisor", "agent", "specialist"])
def test_complaints(people: People, name: str) -> None:
    complaint = rich(people)
    copies(complaint, MANY + 1)
    if name == "specialist":  # a specialist sees them as a member of their team
        Complaint.objects.update(team=Team.objects.get(code="SL-GOODS"))
    caller = Caller(people[name])
    for query in ("", "ordering=-received_at", "ordering=severity", "breached=false"):
        assert_flat(caller, f"complaints/?{query}")


def test_requests_customers_and_their_history(people: People) -> None:
    made = copies(rich(people), MANY + 1)
    supervisor = Caller(people["supervisor"])
    assert_flat(supervisor, "approvals/?state=pending")
    assert_flat(Caller(people["agent"]), "customers/")
    Complaint.objects.update(customer=made[0].customer)
    assert_flat(supervisor, f"customers/{made[0].customer_id}/history/")


def test_callbacks(people: People) -> None:
    complaint = factories.resolved(people["agent"])
    given = {"result": "no_answer", "channel": "phone"}
    calls.record_callback(complaint, given, by=person(people["callback"]), at=LATER)
    copies(complaint, MANY + 1)
    assert_flat(Caller(people["callback"]), "callbacks/")


def note(complaint: Complaint, people: People, number: int) -> None:
    converse.note(complaint, by=person(people["agent"]), at=LATER, body=f"Seen {number} times")


def file(complaint: Complaint, people: People, number: int) -> None:
    attach.attach(complaint, ContentFile(PNG, f"{number}.png"), by=person(people["agent"]), at=LATER)


def task(complaint: Complaint, people: People, number: int) -> None:
    team = Team.objects.get(code="WAREHOUSE")
    carry_out.add_task(complaint, by=person(people["agent"]), at=LATER, title=f"Look {number}", team=team)


@pytest.mark.parametrize(
    ("add", "path", "name"),
    [
        (note, "complaints/{}/messages/", "agent"),
        (note, "complaints/{}/timeline/", "agent"),
        (file, "complaints/{}/attachments/", "agent"),
        (task, "complaints/{}/tasks/", "agent"),
        (task, "tasks/", "warehouse"),
    ],
)
def test_what_belongs_to_a_complaint(people: People, add: Callable[..., None], path: str, name: str) -> None:
    complaint = factories.diagnosed(people["agent"])
    for number in range(MANY):
        add(complaint, people, number)
    assert_flat(Caller(people[name]), path.format(complaint.number))


@pytest.mark.parametrize(("path", "rows"), [("categories/", 30), ("teams/", 15), ("remedies/", 15)])
def test_tables(people: People, path: str, rows: int) -> None:
    assert_flat(Caller(people["agent"]), path, rows)


def test_people_and_changes_of_settings(people: People) -> None:
    for number in range(MANY):
        User.objects.create_user(f"more{number}").teams.set(Team.objects.all()[:2])
        changes.record("team", "T", {"n": number}, {"n": number + 1}, by=people["admin"], at=MONDAY)
    assert_flat(Caller(people["admin"]), "users/")
    assert_flat(Caller(people["admin"]), "settings/changes/")


def test_every_list_is_counted_here() -> None:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    lists = {
        methods["get"]["operationId"]
        for methods in schema["paths"].values()
        if "get" in methods
        and any(each["name"] == "page_size" for each in methods["get"].get("parameters", []))
    }
    assert lists == {
        "complaints_list", "approvals_list", "customers_list", "customers_history", "callbacks_list",
        "messages_list", "timeline", "attachments_list", "complaint_tasks_list", "tasks_list",
        "categories_list", "teams_list", "remedies_list", "users_list", "settings_changes_list",
    }  # fmt: skip
