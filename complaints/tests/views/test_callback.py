"""The agenda of callbacks, and recording a call."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints.models import Callback, CallbackAttempt, Complaint, Customer
from complaints.reads import rail
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
GOOD = {
    "result": "reached",
    "resolved": "yes",
    "csat_solution": "5",
    "csat_attitude": "4",
    "nps": "9",
    "note": "Fine",
}


def url(complaint: Complaint, move: str = "callback") -> str:
    return f"/complaints/{complaint.number}/{move}/"


@pytest.mark.parametrize("username", ["warehouse", "admin"])
def test_other_roles_are_refused(people: People, client: Client, username: str) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people[username])
    assert client.get("/callbacks/").status_code == 403
    assert client.post(url(complaint), GOOD).status_code == 403
    assert client.post(url(complaint, "make-good-done"), {"evidence": "x"}).status_code == 403


def test_a_manager_reads_but_does_not_record(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["manager"])
    assert client.get("/callbacks/").status_code == 200
    assert client.post(url(complaint), GOOD | {"next": "agenda"}).status_code == 403


def test_of_another_team_is_not_found(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["online"])
    assert client.post(url(complaint), GOOD).status_code == 404
    assert str(complaint.number) not in client.get("/callbacks/").content.decode()


def test_the_agenda_shows_script_phone_and_answer(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    page = client.get("/callbacks/").content.decode()
    for words in (
        str(complaint.number),
        "tel:10000000001",
        "The voucher is on your account",
        "not called yet",
    ):
        assert words in page


def test_the_agenda_is_sorted_by_the_planned_time_and_says_why(people: People, client: Client) -> None:
    later, first = cases.in_callback(people["agent"], 1), cases.in_callback(people["agent"], 2)
    written, late = cases.in_callback(people["agent"], 3), cases.in_callback(people["agent"], 4)
    now = timezone.now()
    of = Callback.objects.filter
    tomorrow = now + timedelta(days=2)
    of(handling__complaint=later).update(planned_at=tomorrow, planned_why="asked")
    of(handling__complaint=first).update(planned_at=now - timedelta(minutes=1), planned_why="opening")
    of(handling__complaint=written).update(planned_at=None, planned_why="")
    CallbackAttempt.objects.create(callback=of(handling__complaint=written).get(), sequence=1, at=now)
    of(handling__complaint=late).update(due_at=now - timedelta(hours=1), planned_at=now + timedelta(hours=1))
    client.force_login(people["callback"])
    page = client.get("/callbacks/").content.decode()
    places = [page.index(f"open={complaint.number}") for complaint in (late, first, later, written)]
    assert places == sorted(places)
    for words in (
        "Waiting for a call",
        "the customer asked for this time",
        "when contact hours begin",
        "Written notice sent",
    ):
        assert words in page


def test_the_way_of_a_try_is_kept_and_the_form_proposes_the_next(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    Customer.objects.update(email="zhou@example.com")
    client.force_login(people["callback"])
    assert client.post(url(complaint), {"result": "wrong_number"}).status_code == 303
    page = client.get(f"/callbacks/?open={complaint.number}").content.decode()
    assert re.search(r'name="channel" value="email"[^>]*checked', page)
    assert client.post(url(complaint), {"result": "no_answer", "channel": "email"}).status_code == 303
    assert client.post(url(complaint), {"result": "busy", "channel": "smoke"}).status_code == 400
    assert list(CallbackAttempt.objects.values_list("channel", flat=True)) == ["phone", "email"]


def test_satisfied_goes_to_review_and_back_to_the_agenda(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    answer = client.post(url(complaint), GOOD | {"next": "agenda"})
    assert (answer.status_code, answer["Location"]) == (303, "/callbacks/")
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.callback_outcome) == ("review", "satisfied")


def test_from_the_workspace_it_returns_there(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["agent2"])
    answer = client.post(url(complaint), GOOD)
    assert (answer.status_code, answer["Location"]) == (303, complaint.get_absolute_url())


@pytest.mark.parametrize("next_page", ["agenda", ""])
def test_what_is_missing_stands_beside_its_field(people: People, client: Client, next_page: str) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    answer = client.post(url(complaint), {"result": "reached", "note": "Kept words", "next": next_page})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Ask the customer whether it is solved." in page
    assert "Kept words" in page
    complaint.refresh_from_db()
    assert complaint.stage == "callback"


def test_unsatisfied_needs_what_is_still_wrong(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    bad = GOOD | {"resolved": "no", "csat_solution": "1", "next": "agenda"}
    assert client.post(url(complaint), bad).status_code == 400
    assert client.post(url(complaint), bad | {"still_wrong": "No money"}).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.round, complaint.tier) == ("diagnose", 2, 2)


def test_later_needs_a_time(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    assert client.post(url(complaint), {"result": "later", "next": "agenda"}).status_code == 400
    late = {"result": "later", "later_at": "2099-01-01T10:00", "next": "agenda"}
    assert client.post(url(complaint), late).status_code == 303


def test_partly_then_make_good_then_a_new_callback(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    fair = GOOD | {"csat_solution": "3", "next": "agenda"}
    assert "What the customer gets" in client.post(url(complaint), fair).content.decode()
    good = {"make_good_kind": "COUP20", "make_good_description": "Twenty off"}
    assert client.post(url(complaint), fair | good).status_code == 303
    assert "Twenty off" in client.get("/callbacks/").content.decode()
    assert client.post(url(complaint, "make-good-done"), {"next": "agenda"}).status_code == 400
    done = {"evidence": "Code 1", "next": "agenda"}
    assert client.post(url(complaint, "make-good-done"), done).status_code == 303
    assert client.post(url(complaint, "make-good-done"), done).status_code == 409
    assert complaint.handlings.get().callbacks.count() == 2


def test_the_second_to_send_gets_409_and_keeps_the_input(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    assert client.post(url(complaint), GOOD | {"next": "agenda"}).status_code == 303
    client.force_login(people["agent2"])
    answer = client.post(url(complaint), GOOD | {"next": "agenda", "note": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()


def test_whoever_resolved_it_does_not_call(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["agent"])
    assert client.post(url(complaint), GOOD | {"next": "agenda"}).status_code in {403, 409}


def test_only_post_records(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    assert client.get(url(complaint)).status_code == 405


def test_queries_do_not_grow(people: People, client: Client) -> None:
    client.force_login(people["callback"])
    counts = []
    original = cases.in_callback(people["agent"])
    for more in (4, 45):
        cases.copies(original, more)
        client.get("/callbacks/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/callbacks/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16, [query["sql"][:160] for query in queries]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Is the problem really solved?"), ("zh-hant", "問題真正解決了嗎")]
)
def test_the_script_is_in_the_customers_language(
    people: People, client: Client, language: str, words: str
) -> None:
    complaint = cases.in_callback(people["agent"])
    Customer.objects.update(language=language)
    User.objects.update(language="zh-hans")
    client.force_login(people["callback"])
    page = client.get("/callbacks/").content.decode()
    assert words in page and f'lang="{language}"' in page
    assert "回访" in page, "the rest of the page speaks the reader's language"
    assert str(complaint.number) in page


def test_the_number_beside_callbacks_counts_what_the_agenda_lists(people: People, client: Client) -> None:
    """Calls to make and small remedies still to be done are both on the agenda."""
    cases.in_callback(people["agent"])
    client.force_login(people["callback"])
    other = cases.in_callback(people["agent"])
    fair = GOOD | {"csat_solution": "3", "make_good_kind": "COUP20", "make_good_description": "A voucher"}
    assert client.post(url(other), fair).status_code == 303
    page = client.get("/callbacks/").content.decode()
    listed = re.search(r"(\d+) open", page)
    assert listed and int(listed[1]) == 2
    assert rail.navigation_counts(people["callback"], timezone.now())["callbacks"] == 2
