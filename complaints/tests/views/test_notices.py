"""The bell and its page: one's own notices, newest first, and none about what one may no longer see."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from complaints.lifecycle import converse, escalate
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Complaint, Event, Outbox, ParticipantRole
from complaints.notices import inbox
from complaints.notices.notify import Notice, tell
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.views import notices as notices_view

pytestmark = pytest.mark.django_db
People = dict[str, User]
URL, COUNT = "/notices/", "/notices/count/"
MINUTE = timedelta(minutes=1)
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, people: People) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=1))
    User.objects.update(language="en")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(
    user: User, count: int = 1, template: str = "customer_wrote", complaint: Complaint | None = None
) -> list[Outbox]:
    """Write several notices to one person, a minute apart.

    Notices that the making of these complaints caused are deleted, so that a test sees only its own."""
    rows, agent = [], User.objects.get(username="agent")
    for number in range(count):
        about = complaint or factories.receive(agent, subject=f"Case number {number}")
        event = Event.objects.filter(complaint=about).latest("seq")
        Outbox.objects.filter(complaint=about).delete()
        found = tell([Notice([user], template, about, event=event)], at=MONDAY + number * MINUTE)
        rows += [row for row in found if row.channel == "in_app"]
    return rows


def shown(client: Client, url: str = URL) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="notice-(\d+)"', client.get(url).content.decode())]


def counted(client: Client) -> str:
    found = re.search(r'data-count="(\d+)"', client.get(COUNT).content.decode())
    return found[1] if found else ""


def test_newest_first_with_words_and_the_way_to_the_complaint(people: People) -> None:
    first, second = told(people["agent"], 2)
    client = signed_in(people["agent"])
    page = client.get(URL).content.decode()
    assert shown(client) == [second.pk, first.pk]
    assert "The customer wrote." in page and "Case number 1" in page
    assert str(first.complaint.number) in page and "2 unread" in page
    assert client.get(URL, headers={"HX-Request": "true"}).content.find(b"<html") == -1


def test_nobody_sees_or_ticks_off_what_was_told_to_another(people: People) -> None:
    (row,) = told(people["agent"])
    other = signed_in(people["agent2"])
    assert shown(other) == [] and counted(other) == ""
    for door in ("read", "open"):
        assert other.post(f"{URL}{row.pk}/{door}/").status_code == 404
    other.post(f"{URL}read/", {"up_to": inbox.page(people["agent"]).first})
    row.refresh_from_db()
    assert row.read_at is None


def test_signed_out_goes_to_sign_in_and_an_open_page_is_told_nothing(client: Client, people: People) -> None:
    (row,) = told(people["agent"])
    assert client.get(URL)["Location"].startswith("/accounts/login/")
    for url in (f"{URL}read/", f"{URL}{row.pk}/read/", f"{URL}{row.pk}/open/"):
        assert client.post(url)["Location"].startswith("/accounts/login/")
    answer = client.get(COUNT)
    assert (answer.status_code, answer.content) == (204, b"")


def test_reading_needs_post(people: People) -> None:
    (row,) = told(people["agent"])
    client = signed_in(people["agent"])
    for url in (f"{URL}read/", f"{URL}{row.pk}/read/", f"{URL}{row.pk}/open/"):
        assert client.get(url).status_code == 405
    assert client.post(f"{URL}999999/read/").status_code == 404


def test_following_one_reads_it_and_leads_to_the_complaint(people: People) -> None:
    (row,) = told(people["agent"])
    client = signed_in(people["agent"])
    answer = client.post(f"{URL}{row.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (303, row.complaint.get_absolute_url())
    row.refresh_from_db()
    assert row.read_at == MONDAY + timedelta(hours=1)
    assert counted(client) == "" and shown(client) == [row.pk]


def test_one_is_ticked_off_where_it_stands(people: People) -> None:
    first, second = told(people["agent"], 2)
    client = signed_in(people["agent"])
    part = client.post(f"{URL}{first.pk}/read/", headers={"HX-Request": "true"}).content.decode()
    assert f'id="notice-{first.pk}"' in part and "<html" not in part and str(second.pk) not in part
    assert 'hx-swap-oob="true"' in part and 'data-count="1"' in part
    assert client.post(f"{URL}{second.pk}/read/")["Location"] == URL
    assert counted(client) == ""
    assert client.post(f"{URL}{second.pk}/read/").status_code == 303, "doing it twice changes nothing more"


def test_all_are_ticked_off_but_not_what_came_meanwhile(people: People) -> None:
    told(people["agent"], 3)
    client = signed_in(people["agent"])
    found = re.search(r'name="up_to" value="([^"]+)"', client.get(URL).content.decode())
    assert found
    (late,) = told(people["agent"])
    Outbox.objects.filter(pk=late.pk).update(created_at=MONDAY + timedelta(minutes=30))
    assert client.post(f"{URL}read/", {"up_to": found[1]}).status_code == 303
    assert counted(client) == "1"
    late.refresh_from_db()
    assert late.read_at is None


@pytest.mark.parametrize("key", ["", "x", "%00", "eA", "MjAyNiAx", "2026-11-23", "é"])
def test_a_malformed_key_is_not_an_error(people: People, key: str) -> None:
    (row,) = told(people["agent"])
    client = signed_in(people["agent"])
    assert shown(client, f"{URL}?before={key}") == [row.pk]
    assert client.post(f"{URL}read/", {"up_to": key}).status_code == 303
    assert counted(client) == "1"


def test_pages_follow_each_other_without_gap_or_repeat(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WINDOW", 2)
    rows = told(people["agent"], 8)
    Outbox.objects.update(created_at=MONDAY)
    seen: list[int] = []
    page = inbox.page(people["agent"], size=3)
    while True:
        seen += [row.pk for row in page.rows]
        if not page.next:
            break
        page = inbox.page(people["agent"], older_than=page.next, size=3)
    assert seen == sorted((row.pk for row in rows), reverse=True)


def test_behind_many_that_are_hidden_the_rest_is_found_and_ticked_off(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WINDOW", 2)
    first, *hidden, last = told(people["agent"], 7)
    for row in hidden:
        row.complaint.participants.create(user=people["agent"], role=ParticipantRole.NAMED, since=MONDAY)
    page = inbox.page(people["agent"], size=3)
    assert [row.pk for row in page.rows] == [last.pk, first.pk] and page.next == ""
    monkeypatch.setattr(inbox, "LOOKS", 2)
    page = inbox.page(people["agent"], size=3)
    assert [row.pk for row in page.rows] == [last.pk] and page.next
    rest = inbox.page(people["agent"], size=3, older_than=page.next)
    assert [row.pk for row in rest.rows] == [first.pk] and rest.next == ""
    assert inbox.mark_all_read(people["agent"], up_to=page.first, at=MONDAY) == 2


# --- What one may not see any more ---
def test_what_names_one_since_then_is_neither_shown_nor_counted(people: People) -> None:
    for name in ("agent", "supervisor", "manager"):
        (row,) = told(people[name])
        client = signed_in(people[name])
        before = client.get(URL).content.decode()
        assert counted(client) == "1" and str(row.complaint.number) in before
        row.complaint.participants.create(user=people[name], role=ParticipantRole.NAMED, since=MONDAY)
        assert shown(client) == [] and counted(client) == ""
        assert str(row.complaint.number) not in client.get(URL).content.decode()
        for door in ("read", "open"):
            assert client.post(f"{URL}{row.pk}/{door}/").status_code == 404


def test_what_became_confidential_or_left_the_team_is_gone(people: People) -> None:
    complaint = factories.receive(people["agent"])
    (row,) = told(people["agent2"], complaint=complaint)
    client = signed_in(people["agent2"])
    assert shown(client) == [row.pk]
    Complaint.objects.filter(pk=complaint.pk).update(confidential=True)
    assert shown(client) == [] and counted(client) == ""
    Complaint.objects.filter(pk=complaint.pk).update(
        confidential=False, team=Team.objects.get(code="EX-PANEL")
    )
    assert shown(client) == [] and counted(client) == ""


def test_what_is_hidden_stays_unread_for_when_it_is_seen_again(people: People) -> None:
    hidden, _plain = told(people["agent"], 2)
    named = hidden.complaint.participants.create(
        user=people["agent"], role=ParticipantRole.NAMED, since=MONDAY
    )
    client = signed_in(people["agent"])
    client.post(f"{URL}read/", {"up_to": inbox.page(people["agent"]).first})
    named.delete()
    assert counted(client) == "1"


def test_a_department_reads_of_its_tasks_and_is_led_to_them(people: People) -> None:
    complaint = factories.diagnosed(people["agent"], subject="Secret of the customer")
    warehouse = Team.objects.get(code="WAREHOUSE")
    by = person(people["agent"])
    carry_out.add_task(complaint, by=by, at=MONDAY + 2 * MINUTE, title="Find the parcel", team=warehouse)
    client = signed_in(people["warehouse"])
    (pk,) = shown(client)
    page = client.get(URL).content.decode()
    assert "You have a new task." in page and "Secret of the customer" not in page
    assert client.post(f"{URL}{pk}/open/")["Location"] == "/tasks/"
    told(people["warehouse"], complaint=complaint)
    assert "The customer wrote." not in client.get(URL).content.decode()


def test_an_administrator_has_no_bell(people: People) -> None:
    client = signed_in(people["admin"])
    assert "rd-bell" not in client.get("/accounts/settings/").content.decode()
    assert client.get(URL).status_code == 200 and counted(client) == ""


# --- Cost ---
@pytest.mark.parametrize("name", ["agent", "supervisor", "manager"])
def test_the_page_costs_the_same_with_five_and_fifty(people: People, name: str) -> None:
    client, costs = signed_in(people[name]), []
    complaint = factories.receive(people["agent"])
    event = Event.objects.filter(complaint=complaint).latest("seq")
    for number in (5, 50):
        Outbox.objects.all().delete()
        for index in range(number):
            found = tell([Notice([people[name]], "assigned", complaint, event=event)], at=MONDAY)
            Outbox.objects.filter(pk__in=[row.pk for row in found]).update(recipient=f"user:x{index}")
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(URL).content.decode()
        assert page.count('class="notice ') == min(number, inbox.PAGE)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES
    with CaptureQueriesContext(connection) as queries:
        inbox.unread_count(people[name])
    assert len(queries) <= 2, "besides the count, only the reader's teams"


def test_no_more_than_a_hundred_are_counted(people: People) -> None:
    complaint = factories.receive(people["agent"])
    event = Event.objects.filter(complaint=complaint).latest("seq")
    Outbox.objects.all().delete()
    (row,) = tell([Notice([people["agent"]], "assigned", complaint, event=event)], at=MONDAY)
    for index in range(104):
        row.pk, row.recipient = None, f"user:x{index}"
        row.save(force_insert=True)
    assert inbox.unread_count(people["agent"]) == 100
    assert "99+" in signed_in(people["agent"]).get(COUNT).content.decode()


# --- What a notice says ---
def test_what_the_customer_wrote_is_shown_to_whoever_sees_the_complaint(people: People) -> None:
    complaint = factories.receive(people["agent"])
    Outbox.objects.all().delete()
    converse.write_in(complaint, by=CUSTOMER, at=MONDAY, body="When is it exchanged?")
    assert "When is it exchanged?" in signed_in(people["agent"]).get(URL).content.decode()
    (row,) = Outbox.objects.filter(template="customer_wrote", user=people["agent"], channel="in_app")
    row.sees = False  # type: ignore[attr-defined]
    assert notices_view._words(row) == ""


@pytest.mark.parametrize(("approve", "words"), [(True, "was approved"), (False, "was refused")])
def test_a_decision_says_what_was_decided_and_why(people: People, approve: bool, words: str) -> None:
    complaint = factories.diagnosed(people["agent"])
    escalate.escalate(
        complaint, by=person(people["agent"]), at=MONDAY, reason="stuck", tried="all", ask="a second look"
    )
    approval = Approval.objects.get(complaint=complaint, kind="escalation")
    Outbox.objects.all().delete()
    decisions.decide(
        approval, by=person(people["supervisor"]), at=MONDAY, approve=approve, note="Ask the warehouse first."
    )
    page = signed_in(people["agent"]).get(URL).content.decode()
    assert f"Your request {words}: Escalation." in page and "Ask the warehouse first." in page
