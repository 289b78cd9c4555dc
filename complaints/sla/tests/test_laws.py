"""Laws of working time over random calendars (sla.md), and that a slow second opinion agrees.

LAW_CASES=5000 tries that many cases in all; without it a few hundred, which take some seconds.
"""

import os
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.sla.tests.oracle import Oracle
from complaints.sla.working_time import Window, WorkingCalendar

CASES = int(os.environ.get("LAW_CASES", "400"))
NONE, TICK, DAY = timedelta(0), timedelta(microseconds=1), timedelta(days=1)
ZONES = {
    # Days shortly before the clocks change, or before a year ends where they never do.
    "UTC": ["2026-12-30"],
    "Asia/Shanghai": ["2026-02-12", "2026-09-29", "2026-12-30"],
    "Asia/Kathmandu": ["1985-12-30", "2026-06-01"],
    "Europe/London": ["2026-03-28", "2026-10-24"],
    "Australia/Lord_Howe": ["2026-04-03", "2026-10-02"],
    "Africa/Casablanca": ["2026-02-13", "2026-03-20"],
    "America/Santiago": ["2026-04-03", "2026-09-04"],
    "Pacific/Apia": ["2011-12-28"],
}


def of(share: int) -> settings:
    """So many sixteenths of all cases."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=CASES * share // 16, deadline=None, suppress_health_check=slow)


quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
seconds = st.integers(0, 86_399).map(lambda n: time(n // 3600, n // 60 % 60, n % 60))
edges = st.one_of(quarters, quarters, seconds, st.just(time(0)))
windows: st.SearchStrategy[list[Window]] = st.lists(st.tuples(edges, edges), max_size=3)
offsets = st.integers(0, 5 * 86_400 * 1_000_000).map(lambda n: n * TICK)
durations = st.one_of(
    st.integers(0, 40 * 3600).map(lambda n: timedelta(seconds=n)),
    st.integers(0, 40 * 3600 * 1_000_000).map(lambda n: n * TICK),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    """A calendar with hours on at least one weekday, and a moment near where its clocks change."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    season = datetime.fromisoformat(draw(st.sampled_from(ZONES[zone]))).replace(tzinfo=UTC)
    near = st.integers(-1, 6).map(lambda n: (season + n * DAY).date())
    hours = {day: draw(windows) for day in range(7)}
    hours[draw(st.integers(0, 6))] = [(draw(edges), draw(edges))]
    closed, special = draw(st.sets(near, max_size=3)), draw(st.dictionaries(near, windows, max_size=2))
    return WorkingCalendar(zone, hours, closed, special), season + draw(offsets)


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
    if a:  # the earliest such instant: a moment sooner something is still missing
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
