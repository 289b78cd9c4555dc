"""Laws of working time over random calendars (docs/clocks.md), and the comparison with a slow oracle.

LAW_CASES=5000 tries that many cases in all. Without it a few hundred are tried, which take some seconds.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.tests.workdays.oracle import Oracle
from complaints.workdays.working_time import Window, WorkingCalendar

CASES = int(os.environ.get("LAW_CASES", "320"))
NONE, TICK, DAY = timedelta(0), timedelta(microseconds=1), timedelta(days=1)
ZONES = {
    # The local dates on which the clocks change, or any dates where they never do.
    "UTC": ["2026-12-31"],
    "Asia/Shanghai": ["2026-02-14", "2026-10-01", "2026-12-31"],
    "Asia/Kathmandu": ["1986-01-01", "2026-06-01"],
    "Europe/London": ["2026-03-29", "2026-10-25"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "America/Santiago": ["2026-04-04", "2026-09-06"],
    "Pacific/Apia": ["2011-12-30"],
}


def of(share: int) -> settings:
    """Return settings for this many sixteenths of all cases."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=CASES * share // 16, deadline=None, suppress_health_check=slow)


quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
seconds = st.integers(0, 86_399).map(lambda n: time(n // 3600, n // 60 % 60, n % 60))
night = st.sampled_from([*range(15), 92, 93, 94, 95]).map(lambda n: time(n // 4, n % 4 * 15))
edges = st.one_of(quarters, seconds, st.just(time(0)))
windows: st.SearchStrategy[list[Window]] = st.lists(st.tuples(edges, edges), max_size=3)
when_clocks_change = st.lists(st.tuples(night, night), min_size=1, max_size=2)


def lengths(quarters_of_an_hour: int) -> st.SearchStrategy[timedelta]:
    """Draw a length from parts. From one wide range of microseconds nearly every length would be tiny."""
    parts = st.tuples(
        st.integers(0, quarters_of_an_hour),
        st.sampled_from([0, 0, 1, 899]),
        st.sampled_from([0, 0, 1, 999_999]),
    )
    return parts.map(lambda p: timedelta(minutes=15 * p[0], seconds=p[1], microseconds=p[2]))


offsets, durations = lengths(3 * 96), lengths(40 * 4)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    """Draw a calendar with hours on at least one weekday, and a moment near a change of its clocks."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    change = date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    near = st.integers(-2, 4).map(lambda n: change + n * DAY)
    hours = {day: draw(windows) for day in range(7)}
    hours[draw(st.integers(0, 6))] = [(draw(edges), draw(edges))]
    closed, special = draw(st.sets(near, max_size=3)), draw(st.dictionaries(near, windows, max_size=2))
    if draw(st.booleans()):  # hours that begin or end close to the change of the clocks
        special[change] = [(min(pair), max(pair)) for pair in draw(when_clocks_change)]
        special[change - DAY] = [(time(20), draw(night))]
    start = datetime.combine(change, time(0), UTC) - DAY + draw(lengths(2 * 96))
    return WorkingCalendar(zone, hours, closed, special), start


@of(5)
@given(cases(), offsets)
def test_between_agrees_with_the_oracle(case: tuple[WorkingCalendar, datetime], length: timedelta) -> None:
    cal, start = case
    assert cal.between(start, start + length) == Oracle(cal, start, start + length).between(
        start, start + length
    )


@of(5)
@given(cases(), durations)
def test_add_agrees_with_the_oracle(case: tuple[WorkingCalendar, datetime], duration: timedelta) -> None:
    cal, start = case
    found, end = cal.add(start, duration), start + 12 * DAY
    expected = Oracle(cal, start, end).add(start, duration)
    assert found == expected or (expected is None and found > end)


@of(2)
@given(cases(), durations, durations)
def test_what_is_added_lies_between_and_adds_up(
    case: tuple[WorkingCalendar, datetime], a: timedelta, b: timedelta
) -> None:
    cal, start = case
    middle = cal.add(start, a)
    assert cal.add(start, NONE) == start
    assert start <= middle
    assert cal.between(start, middle) == a
    assert cal.between(middle, start) == -a
    assert cal.add(middle, b) == cal.add(start, a + b)
    if a:  # it is the earliest such instant: a moment sooner something is still missing
        assert cal.between(start, middle - TICK) < a


@of(2)
@given(cases(), offsets, offsets, durations, durations)
def test_both_are_monotone(
    case: tuple[WorkingCalendar, datetime], x: timedelta, y: timedelta, c: timedelta, d: timedelta
) -> None:
    cal, start = case
    near, far = start + min(x, y), start + max(x, y)
    assert NONE <= cal.between(start, near) <= cal.between(start, far)
    assert cal.between(near, far) <= far - near
    assert cal.add(near, d) <= cal.add(far, d)
    assert cal.add(start, min(c, d)) <= cal.add(start, max(c, d))


@of(2)
@given(cases(), st.sampled_from(sorted(ZONES)), durations)
def test_the_zone_of_the_argument_is_free(
    case: tuple[WorkingCalendar, datetime], zone: str, duration: timedelta
) -> None:
    cal, start = case
    elsewhere, end = start.astimezone(ZoneInfo(zone)), cal.add(start, duration)
    assert cal.add(elsewhere, duration) == end
    assert cal.between(elsewhere, end.astimezone(ZoneInfo(zone))) == duration
