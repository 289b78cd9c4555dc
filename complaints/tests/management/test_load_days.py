"""`load_days` adds a year's official list. Days that the file does not name are removed only with `--yes`."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from complaints.models import CalendarVersion
from complaints.sla.calendars.days import beyond_loaded, content_of
from complaints.sla.targets import calendar_now
from complaints.tests.conftest import SHANGHAI

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("org")]
CHINA_2027 = """date,kind,hours,name
2027-01-01,closed,,元旦
2027-02-06,closed,,春节
2027-02-07,closed,,春节
2027-02-08,closed,,春节
2027-02-20,work_like,Monday,春节补班
2027-10-01,closed,,国庆节
2027-10-02,closed,,国庆节
2027-10-09,work_like,Friday,国庆节补班
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """A list for 2027, invented: none was published when this was written."""
    path = tmp_path / "2027.csv"
    path.write_text(CHINA_2027, encoding="utf-8")
    return path


def load(*given: object) -> str:
    out = StringIO()
    call_command("load_days", *map(str, given), stdout=out)
    return out.getvalue()


def test_china_s_list_is_taken_in_when_it_is_published(notice: Path) -> None:
    from datetime import datetime

    version = calendar_now("CN-OFFICE")
    due = datetime(2027, 3, 1, 10, tzinfo=SHANGHAI)
    assert beyond_loaded(version, due)
    said = load("cn-office", 2027, notice, "--yes")
    assert "CN-OFFICE is now version 2." in said and "open statutory deadlines would move" in said
    fresh = calendar_now("CN-OFFICE")
    assert fresh.loaded_until == date(2027, 12, 31) and not beyond_loaded(fresh, due)
    assert content_of(fresh).years[2027].official and fresh.working.is_working_day(date(2027, 10, 9))
    assert not fresh.working.is_working_day(date(2027, 2, 8)) and fresh.created_by is None


def test_days_that_the_file_does_not_name_stay_without_a_yes(notice: Path) -> None:
    before = CalendarVersion.objects.count()
    with pytest.raises(CommandError, match="add --yes"):
        load("CN-OFFICE", 2027, notice)
    assert CalendarVersion.objects.count() == before


def test_a_file_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, notice: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("day,what\n", encoding="utf-8")
    for given, told in (
        (("CN-OFFICE", 2027, broken), "columns"),
        (("CN-OFFICE", 2027, tmp_path / "none.csv"), "cannot be read"),
        (("MOON", 2027, notice), "no calendar"),
        (("CN-OFFICE", 2026, notice, "--yes"), "no dates in one of these years"),
        (("ALWAYS", 2027, notice, "--yes"), "cannot be changed"),
    ):
        with pytest.raises(CommandError, match=told):
            load(*given)


def test_what_is_left_out_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "uk.ics"
    events = (
        "DTSTART;VALUE=DATE:20281224\nSUMMARY:Christmas Eve\nDESCRIPTION:Observance",
        "DTSTART;VALUE=DATE:20281225\nSUMMARY:Christmas Day",
        "DTSTART;VALUE=DATE:20281130\nSUMMARY:St Andrew's Day (Scotland)",
    )
    body = "\n".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events)
    path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}\nEND:VCALENDAR\n", encoding="utf-8")
    said = load("UK-OFFICE", 2028, path, "--yes")
    assert "left out Entry 1 (Christmas Eve)" in said and "left out 2028-11-30" in said
    assert calendar_now("UK-OFFICE").working.is_working_day(date(2028, 11, 30))
