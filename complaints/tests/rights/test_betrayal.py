"""Nothing tells a person that a complaint is about them: no page, list, count, search, notice or timeline."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import Team, User
from complaints.forms.moves import MergeForm
from complaints.lifecycle import converse, diagnose, escalate, intake, promises, resolve, review, risk
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import merge
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import (
    Approval,
    Complaint,
    Outbox,
    Task,
)
from complaints.reads import load as team_load
from complaints.reads import one_complaint, portal, queue
from complaints.rights import access, standings
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.addresses import addresses, routes
from complaints.tests.conftest import MONDAY
from complaints.tests.portal import page_of

pytestmark = pytest.mark.django_db
People = dict[str, User]
WORD, DIGITS = "Quetzal", "177-3141-5926"
HOUR = timedelta(hours=1)
NOW = MONDAY + 6 * HOUR
CUSTOMER_DATA = intake.CustomerData(name=f"{WORD} Li", phone=DIGITS, email=f"{WORD}@example.com".lower())
OTHER = intake.CustomerData(name="王丽", phone="100-0000-0099", email="wang@example.com")
NAMED: dict[str, set[str]] = {
    "agent2": {"intake", "resolve", "callback", "closed"},
    "supervisor": {"resolve"},
    "manager": {"make good", "closed"},
    "quality": {"review asked"},
    "warehouse": {"resolve"},
}
"""People who would see the complaint, or a task in it, if it were not about them.

For each person the stages are given in which this is tried. An empty set means all.
"""
THOROUGH = {"resolve", "make good"}
"""The stages in which parts of pages and the addresses of all moves are tried as well, by GET and POST."""
A_MOVE = re.compile(r"/complaints/RD-\d+/(?!reviewed/).")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


# --- A complaint full of the word ---
def planted(people: People, name: str) -> Complaint:
    complaint = intake.receive(
        factories.receipt(
            customer=CUSTOMER_DATA,
            description=f"{WORD} was rude to me",
            subject=f"{WORD} again",
            desired_outcome=f"An apology of {WORD}",
            order_reference=f"{WORD}-77",
            claims=[{"text": f"{WORD} shouted"}, {"text": f"{WORD} laughed"}],
            about_staff=[name],
        ),
        by=person(people["agent"]),
        at=MONDAY,
    )
    risk.flag_risk(
        complaint, by=person(people["agent"]), at=MONDAY, flag="vulnerable", reason=f"{WORD} is deaf"
    )
    return complaint


def walked(complaint: Complaint, people: People) -> Iterator[str]:
    """Take the complaint through every stage, with the word in every text, and stop for each search."""
    who: dict[str, Any] = {"by": person(people["agent"]), "at": MONDAY + HOUR}
    yield from _answered(complaint, who)
    yield from _called_and_reviewed(complaint, people, who)


def _answered(complaint: Complaint, who: dict[str, Any]) -> Iterator[str]:
    at = who["at"]
    converse.write_in(complaint, at=at, body=f"{WORD}?", by=CUSTOMER)
    converse.note(complaint, **who, body=f"{WORD} knows")
    yield "intake"
    diagnose.start_diagnosis(complaint, **who)
    promises.promise(complaint, **who, text=f"{WORD} calls", due_at=at + HOUR)
    warehouse = Team.objects.get(code="WAREHOUSE")
    carry_out.add_task(complaint, **who, title=f"Look at {WORD}", team=warehouse)
    escalate.escalate(complaint, **who, reason=f"{WORD} R", tried=f"{WORD} T", ask=f"{WORD} A")
    yield "diagnose"
    decisions.withdraw(Approval.objects.get(complaint=complaint, state="pending"), **who)
    words = {"problem_statement": f"{WORD} P", "reasons": f"{WORD} R", "scene": f"{WORD} S"}
    diagnose.record_finding(complaint, factories.FINDING | words, **who)
    options = [{"kind": "FULL", "amount": "5000.00", "description": f"{WORD} D"}]
    offer = {"options": options, "single_option_reason": f"{WORD} O"}
    plan = offers.offer(complaint, offer, **who)
    yield "resolve"
    decided(complaint)
    complaint.refresh_from_db()
    option = plan.options.get()
    offers.choose(complaint, option.pk, **who, channel="phone", evidence=f"{WORD} E")
    for task in Task.objects.filter(complaint=complaint):
        carry_out.finish_task(task, **who, evidence=f"{WORD} done")
    complaint.refresh_from_db()
    converse.log_call(complaint, **who, body=f"{WORD} told")
    for claim in complaint.claims.filter(disposition="open"):
        resolve.settle_claim(complaint, claim.pk, **who, disposition="declined", reason=f"{WORD} C")
    resolve.resolve(complaint, **who, final_answer=f"{WORD} F")
    yield "callback"


def _called_and_reviewed(complaint: Complaint, people: People, who: dict[str, Any]) -> Iterator[str]:
    at = who["at"]
    said = factories.PARTLY | {"make_good": {"kind": "COUP20", "description": f"{WORD} M"}}
    named = standings.has_conflict(people["supervisor"], complaint)
    caller = person(people["agent" if named else "supervisor"])
    calls.record_callback(complaint, said, by=caller, at=at)
    yield "make good"
    calls.make_good_done(complaint, **who, evidence=f"{WORD} sent")
    calls.record_callback(complaint, factories.SATISFIED | {"note": f"{WORD} N"}, by=caller, at=at)
    yield "review"
    action = {"title": f"{WORD} I", "kind": "process", "owner": people["agent"], "due_at": at + 9 * HOUR}
    data = factories.FULL_REVIEW | {"lesson": f"{WORD} L", "whys": [{"why": f"{WORD} W"}] * 2}
    review.record_review(complaint, data | {"actions": [action], "no_action_reason": ""}, **who)
    yield "review asked"
    decided(complaint)
    complaint.refresh_from_db()
    yield "closed"


def decided(complaint: Complaint) -> None:
    approval = Approval.objects.get(complaint=complaint, state="pending")
    by = approval.asked.order_by("pk")[0]
    decisions.decide(approval, by=person(by), at=MONDAY + HOUR, approve=True, note=WORD)


# --- Every page there is ---
QUERIES = {
    "complaints:list": [
        *({"view": view} for view in queue.VIEWS),
        *({"q": words} for words in (WORD, DIGITS, "number", f"{WORD}-77")),
        {"view": "open", "stage": "resolve"},
        {"view": "open", "category": "LOG-DMG", "channel": "phone"},
    ],
    "complaints:policy-try": [{"number": "number"}],
    "api:complaints": [
        {"q": WORD},
        {"ordering": "-received_at"},
        {"ordering": "severity"},
        {"breached": "true"},
    ],
    "api:customers": [{"q": WORD}, {"phone": DIGITS}],
    "api:approvals": [{"complaint": "number"}, {"state": "pending"}],
}


def fetched(client: Client, url: str, query: dict[str, str] | None = None, **headers: str) -> str:
    """Return a page as text, without what differs from one request to the next."""
    answer = client.get(url, query or {}, headers=headers or None)
    text = answer.content.decode()
    return f"{answer.status_code} " + re.sub(
        r'(csrfmiddlewaretoken" value|nonce|X-CSRFToken": ?)"?=?"[^"]+"|[A-Za-z0-9]{64}|[0-9a-f]{32}',
        "",
        text,
    )


def all_pages(client: Client, urls: list[str], number: str, *, parts: bool) -> dict[str, str]:
    """Return every page by its address, as a whole and as the part that htmx loads."""
    texts = {}
    for url in urls:
        texts[url] = fetched(client, url)
        if parts and not url.startswith("/api/"):
            texts[f"{url} part"] = fetched(client, url, hx_request="true")
    for name, queries in QUERIES.items():
        for query in queries:
            asked = {key: number if value == "number" else value for key, value in query.items()}
            text = fetched(client, reverse(name), asked)
            texts[f"{name} {query}"] = text.replace(number, "").replace(WORD, "") if "q" in query else text
    return texts


def background(people: People) -> Complaint:
    """Make other complaints, so that there is something to count."""
    factories.offered(people["agent"], offer=factories.BIG_OFFER, customer=OTHER)
    factories.resolved(people["agent"], customer=OTHER)
    return factories.receive(people["agent"], customer=OTHER, risk_flags=["vulnerable"])


@pytest.mark.parametrize("name", NAMED)
def test_nothing_betrays_it_to_whom_it_is_about(people: People, client: Client, name: str) -> None:
    number = str(background(people).number)
    me = people[name]
    client.force_login(me)
    unplanted = f"RD-{int(number.removeprefix('RD-')) + 1}"
    pages = addresses(Complaint.objects.get(number=number)).pages
    before = all_pages(client, pages, unplanted, parts=True)
    pages = [url for url in pages if before[url].startswith("200")]
    complaint = planted(people, name)
    assert complaint.number == unplanted
    nothing_there: dict[str, int] = {}
    for stage in walked(complaint, people):
        assert not Outbox.objects.filter(user=me, complaint=complaint).exists(), stage
        if NAMED[name] and stage not in NAMED[name]:
            continue
        for address, text in all_pages(client, pages, unplanted, parts=stage in THOROUGH).items():
            assert text == before[address], f"{stage}: {address} is not what it was"
            assert WORD not in text
        for url in addresses(complaint).objects:
            if stage not in THOROUGH and A_MOVE.match(url):
                continue
            not_there(client, url, unplanted, nothing_there, posts=stage in THOROUGH)


def not_there(client: Client, url: str, number: str, known: dict[str, int], *, posts: bool) -> None:
    """Check that the answer is the same as for a number that does not exist."""
    nowhere = re.sub(
        r"/(approvals|tasks|improvements|customers)/\d+/", r"/\1/999999/", url.replace(number, "RD-999999")
    )
    for method in (client.get, client.post) if posts else (client.get,):
        answer, asked = method(url), f"{method.__name__} {nowhere}"
        if asked not in known:
            known[asked] = method(nowhere).status_code
        assert answer.status_code == known[asked] in {403, 404, 405}, asked
        text = answer.content.decode()
        assert WORD not in text
        assert number not in text


def test_the_load_of_a_team_leaves_out_what_is_about_the_reader(people: People) -> None:
    def load() -> list[tuple[str, int]]:
        rows = team_load.load_rows(people["supervisor"], NOW)
        return [(row["agent"].username, row["open"]) for row in rows]

    before = load()
    planted(people, "supervisor")
    assert load() == before
    planted(people, "supervisor2")
    assert load() != before


def test_another_complaint_of_the_same_customer_does_not_tell(people: People, client: Client) -> None:
    """There is no number to merge into, no count and no earlier complaint, and the caller seems new."""
    hidden = planted(people, "agent2")
    client.force_login(people["agent2"])
    caller = client.post(reverse("complaints:caller"), {"phone": DIGITS, "name": ""}).content.decode()
    assert WORD not in caller
    mine = factories.diagnosed(people["agent2"], at=MONDAY + HOUR, customer=CUSTOMER_DATA)
    form = MergeForm(complaint=mine, user=people["agent2"])
    assert str(hidden.number) not in f"{form.fields['into'].help_text}{form.fields['into'].initial}"
    assert one_complaint.complaints_of_customer(people["agent2"], mine) == {"all": 1, "seen": 1, "this": 1}
    assert one_complaint.complaints_of_customer(people["manager"], mine) == {"all": 2, "seen": 2, "this": 1}
    refusals = []
    for number in (hidden.number, "RD-999999"):
        earlier = {"reported_before": True, "earlier_complaint": number}
        with pytest.raises(Exception) as refusal:
            diagnose.record_finding(
                mine, factories.FINDING | earlier, by=person(people["agent2"]), at=MONDAY + HOUR
            )
        refusals.append(getattr(refusal.value, "errors", None))
    assert refusals[0] == refusals[1] != {}


@pytest.mark.parametrize("name", ["agent2", "supervisor", "manager"])
def test_named_in_the_source_of_a_merge_one_sees_neither_and_afterwards_nothing_of_it(
    people: People, client: Client, name: str
) -> None:
    survivor = factories.receive(people["agent"], customer=CUSTOMER_DATA)
    source = planted(people, name)
    by = person(people["supervisor" if name != "supervisor" else "agent"])
    client.force_login(people[name])
    assert client.get(survivor.get_absolute_url()).status_code == 200
    merge.merge(source, survivor, by=by, at=MONDAY + HOUR)
    survivor.refresh_from_db()
    for complaint in (source, survivor):
        assert client.get(complaint.get_absolute_url()).status_code == 404
        assert not access.among_who_see(complaint, [people[name]])
    if name == "supervisor":
        return
    merge.unmerge(source, by=by, at=MONDAY + 2 * HOUR, reason="Two events")
    assert client.get(source.get_absolute_url()).status_code == 404
    page = client.get(survivor.get_absolute_url())
    assert page.status_code == 200
    text = page.content.decode()
    assert str(source.number) not in text
    assert f"{WORD} was rude" not in text
    assert not Outbox.objects.filter(user=people[name], complaint=source).exists()


def test_named_in_the_survivor_one_does_not_learn_where_the_source_went(
    people: People, client: Client
) -> None:
    source = factories.receive(people["agent2"], customer=CUSTOMER_DATA)
    survivor = planted(people, "agent2")
    merge.merge(source, survivor, by=person(people["supervisor"]), at=MONDAY + HOUR)
    client.force_login(people["agent2"])
    page = client.get(source.get_absolute_url())
    assert page.status_code == 200
    assert str(survivor.number) not in page.content.decode()
    merge.unmerge(source, by=person(people["supervisor"]), at=MONDAY + 2 * HOUR, reason="Two events")
    assert str(survivor.number) not in client.get(source.get_absolute_url()).content.decode()


def test_a_link_of_one_customer_shows_nothing_of_the_other_in_a_merge(people: People, client: Client) -> None:
    mine = factories.receive(people["agent"], customer=OTHER)
    theirs = planted(people, "agent2")
    list(zip(walked(theirs, people), range(3), strict=False))
    merge.merge(mine, theirs, by=person(people["supervisor"]), at=MONDAY + HOUR)
    theirs.refresh_from_db()
    for complaint, word in ((mine, WORD), (theirs, "王丽")):
        text = client.get(page_of(complaint)).content.decode()
        assert word not in text
    text = client.get(page_of(mine)).content.decode()
    assert str(theirs.number) not in text
    assert WORD not in str(portal.public_messages(mine))


def test_no_route_is_left_out() -> None:
    """Every route can be reversed. `addresses` itself fails on a route whose parameters it does not know."""
    for name, parameters in routes():
        if not parameters:
            try:
                reverse(name)
            except NoReverseMatch:
                pytest.fail(name)
