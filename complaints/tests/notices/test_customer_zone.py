"""Whoever complains from London reads London's time, in letters and on their page, and the law's own date."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import converse, intake
from complaints.models import Clock, Complaint, Outbox, PolicyRule
from complaints.notices import letters
from complaints.rights.actors import CUSTOMER, person
from complaints.sla import zones
from complaints.tests import factories
from complaints.tests.portal import page_of

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)  # a Sunday evening in London, Monday morning in Shanghai


@pytest.fixture
def british(people: dict[str, User]) -> Complaint:
    customer = intake.CustomerData(name="Ann Lee", email="ann@example.com", language="en")
    receipt = factories.receipt(customer=customer, channel="web", region="international")
    return intake.receive(receipt, by=CUSTOMER, at=SENT)


def page(client: Client, complaint: Complaint, monkeypatch: pytest.MonkeyPatch, at: datetime = SENT) -> str:
    monkeypatch.setattr(timezone, "now", lambda: at)
    return client.get(f"{page_of(complaint)}?lang=en").content.decode()


def test_a_letter_names_the_zone_of_the_clock_s_calendar(british: Complaint) -> None:
    [row] = Outbox.objects.filter(complaint=british, template="acknowledgement")
    assert "by 30 Nov 2026, 13:00 (London time)." in letters.write(row, at=SENT).body


def test_the_page_names_it_too_and_the_law_s_date(
    british: Complaint, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = page(client, british, monkeypatch)
    assert "30 Nov 2026, 13:00 (London time)" in html
    assert "24 January 2027" in html and "25 Jan" not in html
    assert "What was said</h2>" not in html and "What was said · London time" in html


def test_what_was_said_stands_in_that_zone(
    british: Complaint, client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    by = person(people["supervisor"])
    Complaint.objects.filter(pk=british.pk).update(team=people["supervisor"].teams.first())
    converse.message(british, by=by, at=datetime(2026, 11, 30, 10, 15, tzinfo=UTC), body="Hello")
    html = page(client, british, monkeypatch, datetime(2026, 11, 30, 11, 0, tzinfo=UTC))
    assert "10:15" in html and "18:15" not in html


def test_elapsed_time_takes_the_zone_of_the_rule_s_office(british: Complaint) -> None:
    clock = Clock.objects.select_related("calendar", "rule").get(complaint=british, kind="acknowledge")
    assert str(zones.zone_of(clock)) == "Europe/London"
    rule = PolicyRule(targets={"update": [5, "ALWAYS"]})
    assert str(zones.zone_of(Clock(kind="update", calendar=clock.calendar, rule=rule))) == "Asia/Shanghai"


def test_an_overdue_promise_is_admitted_and_not_shown_as_ahead(
    british: Complaint, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = page(client, british, monkeypatch, SENT + timedelta(days=70))
    assert "This takes longer than we promised" in html and "You will hear from us before" not in html
    assert "you should have had our final answer by" in html and "We still owe it to you." in html
    assert british.team.name not in html


def test_a_closed_page_promises_nothing_and_names_no_team(
    people: dict[str, User], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    html = page(client, complaint, monkeypatch, SENT + timedelta(days=20))
    assert "Your complaint is closed" in html and complaint.team.name not in html
    assert "You will hear from us" not in html and "Who looks after it" not in html
