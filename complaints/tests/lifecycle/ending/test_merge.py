"""Merging keeps the earlier deadlines and every message; undoing it restores both complaints."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from complaints.lifecycle import assign, converse, diagnose, intake, resolve, risk
from complaints.lifecycle.ending import merge
from complaints.lifecycle.remedies import carry_out, offers, playbook
from complaints.models import Clock, Complaint, Merge, Plan, Task, Wait
from complaints.reads import one_complaint, playbooks, portal
from complaints.rights import access
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.rows import timeline
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = MONDAY + HOUR
LATER = MONDAY + 2 * HOUR
OTHER = intake.CustomerData(name="王丽", phone="100-0000-0099", email="wang@example.com")


@pytest.fixture
def two(people: dict[str, User]) -> tuple[Complaint, Complaint]:
    """Return two complaints of one customer with the same agent, the second an hour after the first."""
    first = factories.receive(people["agent"])
    return first, factories.receive(people["agent"], at=SECOND)


def join(source: Complaint, into: Complaint | None, by: User, at: datetime = LATER) -> Complaint:
    merge.merge(source, into, by=person(by), at=at)
    if into is not None:
        into.refresh_from_db()
    return source


def undo(
    source: Complaint, by: User, at: datetime = LATER + HOUR, reason: str = "Another event"
) -> Complaint:
    return merge.unmerge(source, by=person(by), at=at, reason=reason)


def state(complaint: Complaint) -> dict[str, Any]:
    """Return the dates of a complaint's live clocks, by kind and subject."""
    return {
        f"{c.kind}{c.subject_id}": (c.started_at, c.due_at, c.original_due_at, c.breached_at, c.paused_since)
        for c in Clock.objects.live().filter(complaint=complaint)
    }


def test_the_source_closes_as_a_duplicate_and_the_survivor_takes_the_earlier_clocks(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    earlier, later = two
    before = state(earlier)
    join(earlier, later, people["agent"])
    assert (earlier.stage, earlier.outcome, earlier.merged_into) == ("closed", "duplicate", later)
    assert not state(earlier)
    for kind in ("resolution0", "update0", "recovery0"):
        assert state(later)[kind][:3] == before[kind][:3]
    assert not list(timeline.faults(earlier))
    assert not list(timeline.faults(later))


def test_words_and_claims_of_the_source_are_handled_with_the_survivor(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    earlier, later = two
    converse.write_in(earlier, at=LATER, body="The lid is broken too", by=CUSTOMER)
    join(earlier, later, people["agent"])
    assert "The lid is broken too" in [event.text.body for event in one_complaint.timeline_of(later)]
    assert later.all_claims().count() == 2
    assert "The lid is broken too" in [entry["body"] for entry in portal.public_messages(later)]


def test_a_link_shows_only_its_own_customers_words(people: dict[str, User]) -> None:
    source = factories.receive(people["agent"], customer=OTHER)
    survivor = factories.receive(people["agent"], at=SECOND)
    converse.write_in(source, at=LATER, body="I am Wang Li", by=CUSTOMER)
    join(source, survivor, people["supervisor"])
    assert "I am Wang Li" not in str(portal.public_messages(survivor))
    assert "I am Wang Li" in str(portal.public_messages(source))
    assert "I am Wang Li" in [event.text.body for event in one_complaint.timeline_of(survivor)]


def test_who_may_merge_what(two: tuple[Complaint, Complaint], people: dict[str, User]) -> None:
    first, second = two
    foreign = factories.receive(people["agent"], customer=OTHER)
    done = factories.closed(people["agent"], people["agent2"])
    assert status_of(lambda: join(first, foreign, people["agent"])) == 403
    assert status_of(lambda: join(first, second, people["agent2"])) == 403
    assert status_of(lambda: join(first, done, people["agent"])) == 409
    assert status_of(lambda: join(done, first, people["agent"])) == 409
    assert wrong_fields(lambda: join(first, first, people["agent"])) == {"into"}
    assert wrong_fields(lambda: join(first, None, people["agent"])) == {"into"}
    join(first, foreign, people["supervisor"])
    assert status_of(lambda: join(second, first, people["agent"])) == 409


def test_what_is_met_on_either_is_met_and_a_breach_carries_over(people: dict[str, User]) -> None:
    late = factories.receive(people["online"], channel="web")
    sweep(MONDAY + 2 * HOUR)
    answered = factories.receive(people["online"], channel="web", at=MONDAY + 2 * HOUR)
    assign.take(answered, by=person(people["online"]), at=MONDAY + 2 * HOUR)
    converse.message(answered, by=person(people["online"]), at=MONDAY + 2 * HOUR, body="Hello")
    join(late, answered, people["supervisor"], MONDAY + 3 * HOUR)
    first = Clock.objects.get(complaint=answered, kind="first_response")
    assert (first.ended_as, first.breached_at) == ("met", None)
    other = factories.receive(people["online"], channel="web", at=MONDAY + 2 * HOUR)
    late2 = factories.receive(people["online"], channel="web")
    sweep(MONDAY + 4 * HOUR)
    due = Clock.objects.get(complaint=late2, kind="recovery").due_at
    join(late2, other, people["supervisor2"], MONDAY + 5 * HOUR)
    assert Clock.objects.get(complaint=other, kind="recovery").breached_at == due
    assert Clock.objects.get(complaint=other, kind="recovery").is_live


def test_undone_the_risk_that_came_along_is_gone(people: dict[str, User]) -> None:
    phone = factories.receive(people["agent"])
    weibo = factories.receive(people["agent"], at=SECOND)
    risk.flag_risk(weibo, by=person(people["agent"]), at=SECOND, flag="media", reason="Trending")
    join(weibo, phone, people["supervisor"])
    assert phone.severity == "critical"
    undo(weibo, people["supervisor"])
    phone.refresh_from_db()
    assert phone.severity == "normal"
    assert not phone.flags.filter(cleared_at__isnull=True).exists()


def test_who_is_named_in_the_source_never_sees_the_survivor(people: dict[str, User]) -> None:
    about = factories.receive(people["agent2"], about_staff=["agent"])
    mine = factories.receive(people["agent"], at=SECOND)
    assert mine.assignee == people["agent"]
    join(about, mine, people["supervisor"])
    assert (mine.assignee, mine.confidential) == (None, True)
    assert not access.visible_to(people["agent"]).filter(pk=mine.pk).exists()
    undo(about, people["supervisor"])
    mine.refresh_from_db()
    assert mine.confidential is False
    assert access.visible_to(people["agent"]).filter(pk=mine.pk).exists()


def test_whoever_has_a_conflict_in_the_other_does_not_merge_into_it(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    from complaints.lifecycle import conflict

    conflict.declare_conflict(two[1], by=person(people["supervisor"]), at=LATER, reason="My cousin")
    assert status_of(lambda: join(two[0], two[1], people["supervisor"])) == 403


def test_undone_within_seven_days_it_is_as_if_it_had_never_been(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    earlier, later = two
    before, head = (state(earlier), state(later)), (earlier.stage, earlier.assignee, earlier.outcome)
    join(earlier, later, people["agent"])
    assert status_of(lambda: undo(earlier, people["agent"])) == 403
    assert wrong_fields(lambda: undo(earlier, people["supervisor"], reason="")) == {"reason"}
    undo(earlier, people["supervisor"], LATER + 2 * DAY)
    assert (earlier.stage, earlier.assignee, earlier.outcome) == head
    assert (earlier.closed_at, earlier.merged_into) == (None, None)
    assert (state(earlier), state(later)) == before
    assert status_of(lambda: undo(earlier, people["supervisor"])) == 409
    swept = sweep(LATER + 2 * DAY)
    assert swept.set_aside == 0
    assert Clock.objects.get(complaint=earlier, kind="recovery").breached_at == before[0]["recovery0"][1]


def test_after_seven_days_a_merge_stands(two: tuple[Complaint, Complaint], people: dict[str, User]) -> None:
    join(two[0], two[1], people["agent"])
    late = LATER + 7 * DAY + timedelta(seconds=1)
    assert status_of(lambda: undo(two[0], people["supervisor"], late)) == 409
    assert Merge.objects.get().undone_at is None


def test_an_offer_a_task_and_a_pause_of_the_source_come_back(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    source, _plan = factories.offered(people["agent"])
    survivor = factories.receive(people["agent"], at=SECOND)
    task = carry_out.add_task(
        source, by=agent, at=SECOND, title="Look", team=Team.objects.get(code="WAREHOUSE")
    )
    before = state(source)
    join(source, survivor, people["agent"])
    task.refresh_from_db()
    assert (task.complaint, survivor.waiting_on) == (survivor, "department")
    assert Plan.objects.get().state == "expired"
    undo(source, people["supervisor"])
    task.refresh_from_db()
    survivor.refresh_from_db()
    assert (task.complaint, task.state, survivor.waiting_on) == (source, "open", None)
    assert (Plan.objects.get().state, source.waiting_on) == ("offered", "customer")
    assert state(source) == before
    assert not Wait.objects.filter(complaint=survivor, until__isnull=True).exists()


def test_a_task_read_while_it_stood_with_the_survivor_is_stale_once_the_merge_is_undone(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    source, survivor = two
    agent = person(people["agent"])
    diagnose.start_diagnosis(source, by=agent, at=SECOND)
    warehouse = Team.objects.get(code="WAREHOUSE")
    task = carry_out.add_task(source, by=agent, at=SECOND, title="Look", team=warehouse)
    join(source, survivor, people["agent"])
    seen = Task.objects.get(pk=task.pk)
    assert seen.complaint == survivor
    undo(source, people["supervisor"])
    events = survivor.events.count()
    done = lambda: carry_out.finish_task(  # noqa: E731
        seen, by=person(people["warehouse"]), at=LATER + 2 * HOUR, evidence="Found"
    )
    assert status_of(done) == 409
    assert survivor.events.count() == events
    task.refresh_from_db()
    assert task.state == "open"


def test_undone_a_playbook_that_was_started_is_still_started(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    source = factories.diagnosed(people["agent"], category="LOG-LOST")
    started = playbooks.fitting(source, None)[0].pk
    playbook.start(source, started, by=agent, at=SECOND)
    steps = list(Task.objects.values_list("pk", "step"))
    join(source, factories.receive(people["agent"], at=SECOND), people["agent"])
    undo(source, people["supervisor"])
    assert list(Task.objects.values_list("pk", "step")) == steps
    assert status_of(lambda: playbook.start(source, started, by=agent, at=LATER + 2 * HOUR)) == 409


def test_pauses_after_the_merge_move_the_survivors_own_deadline_back_in_place(
    two: tuple[Complaint, Complaint], people: dict[str, User]
) -> None:
    earlier, later = two
    from complaints.lifecycle import wait

    own = state(later)["resolution0"][1]
    join(earlier, later, people["agent"])
    agent: Actor = person(people["agent"])
    diagnose.start_diagnosis(later, by=agent, at=LATER)
    wait.wait(later, by=agent, at=LATER, on="customer", question="Which?")
    converse.write_in(later, at=LATER + DAY, body="This", by=CUSTOMER)
    undo(earlier, people["supervisor"], LATER + 2 * DAY)
    assert state(later)["resolution0"][1] == own + DAY


def test_the_survivor_answers_for_the_claims_of_both(people: dict[str, User]) -> None:
    source = factories.receive(people["agent"])
    survivor, plan = factories.offered(people["agent"], at=SECOND)
    join(source, survivor, people["agent"], SECOND + HOUR)
    option = plan.options.get(position=1)
    at = SECOND + HOUR
    offers.choose(survivor, option.pk, by=CUSTOMER, at=at, channel="web", evidence="Chosen on the page")
    assert {claim.disposition for claim in survivor.all_claims()} == {"remedied"}
    assert "claims" not in resolve.missing_for_resolution(survivor, survivor.handlings.get())
    assert Task.objects.get().complaint == survivor


def test_an_assigned_survivor_has_nothing_to_be_picked_up(people: dict[str, User]) -> None:
    survivor = factories.receive(people["agent"])
    join(factories.receive(CUSTOMER, at=SECOND, channel="web"), survivor, people["supervisor"])
    assert "pickup0" not in state(survivor)
    assign.release(survivor, by=person(people["agent"]), at=LATER + HOUR)
    assert "pickup0" in state(survivor)


def test_of_two_merges_in_a_row_the_last_is_undone_first(people: dict[str, User]) -> None:
    first, second, third = (factories.diagnosed(people["agent"]) for _each in range(3))
    warehouse = Team.objects.get(code="WAREHOUSE")
    carry_out.add_task(first, by=person(people["agent"]), at=LATER, title="Search", team=warehouse)
    join(first, second, people["agent"])
    join(second, third, people["agent"])
    assert status_of(lambda: undo(first, people["supervisor"])) == 409
    undo(second, people["supervisor"])
    undo(first, people["supervisor"])
    waits = {each.waiting_on for each in Complaint.objects.exclude(pk=first.pk)}
    assert (first.waiting_on, waits) == ("department", {None})


def test_a_task_sent_back_at_the_survivor_is_not_waited_for_again(people: dict[str, User]) -> None:
    first, second = (factories.diagnosed(people["agent"]) for _each in range(2))
    warehouse = Team.objects.get(code="WAREHOUSE")
    task = carry_out.add_task(first, by=person(people["agent"]), at=LATER, title="Search", team=warehouse)
    join(first, second, people["agent"])
    task.refresh_from_db()
    carry_out.reject_back_task(task, by=person(people["warehouse"]), at=LATER, reason="Not ours")
    undo(first, people["supervisor"])
    assert (first.waiting_on, task.state) == (None, "rejected_back")
