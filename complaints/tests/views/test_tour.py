"""The short tour of the demo: on the page where work starts, until it is closed, for whom it fits."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.views.account import TOUR
from complaints.models import Complaint
from complaints.tests import factories

People = dict[str, User]
HEADING = "Welcome to the demo"


@pytest.fixture
def mine(people: People) -> Complaint:
    return factories.receive(people["agent"])


def newcomer(user: User) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session[TOUR] = True
    session.save()
    return client


def page(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_agent_may_log_and_look_and_is_told_who_decides(people: People, mine: Complaint) -> None:
    text = page(newcomer(people["agent"]))
    assert HEADING in text
    assert 'href="/complaints/new/"' in text
    assert f'href="/complaints/{mine.number}/as-customer/"' in text
    assert "as supervisor" in text


def test_a_manager_decides_and_is_told_who_logs(people: People, mine: Complaint) -> None:
    text = page(newcomer(people["manager"]))
    assert 'class="w6" href="/approvals/"' in text
    assert "as agent" in text


def test_an_administrator_gets_no_link_to_a_complaint(people: People, mine: Complaint) -> None:
    text = page(newcomer(people["admin"]), "/settings/people/")
    assert HEADING in text
    assert f"/complaints/{mine.number}" not in text


def test_other_pages_and_other_people_have_no_tour(people: People, mine: Complaint) -> None:
    assert HEADING not in page(newcomer(people["agent"]), mine.get_absolute_url())
    client = Client()
    client.force_login(people["agent"])
    assert HEADING not in page(client)


def test_a_closed_tour_stays_closed(people: People) -> None:
    client = newcomer(people["agent"])
    assert client.get("/tour/away/").status_code == 405
    assert client.post("/tour/away/").status_code == 303
    assert client.post("/tour/away/").status_code == 303
    assert HEADING not in page(client)


def test_whoever_is_not_signed_in_closes_nothing() -> None:
    answer = Client().post("/tour/away/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
