"""Deadlines that change while they run: recomputed from the start, and never later when an agent does it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from complaints.models import CalendarVersion, Clock, Complaint, Policy, PolicyRule
from complaints.sla import clocks
from complaints.sla.retarget import retarget
from complaints.sla.targets import matching_rule
from complaints.sweeps.due_clocks import sweep
from complaints.tests.sla.conftest import at, bare, promise

pytestmark = pytest.mark.django_db
MAJOR = 7


def grants(order: int, kind: str, minutes: int, calendar: str = "EXAMPLE") -> None:
    rule = PolicyRule.objects.get(order=order)
    rule.targets = {kind: [minutes, calendar]}
    rule.save()


def raised(complaint: Complaint, now: datetime, *, by_supervisor: bool = False) -> list[Clock]:
    complaint.severity = "major"
    return retarget(complaint, at=now, may_be_later=by_supervisor)


def fresh(clock: Clock) -> Clock:
    return Clock.objects.get(pk=clock.pk)


@pytest.fixture
def complaint(example_calendar: CalendarVersion, people: dict[str, User]) -> Complaint:
    return bare(people["agent"])


def test_example_2_a_stricter_promise_that_has_passed_leaves_the_floor(complaint: Complaint) -> None:
    clock = promise(complaint, "first_response", 1, at("11-20 17:30"))
    grants(MAJOR, "first_response", 30)
    assert raised(complaint, at("11-23 09:10")) == [clock]
    clock = fresh(clock)
    assert (clock.due_at, clock.state, clock.floor_used) == (at("11-23 09:25"), "running", True)
    assert (clock.original_due_at, clock.started_at) == (at("11-23 09:30"), at("11-20 17:30"))
    assert (clock.target_seconds, clock.rule.order, clock.generation) == (1800, MAJOR, 2)
    sweep(at("11-23 09:25"))
    assert fresh(clock).breached_at == at("11-23 09:25")


def test_from_the_start_on_the_new_calendar_and_the_floor_of_a_quarter(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 24, at("11-23 09:00"))
    grants(MAJOR, "resolution", 240, "ALWAYS")
    raised(complaint, at("11-23 11:00"))
    assert fresh(clock).due_at == at("11-23 13:00")
    assert not fresh(clock).floor_used
    complaint.severity = "normal"
    other = promise(complaint, "recovery", 24, at("11-23 09:00"))
    grants(MAJOR, "recovery", 240, "ALWAYS")
    raised(complaint, at("11-23 14:00"))
    assert fresh(other).due_at == at("11-23 15:00")


def test_the_pauses_are_replayed(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 8, at("11-23 10:00"))
    clocks.pause(complaint, at("11-23 11:00"))
    clocks.resume(complaint, at("11-24 14:00"))
    assert fresh(clock).due_at == at("11-25 12:00")
    grants(MAJOR, "resolution", 240)
    raised(complaint, at("11-24 14:30"))
    assert fresh(clock).due_at == at("11-24 17:00"), "one of four hours was used before the pause"


def test_a_clock_that_stands_still_keeps_what_is_left_of_the_new_target(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 8, at("11-23 10:00"))
    clocks.pause(complaint, at("11-23 11:00"))
    grants(MAJOR, "resolution", 240)
    raised(complaint, at("11-23 16:00"))
    assert (fresh(clock).state, fresh(clock).next_fire_at) == ("paused", None)
    clocks.resume(complaint, at("11-24 14:00"))
    assert fresh(clock).due_at == at("11-24 17:00")


def test_a_deadline_moves_later_only_for_a_supervisor(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 1, at("11-23 09:00"))
    grants(MAJOR, "resolution", 120)
    assert raised(complaint, at("11-23 09:10")) == []
    assert fresh(clock) == clock and fresh(clock).due_at == at("11-23 10:00")
    assert raised(complaint, at("11-23 09:10"), by_supervisor=True) == [clock]
    assert fresh(clock).due_at == at("11-23 11:00")


def test_a_floor_makes_nothing_later_even_for_a_supervisor(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 1, at("11-23 09:00"))
    grants(MAJOR, "resolution", 30)
    assert raised(complaint, at("11-23 09:55"), by_supervisor=True) == []
    assert fresh(clock).due_at == at("11-23 10:00")


def test_there_is_one_floor_a_clock(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 8, at("11-23 09:00"))
    grants(MAJOR, "resolution", 60)
    raised(complaint, at("11-23 11:00"))
    assert fresh(clock).due_at == at("11-23 11:15")
    grants(1, "resolution", 30)
    complaint.severity = "critical"
    retarget(complaint, at=at("11-23 11:05"), may_be_later=False)
    assert fresh(clock).due_at == at("11-23 11:05"), "due now, and not before now"


def test_what_is_met_breached_late_or_of_another_round_is_history(complaint: Complaint) -> None:
    late = promise(complaint, "recovery", 1, at("11-23 09:00"))
    met = promise(complaint, "resolution", 8, at("11-23 09:00"))
    clocks.meet(complaint, "resolution", at=at("11-23 09:30"))
    earlier = promise(complaint, "update", 8, at("11-23 09:00"))
    Clock.objects.filter(pk=earlier.pk).update(round=2)
    for kind in ("recovery", "resolution", "update"):
        grants(MAJOR, kind, 30)
    assert raised(complaint, at("11-23 10:30")) == []
    assert [fresh(clock).due_at for clock in (late, met)] == [late.due_at, met.due_at]
    sweep(at("11-23 10:30"))
    assert fresh(late).breached_at == at("11-23 10:00")


def test_a_kind_that_the_new_rule_lacks_keeps_running(complaint: Complaint) -> None:
    clock = promise(complaint, "recovery", 8, at("11-23 09:00"))
    grants(MAJOR, "resolution", 30)
    assert raised(complaint, at("11-23 10:30")) == []
    assert fresh(clock).due_at == clock.due_at and fresh(clock).is_live


def test_an_edited_policy_alone_moves_nothing(complaint: Complaint) -> None:
    clock = promise(complaint, "resolution", 8, at("11-23 09:00"))
    policy = Policy.objects.create(version=99, created_at=at("11-23 09:00"))
    PolicyRule.objects.create(policy=policy, order=1, targets={"resolution": [10, "EXAMPLE"]})
    assert retarget(complaint, at=at("11-23 09:30"), may_be_later=True) == []
    assert matching_rule(complaint).policy == policy
    assert fresh(clock).due_at == clock.due_at


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    old=st.integers(1, 3000),
    new=st.integers(1, 3000),
    later=st.integers(0, 4000),
    pauses=st.lists(st.integers(1, 600), max_size=4),
)
def test_an_agent_moves_no_deadline_later_and_the_start_stays(
    complaint: Complaint, old: int, new: int, later: int, pauses: list[int]
) -> None:
    clock = promise(complaint, "resolution", old / 60, at("11-20 17:30"))
    moment = at("11-20 17:31")
    for length in pauses:
        clocks.pause(complaint, moment)
        moment += timedelta(minutes=length)
        clocks.resume(complaint, moment)
        moment += timedelta(minutes=7)
    before = fresh(clock)
    grants(MAJOR, "resolution", new)
    now = moment + timedelta(minutes=later)
    moved = raised(complaint, now)
    after = fresh(clock)
    assert after.due_at <= before.due_at
    assert (after.started_at, after.original_due_at) == (before.started_at, before.original_due_at)
    assert bool(moved) == (after.due_at < before.due_at)
    assert not moved or after.due_at >= min(now, before.due_at)
    complaint.severity = "normal"
