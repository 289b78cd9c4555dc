"""Working calendars, as a table of cases. Laws over random calendars are in `test_laws.py`."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from complaints.sla.calendars.holidays import china_days
from complaints.workdays.working_time import ALWAYS, NoWorkingTime, WorkingCalendar

Window = tuple[time, time]
ALL_DAY = [(time(0, 0), time(0, 0))]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def calendar(
    windows: str, days: str = "0123456", zone: str = "Asia/Shanghai", china: str = ""
) -> WorkingCalendar:
    """Return a calendar with windows like "09:00-12:00 13:00-18:00" on the given weekdays.

    `china` adds its holidays of 2026 ("closed"), or those and its worked weekend days ("closed worked").
    """
    pairs = [tuple(time.fromisoformat(edge) for edge in pair.split("-")) for pair in windows.split()]
    closed, worked, _ = china_days(2026)
    special = dict.fromkeys(worked, pairs) if "worked" in china else {}
    return WorkingCalendar(zone, {int(day): pairs for day in days}, closed if china else (), special)


SLA = calendar("09:00-12:00 13:30-18:00", "01234", china="closed worked")
OFFICE = calendar("09:00-12:00 13:00-18:00", "01234", china="closed worked")
HOLIDAYS_ONLY = calendar("09:00-12:00 13:00-18:00", "01234", china="closed")
PLAIN = calendar("09:00-12:00 13:00-18:00", "01234")
NINE_TO_SIX = calendar("09:00-18:00", "01234")
CONTACT = calendar("08:00-22:00", china="closed worked")
NIGHT = calendar("22:00-06:00")
LONDON = calendar("00:30-03:00", zone="Europe/London")
LONDON_OFFICE = calendar("09:00-17:30", "01234", "Europe/London")


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """Read "2026-11-20 17:30" by the wall clock of the zone. A text with an offset is that instant."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


CASES = [
    # name, calendar, start, minutes, expected
    ("first response over the weekend", SLA, "2026-11-20 17:30", 60, "2026-11-23 09:30"),
    ("its 50 % warning", SLA, "2026-11-20 17:30", 30, "2026-11-20 18:00"),
    ("its 75 % warning", SLA, "2026-11-20 17:30", 45, "2026-11-23 09:15"),
    ("its 90 % warning", SLA, "2026-11-20 17:30", 54, "2026-11-23 09:24"),
    ("the floor after raising severity", SLA, "2026-11-23 09:10", 15, "2026-11-23 09:25"),
    ("resolution of eight hours", SLA, "2026-11-23 10:00", 480, "2026-11-24 10:30"),
    ("the rest after a pause", SLA, "2026-11-24 14:00", 420, "2026-11-25 12:00"),
    ("into National Day", SLA, "2026-09-30 16:00", 240, "2026-10-08 11:00"),
    ("into an adjusted Saturday", SLA, "2026-10-09 17:00", 240, "2026-10-10 12:00"),
    ("E1 make-up day", OFFICE, "2026-02-13 16:30", 480, "2026-02-14 16:30"),
    ("E1 without make-up days", HOLIDAYS_ONLY, "2026-02-13 16:30", 480, "2026-02-24 16:30"),
    ("E1 without holidays", PLAIN, "2026-02-13 16:30", 480, "2026-02-16 16:30"),
    ("E3 before opening", OFFICE, "2026-11-23 07:00", 60, "2026-11-23 10:00"),
    ("E3 in the lunch break", OFFICE, "2026-11-23 12:20", 60, "2026-11-23 14:00"),
    ("E4 due at closing", OFFICE, "2026-11-23 17:00", 60, "2026-11-23 18:00"),
    ("E4 exactly at closing", OFFICE, "2026-11-23 18:00", 1, "2026-11-24 09:01"),
    ("E5 before the pause", OFFICE, "2026-11-23 10:00", 240, "2026-11-23 15:00"),
    ("E5 after the pause", OFFICE, "2026-11-23 13:30", 150, "2026-11-23 16:00"),
    ("E7 three office days", OFFICE, "2026-11-23 09:00", 1440, "2026-11-25 18:00"),
    ("E7 elapsed", ALWAYS, "2026-11-23 09:00", 240, "2026-11-23 13:00"),
    ("E8 50 %", ALWAYS, "2026-11-23 09:00", 120, "2026-11-23 11:00"),
    ("E8 90 %", ALWAYS, "2026-11-23 09:00", 216, "2026-11-23 12:36"),
    ("E9 over midnight", ALWAYS, "2026-11-23 23:40", 60, "2026-11-24 00:40"),
    ("E9 72 hours", ALWAYS, "2026-11-23 23:40", 72 * 60, "2026-11-26 23:40"),
    ("E13 spring forward", ALWAYS, "2026-03-29T00:30:00+00:00", 240, "2026-03-29T05:30:00+01:00"),
    ("E15 fall back", ALWAYS, "2026-10-25T00:30:00+00:00", 60, "2026-10-25T01:30:00+00:00"),
    ("E16 callback elapsed", ALWAYS, "2026-09-25 21:50", 1440, "2026-09-26 21:50"),
    ("to closing, not to the next opening", NINE_TO_SIX, "2026-11-23 17:00", 60, "2026-11-23 18:00"),
    ("zero length while closed", OFFICE, "2026-11-21 03:00", 0, "2026-11-21 03:00"),
    ("on a holiday", OFFICE, "2026-10-01 10:00", 1, "2026-10-08 09:01"),
    ("Sunday worked", OFFICE, "2026-09-20 08:00", 60, "2026-09-20 10:00"),
    ("over New Year", ALWAYS, "2026-12-31 12:00", 48 * 60, "2027-01-02 12:00"),
    ("night shift, evening", NIGHT, "2026-11-23 12:00", 180, "2026-11-24 01:00"),
    ("night shift, to its end", NIGHT, "2026-11-23 12:00", 480, "2026-11-24 06:00"),
    ("night shift, next night", NIGHT, "2026-11-24 05:00", 120, "2026-11-24 23:00"),
    ("night shift over New Year", NIGHT, "2026-12-31 23:00", 120, "2027-01-01 01:00"),
    ("London, edges apart", LONDON_OFFICE, "2026-03-27T17:00:00+00:00", 60, "2026-03-30T09:30:00+01:00"),
]


@pytest.mark.parametrize(
    ("cal", "start", "minutes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_add(cal: WorkingCalendar, start: str, minutes: int, expected: str) -> None:
    end = cal.add(at(start), minutes * MINUTE)
    assert end == at(expected)
    assert cal.between(at(start), end) == minutes * MINUTE


def test_between_leaves_out_lunch_nights_and_holidays() -> None:
    assert OFFICE.between(at("2026-11-23 11:30"), at("2026-11-23 13:30")) == HOUR
    assert OFFICE.between(at("2026-09-30 00:00"), at("2026-10-09 00:00")) == 16 * HOUR
    assert OFFICE.between(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == 248 * 8 * HOUR
    assert CONTACT.between(at("2026-09-26 00:00"), at("2026-09-27 00:00")) == timedelta(0)


def test_between_is_negative_backwards() -> None:
    assert OFFICE.between(at("2026-11-23 18:00"), at("2026-11-23 09:00")) == -8 * HOUR


def test_a_window_is_half_open() -> None:
    assert OFFICE.between(at("2026-11-23 18:00"), at("2026-11-24 09:00")) == timedelta(0)
    assert OFFICE.between(at("2026-11-23 17:59"), at("2026-11-24 09:01")) == 2 * MINUTE


def test_overlapping_and_touching_windows_are_merged() -> None:
    assert calendar("09:00-12:00 11:00-14:00 14:00-18:00") != NINE_TO_SIX
    messy, plain = calendar("13:00-18:00 09:00-12:00 11:00-14:00 10:00-11:00"), calendar("09:00-18:00")
    for hours in range(40):
        start = at("2026-11-23 05:00") + hours * HOUR
        assert messy.add(start, 20 * HOUR) == plain.add(start, 20 * HOUR)


def test_a_long_night_overlaps_the_next_day_once() -> None:
    cal = calendar("20:00-10:00 08:00-12:00")
    assert cal.between(at("2026-11-23 12:00"), at("2026-11-24 12:00")) == 16 * HOUR


def test_a_night_belongs_to_the_date_on_which_it_starts() -> None:
    night = {day: [(time(22), time(6))] for day in range(7)}
    cal = WorkingCalendar("Asia/Shanghai", night, {date(2026, 11, 24)})
    assert cal.between(at("2026-11-24 00:00"), at("2026-11-25 00:00")) == 6 * HOUR
    assert cal.between(at("2026-11-25 00:00"), at("2026-11-26 00:00")) == 2 * HOUR


def test_special_hours_win_over_closed_and_weekly_hours() -> None:
    day = date(2026, 11, 24)
    special = {day: [(time(10), time(11))], day + DAY: []}
    cal = WorkingCalendar("Asia/Shanghai", NINE_TO_SIX.hours, {day}, special)
    assert cal.between(at("2026-11-24 00:00"), at("2026-11-26 00:00")) == HOUR


SHIFTS = [
    # name, zone, window, local date, hours between the two local midnights around the date
    ("London gap inside", "Europe/London", "00:30-03:00", "2026-03-29", 1.5),
    ("London gap at the start", "Europe/London", "01:30-03:00", "2026-03-29", 0.5),
    ("London gap at the end", "Europe/London", "00:30-01:30", "2026-03-29", 1.0),
    ("London whole window in the gap", "Europe/London", "01:15-01:45", "2026-03-29", 0.5),
    ("London overlap inside", "Europe/London", "00:30-03:00", "2026-10-25", 3.5),
    ("London overlap at the start", "Europe/London", "01:30-03:00", "2026-10-25", 2.5),
    ("London overlap at the end", "Europe/London", "00:30-01:30", "2026-10-25", 2.0),
    ("Lord Howe half-hour gap", "Australia/Lord_Howe", "02:15-04:00", "2026-10-04", 1.25),
    ("Lord Howe half-hour overlap", "Australia/Lord_Howe", "01:45-04:00", "2026-04-05", 2.75),
    ("Santiago gap at midnight", "America/Santiago", "00:00-06:00", "2026-09-06", 5.0),
    ("Santiago overlap before midnight", "America/Santiago", "23:00-00:00", "2026-04-04", 2.0),
    ("Santiago shift to 23:30", "America/Santiago", "20:00-23:30", "2026-04-04", 4.5),
    ("Casablanca back for Ramadan", "Africa/Casablanca", "01:00-04:00", "2026-02-15", 4.0),
    ("Casablanca forward after Ramadan", "Africa/Casablanca", "01:00-04:00", "2026-03-22", 2.0),
    ("Apia, a date left out", "Pacific/Apia", "09:00-17:00", "2011-12-29", 8.0),
    ("whole day of 23 hours", "Europe/London", "00:00-00:00", "2026-03-29", 23.0),
    ("whole day of 25 hours", "Europe/London", "00:00-00:00", "2026-10-25", 25.0),
]


@pytest.mark.parametrize(
    ("zone", "window", "day", "hours"), [shift[1:] for shift in SHIFTS], ids=[shift[0] for shift in SHIFTS]
)
def test_clock_changes(zone: str, window: str, day: str, hours: float) -> None:
    cal, start = calendar(window, zone=zone), at(f"{day} 00:00", zone)
    end = (at(f"{day} 12:00", zone) + DAY).replace(hour=0)
    assert cal.between(start, end) == timedelta(hours=hours)
    assert cal.add(start, timedelta(hours=hours)) <= end


def test_an_ambiguous_argument_follows_its_fold() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    assert ALWAYS.between(first, first.replace(fold=1)) == HOUR
    assert LONDON.between(first, first.replace(fold=1)) == HOUR


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/Santiago", "Africa/Casablanca"])
def test_all_day_every_day_has_no_seams(zone: str) -> None:
    cal, start = calendar("00:00-00:00", zone=zone), datetime(2025, 12, 30, 7, 11, 13, 17, UTC)
    for days in (1, 90, 365, 800):
        assert cal.add(start, days * DAY) == start + days * DAY


def test_arguments_are_refused() -> None:
    naive = datetime(2026, 11, 23, 9, 0)
    for call in (
        lambda: OFFICE.add(naive, HOUR),
        lambda: OFFICE.add(naive, timedelta(0)),
        lambda: OFFICE.between(naive, at("2026-11-23 09:00")),
        lambda: OFFICE.between(at("2026-11-23 09:00"), naive),
        lambda: OFFICE.add(at("2026-11-23 09:00"), -MINUTE),
        lambda: WorkingCalendar("Asia/Nowhere", {}),
        lambda: WorkingCalendar("", {}),
        lambda: WorkingCalendar("../etc/passwd", {}),
        lambda: WorkingCalendar("UTC", {7: ALL_DAY}),
        lambda: WorkingCalendar("UTC", {0: [(time(9, tzinfo=UTC), time(10))]}),
        lambda: WorkingCalendar("UTC", {}, {at("2026-11-23 09:00")}),
    ):
        with pytest.raises(ValueError):
            call()


def test_a_calendar_without_hours_is_a_named_error() -> None:
    for cal in (WorkingCalendar("UTC", {}), WorkingCalendar("UTC", {}, special={date(2026, 1, 1): ALL_DAY})):
        with pytest.raises(NoWorkingTime, match="400 days"):
            cal.add(at("2026-11-23 09:00"), MINUTE)
        assert cal.add(at("2026-11-23 09:00"), timedelta(0)) == at("2026-11-23 09:00")
        assert cal.between(at("2026-11-23 09:00"), at("2036-11-23 09:00")) == timedelta(0)


@pytest.mark.parametrize(("days", "found"), [(399, True), (401, False), (730, False)])
def test_the_next_window_must_come_within_400_days(days: int, found: bool) -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    opening = (start + days * DAY).date()
    cal = WorkingCalendar("UTC", {}, special={opening: [(time(12), time(13))]})
    if found:
        assert cal.add(start, MINUTE) == start + days * DAY + MINUTE
    else:
        with pytest.raises(NoWorkingTime):
            cal.add(start, MINUTE)


def test_working_days_e11() -> None:
    received = date(2026, 9, 23)
    assert OFFICE.add_working_days(received, 7) == date(2026, 10, 10)
    assert HOLIDAYS_ONLY.add_working_days(received, 7) == date(2026, 10, 12)
    assert PLAIN.add_working_days(received, 7) == date(2026, 10, 2)
    assert OFFICE.add_working_days(received, 0) == received
    assert OFFICE.is_working_day(date(2026, 10, 10))
    assert not OFFICE.is_working_day(date(2026, 10, 1))
    with pytest.raises(NoWorkingTime):
        WorkingCalendar("UTC", {}).add_working_days(received, 1)
    with pytest.raises(ValueError):
        OFFICE.add_working_days(received, -1)


def test_json_round_trip_and_value_equality() -> None:
    for cal in (SLA, NIGHT, ALWAYS, LONDON_OFFICE, WorkingCalendar("UTC", {0: [(time(9, 0, 30), time.max)]})):
        again = WorkingCalendar.from_json(cal.to_json())
        assert again == cal
        assert hash(again) == hash(cal)
        assert again.to_json() == cal.to_json()
    assert SLA != OFFICE
    assert SLA != "SLA"
    assert SLA.to_json()["hours"]["0"] == [["09:00", "12:00"], ["13:30", "18:00"]]
    to_midnight = WorkingCalendar.from_json({"timezone": "UTC", "hours": {"0": [["09:00", "24:00"]]}})
    assert to_midnight.hours[0] == ((time(9), time(0)),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "an object"),
        ({"timezone": "UTC", "hours": {}, "open": 1}, "unknown calendar keys: open"),
        ({"timezone": "UTC"}, "hours and special"),
        ({"timezone": "Mars/Base", "hours": {}}, "unknown time zone"),
        ({"timezone": None, "hours": {}}, "unknown time zone"),
        ({"timezone": "UTC", "hours": {"7": []}}, "no weekday"),
        ({"timezone": "UTC", "hours": {"0": "09:00"}}, "expected a list"),
        ({"timezone": "UTC", "hours": {"0": [["09:00"]]}}, "is a pair"),
        ({"timezone": "UTC", "hours": {"0": [["9", "18:00"]]}}, "not a time"),
        ({"timezone": "UTC", "hours": {"0": [["24:00", "18:00"]]}}, "not a time"),
        ({"timezone": "UTC", "hours": {"0": [["09:00", "24:30"]]}}, "not a time"),
        ({"timezone": "UTC", "hours": {}, "closed": "2026-10-01"}, "expected a list"),
        ({"timezone": "UTC", "hours": {}, "closed": ["20261001"]}, "not a date"),
        ({"timezone": "UTC", "hours": {}, "closed": ["2026-02-30"]}, "day is out of range"),
        ({"timezone": "UTC", "hours": {}, "special": {"soon": []}}, "not a date"),
        ({"timezone": "UTC", "hours": {}, "special": {"2026-10-10": [[9, 12]]}}, "not a time"),
    ],
)
def test_bad_json_is_refused(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WorkingCalendar.from_json(data)  # type: ignore[arg-type]


def test_add_over_a_year_is_fast() -> None:
    start, taken = at("2026-01-05 09:00"), []
    for n in range(2000):
        begun = stopwatch.perf_counter()
        SLA.add(start + n * MINUTE, 1900 * HOUR)
        taken.append(stopwatch.perf_counter() - begun)
    assert median(taken) < 50e-6
