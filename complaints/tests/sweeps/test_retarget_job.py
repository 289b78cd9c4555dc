"""Edited policies and calendars reach open clocks only when a manager orders it, in batches, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from complaints import tasks
from complaints.lifecycle import converse, wait
from complaints.models import (
    CalendarVersion,
    Clock,
    Complaint,
    Policy,
    PolicyRule,
    RetargetJob,
    RetargetRange,
)
from complaints.rights.actors import CUSTOMER, SYSTEM, person
from complaints.rows import timeline
from complaints.sla import targets
from complaints.sweeps import retarget_clocks, retarget_job
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR


def edit_policy(minutes: int, kind: str = "resolution") -> None:
    """Make a new version of the table in which the last rule grants this many minutes."""
    old = Policy.objects.order_by("-version")[0]
    new = Policy.objects.create(version=old.version + 1, created_at=MONDAY)
    for rule in old.rules.all():
        rule.pk, rule.policy = None, new
        if not rule.match:
            rule.targets[kind] = [minutes, rule.targets[kind][1]]
        rule.save()


def clock_of(complaint: Complaint, kind: str = "resolution") -> Clock:
    return Clock.objects.get(complaint=complaint, kind=kind, ended_as=None)


def order(people: People, reason: str = "Shorter promise") -> RetargetJob:
    return retarget_job.begin(reason=reason, by=person(people["manager"]), at=LATER)


def run(**how: Any) -> RetargetJob:
    while retarget_job.step(LATER, **how) is not None:
        pass
    return RetargetJob.objects.latest("pk")


def test_open_clocks_keep_theirs_until_a_manager_orders_it(people: People) -> None:
    complaint = factories.receive(people["agent"])
    before = clock_of(complaint).due_at
    edit_policy(480)
    sweep(LATER)
    assert clock_of(complaint).due_at == before
    found = retarget_job.preview(people["manager"], LATER)
    row = next(row for row in found.rows if row.clock.kind == "resolution")
    assert (row.complaint, row.before) == (complaint, before)
    assert clock_of(complaint).due_at == before, "looking changes nothing"
    order(people)
    job = run()
    clock = clock_of(complaint)
    assert (
        clock.due_at == row.after == MONDAY + timedelta(days=1)
    )  # 7 h until 18:00 without lunch, and one more
    assert (clock.target_seconds, clock.rule and clock.rule.policy.version) == (480 * 60, 2)
    assert (job.is_open, job.finished_at, job.moved) == (False, LATER, 1)
    assert job.seen == job.expected
    complaint.refresh_from_db()
    event = complaint.events.get(kind="retargeted")
    assert event.actor == people["manager"]
    assert event.text.details["clocks"] == [
        {"clock": "resolution", "from": before.isoformat(), "to": clock.due_at.isoformat()}
    ]
    assert list(timeline.faults(complaint)) == []
    assert not retarget_clocks.on_older_versions(LATER).exists()


def test_a_later_deadline_is_granted_too_and_the_list_is_sorted_by_it(people: People) -> None:
    complaint = factories.receive(people["agent"])
    Clock.objects.filter(complaint=complaint).exclude(kind="resolution").delete()
    edit_policy(4800)
    order(people)
    run()
    complaint.refresh_from_db()
    assert complaint.next_due_at == clock_of(complaint).due_at > MONDAY + timedelta(days=9)


def test_a_new_version_of_a_calendar_counts_from_the_start(people: People) -> None:
    complaint = factories.receive(people["agent"])
    old = CalendarVersion.objects.get(calendar__code="CN-OFFICE")
    closed = [*old.definition["closed"], "2026-11-24"]
    CalendarVersion.objects.create(
        calendar=old.calendar, version=2, definition={**old.definition, "closed": closed}, created_at=MONDAY
    )
    before = clock_of(complaint).due_at
    order(people)
    run()
    assert clock_of(complaint).due_at == before + timedelta(days=1)


def test_missed_met_granted_and_paused_clocks(people: People) -> None:
    agent = person(people["agent"])
    late, extended, paused = (factories.diagnosed(people["agent"]) for _ in range(3))
    Clock.objects.filter(complaint=late, kind="resolution").update(
        breached_at=MONDAY, due_at=MONDAY, breach_noticed_at=MONDAY
    )
    granted = clock_of(extended).due_at + timedelta(days=2)
    Clock.objects.filter(complaint=extended, kind="resolution").update(due_at=granted)
    wait.wait(paused, by=agent, at=MONDAY + HOUR / 2, on="customer", question="Which?")
    edit_policy(480)
    order(people)
    run()
    assert clock_of(late).due_at == MONDAY
    assert clock_of(extended).due_at == granted
    stopped = clock_of(paused)
    assert (stopped.next_fire_at, stopped.paused_since) == (None, MONDAY + HOUR / 2)
    converse.write_in(paused, at=MONDAY + 24 * HOUR, body="This one", by=CUSTOMER)
    assert (
        clock_of(paused).due_at == MONDAY + timedelta(days=2) - HOUR / 2
    )  # 7.5 h are left, 7 of them on Tuesday


def test_in_chunks_each_complaint_once_and_a_second_worker_finds_nothing(people: People) -> None:
    made = [factories.receive(SYSTEM, channel="web") for _ in range(5)]
    edit_policy(480)
    order(people)
    assert retarget_job.step(LATER, chunk=2) is not None
    left = RetargetRange.objects.get()
    assert (left.job.is_open, left.after, left.upto) == (True, made[1].pk, made[4].pk)
    assert clock_of(made[1]).rule_id != clock_of(made[2]).rule_id
    run(chunk=2)
    assert {complaint.events.filter(kind="retargeted").count() for complaint in made} == {1}
    assert tasks.retarget() == 0


@pytest.mark.parametrize(("complaints", "ranges"), [(1, 1), (2, 1), (3, 2), (6, 3), (7, 3), (20, 3)])
def test_the_ranges_cover_every_complaint_once_and_are_few(
    people: People, monkeypatch: pytest.MonkeyPatch, complaints: int, ranges: int
) -> None:
    monkeypatch.setattr(retarget_job, "CHUNK", 2)
    monkeypatch.setattr(retarget_job, "RANGES", 3)
    made = [factories.receive(SYSTEM, channel="web").pk for _ in range(complaints)]
    edit_policy(480)
    planned = list(order(people).ranges.all())
    assert len(planned) == ranges
    assert sorted(pk for r in planned for pk in made if r.after < pk <= r.upto) == made
    run(chunk=2)
    assert not RetargetRange.objects.exists()
    assert not retarget_clocks.on_older_versions(LATER).exists()


def test_an_order_whose_last_clock_ends_while_it_is_planned_is_done_at_once(people: People) -> None:
    factories.receive(people["agent"])
    edit_policy(480)
    job = order(people)
    job.ranges.all().delete()
    retarget_job._plan(job, Complaint.objects.none())
    assert not job.ranges.exists()
    assert (run().is_open, retarget_job.is_under_way()) == (False, False)


def test_a_tick_asks_others_to_join_in_only_while_there_is_work(
    people: People, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.retarget, "apply_async", lambda **how: asked.append(how))
    settings.RETARGET_WORKERS = 3
    tasks.retarget()
    assert asked == []
    factories.receive(people["agent"])
    edit_policy(480)
    order(people)
    tasks.retarget()
    assert [how["kwargs"] for how in asked] == [{"helpers": 0}] * 2
    tasks.retarget(helpers=0)
    assert len(asked) == 2


def test_only_one_order_at_a_time_and_none_for_nothing(people: People) -> None:
    factories.receive(people["agent"])
    assert status_of(lambda: order(people)) == 409
    edit_policy(480)
    for text in BAD_TEXTS:
        assert wrong_fields(lambda text=text: order(people, text)) == {"reason"}
    order(people)
    assert status_of(lambda: order(people)) == 409


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_nobody_else_orders_or_sees_it(client: Client, people: People, name: str) -> None:
    edit_policy(480)
    by = person(people[name])
    assert status_of(lambda: retarget_job.begin(reason="R", by=by, at=LATER)) == 403
    client.force_login(people[name])
    for url in ("/settings/retarget/", "/settings/retarget/progress/"):
        assert client.get(url).status_code == 403
    assert client.post("/settings/retarget/", {"reason": "R"}).status_code == 403


def test_the_page_shows_orders_and_refuses_without_a_reason(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.views.doors.now", lambda: LATER)
    complaint = factories.receive(people["agent"])
    client.force_login(people["manager"])
    assert "already follow the newest rules" in client.get("/settings/retarget/").content.decode()
    edit_policy(480)
    text = client.get("/settings/retarget/").content.decode()
    assert complaint.number and complaint.number in text
    refused = client.post("/settings/retarget/", {"reason": " "})
    assert refused.status_code == 400
    assert client.post("/settings/retarget/", {"reason": "Shorter"}).status_code == 303
    again = client.post("/settings/retarget/", {"reason": "Typed twice"})
    assert again.status_code == 409
    assert "Typed twice" in again.content.decode()
    under_way = client.get("/settings/retarget/progress/")
    assert "hx-trigger" in under_way.content.decode() and "HX-Refresh" not in under_way
    page = client.get("/settings/retarget/").content.decode()
    assert 'name="reason"' not in page, "no order can be given while another is under way"
    assert complaint.number not in page
    run()
    done = client.get("/settings/retarget/progress/")
    assert "hx-trigger" not in done.content.decode() and done["HX-Refresh"] == "true"
    assert "already follow the newest rules" in client.get("/settings/retarget/").content.decode()


def test_nothing_of_a_complaint_about_the_manager_is_shown_or_counted(people: People) -> None:
    factories.receive(people["agent"], about_staff=["manager"])
    edit_policy(480)
    assert retarget_job.preview(people["manager"], LATER) == retarget_job.Preview(0, 0, [])
    assert retarget_job.preview(people["manager2"], LATER).count > 0


def test_the_page_asks_as_often_for_fifty_as_for_five(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.views.doors.now", lambda: LATER)
    client.force_login(people["manager"])
    edit_policy(4800)
    asked = []
    for number in (1, 11):
        for _number in range(number):
            complaint = factories.receive(SYSTEM, channel="web")
            older = PolicyRule.objects.get(policy__version=1, match={})
            Clock.objects.filter(complaint=complaint).update(rule=older)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/settings/retarget/").status_code == 200
        asked.append(len(queries))
    assert retarget_job.preview(people["manager"], LATER).looked_at >= 36
    assert asked[0] == asked[1] <= 20


def test_one_that_cannot_be_recalculated_keeps_its_deadlines_and_holds_up_nobody(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [factories.receive(SYSTEM, channel="web") for _number in range(3)]
    before = clock_of(made[1]).due_at
    edit_policy(480)
    order(people)
    rule = targets.matching_rule

    def spoiled(complaint: Complaint) -> PolicyRule:
        if complaint.pk == made[1].pk:
            raise ValueError("spoiled")
        return rule(complaint)

    monkeypatch.setattr(targets, "matching_rule", spoiled)
    assert not run().is_open
    assert clock_of(made[1]).due_at == before
    assert [clock_of(made[n]).target_seconds for n in (0, 2)] == [480 * 60] * 2
