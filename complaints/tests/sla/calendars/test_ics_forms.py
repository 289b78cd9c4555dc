"""Calendar files of other programs, which write the same day off in different words and formats."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from complaints.models import DayKind
from complaints.sla.calendars import contents, files, ics_events
from complaints.tests.conftest import MONDAY

LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")
HIDE = "Observance\\nTo hide observances\\, open the settings"


def ics(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(*events: str, meaning: str = contents.BY_NAME, zone: ZoneInfo = LONDON) -> contents.Contents:
    return files.read_file("days.ics", ics(*events), meaning=meaning, like=0, at=MONDAY, zone=zone)


def test_observances_are_passed_over_and_named() -> None:
    found = read(
        f"DTSTART;VALUE=DATE:20261224|SUMMARY:Christmas Eve|DESCRIPTION:{HIDE}",
        "DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas Day|DESCRIPTION:Public holiday",
        "DTSTART;VALUE=DATE:20270328|SUMMARY:Daylight Saving Time starts",
    )
    assert list(found.days) == [date(2026, 12, 25)] and not found.asked
    assert [entry.where for entry in found.ignored] == [
        "Entry 1 (Christmas Eve)",
        "Entry 3 (Daylight Saving Time starts)",
    ]
    assert all("observance" in entry.why for entry in found.ignored)


def test_days_of_one_region_are_asked_about() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20261130|SUMMARY:St Andrew's Day|DESCRIPTION:Public holiday in Scotland",
        "DTSTART;VALUE=DATE:20260713|SUMMARY:Battle of the Boyne (Northern Ireland)",
        "DTSTART;VALUE=DATE:20261228|SUMMARY:Boxing Day (substitute day)|DESCRIPTION:Public holiday",
    )
    assert list(found.days) == [date(2026, 12, 28)]
    assert [(each.day.date, each.why) for each in found.asked] == [
        (date(2026, 7, 13), "a day off only in one region: Northern Ireland"),
        (date(2026, 11, 30), "a day off only in one region: Scotland"),
    ]


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Canada Day", ""),
        ("Christmas Day (Observed)", ""),
        ("Eid al-Fitr (tentative date)", ""),
        ("春节（休）", ""),
        ("Victoria Day (regional holiday)", "regional holiday"),
        ("Melbourne Cup (Victoria)", "Victoria"),
    ],
)
def test_brackets_name_a_region_or_not(name: str, region: str) -> None:
    assert ics_events.region_of(name, "") == region


@pytest.mark.parametrize("name", ["劳动节 补班 第1天/共1天", "Working day", "Make-up day"])
def test_a_timed_working_day_has_those_hours(name: str) -> None:
    found = read(
        "DTSTART;VALUE=DATE:20270501|DTEND;VALUE=DATE:20270506|SUMMARY:劳动节 假期",
        f"DTSTART:20270425T090000|DTEND:20270425T180000|STATUS:TENTATIVE|SUMMARY:{name}",
        zone=SHANGHAI,
    )
    assert not found.ignored and len(found.days) == 6
    worked = found.days[date(2027, 4, 25)]
    assert (worked.kind, worked.windows, worked.like) == (DayKind.HOURS, ((time(9), time(18)),), None)


def test_hours_in_another_zone_are_the_calendar_s_hours() -> None:
    found = read("DTSTART:20270425T010000Z|DTEND:20270425T100000Z|SUMMARY:补班", zone=SHANGHAI)
    assert found.days[date(2027, 4, 25)].windows == ((time(9), time(18)),)


def test_hours_may_last_until_midnight_but_not_into_another_day() -> None:
    found = read(
        "DTSTART:20270425T160000|DTEND:20270426T000000|SUMMARY:补班",
        "DTSTART:20270427T220000|DTEND:20270428T060000|SUMMARY:补班",
    )
    assert found.days[date(2027, 4, 25)].windows == ((time(16), time(0)),)
    assert list(found.days) == [date(2027, 4, 25)] and len(found.ignored) == 1


def test_an_appointment_is_no_day_off() -> None:
    found = read("DTSTART:20270425T090000|DTEND:20270425T100000|SUMMARY:Dentist")
    assert not found.days and "time of day" in found.ignored[0].why


@pytest.mark.parametrize(
    ("event", "first", "count"),
    [
        ("DTSTART:20261225T000000Z|DTEND:20261225T000000Z", date(2026, 12, 25), 1),
        ("DTSTART:20261225T000000Z", date(2026, 12, 25), 1),
        ("DTSTART:20261225T000000|DTEND:20261227T000000", date(2026, 12, 25), 2),
        (
            "DTSTART;TZID=Europe/London:20261228T000000|DTEND;TZID=Europe/London:20261229T000000",
            date(2026, 12, 28),
            1,
        ),
        ("DTSTART:20261225T000000|DURATION:P1D", date(2026, 12, 25), 1),
        (
            "DTSTART:20261224T160000Z|DTEND:20261225T160000Z|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            date(2026, 12, 25),
            1,
        ),
    ],
)
def test_midnight_to_midnight_is_a_whole_day(event: str, first: date, count: int) -> None:
    found = read(f"{event}|SUMMARY:Christmas", zone=SHANGHAI)
    assert next(iter(found.days)) == first and len(found.days) == count and not found.ignored
    assert all(day.kind == DayKind.CLOSED for day in found.days.values())


def test_a_yearly_entry_is_a_day_in_each_of_the_years_around() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20241224|RRULE:FREQ=YEARLY|SUMMARY:Office closed every 24 December",
        "DTSTART;VALUE=DATE:20200229|RRULE:FREQ=YEARLY|SUMMARY:Leap day",
    )
    assert list(found.days) == [
        date(2025, 12, 24), date(2026, 12, 24), date(2027, 12, 24), date(2028, 2, 29), date(2028, 12, 24),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "years"),
    [
        ("FREQ=YEARLY;UNTIL=20261231T235959Z", [2025, 2026]),
        ("FREQ=YEARLY;COUNT=2", [2025]),
        ("FREQ=YEARLY;INTERVAL=2", [2026, 2028]),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", [2025, 2026, 2027, 2028]),
    ],
)
def test_a_yearly_rule_ends_where_it_says(rule: str, years: list[int]) -> None:
    found = read(f"DTSTART;VALUE=DATE:20241224|RRULE:{rule}|SUMMARY:Closed")
    assert [day.year for day in found.days] == years


def test_a_rule_that_never_comes_is_no_endless_search() -> None:
    found = files.read_file(
        "days.ics",
        ics(
            "DTSTART;VALUE=DATE:20241224|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30|SUMMARY:Never",
            "DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas",
        ),
        meaning=contents.BY_NAME,
        like=0,
        at=MONDAY,
    )
    assert list(found.days) == [date(2026, 12, 25)]


def test_one_year_left_out_of_a_yearly_rule() -> None:
    found = read("DTSTART;VALUE=DATE:20241224|RRULE:FREQ=YEARLY|EXDATE;VALUE=DATE:20261224|SUMMARY:Closed")
    assert date(2026, 12, 24) not in found.days and date(2027, 12, 24) in found.days
