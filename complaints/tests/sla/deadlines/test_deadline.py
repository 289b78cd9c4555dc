"""The explanation of a deadline adds up, whatever the calendar and the pauses."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from complaints.lifecycle import converse, edit, extend, risk
from complaints.lifecycle.approvals import decisions
from complaints.models import CalendarVersion, ClockKind
from complaints.reads import one_complaint
from complaints.rights.actors import person
from complaints.sla import clocks
from complaints.sla.calendars.days import beyond_loaded
from complaints.sla.deadlines.deadline import Explanation, explain
from complaints.sla.deadlines.stretches import Skip
from complaints.tests import factories
from complaints.tests.sla.conftest import at, bare, promise
from complaints.workdays.working_time import ALWAYS, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZERO = timedelta(0)
ZONES = ("Asia/Shanghai", "Europe/London", "Africa/Casablanca", "Australia/Lord_Howe", "America/Santiago")
EDGES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
WINDOWS = st.lists(st.tuples(EDGES, EDGES), min_size=1, max_size=2)
DAYS = st.dates(date(2026, 2, 20), date(2026, 12, 31))
CALENDARS = st.one_of(
    st.just(ALWAYS),
    st.builds(
        WorkingCalendar,
        st.sampled_from(ZONES),
        st.dictionaries(st.integers(0, 6), WINDOWS, min_size=1),
        st.sets(DAYS, max_size=8),
        st.dictionaries(DAYS, WINDOWS | st.just([]), max_size=4),
    ),
)
STARTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 20), timezones=st.just(UTC))
SECONDS = st.integers(1, 60 * 3600)
PAUSES = st.lists(st.tuples(st.integers(0, 60 * 3600), st.integers(0, 80 * 3600)), max_size=3)


class Rows(list):  # type: ignore[type-arg]
    """Pauses as a clock returns them, without a database."""

    def all(self) -> list[SimpleNamespace]:
        return self


def run(
    working: WorkingCalendar, start: datetime, target: timedelta, pauses: list[tuple[int, int]]
) -> object:
    """Return a clock with pauses, each given by how long the clock ran before it and how long it lasted.

    The deadline is moved as `resume` moves it.
    """
    due, moment, rows = working.add(start, target), start, Rows()
    for ran, stood in pauses:
        since = moment + timedelta(seconds=ran)
        if since >= due:
            break
        moment = since + timedelta(seconds=stood)
        due = working.add(moment, working.between(since, due))
        rows.append(SimpleNamespace(since=since, until=moment))
    return SimpleNamespace(
        complaint_id=1,
        calendar=SimpleNamespace(working=working, loaded_until=None, country="", years={}),
        started_at=start,
        due_at=due,
        target_seconds=int(target.total_seconds()),
        pauses=rows,
        paused_since=None,
        stopped_at=None,
        subject_type="",
        round=1,
    )


def told(clock: object) -> Explanation:
    return explain(clock, [], at=clock.due_at, reader=SHANGHAI)


@settings(max_examples=60, deadline=None)
@given(CALENDARS, STARTS, SECONDS, PAUSES)
def test_what_is_counted_adds_up_to_the_target(
    working: WorkingCalendar, start: datetime, seconds: int, pauses: list[tuple[int, int]]
) -> None:
    clock = run(working, start, timedelta(seconds=seconds), pauses)
    found = told(clock)
    lengths = [stretch.length for day in found.days for stretch in day.counted]
    assert sum(lengths, ZERO) == found.counted == found.used == timedelta(seconds=seconds)
    assert sum((row.length for row in found.rows), ZERO) == found.counted and not found.extra
    assert sum(row.count for row in found.rows) == len(found.days)


@settings(max_examples=60, deadline=None)
@given(CALENDARS, STARTS, SECONDS, PAUSES)
def test_counted_and_skipped_leave_no_gap_and_do_not_overlap(
    working: WorkingCalendar, start: datetime, seconds: int, pauses: list[tuple[int, int]]
) -> None:
    clock = run(working, start, timedelta(seconds=seconds), pauses)
    found = told(clock)
    pieces = sorted(
        (piece.since.astimezone(UTC), piece.until.astimezone(UTC))
        for day in found.days
        for piece in (*day.counted, *day.skipped)
    )
    edges = [start, *(b for _a, b in pieces)]
    assert [a for a, _b in pieces] == edges[:-1] and edges[-1] == clock.due_at


@settings(max_examples=60, deadline=None)
@given(CALENDARS, STARTS, st.integers(0, 5_000_000))
def test_windows_are_what_between_counts(working: WorkingCalendar, start: datetime, seconds: int) -> None:
    end = start + timedelta(seconds=seconds)
    windows = list(working.windows(start, end))
    assert sum((b - a for a, b in windows), ZERO) == working.between(start, end)
    assert all(a < b for a, b in windows)
    assert all(before[1] < after[0] for before, after in pairwise(windows))


def test_a_stretch_over_new_year_is_one() -> None:
    a, b = datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)
    assert list(ALWAYS.windows(a, b)) == [(a, b)] and list(ALWAYS.windows(a, a)) == []


@pytest.mark.django_db
def test_a_pause_lunch_and_a_weekend_are_told(
    people: dict[str, User], example_calendar: CalendarVersion
) -> None:
    """Example 3 of docs/clocks.md, begun on a Friday: 8 h from 10:00, waiting for the customer from 11:00."""
    complaint = bare(people["agent"])
    clock = promise(complaint, ClockKind.RESOLUTION, 8, at("11-20 10:00"))
    clocks.pause(complaint, at("11-20 11:00"))
    clocks.resume(complaint, at("11-23 14:00"))
    clock.refresh_from_db()
    found = explain(clock, [], at=at("11-23 15:00"), reader=ZoneInfo("Europe/London"))
    assert found.zone.key == "Asia/Shanghai" and clock.due_at == at("11-24 12:00")
    friday, saturday, sunday, monday, tuesday = found.days
    assert [(c.since.hour, c.until.hour, c.length) for c in friday.counted] == [(10, 11, timedelta(hours=1))]
    assert [s.why for s in friday.skipped] == [Skip.PAUSED]
    assert [s.why for s in saturday.skipped] == [s.why for s in sunday.skipped] == [Skip.PAUSED]
    assert [s.why for s in monday.skipped] == [Skip.PAUSED, Skip.HOURS]
    assert (monday.length, tuesday.length) == (timedelta(hours=4), timedelta(hours=3))
    assert (found.counted, found.used, found.extra) == (timedelta(hours=8), timedelta(hours=2), ZERO)
    assert [(row.first.date.day, row.count) for row in found.rows] == [(20, 1), (21, 2), (23, 1), (24, 1)]


@pytest.mark.django_db
def test_holidays_worked_saturdays_and_weekends_have_their_names(
    people: dict[str, User], example_calendar: CalendarVersion
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, ClockKind.RESOLUTION, 30, at("09-30 16:00"))
    reasons = {
        day.date.day: [skip.why for skip in day.skipped]
        for day in explain(clock, [], at=at("09-30 17:00"), reader=SHANGHAI).days
    }
    assert reasons[1] == reasons[7] == [Skip.HOLIDAY]
    assert reasons[8] == reasons[10] == [Skip.HOURS] * 3
    assert reasons[11] == [Skip.WEEKEND]


@pytest.mark.django_db
def test_a_clock_that_stands_still_says_so_and_uses_nothing_more(
    people: dict[str, User], example_calendar: CalendarVersion
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, ClockKind.RESOLUTION, 8, at("11-23 10:00"))
    clocks.pause(complaint, at("11-23 11:00"))
    clock.refresh_from_db()
    found = explain(clock, [], at=at("11-24 17:00"), reader=SHANGHAI)
    assert found.pauses[0].until is None and found.used == timedelta(hours=1)
    assert found.counted == found.target == timedelta(hours=8)


@pytest.mark.django_db
def test_the_explanation_names_the_change_and_the_least_time_that_was_left(
    people: dict[str, User], example_calendar: CalendarVersion
) -> None:
    """Example 2 of docs/clocks.md: raised so late that only the least remaining time applies."""
    complaint = bare(people["agent"])
    clock = promise(complaint, ClockKind.FIRST_RESPONSE, 1, at("11-20 17:30"))
    rule = clock.rule.policy.rules.get(order=1)
    rule.targets["first_response"] = [30, "EXAMPLE"]
    rule.save()
    edit.edit(complaint, {"gravity": "S4"}, by=person(people["agent"]), at=at("11-23 09:10"))
    clock.refresh_from_db()
    events = one_complaint.timeline_of(complaint, people["agent"])
    found = explain(clock, events, at=at("11-23 09:12"), reader=SHANGHAI)
    assert clock.floor_used and clock.due_at == at("11-23 09:25")
    assert [(c.kind, c.before, c.after) for c in found.changes] == [
        ("retargeted", at("11-23 09:30"), at("11-23 09:25"))
    ]
    assert found.later_by == timedelta(minutes=25) and not found.earlier_by


@pytest.mark.django_db
def test_a_risk_that_shortens_a_promise_is_told(people: dict[str, User]) -> None:
    by, complaint = person(people["agent"]), factories.receive(people["agent"], at=at("11-23 10:00"))
    risk.flag_risk(complaint, by=by, at=at("11-23 10:05"), flag="safety", reason="It smoked")
    clock = complaint.clocks.get(kind=ClockKind.RECOVERY)
    events = one_complaint.timeline_of(complaint, people["manager"])
    found = explain(clock, events, at=at("11-23 10:06"), reader=SHANGHAI)
    assert clock.due_at < clock.original_due_at and not found.extra
    assert [(change.kind, change.at) for change in found.changes] == [("regraded", at("11-23 10:05"))]


@pytest.mark.django_db
def test_more_time_that_was_granted_is_told(people: dict[str, User]) -> None:
    by, complaint = person(people["agent"]), factories.receive(people["agent"], at=at("11-23 10:00"))
    call = converse.log_call(complaint, by=by, at=at("11-23 10:05"), body="Told her that it takes longer")
    approval = extend.extend(
        complaint,
        by=by,
        at=at("11-23 10:10"),
        clock="recovery",
        due_at=at("11-23 16:00"),
        reason="The workshop is full",
        customer_told=call.pk,
    )
    decisions.decide(approval, by=person(people["supervisor"]), at=at("11-23 10:15"), approve=True)
    clock = complaint.clocks.get(kind=ClockKind.RECOVERY)
    events = one_complaint.timeline_of(complaint, people["agent"])
    found = explain(clock, events, at=at("11-23 11:00"), reader=SHANGHAI)
    assert [(c.kind, c.before, c.after) for c in found.changes] == [
        ("extended", at("11-23 14:00"), at("11-23 16:00"))
    ]
    assert found.later_by == timedelta(hours=2)


@pytest.mark.django_db
def test_the_end_of_a_clock_ends_what_it_used(
    people: dict[str, User], example_calendar: CalendarVersion
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, ClockKind.FIRST_RESPONSE, 4, at("11-23 09:00"))
    converse.log_call(complaint, by=person(people["agent"]), at=at("11-23 10:00"), body="Told her we look")
    clock.refresh_from_db()
    assert explain(clock, [], at=at("11-25 10:00"), reader=SHANGHAI).used == timedelta(hours=1)


def test_an_always_open_calendar_is_told_in_the_days_of_its_reader() -> None:
    clock = run(ALWAYS, at("11-23 10:00"), timedelta(hours=24), [])
    assert [day.date.day for day in told(clock).days] == [23, 24] and told(clock).zone == SHANGHAI


@pytest.mark.parametrize(
    ("until", "beyond"), [(None, False), (date(2026, 11, 23), False), (date(2026, 11, 22), True)]
)
def test_a_deadline_after_the_last_loaded_holiday_is_marked(until: date | None, beyond: bool) -> None:
    version = CalendarVersion(definition=WorkingCalendar("Asia/Shanghai", {}).to_json(), loaded_until=until)
    assert beyond_loaded(version, at("11-23 23:59")) is beyond
