"""The list of reviews and recording one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Complaint, Review
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
LIGHT = {"attribution": "product", "cause": "LOG-DMG", "scope": "individual", "lesson": "Pack with foam"}


def url(complaint: Complaint) -> str:
    return f"/complaints/{complaint.number}/review/"


@pytest.fixture
def complaint(people: People) -> Complaint:
    return cases.in_review(people["agent"], people["agent2"])


@pytest.mark.parametrize("username", ["warehouse", "admin"])
def test_other_roles_are_refused(people: People, client: Client, complaint: Complaint, username: str) -> None:
    client.force_login(people[username])
    assert client.get("/reviews/").status_code == 403
    assert client.post(url(complaint), LIGHT).status_code == 403


def test_a_manager_reads_but_does_not_record(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["manager"])
    assert str(complaint.number) in client.get("/reviews/").content.decode()
    assert client.post(url(complaint), LIGHT).status_code == 403


def test_only_what_one_may_see(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["online"])
    assert str(complaint.number) not in client.get("/reviews/").content.decode()
    assert client.post(url(complaint), LIGHT).status_code == 404


def test_the_light_form_closes(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["agent"])
    action = {
        "actions_1_title": "Foam",
        "actions_1_owner": str(people["agent"].pk),
        "actions_1_due_at": "2099-01-01",
    }
    answer = client.post(url(complaint), LIGHT | action | {"why_1": "It broke", "fishbone_man": "a\n\nb\n"})
    assert answer.status_code == 303
    complaint.refresh_from_db()
    review = Review.objects.get()
    assert complaint.stage == "closed"
    assert (review.fishbone, review.whys[0]["why"]) == ({"man": ["a", "b"]}, "It broke")
    assert review.actions.get().title == "Foam"
    assert client.post(url(complaint), LIGHT).status_code in {404, 409}


def test_what_is_missing_stands_beside_its_field(
    people: People, client: Client, complaint: Complaint
) -> None:
    client.force_login(people["agent"])
    answer = client.post(url(complaint), {"lesson": "Kept words", "actions_1_title": "Foam"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Kept words" in page
    assert "id_actions_1_owner_errors" in page, "the error stands in the row that was filled in"
    assert Review.objects.count() == 0


def test_a_full_review_waits_for_quality(people: People, client: Client, complaint: Complaint) -> None:
    Complaint.objects.filter(pk=complaint.pk).update(severity="major")
    client.force_login(people["agent"])
    short = client.post(url(complaint), LIGHT)
    assert short.status_code == 400
    full = {"why_1": "It broke", "why_2": "No foam", "fishbone_material": "foam", "no_action_reason": "Done"}
    assert client.post(url(complaint), LIGHT | full).status_code == 303
    assert client.post(url(complaint), LIGHT | full).status_code == 409
    client.force_login(people["quality"])
    page = client.get("/reviews/").content.decode()
    assert "waits for approval" in page
    assert "1 review waits for your decision" in page
    assert "No foam" in client.get("/approvals/").content.decode()


def test_queries_do_not_grow(people: People, client: Client, complaint: Complaint) -> None:
    client.force_login(people["quality"])
    counts = []
    for more in (4, 45):
        cases.copies(complaint, more)
        client.get("/reviews/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/reviews/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
