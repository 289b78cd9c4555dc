"""Clocks fall due, fire, pause and end by the rules and worked examples of docs/clocks.md."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from complaints.lifecycle import converse, resolve
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import offers
from complaints.models import CalendarVersion, Clock, ClockKind, Complaint, Effect, PolicyRule
from complaints.rights.actors import CUSTOMER, person
from complaints.sla import clocks, firing
from complaints.sla.targets import NoPolicy, matching_rule, target_for
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.sla.conftest import at, bare, promise

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fired(clock: Clock) -> list[tuple[int, str]]:
    return list(clock.effects.order_by("at", "id").values_list("level", "kind"))


def fresh(clock: Clock) -> Clock:
    return Clock.objects.get(pk=clock.pk)


def test_example_1_an_hour_over_the_week_end_and_its_warnings(
    example_calendar: CalendarVersion, people: dict[str, User]
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, "first_response", 1, at("11-20 17:30"))
    assert clock.due_at == at("11-23 09:30")
    seen = []
    for _level in range(4):
        clock = fresh(clock)
        assert clock.next_fire_at is not None
        seen.append((clock.next_level, clock.next_fire_at))
        sweep(clock.next_fire_at)
    assert seen == [
        (50, at("11-20 18:00")),
        (75, at("11-23 09:15")),
        (90, at("11-23 09:24")),
        (100, at("11-23 09:30")),
    ]


def test_example_3_waiting_for_the_customer_keeps_the_time_that_was_left(
    example_calendar: CalendarVersion, people: dict[str, User]
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, "resolution", 8, at("11-23 10:00"))
    assert clock.due_at == at("11-24 10:30")
    clocks.pause(complaint, at("11-23 11:00"))
    assert fresh(clock).state == "paused"
    assert clocks.next_due_of([complaint]) == {}
    clocks.resume(complaint, at("11-24 14:00"))
    clock = fresh(clock)
    assert (clock.state, clock.due_at) == ("running", at("11-25 12:00"))
    assert clock.original_due_at == at("11-24 10:30")
    assert firing.next_firing(clock, 0) == (50, at("11-24 17:00")), (
        "4 h are used: 1 before and 3 after the pause"
    )


@pytest.mark.parametrize(
    ("start", "due"),
    [("09-30 16:00", "10-08 11:00"), ("10-09 17:00", "10-10 12:00")],
)
def test_example_4_the_national_day_and_the_saturday_that_is_worked(
    example_calendar: CalendarVersion, people: dict[str, User], start: str, due: str
) -> None:
    assert promise(bare(people["agent"]), "resolution", 4, at(start)).due_at == at(due)


def test_a_clock_met_at_its_deadline_is_met_and_a_second_later_breached(people: dict[str, User]) -> None:
    for late, state in ((timedelta(0), "met"), (timedelta(seconds=1), "breached")):
        complaint = factories.diagnosed(people["agent"])
        clock = Clock.objects.get(complaint=complaint, kind="recovery")
        converse.message(
            complaint,
            by=person(people["agent"]),
            at=clock.due_at + late,
            body="Which size?",
            purpose="question",
        )
        clock = fresh(clock)
        assert (clock.state, clock.ended_as) == (state, "met")
        assert clock.breached_at == (clock.due_at if late else None)


def test_a_breach_is_dated_at_the_deadline_and_keeps_when_it_was_noticed(people: dict[str, User]) -> None:
    clock = Clock.objects.get(complaint=factories.receive(people["agent"]), kind="recovery")
    sweep(clock.due_at + 7 * HOUR)
    clock = fresh(clock)
    assert (clock.breached_at, clock.breach_noticed_at) == (clock.due_at, clock.due_at + 7 * HOUR)
    assert clock.is_live


def test_what_is_breached_stays_breached_over_a_pause(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = Clock.objects.get(complaint=complaint, kind="resolution")
    sweep(clock.due_at)
    clocks.pause(complaint, clock.due_at + HOUR)
    clocks.resume(complaint, clock.due_at + 9 * HOUR)
    assert (fresh(clock).due_at, fresh(clock).state) == (clock.due_at, "breached")


def test_nothing_fires_during_a_pause_and_each_warning_fires_once(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = Clock.objects.get(complaint=complaint, kind="update")
    sweep(MONDAY + 13 * HOUR)
    assert fired(clock) == [(50, "fired")]
    clocks.pause(complaint, MONDAY + 14 * HOUR)
    sweep(MONDAY + timedelta(days=30))
    assert fired(clock) == [(50, "fired")]
    clocks.resume(complaint, MONDAY + timedelta(days=30))
    assert fresh(clock).due_at == MONDAY + timedelta(days=30) + 10 * HOUR
    sweep(MONDAY + timedelta(days=30) + 5 * HOUR)
    assert fired(clock) == [(50, "fired"), (75, "fired")]


def test_a_pause_never_ends_before_it_began(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = Clock.objects.get(complaint=complaint, kind="update")
    clocks.pause(complaint, MONDAY + HOUR)
    clocks.resume(complaint, MONDAY)
    assert fresh(clock).due_at == clock.due_at


def test_an_offer_stops_the_clocks_and_the_choice_lets_them_run(people: dict[str, User]) -> None:
    complaint, _plan = factories.offered(people["agent"])
    paused = Clock.objects.filter(complaint=complaint, paused_since__isnull=False)
    assert set(paused.values_list("kind", flat=True)) == {"update", "resolution"}
    answer = Clock.objects.live().get(complaint=complaint, kind="customer_wait")
    assert (complaint.waiting_on, complaint.next_due_at) == ("customer", answer.due_at)
    converse.write_in(complaint, by=CUSTOMER, at=MONDAY + 2 * HOUR, body="Let me think")
    assert not paused.exists()
    complaint.refresh_from_db()
    assert complaint.waiting_on is None


def test_later_rounds_have_half_the_time_rounded_up(people: dict[str, User]) -> None:
    rule = PolicyRule.objects.get(order=9)
    rule.targets["resolution"] = [1441, "ALWAYS"]
    rule.save()
    complaint = factories.resolved(people["agent"])
    calls.record_callback(
        complaint, factories.UNSATISFIED, by=person(people["callback"]), at=MONDAY + 2 * HOUR
    )
    minutes = {
        c.kind: c.target_seconds / 60 for c in Clock.objects.live().filter(complaint=complaint, round=2)
    }
    assert minutes == {"resolution": 721, "update": 720, "pickup": 30}


def test_the_second_later_round_is_halved_once_not_twice(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    complaint.round = 3
    target = target_for(complaint, ClockKind.RESOLUTION)
    assert target is not None
    assert target.duration == timedelta(minutes=720)


def test_resolve_keeps_what_was_promised_before_and_starts_the_callback(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    live = {c.kind: c.due_at - c.started_at for c in Clock.objects.live().filter(complaint=complaint)}
    assert live == {"callback": 24 * HOUR, "callback_outcome": 48 * HOUR}
    ended = Clock.objects.filter(complaint=complaint, kind__in=["first_response", "recovery", "resolution"])
    assert set(ended.values_list("ended_as", flat=True)) == {"met"}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({}, "Everything else"),
        ({"gravity": "S4"}, "Critical"),
        ({"gravity": "S3"}, "Major"),
        ({"gravity": "S1"}, "Minor"),
        ({"channel": "regulator"}, "External authority"),
        ({"channel": "regulator", "gravity": "S4"}, "Critical"),
        ({"region": "international"}, "International"),
        ({"channel": "social", "region": "international"}, "International"),
        ({"channel": "social", "gravity": "S3"}, "Social"),
        ({"channel": "store"}, "Store and on-site"),
    ],
)
def test_the_first_rule_that_matches_sets_every_target(
    people: dict[str, User], given: dict[str, str], rule: str
) -> None:
    complaint = factories.receive(people["supervisor"], **{"channel": "web", **given})
    assert matching_rule(complaint).name_en == rule
    assert set(Clock.objects.filter(complaint=complaint).values_list("rule__name_en", flat=True)) == {rule}


def test_an_empty_cell_starts_no_clock_and_no_rule_at_all_is_an_error(people: dict[str, User]) -> None:
    rule = PolicyRule.objects.get(order=9)
    del rule.targets["recovery"]
    rule.save()
    complaint = factories.receive(people["agent"])
    assert not Clock.objects.filter(complaint=complaint, kind="recovery").exists()
    complaint.severity = "normal"
    PolicyRule.objects.filter(pk=rule.pk).update(match={"severity": "critical"})
    with pytest.raises(NoPolicy):
        matching_rule(complaint)


def test_an_agent_on_the_line_has_answered_unless_it_came_earlier(people: dict[str, User]) -> None:
    now = factories.receive(people["agent"])
    earlier = factories.receive(people["agent"], received_at=MONDAY - HOUR)
    response = Clock.objects.filter(kind="first_response")
    assert response.get(complaint=now).ended_as == "met"
    assert response.get(complaint=earlier).started_at == MONDAY - HOUR
    assert response.get(complaint=earlier).is_live


def test_without_any_contact_there_is_nothing_to_acknowledge_and_nobody_to_call(
    people: dict[str, User],
) -> None:
    customer = factories.nobody()
    complaint = factories.receive(people["online"], channel="web", customer=customer)
    assert Clock.objects.get(complaint=complaint, kind="acknowledge").ended_as == "cancelled"


def test_there_is_one_live_clock_of_a_kind_and_subject(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    with pytest.raises(IntegrityError), transaction.atomic():
        clocks.start(complaint, ClockKind.RECOVERY, MONDAY)
    assert clocks.start(complaint, ClockKind.RECOVERY, MONDAY, subject=clocks.Subject("task", 1))


def test_the_database_refuses_a_second_effect_of_a_level(people: dict[str, User]) -> None:
    clock = Clock.objects.get(complaint=factories.receive(people["agent"]), kind="recovery")
    row = {"clock": clock, "level": 50, "generation": 1, "kind": "fired", "at": MONDAY, "noticed_at": MONDAY}
    Effect.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Effect.objects.create(**row)
    Effect.objects.create(**{**row, "generation": 2})


def test_the_list_is_sorted_by_the_earliest_deadline_that_runs(people: dict[str, User]) -> None:
    complaint: Complaint = factories.receive(people["agent"])
    first = Clock.objects.live().filter(complaint=complaint).order_by("due_at").first()
    assert first is not None
    assert complaint.next_due_at == first.due_at
    complaint = factories.carried_out(people["agent"])
    resolve.resolve(complaint, by=person(people["agent"]), at=MONDAY + HOUR, final_answer="Done")
    assert complaint.next_due_at == MONDAY + 25 * HOUR


def test_warnings_of_a_deadline_that_a_merge_put_before_a_pause_lie_before_it(
    example_calendar: CalendarVersion, people: dict[str, User]
) -> None:
    complaint = bare(people["agent"])
    clock = promise(complaint, "resolution", 8, at("11-23 10:00"))
    clocks.pause(complaint, at("11-23 11:00"))
    clocks.resume(complaint, at("11-24 14:00"))
    clock = fresh(clock)
    clock.due_at = at("11-23 10:40")
    firing.schedule(clock, after=0)
    assert (clock.next_level, clock.next_fire_at) == (50, at("11-23 10:20"))
    clock.due_at = at("11-23 18:00")
    firing.schedule(clock, after=0)
    assert clock.next_fire_at == at("11-23 10:30"), "the clock had run for only an hour before the pause"


@pytest.mark.parametrize(
    ("say", "kept"), [("plan", True), ("offer", True), ("question", False), ("progress", False)]
)
def test_in_a_store_the_first_plan_is_told_within_half_an_hour(
    people: dict[str, User], say: str, kept: bool
) -> None:
    complaint = factories.found(people["agent"], channel="store")
    clock = Clock.objects.get(complaint=complaint, kind="plan")
    assert clock.due_at == MONDAY + timedelta(minutes=30)
    by, now = person(people["agent"]), MONDAY + timedelta(minutes=20)
    if say == "offer":
        offers.offer(complaint, factories.OFFER, by=by, at=now)
    else:
        converse.message(complaint, by=by, at=now, body="Words", purpose=say)
    assert (fresh(clock).ended_as == "met") is kept


def test_a_plan_that_is_not_told_in_time_is_a_breach_but_moves_nobody(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"], channel="store")
    clock = Clock.objects.get(complaint=complaint, kind="plan")
    sweep(clock.due_at)
    complaint.refresh_from_db()
    assert (fresh(clock).breached_at, complaint.tier) == (clock.due_at, 1)


def test_other_channels_promise_no_first_plan(people: dict[str, User]) -> None:
    assert not Clock.objects.filter(complaint=factories.receive(people["agent"]), kind="plan").exists()
