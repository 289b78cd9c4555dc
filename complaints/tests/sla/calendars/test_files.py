"""Reading dates from .csv and .ics files: what is read, what is skipped and reported, what is refused."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.models import DayKind, DaySource
from complaints.sla.calendars import contents, files
from complaints.terms.errors import MissingDetail
from complaints.tests.conftest import MONDAY

FRIDAY = 4
HEAD = "date,kind,hours,name\n"
CSV = (
    HEAD
    + "2026-10-01,closed,,National Day\n2026-10-10,work_like,Friday,\n2026-02-05,hours,09:00-12:00,Short\n"
)


def read(text: str | bytes, name: str = "days.ics", meaning: str = contents.CLOSED) -> contents.Contents:
    data = text.encode() if isinstance(text, str) else text
    return files.read_file(name, data, meaning=meaning, like=FRIDAY, at=MONDAY)


def told(text: str | bytes, name: str = "days.ics", meaning: str = contents.CLOSED) -> list[str]:
    with pytest.raises(MissingDetail) as refused:
        read(text, name, meaning)
    assert set(refused.value.errors) == {"file"}
    return refused.value.errors["file"]


def ics(*events: str) -> str:
    """Return a calendar of events, each given as lines joined by `|`."""
    inside = "".join(f"BEGIN:VEVENT|UID:{n}|{event}|END:VEVENT|" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//t//|{inside}END:VCALENDAR|".replace("|", "\r\n")


# --- CSV ---
def test_each_kind_of_line_is_read() -> None:
    closed, like, hours = read(CSV, "days.csv").days.values()
    assert (closed.date, closed.kind, closed.name) == (date(2026, 10, 1), DayKind.CLOSED, "National Day")
    assert (like.kind, like.like, like.windows) == (DayKind.WORK_LIKE, 4, ())
    assert (hours.kind, len(hours.windows), hours.source) == (DayKind.HOURS, 1, DaySource.IMPORTED)


@pytest.mark.parametrize(
    ("word", "day"),
    [("Monday", 0), ("fri", 4), ("7", 6), ("周六", 5), ("星期日", 6), ("週三", 2), ("礼拜天", 6)],
)
def test_weekdays_are_known_by_many_names(word: str, day: int) -> None:
    (found,) = read(f"{HEAD}2026-10-10,work_like,{word},\n", "a.csv").days.values()
    assert found.like == day


def test_order_of_columns_blank_lines_marks_and_quotes_do_not_matter() -> None:
    text = '\ufeffName,Date,Hours,Kind\r\n\r\n"A, ""b""",2026-10-01,,CLOSED\r\n'
    (day,) = read(text, "A.CSV").days.values()
    assert (day.name, day.kind) == ('A, "b"', DayKind.CLOSED)


def test_what_is_written_is_read_again() -> None:
    days = read(CSV, "a.csv").days
    assert read(files.write_csv(days.values()), "a.csv").days == days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,kind\n2026-10-01,closed", "Line 1: the columns must be"),
        (HEAD + "2026-10-01,closed", "Line 2: 2 columns instead of 4."),
        (HEAD + "2026-02-30,closed,,", "Line 2: Enter a date such as"),
        (HEAD + "1926-10-01,closed,,", "Line 2: The year must be between 2016 and 2036."),
        (HEAD + "2026-10-01,holiday,,", "Line 2: The kind must be"),
        (HEAD + "2026-10-01,closed,09:00-10:00,", "Line 2: A closed day cannot have hours."),
        (HEAD + "2026-10-01,hours,,", "Line 2: The hours are missing."),
        (HEAD + "2026-10-01,hours,25:00-26:00,", "Line 2: 25:00 is not a time of day."),
        (HEAD + "2026-10-01,work_like,someday,", "Line 2: Enter a weekday"),
        (HEAD + "\n2026-10-01,closed,,\n2026-10-01,closed,,", "Line 4: this date is already on line 3."),
        (HEAD + '2026-10-01,closed,,"open', "quotes or commas are wrong."),
        (HEAD, "There are no dates in this file."),
        ("", "There are no dates in this file."),
        (HEAD + "2026-10-01,closed,,\x00", "cannot be stored"),
        (b"\xff\xfed\x00", "not UTF-8"),
        (b"x" * (files.MAX_BYTES + 1), "larger than 256 kB"),
    ],
)
def test_a_malformed_table_is_refused_with_its_line(text: str | bytes, said: str) -> None:
    assert said in told(text, "days.csv")[0]


def test_all_lines_that_are_wrong_are_told_up_to_a_number() -> None:
    found = told(HEAD + "x,closed,,\n" * 14, "a.csv")
    assert len(found) == contents.MOST_ERRORS + 1 and found[-1] == "and 4 more"
    assert "more than 1000 lines" in told(HEAD + "\n" * 1_000 + "2026-10-01,closed,,\n", "a.csv")[0]
    assert told("x", "a.xlsx") == ["Choose a file that ends in .ics or .csv."]


# --- iCalendar ---
def test_entries_of_several_days_end_the_day_before_their_end() -> None:
    text = ics(
        "DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261004|SUMMARY:国庆节",
        "DTSTART;VALUE=DATE:20261224|SUMMARY:Eve",
        "DTSTART;VALUE=DATE:20270101|DURATION:P2D|SUMMARY:New\\, year",
    )
    found = read(text).days
    assert [f"{day:%m%d}" for day in found] == ["1001", "1002", "1003", "1224", "0101", "0102"]
    assert {day.kind for day in found.values()} == {DayKind.CLOSED}
    assert found[date(2027, 1, 2)].name == "New, year"


def test_what_entries_mean_is_chosen() -> None:
    text = ics(
        "DTSTART;VALUE=DATE:20261001|SUMMARY:国庆节（休）", "DTSTART;VALUE=DATE:20261010|SUMMARY:国庆节（班）"
    )
    closed = read(text)
    assert list(closed.days) == [date(2026, 10, 1)]
    assert [entry.where for entry in closed.ignored] == ["Entry 2 (国庆节（班）)"]
    by_name = read(text, meaning=contents.BY_NAME)
    assert [(day.kind, day.like) for day in by_name.days.values()] == [
        ("closed", None),
        ("work_like", FRIDAY),
    ]
    worked = read(text, meaning=contents.WORKED)
    assert {day.kind for day in worked.days.values()} == {DayKind.WORK_LIKE}


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("DTSTART:20261001T090000Z|SUMMARY:M", "time of day"),
        ("DTSTART;TZID=Nowhere/X:20261001T090000|SUMMARY:M", "time of day"),
        ("DTSTART;VALUE=DATE:20261001|RRULE:FREQ=MONTHLY|SUMMARY:M", "it repeats"),
        ("DTSTART;VALUE=DATE:20261001|RRULE:FREQ=YEARLY;BYSECOND=1|SUMMARY:M", "it repeats"),
        ("DTSTART;VALUE=DATE:20261001|RRULE:FREQ=YEARLY;INTERVAL=0|SUMMARY:M", "it repeats"),
        ("DTSTART;VALUE=DATE:20261001|STATUS:CANCELLED|SUMMARY:M", "cancelled"),
        ("DTSTART;VALUE=DATE:19001001|SUMMARY:M", "between 2016 and 2036"),
        ("DTSTART;VALUE=DATE:99991231|DURATION:P9D|SUMMARY:M", "between 2016 and 2036"),
    ],
)
def test_an_entry_that_does_not_fit_is_passed_over_and_named(event: str, why: str) -> None:
    found = read(ics(event))
    assert not found.days
    ((where, said),) = found.ignored
    assert where == "Entry 1 (M)" and why in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "The file: "),
        ("BEGIN:VEVENT\nEND:VEVENT", "The file: contains no calendar."),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "The file: "),
        (ics(), "There are no dates in this file."),
        (ics("SUMMARY:M"), "Entry 1 (M): its dates cannot be read."),
        (ics("DTSTART;VALUE=DATE:20269999|SUMMARY:M"), "Entry 1 (M): its dates cannot be read."),
        (ics("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:x|SUMMARY:M"), "Entry 1 (M): its dates cannot"),
        (ics("DTSTART;VALUE=DATE:20261001|DTSTART;VALUE=DATE:20261002"), "Entry 1 (–): its dates cannot"),
        (ics("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20260901|SUMMARY:M"), "ends before it begins"),
        (ics("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20281001|SUMMARY:M"), "longer than 62 days"),
        (ics(*["DTSTART;VALUE=DATE:20261001"] * 1_001), "more than 1000 entries"),
    ],
)
def test_a_malformed_calendar_is_refused_with_its_entry(text: str, said: str) -> None:
    assert said in told(text)[0]


def test_a_date_that_is_closed_and_worked_is_refused() -> None:
    text = ics("DTSTART;VALUE=DATE:20261001|SUMMARY:休", "DTSTART;VALUE=DATE:20261001|SUMMARY:班")
    assert "2026-10-01 is both closed and worked" in told(text, meaning=contents.BY_NAME)[0]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [(CSV, "a.csv"), (ics("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261004|SUMMARY:休"), "a.ics")]
    ),
    st.lists(st.tuples(st.integers(0, 400), st.text(max_size=3)), min_size=1, max_size=4),
)
def test_a_damaged_file_is_read_or_refused(file: tuple[str, str], damage: list[tuple[int, str]]) -> None:
    text, name = file
    for place, put in damage:
        text = text[:place] + put + text[place + 1 :]
    with suppress(MissingDetail):
        found = read(text.encode("utf-8", "surrogatepass"), name, contents.BY_NAME)
        assert all(day == found.days[day].date for day in found.days)
