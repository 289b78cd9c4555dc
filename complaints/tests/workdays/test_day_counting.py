"""Counting days by the law's rules is compared with a slow count, day by day and minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sla.calendars.holidays import year_list
from complaints.workdays.day_counting import DayZero, Unit, day_after, day_zero, end_of_day
from complaints.workdays.working_time import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = [(time(9), time(12)), (time(13), time(18))]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = [
    *("Asia/Shanghai", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/St_Johns"),
    *("Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"),
]


def china(year: int) -> WorkingCalendar:
    found = year_list("CN", year)
    return WorkingCalendar(
        "Asia/Shanghai",
        dict.fromkeys(range(5), OFFICE),
        set(found.closed),
        dict.fromkeys(found.worked, OFFICE),
    )


CHINA_2026 = china(2026)


# --- The slow count ---
def last_minute_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last minute of this local date, or of an earlier one where the zone skips the date."""
    moment = datetime.combine(day, time(12), UTC) + 2 * DAY
    while moment.astimezone(zone).date() > day:
        moment -= MINUTE
    return moment


def walked(day: date, unit: str, length: int, calendar: WorkingCalendar) -> date:
    if unit == Unit.MONTHS:
        # Go month by month to the 1st, then on to the wanted day as far as the month has one.
        first = day.replace(day=1)
        for _month in range(length):
            first = (first + 31 * DAY).replace(day=1)
        found = first
        while found.day < day.day and (found + DAY).month == found.month:
            found += DAY
        return found
    left = length * 7 if unit == Unit.WEEKS else length
    while left:
        day += DAY
        left -= unit != Unit.BUSINESS_DAYS or any(
            calendar.windows(
                datetime.combine(day, time(0), SHANGHAI), datetime.combine(day + DAY, time(0), SHANGHAI)
            )
        )
    return day


@given(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    st.sampled_from(ZONES),
)
def test_a_day_ends_with_the_last_microsecond_of_its_date(day: date, zone: str) -> None:
    found = end_of_day(day, ZoneInfo(zone))
    assert found.astimezone(ZoneInfo(zone)).date() <= day
    assert (found + timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() > day
    assert last_minute_of(day, ZoneInfo(zone)) == found.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Asia/Shanghai", "2026-12-08", "2026-12-08T16:00"),
        ("Europe/London", "2027-01-18", "2027-01-19T00:00"),
        ("Europe/London", "2026-10-25", "2026-10-26T00:00"),  # a day of 25 hours
        ("Europe/London", "2026-03-29", "2026-03-29T23:00"),  # a day of 23 hours
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00"),  # no midnight: 00:00 is 01:00
        ("America/Sao_Paulo", "2018-02-17", "2018-02-18T03:00"),  # 23:00 comes twice
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:30"),  # midnight comes twice
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00"),  # 30 December is left out
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    ],
)
def test_ends_of_days_where_clocks_change(zone: str, day: str, end: str) -> None:
    expected = datetime.fromisoformat(end).replace(tzinfo=UTC) - timedelta(microseconds=1)
    assert end_of_day(date.fromisoformat(day), ZoneInfo(zone)) == expected


@given(
    st.dates(date(2026, 1, 1), date(2026, 11, 30)),
    st.sampled_from(list(Unit)),
    st.integers(1, 40),
)
def test_the_count_is_that_of_the_slow_walk(day: date, unit: Unit, length: int) -> None:
    assert day_after(day, unit, length, CHINA_2026) == walked(day, unit, length, CHINA_2026)


@given(st.dates(date(2019, 12, 1), date(2028, 12, 31)), st.integers(0, 30), st.integers(1, 30))
def test_more_units_are_never_earlier(day: date, less: int, more: int) -> None:
    for unit in Unit:
        a, b = (day_after(day, unit, n, CHINA_2026) for n in (less, less + more))
        assert a < b


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(day: str, months: int, expected: str) -> None:
    found = day_after(date.fromisoformat(day), Unit.MONTHS, months, None)
    assert found == date.fromisoformat(expected)


def test_e11_seven_business_days_over_the_national_day() -> None:
    """Example E11 of docs/clocks.md: 24, 28, 29, 30 September, 8, 9 and the worked Saturday 10 October."""
    start = date(2026, 9, 23)
    days = [day_after(start, Unit.BUSINESS_DAYS, n, CHINA_2026) for n in range(1, 8)]
    assert days == [*(date(2026, 9, n) for n in (24, 28, 29, 30)), *(date(2026, 10, n) for n in (8, 9, 10))]
    closed, worked = set(year_list("CN", 2026).closed), set(year_list("CN", 2026).worked)
    week = dict.fromkeys(range(5), OFFICE)
    no_make_up = WorkingCalendar("Asia/Shanghai", week, closed - worked)
    assert day_after(start, Unit.BUSINESS_DAYS, 7, no_make_up) == date(2026, 10, 12)
    nothing_known = WorkingCalendar("Asia/Shanghai", week)
    assert day_after(start, Unit.BUSINESS_DAYS, 7, nothing_known) == date(2026, 10, 2)


@pytest.mark.parametrize(
    ("unit", "length", "day"), [("calendar_days", 15, "2026-12-08"), ("weeks", 8, "2027-01-18")]
)
def test_e12_fifteen_days_and_eight_weeks(unit: str, length: int, day: str) -> None:
    assert day_after(date(2026, 11, 23), Unit(unit), length, None) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("received", "rule", "expected"),
    [
        ("2026-11-23T00:00", DayZero.RECEIPT, "2026-11-23"),
        ("2026-11-22T10:00", DayZero.RECEIPT, "2026-11-22"),
        ("2026-11-22T10:00", DayZero.BUSINESS_DAY, "2026-11-23"),
        ("2026-11-20T23:59", DayZero.BUSINESS_DAY, "2026-11-20"),
        ("2026-11-20T17:59", DayZero.BUSINESS_HOURS, "2026-11-20"),
        ("2026-11-20T18:00", DayZero.BUSINESS_HOURS, "2026-11-23"),
        ("2026-11-20T06:00", DayZero.BUSINESS_HOURS, "2026-11-20"),
        ("2026-10-10T10:00", DayZero.BUSINESS_DAY, "2026-10-10"),  # a worked Saturday
        ("2026-10-01T10:00", DayZero.BUSINESS_DAY, "2026-10-08"),
    ],
)
def test_day_zero_by_the_packs_rule(received: str, rule: DayZero, expected: str) -> None:
    moment = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    assert day_zero(moment, SHANGHAI, rule, CHINA_2026) == date.fromisoformat(expected)


def test_day_zero_is_a_date_of_the_packs_zone_not_of_the_reader() -> None:
    """23:30 in London is already the next day in Shanghai."""
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert day_zero(moment, SHANGHAI, DayZero.RECEIPT, None) == date(2026, 11, 24)
    assert day_zero(moment, ZoneInfo("Europe/London"), DayZero.RECEIPT, None) == date(2026, 11, 23)


def test_business_days_need_a_calendar() -> None:
    with pytest.raises(ValueError, match="calendar"):
        day_after(date(2026, 11, 23), Unit.BUSINESS_DAYS, 1, None)
