"""The queue: what each role sees, and that its number of queries does not grow with its rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.lifecycle.intake import CustomerData
from complaints.tests.conftest import MONDAY
from complaints.tests.views.factories import found, received

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_nobody_sees_the_queue_without_signing_in(client: Client, org: None) -> None:
    response = client.get("/")
    assert response.status_code == 302 and "/accounts/login/" in response["Location"]


@pytest.mark.parametrize(
    ("username", "status"), [("admin", 302), ("warehouse", 302), ("agent", 200), ("manager", 200)]
)
def test_each_role_starts_where_its_work_is(people: dict[str, User], username: str, status: int) -> None:
    assert signed_in(people[username]).get("/").status_code == status


def test_an_agent_sees_the_complaints_of_the_team_and_no_others(people: dict[str, User]) -> None:
    mine = received(people["agent"], MONDAY)
    other = received(people["online"], MONDAY, number=2, channel="chat")
    page = signed_in(people["agent2"]).get("/complaints/?view=open").content.decode()
    assert str(mine.number) in page and str(other.number) not in page


def test_somebody_complained_about_sees_no_trace(people: dict[str, User]) -> None:
    complaint = received(people["agent"], MONDAY, about_staff=["agent2"], subject="Rude on the phone")
    client = signed_in(people["agent2"])
    for address in ("/", "/complaints/?view=open", "/complaints/?q=Rude", f"/complaints/{complaint.number}/"):
        page = client.get(address).content.decode()
        assert "on the phone" not in page and f"/complaints/{complaint.number}/" not in page
    assert client.get(f"/complaints/{complaint.number}/").status_code == 404


def test_filters_and_search_narrow_the_queue(people: dict[str, User]) -> None:
    first = received(people["agent"], MONDAY, subject="Cracked rice cooker")
    second = found(people["agent"], MONDAY, number=2, subject="Late parcel")
    client = signed_in(people["agent"])
    assert str(first.number) not in client.get("/complaints/?view=mine&stage=resolve").content.decode()
    assert str(second.number) in client.get("/complaints/?view=mine&stage=resolve").content.decode()
    assert str(first.number) in client.get("/complaints/?q=rice").content.decode()
    assert str(first.number) in client.get("/complaints/?q=0000-0001").content.decode()
    assert client.get("/complaints/?tier=x&q=%00&page=zz&view=nonsense").status_code == 200


def test_htmx_gets_the_part_and_a_browser_the_page(people: dict[str, User]) -> None:
    client = signed_in(people["agent"])
    part = client.get("/complaints/", headers={"HX-Request": "true"})
    assert b"<html" not in part.content and "HX-Request" in part["Vary"]
    assert b"<html" in client.get("/complaints/").content


def test_five_rows_cost_as_many_queries_as_fifty(people: dict[str, User]) -> None:
    agent = people["agent"]
    counts = []
    for number in range(1, 51):
        received(agent, MONDAY, number=number, customer=CustomerData(name=f"Customer {number}"))
        if number in {5, 50}:
            client = signed_in(agent)
            client.get("/")
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/")
            assert page.content.count(b'<tr class="r"') == number
            counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES
