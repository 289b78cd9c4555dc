"""A merge must not invent a breach, lose a pause, or tell anything twice."""

from datetime import timedelta

import pytest
from django.db.models import Count

from accounts.models import User
from complaints.lifecycle import converse, extend, wait
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.ending import conclude, merge, withdraw
from complaints.models import Clock, Complaint, Effect, Event, Handling
from complaints.rights.actors import CUSTOMER, person
from complaints.sla import clocks
from complaints.sweeps import retarget_job
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.sweeps.test_retarget_job import edit_policy

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
People = dict[str, User]


def one(complaint: Complaint, kind: str) -> Clock:
    return Clock.objects.filter(complaint=complaint, kind=kind).latest("pk")


def join(source: Complaint, into: Complaint, people: People, at: timedelta) -> None:
    merge.merge(source, into, by=person(people["supervisor"]), at=MONDAY + at)


def undo(source: Complaint, people: People, at: timedelta) -> None:
    merge.unmerge(source, by=person(people["supervisor"]), at=MONDAY + at, reason="Another event")


def times_said(complaint: Complaint, kind: str) -> list[int]:
    """Return how often each level of a clock was recorded."""
    rows = Effect.objects.filter(clock=one(complaint, kind)).order_by()
    return [times for _level, times in rows.values_list("level").annotate(times=Count("pk"))]


def told_of_breach(complaint: Complaint, kind: str) -> int:
    return Event.objects.filter(complaint=complaint, kind="breached", text__details__clock=kind).count()


def test_met_in_time_on_the_other_is_no_breach_of_the_survivor(people: People) -> None:
    answered = factories.receive(people["online"], channel="web")
    converse.message(answered, by=person(people["online"]), at=MONDAY + HOUR / 2, body="Hello")
    survivor = factories.receive(people["online"], channel="web", at=MONDAY + 1.5 * HOUR)
    join(answered, survivor, people, 2 * HOUR)
    clock = one(survivor, "first_response")
    assert (clock.ended_as, clock.breached_at) == ("met", None)
    assert not told_of_breach(survivor, "first_response")


def test_a_source_that_waits_for_its_customer_brings_no_passed_deadline(people: People) -> None:
    source = factories.diagnosed(people["agent"])
    wait.wait(source, by=person(people["agent"]), at=MONDAY + HOUR, on="customer", question="Which?")
    survivor = factories.diagnosed(people["agent"], at=MONDAY + 5 * DAY)
    join(source, survivor, people, 5 * DAY + HOUR)
    update = one(survivor, "update")
    assert update.due_at == MONDAY + 6 * DAY, (
        "24 hours were left when it was paused, so the deadline is no earlier than its own"
    )
    sweep(MONDAY + 5 * DAY + HOUR)
    assert one(survivor, "update").breached_at is None


def test_a_survivor_that_waits_keeps_what_is_left_of_the_earlier_deadline(people: People) -> None:
    source = factories.diagnosed(people["agent"])
    survivor = factories.diagnosed(people["agent"], at=MONDAY + 12 * HOUR)
    wait.wait(survivor, by=person(people["agent"]), at=MONDAY + 14 * HOUR, on="customer", question="Which?")
    join(source, survivor, people, 20 * HOUR)
    converse.write_in(survivor, at=MONDAY + 30 * HOUR, body="This one", by=CUSTOMER)
    assert one(survivor, "update").due_at == MONDAY + 34 * HOUR, "4 of the source's 24 hours were left"


def test_the_survivors_wait_over_the_merge_still_counts_when_it_is_undone(people: People) -> None:
    survivor = factories.diagnosed(people["agent"])
    wait.wait(survivor, by=person(people["agent"]), at=MONDAY + HOUR, on="customer", question="Which?")
    source = factories.diagnosed(people["agent"], at=MONDAY + 2 * HOUR)
    join(source, survivor, people, 3 * HOUR)
    converse.write_in(survivor, at=MONDAY + 11 * HOUR, body="This one", by=CUSTOMER)
    undo(source, people, 12 * HOUR)
    assert one(survivor, "update").due_at == MONDAY + 35 * HOUR, "24 hours, with one used before the wait"


def test_reminders_of_a_missed_deadline_are_not_repeated_by_a_merge_or_its_end(people: People) -> None:
    survivor = factories.receive(people["agent"])
    for days in (1, 2, 3):
        sweep(MONDAY + days * DAY)
    assert len(times_said(survivor, "recovery")) == 6
    source = factories.receive(people["agent"], at=MONDAY + 3 * DAY)
    join(source, survivor, people, 3 * DAY + HOUR)
    sweep(MONDAY + 3 * DAY + 2 * HOUR)
    undo(source, people, 3 * DAY + 3 * HOUR)
    sweep(MONDAY + 3 * DAY + 4 * HOUR)
    assert set(times_said(survivor, "recovery")) == {1}


def test_a_breach_that_came_along_is_not_fired_again_after_a_wait(people: People) -> None:
    late = factories.diagnosed(people["agent"])
    sweep(MONDAY + 25 * HOUR)
    survivor = factories.diagnosed(people["agent"], at=MONDAY + 24 * HOUR)
    wait.wait(survivor, by=person(people["agent"]), at=MONDAY + 25 * HOUR, on="customer", question="Which?")
    join(late, survivor, people, 26 * HOUR)
    converse.write_in(survivor, at=MONDAY + 27 * HOUR, body="This one", by=CUSTOMER)
    sweep(MONDAY + 28 * HOUR)
    assert one(survivor, "update").breached_at == MONDAY + 24 * HOUR
    assert told_of_breach(survivor, "update") == 0
    assert told_of_breach(late, "update") == 1


def test_a_deadline_missed_while_merged_is_told_once(people: People) -> None:
    survivor = factories.receive(people["agent"])
    source = factories.receive(people["agent"], at=MONDAY + HOUR)
    join(source, survivor, people, 2 * HOUR)
    sweep(MONDAY + 5 * HOUR)
    undo(source, people, 6 * HOUR)
    sweep(MONDAY + 6 * HOUR)
    for complaint in (survivor, source):
        assert told_of_breach(complaint, "recovery") == 1
        assert set(times_said(complaint, "recovery")) == {1}
        assert one(complaint, "recovery").breached_at == one(complaint, "recovery").due_at


def test_a_breach_that_went_with_the_merge_comes_again_even_after_a_wait(people: People) -> None:
    agent = person(people["agent"])
    source = factories.diagnosed(people["agent"])
    survivor = factories.diagnosed(people["agent"], at=MONDAY + 10 * HOUR)
    converse.message(survivor, by=agent, at=MONDAY + 11 * HOUR, body="We replace it", purpose="plan")
    join(source, survivor, people, 12 * HOUR)
    sweep(MONDAY + 25 * HOUR)
    assert one(survivor, "update").breached_at == MONDAY + 24 * HOUR
    undo(source, people, 26 * HOUR)
    clocks.pause(survivor, MONDAY + 28 * HOUR)
    clocks.resume(survivor, MONDAY + 29 * HOUR)
    clock = one(survivor, "update")
    assert (clock.due_at, clock.breached_at) == (MONDAY + 36 * HOUR, None)
    sweep(clock.due_at)
    assert one(survivor, "update").breached_at == clock.due_at


def met_by_the_merge(people: People) -> tuple[Complaint, Complaint]:
    """Return the survivor and the source of a merge.

    The source had met its recovery clock before, so the merge met that of the survivor.
    """
    source, _plan = factories.offered(people["agent"])
    survivor = factories.receive(people["agent"])
    join(source, survivor, people, HOUR / 4)
    assert one(survivor, "recovery").ended_as == "met"
    return source, survivor


@pytest.mark.parametrize("how", ["withdrawn", "concluded"])
def test_undone_after_the_survivor_has_ended_nothing_of_it_runs_again(people: People, how: str) -> None:
    source, survivor = met_by_the_merge(people)
    ended = MONDAY + HOUR / 3
    if how == "withdrawn":
        withdraw.withdraw(survivor, by=CUSTOMER, at=ended)
    else:
        by = person(people["supervisor"])
        conclude.conclude(survivor, by=by, at=ended, outcome="out_of_scope", reason="Not ours")
    undo(source, people, 3 * DAY)
    clock = one(survivor, "recovery")
    assert (clock.ended_as, clock.stopped_at, clock.breached_at) == ("cancelled", ended, None)
    assert not Clock.objects.live().filter(complaint=survivor).exists()
    survivor.refresh_from_db()
    assert survivor.next_due_at is None


def test_undone_after_the_survivor_was_resolved_its_resolution_met_what_runs_until_then(
    people: People,
) -> None:
    source, survivor = met_by_the_merge(people)
    resolved = MONDAY + HOUR / 3
    Handling.objects.filter(complaint=survivor).update(resolved_at=resolved)
    undo(source, people, 3 * DAY)
    assert (one(survivor, "recovery").ended_as, one(survivor, "recovery").stopped_at) == ("met", resolved)


def test_more_time_that_was_granted_meanwhile_stays_granted(people: People) -> None:
    source = factories.diagnosed(people["agent"])
    survivor = factories.diagnosed(people["agent"], at=MONDAY + HOUR / 6)
    join(source, survivor, people, HOUR)
    by, asked = person(people["agent"]), MONDAY + 2 * HOUR
    told = converse.message(survivor, by=by, at=asked, body="It takes longer", purpose="progress")
    due = one(survivor, "resolution").due_at + 2 * DAY
    request = extend.extend(
        survivor,
        by=by,
        at=asked,
        clock="resolution",
        due_at=due,
        reason="Parts",
        customer_told=told.pk,
    )
    decisions.decide(request, by=person(people["supervisor"]), at=asked, approve=True)
    undo(source, people, 3 * HOUR)
    clock = one(survivor, "resolution")
    assert (clock.due_at, clock.started_at) == (due, MONDAY + HOUR / 6)
    assert one(source, "resolution").due_at < due - DAY, "the source keeps its own deadline"


def met_while_it_waits(people: People) -> tuple[Complaint, Complaint]:
    """Return a waiting survivor and a source.

    Half an hour after its question the survivor's promises are met, because the source is resolved.
    """
    survivor = factories.diagnosed(people["agent"])
    by = person(people["agent"])
    wait.wait(survivor, by=by, at=MONDAY + HOUR, on="customer", question="Which?")
    source = factories.resolved(people["agent2"])
    join(source, survivor, people, 1.5 * HOUR)
    assert one(survivor, "resolution").ended_as == "met"
    return source, survivor


def test_what_was_met_by_the_merge_stood_still_as_long_as_the_survivor_waited(people: People) -> None:
    source, survivor = met_while_it_waits(people)
    before = one(survivor, "resolution").due_at
    converse.write_in(survivor, at=MONDAY + 3 * HOUR, body="This one", by=CUSTOMER)
    undo(source, people, 5 * HOUR)
    clock = one(survivor, "resolution")
    assert clock.is_live and clock.paused_since is None
    assert list(clock.pauses.values_list("since", "until")) == [(MONDAY + HOUR, MONDAY + 3 * HOUR)]
    assert clock.calendar.working.between(before, clock.due_at) == HOUR, "one of the two hours was lunch"


def test_it_stands_still_where_the_survivor_still_waits(people: People) -> None:
    source, survivor = met_while_it_waits(people)
    undo(source, people, 5 * HOUR)
    clock = one(survivor, "resolution")
    assert (clock.paused_since, clock.next_fire_at) == (MONDAY + HOUR, None)
    converse.write_in(survivor, at=MONDAY + 24 * HOUR, body="This one", by=CUSTOMER)
    assert one(survivor, "resolution").paused_since is None


def test_a_breach_that_went_with_the_merge_still_comes_after_the_newest_rules_were_taken_over(
    people: People,
) -> None:
    source = factories.diagnosed(people["agent"])
    survivor = factories.diagnosed(people["agent"], at=MONDAY + 2 * DAY)
    late = one(source, "resolution").due_at - MONDAY + HOUR
    join(source, survivor, people, late - 2 * HOUR)
    sweep(MONDAY + late)
    assert one(survivor, "resolution").breached_at
    undo(source, people, late + HOUR)
    clock = one(survivor, "resolution")
    assert (clock.breached_at, clock.next_level is None) == (None, False)
    edit_policy(4800)
    at = MONDAY + late + 2 * HOUR
    retarget_job.begin(reason="Longer", by=person(people["manager"]), at=at)
    while retarget_job.step(at) is not None:
        pass
    clock = one(survivor, "resolution")
    assert (clock.next_level, clock.next_fire_at) == (100, clock.due_at)
