"""Pages on which managers see and change calendars."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints.models import Calendar, CalendarVersion, Clock
from complaints.sla.targets import calendar_now
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.pages import shown
from complaints.tests.views.test_inbox import MOST_QUERIES, signed_in

pytestmark = pytest.mark.django_db
BASE = "/settings/calendars/"
OFFICE = f"{BASE}CN-OFFICE/"
HOURS = "09:00-12:00, 13:00-18:00"
WEEK = {"timezone": "Asia/Shanghai", "country": "CN"} | {f"day_{day}": HOURS for day in range(5)}
POSTS = ("", "2026/dates/", "2026/take-out/", "2026/load/", "import/", "import/confirm/")
GETS = ("", "2026/", "2026/load/", "import/")
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//t//
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20271001
DTEND;VALUE=DATE:20271008
SUMMARY:国庆节
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20271009
SUMMARY:国庆节 班
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20271010T090000Z
DTEND:20271010T100000Z
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The date of the pages: this year's list of holidays is known, next year's is not."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    return signed_in(people["manager"])


def week(**changed: str) -> dict[str, str]:
    return {**WEEK, "version": "1", "reason": "Shorter lunch", **changed}


def sent(client: Client, text: str, name: str = "days.ics", **extra: Any) -> Any:
    given = {"file": SimpleUploadedFile(name, text.encode()), "meaning": "closed", "like": "4", **extra}
    return client.post(f"{OFFICE}import/", given)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field, as a browser would send it back."""
    tag = next(part for part in page.split("<input")[1:] if f'name="{name}"' in part)
    return unescape(tag.partition('value="')[2].partition('"')[0])


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_only_managers_see_and_change_calendars(people: dict[str, User], name: str) -> None:
    other = signed_in(people[name])
    assert other.get(BASE).status_code == 403
    assert {other.get(OFFICE + path).status_code for path in GETS} == {403}
    assert {other.post(OFFICE + path, week()).status_code for path in POSTS} == {403}
    assert calendar_now("CN-OFFICE").version == 1


def test_nobody_without_signing_in(org: None) -> None:
    for path in (BASE, OFFICE, f"{OFFICE}2026/"):
        assert Client().get(path).status_code == 302


def test_the_list_says_hours_years_clocks_and_what_is_missing(
    client: Client, people: dict[str, User]
) -> None:
    factories.receive(people["agent"])
    on_it = Clock.objects.live().filter(calendar__calendar__code="CN-OFFICE").count()
    page = shown(client.get(BASE).content.decode())
    row = page.partition("CN-OFFICE/")[2].partition("</a>")[0]
    assert "Mon–Fri" in row and "09:00–12:00, 13:00–18:00" in row and "Asia/Shanghai" in row
    assert "2025, 2026, 2027" in row and "no official list for 2027" in row
    assert on_it == 1 and "1 open clock<" in row
    british = page.partition("UK-OFFICE/")[2].partition("</a>")[0]
    assert "no official list" not in british
    assert page.index("NIGHT") < page.index("ALWAYS")


def test_hours_are_changed_as_a_new_version(client: Client) -> None:
    answer = client.post(OFFICE, week(day_0="09:00-12:30, 13:00-18:00"))
    assert answer.status_code == 303
    page = client.get(OFFICE).content.decode()
    assert "v2" in page and "Shorter lunch" in page
    assert "09:00–12:00, 13:00–18:00 → 09:00–12:30, 13:00–18:00" in page


def test_what_is_refused_is_beside_its_field_and_what_was_typed_stays(client: Client) -> None:
    for changed, said in (
        ({"day_0": "9 to 5"}, 'id="id_day_0_errors"'),
        ({"day_0": "09:00-25:00"}, "25:00 is not a time of day"),
        ({"timezone": "Asia/Nowhere"}, 'id="id_timezone_errors"'),
        ({"country": "XX"}, 'id="id_country_errors"'),
        ({"reason": "", "day_6": HOURS}, 'id="id_reason_errors"'),
        ({"reason": "\x00", "day_6": HOURS}, 'id="id_reason_errors"'),
        ({}, "Nothing is different"),
    ):
        answer = client.post(OFFICE, week(**changed))
        assert answer.status_code == 400 and said in answer.content.decode(), changed
    assert 'value="9 to 5"' in client.post(OFFICE, week(day_0="9 to 5")).content.decode()
    assert calendar_now("CN-OFFICE").version == 1


def test_the_second_of_two_is_told(client: Client) -> None:
    assert client.post(OFFICE, week(day_5="09:00-12:00")).status_code == 303
    answer = client.post(OFFICE, week(day_6="09:00-12:00"))
    assert answer.status_code == 409 and "while you were working on it" in answer.content.decode()
    assert client.post(OFFICE, week(day_6="09:00-12:00", version="")).status_code == 409
    assert client.post(OFFICE, week(day_6="09:00-12:00", version="x")).status_code == 400


def test_elapsed_time_cannot_be_changed(client: Client) -> None:
    page = client.get(f"{BASE}ALWAYS/").content.decode()
    assert "cannot be changed" in page and 'name="day_0"' not in page
    assert client.get(f"{BASE}ALWAYS/2026/").status_code == 200
    for path in ("", "2026/dates/", "2026/take-out/"):
        assert client.post(f"{BASE}ALWAYS/{path}", week()).status_code == 409
    for path in ("2026/load/", "import/", "import/confirm/"):
        assert client.post(f"{BASE}ALWAYS/{path}", week()).status_code == 404


def test_a_year_shows_its_dates_and_says_when_there_is_no_official_list(client: Client) -> None:
    page = client.get(f"{OFFICE}2026/").content.decode()
    assert "official list, library" in page and "No official list" not in page
    assert "国庆节 / National Day" in page and "worked like Monday" in page
    page = client.get(f"{OFFICE}2027/").content.decode()
    assert "No official list for 2027" in page
    for path in (f"{OFFICE}1990/", f"{OFFICE}2999/", f"{BASE}NONE/", f"{BASE}NONE/2026/"):
        assert client.get(path).status_code == 404


def test_dates_are_put_in_and_taken_out(client: Client) -> None:
    given = {
        "first": "2026-12-24",
        "last": "2026-12-25",
        "kind": "hours",
        "hours": "09:00-12:00",
        "version": "1",
    }
    answer = client.post(f"{OFFICE}2026/dates/", given | {"name": "Early end", "reason": "Party"})
    assert answer.status_code == 303
    page = client.get(f"{OFFICE}2026/").content.decode()
    assert page.count("Early end") == 2 and "09:00–12:00" in page
    out = {"dates": ["2026-12-24", "2026-12-25"], "version": "2", "reason": "No party"}
    assert client.post(f"{OFFICE}2026/take-out/", out | {"reason": ""}).status_code == 400
    kept = client.post(f"{OFFICE}2026/take-out/", out | {"reason": ""}).content.decode()
    assert kept.count(" checked") == 2
    assert client.post(f"{OFFICE}2026/take-out/", out).status_code == 303
    assert "Early end" not in client.get(f"{OFFICE}2026/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": ""}, "day_first"),
        ({"first": "2026-02-30"}, "day_first"),
        ({"first": "20261224"}, "day_first"),
        ({"first": "0001-01-01"}, "day_first"),
        ({"last": "2026-12-01"}, "day_last"),
        ({"last": "2027-12-24"}, "day_last"),
        ({"kind": "holiday"}, "day_kind"),
        ({"kind": "hours", "hours": ""}, "day_hours"),
        ({"kind": "hours", "hours": "24:00-25:00"}, "day_hours"),
        ({"kind": "work_like", "like": "6"}, "day_like"),
        ({"kind": "work_like", "like": "x"}, "day_like"),
        ({"name": "x" * 121}, "day_name"),
    ],
)
def test_a_wrong_date_is_told_beside_its_field(client: Client, changed: dict[str, str], field: str) -> None:
    given = {"first": "2026-12-24", "kind": "closed", "version": "1", "reason": "R", **changed}
    answer = client.post(f"{OFFICE}2026/dates/", given)
    assert answer.status_code == 400 and f'id="{field}_errors"' in answer.content.decode()


def test_a_further_year_is_shown_and_loaded(client: Client) -> None:
    page = client.get(f"{OFFICE}2028/load/").content.decode()
    assert "No official list for 2028" in page and "added" in page
    assert calendar_now("CN-OFFICE").version == 1
    given = {"version": "1", "like": "0", "reason": "Next year"}
    assert client.post(f"{OFFICE}2028/load/", given | {"reason": ""}).status_code == 400
    assert client.post(f"{OFFICE}2028/load/", given).status_code == 303
    version = calendar_now("CN-OFFICE")
    assert version.years["2028"] == {"official": False, "source": "library"}
    assert str(version.loaded_until) == "2026-12-31"
    assert client.post(f"{BASE}NIGHT/2028/load/", given).status_code == 400


def test_a_file_is_shown_before_it_is_taken_in(client: Client) -> None:
    page = sent(client, ICS, official=["2027"]).content.decode()
    assert "its name says that this is a working day" in page and "it has a time of day" in page
    assert "whole official list of 2027" in page and "removed" in page
    assert calendar_now("CN-OFFICE").version == 1
    given = {name: hidden(page, name) for name in ("version", "rows", "official")}
    assert client.post(f"{OFFICE}import/confirm/", given).status_code == 400
    assert client.post(f"{OFFICE}import/confirm/", given | {"reason": "The notice"}).status_code == 303
    version = calendar_now("CN-OFFICE")
    assert [day for day in version.definition["closed"] if day > "2027"] == [
        f"2027-10-0{day}" for day in range(1, 8)
    ]
    assert str(version.loaded_until) == "2027-12-31"
    assert version.years["2027"] == {"official": True, "source": "imported"}
    assert "no official list" not in client.get(BASE).content.decode().partition("CN-OFFICE/")[2][:900]
    again = client.post(f"{OFFICE}import/confirm/", given | {"reason": "The notice"})
    assert again.status_code == 409


def test_a_wrong_file_is_told(client: Client) -> None:
    for text, name, said in (
        ("date,kind,hours,name\n2026-02-30,closed,,x", "a.csv", "Line 2"),
        ("hello", "a.ics", "The file"),
        ("x", "a.xlsx", ".ics or .csv"),
        ("", "a.csv", "no dates"),
        ("x" * 300_000, "a.csv", "larger than"),
    ):
        answer = sent(client, text, name)
        assert answer.status_code == 400 and said in answer.content.decode(), name
    none = client.post(f"{OFFICE}import/", {"meaning": "closed", "like": "0"})
    assert none.status_code == 400 and 'id="id_file_errors"' in none.content.decode()
    bad = client.post(f"{OFFICE}import/confirm/", {"version": "1", "rows": "nonsense", "reason": "R"})
    assert bad.status_code == 400 and "Line 1" in bad.content.decode()


def test_the_list_costs_the_same_whether_few_or_many(client: Client, people: dict[str, User]) -> None:
    factories.receive(people["agent"])
    base, costs = calendar_now("CN-OFFICE"), []
    for count in (5, 50):
        for number in range(Calendar.objects.count(), count):
            calendar = Calendar.objects.create(code=f"C{number}", name_en="C", name_zh="C")
            CalendarVersion.objects.create(
                calendar=calendar, version=1, definition=base.definition, created_at=MONDAY
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(BASE).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= MOST_QUERIES


def test_the_history_costs_the_same_whether_short_or_long(client: Client, people: dict[str, User]) -> None:
    base, costs = calendar_now("CN-OFFICE"), []
    for count in (5, 50):
        for version in range(base.calendar.versions.count() + 1, count + 1):
            CalendarVersion.objects.create(
                calendar=base.calendar,
                version=version,
                definition=base.definition,
                created_at=MONDAY,
                created_by=people["manager" if version % 2 else "manager2"],
            )
        with CaptureQueriesContext(connection) as captured:
            client.get(OFFICE)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= MOST_QUERIES
