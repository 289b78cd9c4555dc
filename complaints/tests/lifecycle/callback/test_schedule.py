"""Callbacks are planned by contact hours, spacing and parts of the day; deadlines never move (E16)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from complaints.lifecycle import intake
from complaints.lifecycle.callback import attempts, calls, schedule
from complaints.lifecycle.callback.schedule import Deadlines
from complaints.models import Calendar, Callback, CallbackAttempt, Clock, Customer
from complaints.models.callback import PlannedWhy
from complaints.rights.actors import person
from complaints.sla.contact import contact_hours
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI
from complaints.workdays.working_time import WorkingCalendar

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
DAILY = WorkingCalendar("Asia/Shanghai", {day: [(time(9), time(20))] for day in range(7)})
OFFICE = WorkingCalendar("Asia/Shanghai", {day: [(time(9), time(18))] for day in range(5)})
BOTH = Customer(name="Zhou", phone="100", email="zhou@example.com")


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def deadlines(opened: datetime) -> Deadlines:
    return Deadlines(opened + 24 * HOUR, opened + 48 * HOUR)


def failed(*moments: datetime, channel: str = "phone", result: str = "no_answer") -> list[CallbackAttempt]:
    return [CallbackAttempt(at=moment, channel=channel, result=result) for moment in moments]


def following(hours: WorkingCalendar, opened: datetime, *moments: datetime) -> schedule.Planned:
    return schedule.next_call(hours, failed(*moments), moments[-1], deadlines(opened))


def test_e16_completed_on_friday_night_the_last_useful_try_is_saturday_at_eight() -> None:
    opened = local(25, 21, 50, month=9)
    due = opened + 24 * HOUR
    assert schedule.first_call(DAILY, opened, due) == (local(26, 9, month=9), PlannedWhy.OPENING)
    assert schedule.last_useful(DAILY, opened, due) == local(26, 20, month=9)


def test_in_contact_hours_the_first_call_is_planned_at_once() -> None:
    assert schedule.first_call(DAILY, local(23, 10), local(24, 10)) == (local(23, 10), PlannedWhy.AT_ONCE)
    # Closing time is no longer within the contact hours.
    assert schedule.first_call(DAILY, local(23, 20), local(24, 20)).at == local(24, 9)


def test_where_no_contact_hour_is_left_before_the_deadline_it_is_at_once() -> None:
    friday_night = local(27, 18)
    assert schedule.first_call(OFFICE, friday_night, local(28, 18)) == (friday_night, PlannedWhy.NO_HOURS)
    assert schedule.last_useful(OFFICE, friday_night, local(28, 18)) == friday_night
    never = WorkingCalendar("UTC", {})
    assert schedule.first_call(never, friday_night, local(28, 18)).at == friday_night
    assert following(never, friday_night, friday_night).at == friday_night + 3 * HOUR


@pytest.mark.parametrize(
    ("moments", "at", "why"),
    [
        ([local(23, 10)], local(23, 13), PlannedWhy.SPACED),
        ([local(23, 18)], local(24, 9), PlannedWhy.SPACED),
        # Twice in the afternoon: the third waits for the evening.
        ([local(23, 12), local(23, 15)], local(23, 18), PlannedWhy.SPACED),
        # Twice in the morning: noon.
        ([local(23, 9), local(24, 8, 30)], local(24, 12), PlannedWhy.OTHER_PART),
        # A try too soon after another does not count, and the next is three hours after it.
        ([local(23, 10), local(23, 11)], local(23, 14), PlannedWhy.SPACED),
        ([local(23, 9), local(23, 12), local(23, 18)], local(23, 18), PlannedWhy.OTHER_WAY),
    ],
)
def test_the_next_call(moments: list[datetime], at: datetime, why: PlannedWhy) -> None:
    assert following(DAILY, local(23, 9), *moments) == (at, why)


def test_a_call_is_planned_so_that_the_last_still_falls_in_another_part_of_the_day() -> None:
    mornings = WorkingCalendar("Asia/Shanghai", {day: [(time(9), time(12))] for day in range(7)})
    # No other part of the day can be reached, so the call does not wait for one.
    assert following(mornings, local(23, 9), local(23, 9)) == (local(24, 9), PlannedWhy.SPACED)
    midday = WorkingCalendar("Asia/Shanghai", {day: [(time(10), time(15))] for day in range(7)})
    second = following(midday, local(23, 14), local(23, 14))
    assert second == (local(24, 10), PlannedWhy.SPACED)
    assert following(midday, local(23, 14), local(23, 14), second.at).at == local(24, 13)


def test_after_the_deadline_calls_are_still_planned_in_contact_hours() -> None:
    opened = local(27, 17, 30)
    assert following(OFFICE, opened, opened) == (local(30, 9), PlannedWhy.NO_HOURS)


def test_parts_of_the_day_are_those_where_the_customer_is() -> None:
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert attempts.part_of_day(noon, SHANGHAI) == 1
    assert attempts.part_of_day(noon, ZoneInfo("Europe/London")) == 0


def test_the_way_of_the_next_try() -> None:
    assert attempts.next_way([], BOTH) == "phone"
    assert attempts.next_way(failed(local(23, 9)), BOTH) == "phone"
    assert attempts.next_way(failed(local(23, 9), local(23, 12)), BOTH) == "email"
    assert attempts.next_way(failed(local(23, 9), result="wrong_number"), BOTH) == "email"
    assert attempts.next_way(failed(local(23, 9), local(23, 12)), Customer(phone="100")) == "phone"
    assert attempts.next_way([], Customer(email="zhou@example.com")) == "email"


# --- Laws ---
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"])
OPENED = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))
DELAYS = st.lists(st.integers(0, 7 * 60).map(lambda n: timedelta(minutes=n)), min_size=4, max_size=4)
BOUNDS = st.tuples(st.integers(6, 12), st.integers(13, 22))


def is_open(hours: WorkingCalendar, at: datetime) -> bool:
    return hours.between(at, at + TICK) == TICK


@given(ZONES, OPENED)
@settings(max_examples=150, deadline=None)
def test_whoever_calls_as_planned_keeps_every_rule(zone: str, opened: datetime) -> None:
    """With contact hours 09:00–20:00, three planned calls are enough for a customer with two ways."""
    hours = WorkingCalendar(zone, {day: [(time(9), time(20))] for day in range(7)})
    by = deadlines(opened)
    tries: list[CallbackAttempt] = []
    planned = schedule.first_call(hours, opened, by.first)
    for number in range(attempts.TRIES):
        assert is_open(hours, planned.at)
        assert planned.at < (by.all if number else by.first)
        assert not tries or planned.at - tries[-1].at >= attempts.SPACING
        tries += failed(planned.at, channel=attempts.next_way(tries, BOTH))
        planned = schedule.next_call(hours, tries, planned.at, by)
    assert attempts.used_up(tries, BOTH, ZoneInfo(zone))


@given(ZONES, OPENED, DELAYS, BOUNDS)
@settings(max_examples=150, deadline=None)
def test_however_late_calls_are_made_the_next_is_apart_and_in_contact_hours(
    zone: str, opened: datetime, delays: list[timedelta], bounds: tuple[int, int]
) -> None:
    opens, closes = bounds
    hours = WorkingCalendar(zone, {day: [(time(opens), time(closes))] for day in range(7)})
    by, tries = deadlines(opened), failed(opened)
    for delay in delays:
        planned = schedule.next_call(hours, tries, tries[-1].at, by)
        assert is_open(hours, planned.at)
        assert planned.at >= tries[-1].at
        if planned.why != PlannedWhy.OTHER_WAY:
            assert planned.at - tries[-1].at >= attempts.SPACING
        tries += failed(planned.at + delay)


# --- The steps ---
@pytest.mark.django_db
def test_resolving_at_night_plans_the_morning_and_moves_no_deadline(people: dict[str, User]) -> None:
    night = MONDAY + timedelta(hours=11)
    factories.resolved(people["agent"], at=night)
    pending, resolved = Callback.objects.get(), night + timedelta(minutes=7)
    assert (pending.planned_at, pending.planned_why) == (local(24, 9), "opening")
    assert pending.due_at == Clock.objects.get(kind="callback").due_at == resolved + 24 * HOUR


@pytest.mark.django_db
def test_a_time_the_customer_asked_for_wins_and_a_night_call_can_be_recorded(
    people: dict[str, User],
) -> None:
    complaint = factories.resolved(people["agent"])
    outcome = Clock.objects.get(kind="callback_outcome").due_at
    caller = person(people["callback"])
    data = {"result": "later", "later_at": local(24, 6, 30)}
    calls.record_callback(complaint, data, by=caller, at=local(23, 23))
    pending = Callback.objects.get()
    assert (pending.planned_at, pending.planned_why) == (local(24, 6, 30), "asked")
    assert Clock.objects.get(kind="callback_outcome").due_at == outcome
    calls.record_callback(complaint, {"result": "busy"}, by=caller, at=local(24, 6, 31))
    pending.refresh_from_db()
    assert (pending.planned_at, pending.planned_why) == (local(24, 9, 31), "spaced")


@pytest.mark.django_db
def test_after_the_written_notice_no_call_is_planned(people: dict[str, User]) -> None:
    only_phone = intake.CustomerData(name="周美玲", phone="100-0000-0001")
    complaint = factories.resolved(people["agent"], customer=only_phone)
    for hours in (1, 4, 8, 9):
        at = MONDAY + hours * HOUR
        calls.record_callback(complaint, {"result": "busy"}, by=person(people["callback"]), at=at)
    pending = Callback.objects.get()
    assert pending.notice_sent_at == MONDAY + 8 * HOUR
    assert (pending.planned_at, pending.planned_why) == (None, "")


@pytest.mark.django_db
@pytest.mark.usefixtures("org")
def test_contact_hours_are_a_calendar_that_managers_keep() -> None:
    assert list(contact_hours().windows(local(23, 0), local(24, 0))) == [(local(23, 9), local(23, 20))]
    version = Calendar.objects.get(code="CALLBACK").versions.get()
    version.pk, version.version = None, 2
    version.definition = version.definition | {"special": {"2026-11-23": [["10:00", "12:00"]]}}
    version.save()
    assert schedule.first_call(contact_hours(), local(23, 8), local(24, 8)).at == local(23, 10)
    Calendar.objects.filter(code="CALLBACK").update(code="ELSE")
    assert contact_hours().hours == DAILY.hours
    assert date(2026, 11, 23) not in contact_hours().special
