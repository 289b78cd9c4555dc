"""The private link: stored hashed, revocable, expiring, limited; and staff who open it have no power."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from complaints.lifecycle import known
from complaints.models import Complaint, Event, PortalLink
from complaints.rights import links
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.portal import code_sent, let_in, page_of, token_of
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
GOOD = {"resolved": "yes", "csat_solution": "5", "csat_attitude": "5"}
STAFF = ("agent", "agent2", "supervisor", "manager")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def choice(complaint: Complaint) -> dict[str, object]:
    return {"option": complaint.handlings.get().plans.get().options.all()[0].pk}


# --- Staff ---
@pytest.mark.parametrize("name", STAFF)
def test_staff_with_the_link_see_a_preview_and_can_neither_choose_nor_rate(people: People, name: str) -> None:
    asked, waiting = cases.offered(people["agent"], 1), cases.in_callback(people["agent"], 2)
    client = signed_in(people[name])
    for complaint, part, form in ((asked, "choose/", choice(asked)), (waiting, "rate/", GOOD)):
        page = client.get(page_of(complaint))
        assert page.status_code == 200
        assert b"<form" not in page.content.split(b"<main")[1].split(b"</main>")[0]
        before = Event.objects.filter(complaint=complaint).count()
        assert client.post(page_of(complaint, part), form).status_code == 403
        assert client.post(page_of(complaint, "end-links/")).status_code == 403
        assert Event.objects.filter(complaint=complaint).count() == before
    asked.refresh_from_db()
    waiting.refresh_from_db()
    assert (asked.waiting_on, waiting.stage) == ("customer", "callback")


def test_a_browser_with_a_code_has_no_power_once_staff_sign_in_there(people: People) -> None:
    complaint = cases.in_callback(people["agent"])
    client = let_in(signed_in(people["agent"]), complaint)
    assert client.post(page_of(complaint, "rate/"), GOOD).status_code == 403


@pytest.mark.parametrize("name", ["specialist", "quality", "warehouse", "admin"])
def test_staff_who_may_not_see_the_complaint_get_nothing_by_its_link(people: People, name: str) -> None:
    complaint = cases.offered(people["agent"])
    client = signed_in(people[name])
    for address in (page_of(complaint), f"/complaints/{complaint.number}/as-customer/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert str(complaint.number) not in answer.content.decode().replace(address, "")


def test_the_preview_has_no_link_no_form_and_changes_nothing(people: People) -> None:
    complaint = cases.offered(people["agent"])
    client, before = signed_in(people["agent"]), Event.objects.count()
    page = client.get(f"/complaints/{complaint.number}/as-customer/").content.decode()
    assert "Preview for staff" in page and "Fifty off" in page
    assert "/p/" not in page.split("<main")[1]
    assert client.post(f"/complaints/{complaint.number}/as-customer/").status_code == 405
    assert Event.objects.count() == before
    assert "/p/" not in client.get(f"/complaints/{complaint.number}/").content.decode()
    assert Client().get(f"/complaints/{complaint.number}/as-customer/").status_code == 302


# --- What is stored, and until when it works ---
def test_the_database_holds_no_token(people: People) -> None:
    complaint = factories.receive(people["agent"])
    token, link = token_of(complaint, MONDAY), PortalLink.objects.get(complaint=complaint)
    assert token not in (link.digest, link.nonce)
    assert link.digest == links.digest_of(token)
    assert token_of(complaint, MONDAY) == token, "the next letter has the same link"


def test_a_new_key_of_the_server_spoils_no_link_that_was_sent(people: People, settings: Settings) -> None:
    complaint = cases.received(people["agent"])
    old = page_of(complaint)
    settings.SECRET_KEY = "another"
    assert page_of(complaint) != old
    assert [Client().get(address).status_code for address in (old, page_of(complaint))] == [200, 200]


@pytest.mark.parametrize(("later", "works"), [(timedelta(days=179), True), (timedelta(days=181), False)])
def test_a_link_expires_after_the_closing_and_never_before(
    people: People, settings: Settings, later: timedelta, works: bool
) -> None:
    complaint = factories.receive(people["agent"])
    link = links.current(complaint, at=MONDAY)
    link.expires_at = MONDAY
    assert links.is_valid(link, MONDAY + timedelta(days=2000)), "while it is open it does not expire"
    closed = factories.closed(people["agent"], people["agent2"])
    link = links.make(closed, at=MONDAY)
    assert closed.closed_at is not None
    assert links.is_valid(link, closed.closed_at + later) == works
    settings.PORTAL_LINK_DAYS = 1
    link.expires_at = closed.closed_at
    assert not links.is_valid(link, closed.closed_at + timedelta(days=1, seconds=1))


def test_a_link_that_was_sent_before_keeps_working(people: People) -> None:
    complaint = cases.received(people["agent"])
    PortalLink.objects.create(
        complaint=complaint,
        customer=complaint.customer,
        digest=links.digest_of("sent-long-ago"),
        made_at=MONDAY,
        expires_at=MONDAY,
    )
    assert Client().get("/p/sent-long-ago/").status_code == 200


# --- Ending it ---
def test_the_customer_ends_all_links_and_the_next_letter_has_a_new_one(
    people: People, client: Client
) -> None:
    complaint = cases.offered(people["agent"])
    old = page_of(complaint)
    assert client.get(old + "end-links/").status_code == 405
    assert client.post(old + "end-links/").status_code == 404, "the page says that the link works no more"
    assert client.get(old).status_code == 404
    assert client.get(page_of(complaint)).status_code == 200
    event = Event.objects.filter(complaint=complaint).latest("seq")
    assert (event.kind, event.actor_kind) == ("links_revoked", "customer")


@pytest.mark.parametrize(
    ("name", "status"),
    [("supervisor", 303), ("agent", 403), ("manager", 403), ("supervisor2", 404), ("warehouse", 404)],
)
def test_a_supervisor_of_the_complaint_ends_links_with_a_reason(
    people: People, name: str, status: int
) -> None:
    complaint = cases.received(people["agent"])
    old, address = page_of(complaint), f"/complaints/{complaint.number}/end-links/"
    client = signed_in(people[name])
    assert client.post(address, {"reason": "Forwarded by mistake"}).status_code == status
    assert Client().get(old).status_code == (404 if status == 303 else 200)


def test_without_a_reason_no_link_ends(people: People) -> None:
    complaint = cases.received(people["agent"])
    old = page_of(complaint)
    answer = signed_in(people["supervisor"]).post(f"/complaints/{complaint.number}/end-links/", {})
    assert answer.status_code == 400
    assert Client().get(old).status_code == 200


def test_ended_links_make_devices_unknown(people: People) -> None:
    complaint = factories.resolved(people["agent"], at=cases.ago(hours=2))
    page_of(complaint)
    client = let_in(Client(), complaint)
    known.revoke_links(complaint, by=person(people["supervisor"]), at=cases.ago(seconds=-1), reason="Lost")
    assert "code" in client.post(page_of(complaint, "rate/"), GOOD).content.decode()
    assert code_sent(complaint)


# --- Limits ---
@pytest.fixture
def counted(settings: Settings) -> Settings:
    cache.clear()
    settings.PORTAL_CALLS_OF_ADDRESS = settings.PORTAL_CALLS_OF_LINK = settings.PORTAL_CALLS_OF_ALL = 1000
    return settings


@pytest.mark.parametrize("limit", ["PORTAL_CALLS_OF_ADDRESS", "PORTAL_CALLS_OF_LINK", "PORTAL_CALLS_OF_ALL"])
def test_too_many_requests_are_put_off(people: People, counted: Settings, limit: str) -> None:
    link = page_of(cases.in_callback(people["agent"]))
    setattr(counted, limit, 3)
    client = Client()
    answers = [client.get(link), client.head(link), client.post(link + "rate/", {})]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    for late in (client.get(link), client.post(link + "rate/", GOOD)):
        assert late.status_code == 429
        assert 1 <= int(late["Retry-After"]) <= 60
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").get(link)
    assert elsewhere.status_code == (200 if limit == "PORTAL_CALLS_OF_ADDRESS" else 429)


def test_guesses_at_links_are_counted_by_address(counted: Settings, db: None) -> None:
    counted.PORTAL_CALLS_OF_ADDRESS = 2
    client = Client()
    assert [client.get(f"/p/guess-{n}/").status_code for n in range(4)] == [404, 404, 429, 429]


def test_the_address_is_the_one_that_our_proxy_saw(counted: Settings, db: None) -> None:
    counted.PORTAL_CALLS_OF_ADDRESS, counted.PROXIES_IN_FRONT = 1, 1
    for number in range(3):
        client = Client(headers={"x-forwarded-for": f"10.9.9.9, 198.51.100.{number}"})
        assert client.get("/p/guess/").status_code == 404
    forged = Client(headers={"x-forwarded-for": "203.0.113.1, 198.51.100.1"})
    assert forged.get("/p/guess/").status_code == 429


def test_while_the_cache_is_away_nobody_is_refused(
    people: People, counted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object, **_named: object) -> None:
        raise ConnectionError("the cache is away")

    counted.PORTAL_CALLS_OF_ADDRESS = 1
    monkeypatch.setattr(cache, "add", away)
    link = page_of(cases.received(people["agent"]))
    assert [Client().get(link).status_code for _ in range(3)] == [200] * 3


def test_looking_changes_nothing_and_answering_is_noted(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    link = page_of(complaint)
    client.get(link)
    client.head(link)
    assert PortalLink.objects.get(complaint=complaint).last_used_at is None
    client.post(link + "message/", {"body": "Any news?", "key": "k"})
    assert isinstance(PortalLink.objects.get(complaint=complaint).last_used_at, datetime)
