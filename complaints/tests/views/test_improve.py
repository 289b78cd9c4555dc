"""The page of improvement actions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import review
from complaints.models import ImprovementAction
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.views import desk_cases as cases

People = dict[str, User]


@pytest.fixture
def action(people: People) -> ImprovementAction:
    """Return an action of a closed complaint, owned by the warehouse, which cannot see that complaint."""
    complaint = cases.in_review(people["agent"], people["agent2"])
    asked = {
        "title": "Foam corners",
        "owner": people["warehouse"],
        "due_at": timezone.now() + timedelta(days=1),
    }
    data = {**factories.LIGHT_REVIEW, "actions": [asked]}
    review.record_review(complaint, data, by=person(people["agent"]), at=cases.ago(minutes=30))
    return ImprovementAction.objects.select_related("complaint").get()


def url(action: ImprovementAction, step: str) -> str:
    return f"/improvements/{action.pk}/{step}/"


def test_administrators_are_refused(people: People, client: Client, action: ImprovementAction) -> None:
    client.force_login(people["admin"])
    assert client.get("/improvements/").status_code == 403
    for step in ("done", "verify"):
        assert client.post(url(action, step)).status_code == 403


@pytest.mark.parametrize(
    ("username", "sees"),
    [("warehouse", True), ("quality", True), ("manager", True), ("agent", False), ("specialist", False)],
)
def test_one_s_own_and_for_quality_and_managers_all(
    people: People, client: Client, action: ImprovementAction, username: str, sees: bool
) -> None:
    client.force_login(people[username])
    page = client.get("/improvements/").content.decode()
    assert ("Foam corners" in page) is sees
    assert "/improvements/" in page, "the side bar links to the page"


def test_its_owner_sees_the_number_but_no_way_into_the_complaint(
    people: People, client: Client, action: ImprovementAction
) -> None:
    client.force_login(people["warehouse"])
    page = client.get("/improvements/").content.decode()
    assert str(action.complaint.number) in page
    assert action.complaint.get_absolute_url() not in page
    assert action.complaint.customer.name not in page
    client.force_login(people["quality"])
    assert action.complaint.get_absolute_url() in client.get("/improvements/").content.decode()


def test_from_done_to_verified(people: People, client: Client, action: ImprovementAction) -> None:
    client.force_login(people["warehouse"])
    refused = client.post(url(action, "done"), {"note": " "})
    assert refused.status_code == 400
    assert "id_note_errors" in refused.content.decode()
    assert client.post(url(action, "done"), {"note": "In the kit"})["Location"] == "/improvements/"
    assert client.post(url(action, "done"), {"note": "Again"}).status_code == 409
    assert client.post(url(action, "verify"), {"works": "yes", "verification": "x"}).status_code == 403
    client.force_login(people["quality"])
    assert url(action, "verify") in client.get("/improvements/").content.decode()
    for wrong in ({"verification": "Kept words"}, {"works": "maybe", "verification": "Kept words"}):
        answer = client.post(url(action, "verify"), wrong)
        assert answer.status_code == 400
        assert "Kept words" in answer.content.decode()
    assert client.post(url(action, "verify"), {"works": "no", "verification": "Two more"}).status_code == 303
    page = client.get("/improvements/").content.decode()
    assert "It did not work:" in page
    assert "in progress" in page


def test_what_one_does_not_see_is_not_found(
    people: People, client: Client, action: ImprovementAction
) -> None:
    client.force_login(people["specialist"])
    assert client.post(url(action, "done"), {"note": "x"}).status_code == 404
    client.force_login(people["agent"])
    assert client.post(url(action, "done"), {"note": "x"}).status_code == 403


def test_overdue_is_shown(people: People, client: Client, action: ImprovementAction) -> None:
    ImprovementAction.objects.update(due_at=cases.ago(hours=1))
    client.force_login(people["warehouse"])
    assert "overdue" in client.get("/improvements/").content.decode()


@pytest.mark.parametrize("username", ["quality", "warehouse", "supervisor"])
def test_queries_do_not_grow(
    people: People, client: Client, action: ImprovementAction, username: str
) -> None:
    client.force_login(people[username])
    counts = []
    for more in (4, 45):
        for number in range(more):
            ImprovementAction.objects.create(
                complaint=action.complaint,
                title=f"More {number}",
                owner=people[username],
                due_at=action.due_at,
                created_at=action.created_at,
                done_at=action.created_at,
                done_by=people["agent"],
            )
        client.get("/improvements/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/improvements/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
