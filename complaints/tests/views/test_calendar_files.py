"""Importing a calendar file asks about days of one region, and warns before it takes out other days."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from complaints.sla.targets import calendar_now
from complaints.tests.conftest import MONDAY
from complaints.tests.sla.calendars.test_ics_forms import ics
from complaints.tests.views.test_calendars import hidden

pytestmark = pytest.mark.django_db
UK = "/settings/calendars/UK-OFFICE/import/"
EVENTS = (
    "DTSTART;VALUE=DATE:20271224|SUMMARY:Christmas Eve|DESCRIPTION:Observance",
    "DTSTART;VALUE=DATE:20271227|SUMMARY:Christmas Day (substitute day)|DESCRIPTION:Public holiday",
    "DTSTART;VALUE=DATE:20271130|SUMMARY:St Andrew's Day (Scotland)|DESCRIPTION:Public holiday in Scotland",
)


@pytest.fixture
def manager(client: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    client.force_login(people["manager"])
    return client


def shown(client: Client, **more: object) -> str:
    given = {"file": SimpleUploadedFile("uk.ics", ics(*EVENTS)), "meaning": "by_name", "like": "0", **more}
    return client.post(UK, given).content.decode()


def says(page: str, words: str) -> bool:
    return words in " ".join(page.split())


def confirmed(client: Client, page: str, **more: object) -> int:
    given = {name: hidden(page, name) for name in ("version", "rows", "asked")}
    return client.post(f"{UK}confirm/", given | {"reason": "The list", **more}).status_code


def test_days_of_one_region_wait_for_a_tick(manager: Client) -> None:
    page = shown(manager)
    assert "Days off in one region only: which of them count here?" in page
    assert escape("St Andrew's Day (Scotland)") in page and 'name="regional" value="2027-11-30"' in page
    assert says(page, "it is an observance, on which people work")
    assert confirmed(manager, page) == 303
    assert calendar_now("UK-OFFICE").working.is_working_day(date(2027, 11, 30))


def test_a_ticked_day_of_a_region_is_taken_in(manager: Client) -> None:
    assert confirmed(manager, shown(manager), regional=["2027-11-30"]) == 303
    working = calendar_now("UK-OFFICE").working
    assert not working.is_working_day(date(2027, 11, 30)) and not working.is_working_day(date(2027, 12, 27))
    assert working.is_working_day(date(2027, 12, 24))


def test_a_tick_that_nobody_offered_is_refused(manager: Client) -> None:
    assert confirmed(manager, shown(manager), regional=["2027-07-01"]) == 400


def test_the_whole_list_of_a_year_warns_before_it_takes_out_days(manager: Client) -> None:
    page = shown(manager, official=["2027"])
    assert says(page, "no days off in this file, and would be ordinary days again:") and "2027-05-03" in page
    assert not says(shown(manager), "no days off in this file")
