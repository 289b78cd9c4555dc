"""Why this deadline: everybody who may see the complaint may ask, as a page or as a part of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.lifecycle.ending import merge
from complaints.models import CalendarVersion, Clock, ClockKind, ClockPause, Complaint
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.pages import shown
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db


def path_of(complaint: Complaint, kind: str = ClockKind.RESOLUTION) -> str:
    return f"/complaints/{complaint.number}/clocks/{complaint.clocks.get(kind=kind).pk}/"


@pytest.fixture
def complaint(people: dict[str, User]) -> Complaint:
    return factories.receive(people["agent"])


def test_the_complaint_links_to_it_and_the_page_adds_up(
    people: dict[str, User], complaint: Complaint
) -> None:
    client, path = signed_in(people["agent"]), path_of(complaint)
    assert f'hx-get="{path}"' in client.get(f"/complaints/{complaint.number}/").content.decode()
    page = shown(client.get(path).content.decode())
    assert "Why this deadline? Resolve" in page and "<html" in page
    assert "09:00–12:00" in page and "outside hours" in page and "exactly the time granted" in page
    assert "Office hours v1, Asia/Shanghai" in page and "“Everything else”, policies v1" in page


def test_htmx_gets_the_part_alone(people: dict[str, User], complaint: Complaint) -> None:
    answer = signed_in(people["agent"]).get(path_of(complaint), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode() and "HX-Request" in answer["Vary"]


def test_who_does_not_see_the_complaint_does_not_see_its_clocks(
    client: Any, people: dict[str, User], complaint: Complaint
) -> None:
    path = path_of(complaint)
    for name, status in (
        ("supervisor", 200),
        ("manager", 200),
        ("specialist", 404),
        ("warehouse", 404),
        ("admin", 404),
    ):
        assert signed_in(people[name]).get(path).status_code == status, name
    assert client.get(path).status_code == 302
    assert signed_in(people["agent"]).post(path).status_code == 405


def test_the_clock_must_be_of_that_complaint(people: dict[str, User], complaint: Complaint) -> None:
    other = factories.receive(people["agent"])
    client, clock = signed_in(people["agent"]), other.clocks.get(kind=ClockKind.RESOLUTION)
    assert client.get(f"/complaints/{complaint.number}/clocks/{clock.pk}/").status_code == 404
    assert client.get(f"/complaints/{complaint.number}/clocks/99999999999999999999/").status_code == 404


def test_pauses_and_missing_holidays_are_told(people: dict[str, User], complaint: Complaint) -> None:
    clock = complaint.clocks.get(kind=ClockKind.RESOLUTION)
    ClockPause.objects.create(clock=clock, since=MONDAY + timedelta(hours=1))
    Clock.objects.filter(pk=clock.pk).update(paused_since=MONDAY + timedelta(hours=1))
    CalendarVersion.objects.filter(pk=clock.calendar_id).update(loaded_until="2026-11-24")
    page = signed_in(people["agent"]).get(path_of(complaint)).content.decode()
    assert "moves later while we wait for the customer" in page and "still" in page
    assert "No holiday data after Nov. 24, 2026" in page


def test_another_zone_is_named_beside_the_readers(people: dict[str, User], complaint: Complaint) -> None:
    User.objects.filter(username="agent").update(timezone="Europe/London")
    client = signed_in(people["agent"])
    page = client.get(path_of(complaint)).content.decode()
    assert "in the time of Asia/Shanghai" in page and "Asia/Shanghai</span>" in page
    always = client.get(path_of(complaint, ClockKind.RECOVERY)).content.decode()
    assert "in the time of" not in always


def test_it_costs_the_same_with_few_entries_and_with_many(
    people: dict[str, User], complaint: Complaint
) -> None:
    client, clock, costs = signed_in(people["agent"]), complaint.clocks.get(kind=ClockKind.RESOLUTION), []
    for count in (2, 30):
        while clock.pauses.count() < count:
            since = clock.started_at + timedelta(minutes=10 * clock.pauses.count())
            ClockPause.objects.create(clock=clock, since=since, until=since + timedelta(minutes=1))
        with CaptureQueriesContext(connection) as captured:
            client.get(path_of(complaint), headers={"HX-Request": "true"})
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 16


def test_a_merge_is_told_but_not_to_whom_the_other_complaint_is_about(people: dict[str, User]) -> None:
    survivor = factories.receive(people["agent"])
    source = factories.receive(people["agent"], about_staff=["agent2"])
    by = person(people["supervisor"])
    merge.merge(source, survivor, by=by, at=MONDAY + timedelta(hours=1))
    merge.unmerge(source, by=by, at=MONDAY + timedelta(hours=2), reason="Two events")
    told, hidden = (
        signed_in(people[name]).get(path_of(survivor)).content.decode() for name in ("agent", "agent2")
    )
    assert "was merged into this one" in told and "merge was undone" in told
    assert "Why this deadline?" in hidden and "merge" not in hidden
