"""The sweep fires warnings and breaches and escalates, after outages too and past rows that fail."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from complaints import tasks
from complaints.lifecycle import escalate, wait
from complaints.models import (
    Approval,
    BreachEscalation,
    Clock,
    Complaint,
    Effect,
    Event,
    Outbox,
    PolicyRule,
)
from complaints.rights.actors import person
from complaints.rows import timeline
from complaints.sweeps import due_clocks, levels
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def only(complaint: Complaint, kind: str) -> Clock:
    """Delete all other clocks of the complaint and return the one that is left."""
    Clock.objects.filter(complaint=complaint).exclude(kind=kind).delete()
    return Clock.objects.get(complaint=complaint)


def notices(complaint: Complaint, **match: Any) -> list[str]:
    rows = Outbox.objects.filter(complaint=complaint, effect__isnull=False, channel="in_app", **match)
    return sorted(rows.values_list("user__username", flat=True))


def test_with_nothing_due_nothing_happens(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    version, events = complaint.version, complaint.event_count
    assert str(sweep(MONDAY)) == "fired: nothing; skipped late: 0; set aside: 0"
    complaint.refresh_from_db()
    assert (complaint.version, complaint.event_count) == (version, events)


def test_a_warning_goes_to_the_assignee_and_from_ninety_percent_also_to_the_supervisor(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"])
    only(complaint, "recovery")
    sweep(MONDAY + 2 * HOUR)
    assert notices(complaint) == ["agent"]
    sweep(MONDAY + timedelta(minutes=216))
    assert notices(complaint, effect__level=90) == ["agent", "supervisor"]


def test_a_warning_about_what_nobody_holds_goes_to_the_team(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    only(complaint, "recovery")
    sweep(MONDAY + 2 * HOUR)
    assert notices(complaint) == ["online"]


def test_a_breach_is_told_escalates_and_leaves_the_version_of_an_open_form_stale(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"])
    clock = only(complaint, "recovery")
    swept = sweep(clock.due_at)
    assert swept.fired == {"breach": 1}
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (2, "SL-LOGI", None)
    assert complaint.version == 2
    assert list(complaint.events.order_by("seq").values_list("kind", flat=True))[-2:] == [
        "breached",
        "escalated_by_breach",
    ]
    assert notices(complaint) == ["agent", "supervisor"]
    assert Clock.objects.live().get(complaint=complaint, kind="pickup").started_at == clock.due_at


def test_a_second_sweep_does_nothing(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    sweep(MONDAY + 5 * HOUR)
    before = (Effect.objects.count(), Outbox.objects.count(), Event.objects.count())
    assert str(sweep(MONDAY + 5 * HOUR)).startswith("fired: nothing")
    assert (Effect.objects.count(), Outbox.objects.count(), Event.objects.count()) == before
    assert list(timeline.faults(Complaint.objects.get(pk=complaint.pk))) == []


def test_whatever_breaches_in_a_round_it_goes_up_once_and_the_later_ones_are_noted(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["online"], channel="web")
    sweep(MONDAY + 9 * DAY)
    complaint.refresh_from_db()
    assert complaint.tier == 2
    assert BreachEscalation.objects.count() == 1
    kinds = list(complaint.events.values_list("kind", flat=True))
    assert kinds.count("escalated_by_breach") == 1
    assert kinds.count("breach_noted") >= 2
    assert not Clock.objects.filter(set_aside_at__isnull=False).exists()


def test_a_missed_pick_up_escalates_and_starts_the_next_one(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    clock = only(complaint, "pickup")
    swept = sweep(clock.due_at)
    assert swept.set_aside == 0
    first, second = Clock.objects.filter(complaint=complaint, kind="pickup").order_by("id")
    assert (first.ended_as, first.state, first.breached_at) == ("cancelled", "breached", clock.due_at)
    assert second.is_live


def test_a_pending_request_is_granted_instead_of_doubled(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = only(complaint, "recovery")
    escalate.escalate(complaint, by=person(people["agent"]), at=MONDAY, reason="R", tried="T", ask="A")
    Clock.objects.filter(kind="approval").update(next_fire_at=clock.due_at + HOUR)
    sweep(clock.due_at)
    complaint.refresh_from_db()
    approval = Approval.objects.get()
    assert (approval.state, approval.automatic, complaint.tier) == ("approved", True, 2)
    assert complaint.waiting_on is None


def test_a_request_and_a_promise_that_fall_in_one_pass_disturb_nothing(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    escalate.escalate(complaint, by=person(people["agent"]), at=MONDAY, reason="R", tried="T", ask="A")
    assert sweep(MONDAY + 9 * DAY).set_aside == 0
    assert not Clock.objects.live().filter(kind="approval").exists()


def test_at_the_top_the_managers_are_told(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], risk_flags=["safety"])
    assert complaint.tier == 3
    sweep(only(complaint, "recovery").due_at)
    told = Outbox.objects.filter(template="breach_at_top", channel="in_app").values_list(
        "user__username", flat=True
    )
    assert set(told) == {"manager", "manager2"}
    assert not BreachEscalation.objects.exists()


def test_a_rule_that_does_not_escalate_only_tells(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = only(complaint, "recovery")
    assert clock.rule is not None
    clock.rule.escalate = False
    clock.rule.save()
    sweep(clock.due_at)
    complaint.refresh_from_db()
    assert complaint.tier == 1
    assert notices(complaint) == ["agent", "supervisor"]


def test_what_is_past_resolve_is_not_escalated(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    sweep(MONDAY + 9 * DAY)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.tier) == ("callback", 1)
    assert Clock.objects.get(complaint=complaint, kind="callback").state == "breached"


def test_example_5_one_pass_after_an_outage_records_all_in_order_and_tells_once(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"])
    clock = only(complaint, "recovery")
    sweep(MONDAY + timedelta(minutes=130))
    Outbox.objects.all().delete()
    swept = sweep(clock.due_at + HOUR)
    assert (swept.fired, swept.skipped_late) == ({"breach": 1}, 2)
    assert list(clock.effects.order_by("at", "id").values_list("level", "kind", "at")) == [
        (50, "fired", MONDAY + 2 * HOUR),
        (75, "skipped_late", MONDAY + 3 * HOUR),
        (90, "skipped_late", MONDAY + timedelta(minutes=216)),
        (100, "fired", clock.due_at),
    ]
    assert notices(complaint) == ["agent", "supervisor"]


def test_after_an_outage_each_person_gets_one_notice_whatever_fell(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    sweep(MONDAY + 9 * DAY, batch=1)
    assert notices(complaint) == ["specialist", "supervisor2"], "by then it is with the second line"


def test_reminders_after_a_breach_are_three_and_a_working_day_apart(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    clock = only(complaint, "resolution")
    for day in range(1, 20):
        sweep(MONDAY + day * DAY)
    levels = list(clock.effects.order_by("at").values_list("level", flat=True))
    assert levels == [50, 75, 90, 100, 101, 102, 103]
    moments = [effect.at for effect in clock.effects.filter(level__gt=100).order_by("level")]
    assert all(moment.weekday() < 5 for moment in moments)


def test_a_poison_row_is_set_aside_and_holds_nothing_up(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = factories.receive(people["agent"]), factories.receive(people["agent"])
    poison = Clock.objects.get(complaint=bad, kind="recovery")
    sound = Clock.objects.get(complaint=bad, kind="update")
    whole = levels.crossed

    def crossed(clock: Clock, at: Any) -> Any:
        if clock.pk == poison.pk:
            raise ZeroDivisionError("poison")
        return whole(clock, at)

    monkeypatch.setattr(levels, "crossed", crossed)
    swept = sweep(MONDAY + 13 * HOUR)
    assert swept.set_aside == 1
    poison.refresh_from_db()
    assert "ZeroDivisionError: poison" in poison.set_aside_error
    assert not poison.effects.exists()
    assert sound.effects.filter(level=50).exists()
    assert BreachEscalation.objects.filter(complaint=good).exists()
    assert sweep(MONDAY + 14 * HOUR).set_aside == 0, "it is not tried again"


def test_a_sweeper_that_read_a_clock_earlier_does_not_fire_it_again(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    seen = due_clocks._due_of(complaint.pk, MONDAY + 5 * HOUR)
    sweep(MONDAY + 5 * HOUR)
    before = Effect.objects.count()
    assert seen
    assert [due_clocks._claim(clock) for clock in seen] == [False] * len(seen)
    assert Effect.objects.count() == before


def test_the_command_sweeps_up_to_a_moment_and_prints_what_fired(people: dict[str, User]) -> None:
    only(factories.receive(people["agent"]), "recovery")
    out = StringIO()
    call_command("sweep", "--at", "2026-11-23T06:00:00Z", stdout=out)
    assert out.getvalue().strip() == "fired: breach × 1; skipped late: 3; set aside: 0"


@pytest.mark.parametrize("moment", ["2026-11-23T06:00:00", "tomorrow", "2026-13-01T00:00:00Z"])
def test_the_command_needs_a_moment_with_its_zone(org: None, moment: str) -> None:
    with pytest.raises(CommandError, match="2026-11-23T09:30:00"):
        call_command("sweep", "--at", moment)


def test_the_task_sweeps_now(org: None) -> None:
    assert tasks.sweep.delay().get().startswith("fired: nothing")


def test_what_becomes_due_by_firing_is_fired_in_the_same_sweep(people: dict[str, User]) -> None:
    """A late clock that was paused for the customer resumes when that wait expires."""
    PolicyRule.objects.update(escalate=False)
    complaint = factories.diagnosed(people["agent"])
    due = only(complaint, "resolution").due_at
    sweep(due)
    wait.wait(complaint, by=person(people["agent"]), at=due + HOUR, on="customer", question="Which?")
    sweep(due + 20 * DAY)
    assert Clock.objects.get(complaint=complaint, kind="resolution").next_fire_at is None
    assert str(sweep(due + 20 * DAY)).startswith("fired: nothing")


def test_plain_clocks_are_fired_many_in_one_transaction(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Warnings, breaches and escalations are fired without taking each complaint alone."""
    made = [factories.receive(people["agent"]) for _number in range(5)]
    due = max(only(complaint, "recovery").due_at for complaint in made)
    monkeypatch.setattr(due_clocks, "_fire_for", lambda *given: pytest.fail("taken alone"))
    assert sweep(due).fired == {"breach": 5}
    for complaint in Complaint.objects.all():
        assert (complaint.tier, complaint.assignee) == (2, None)
        assert list(timeline.faults(complaint)) == []
        assert notices(complaint) == ["agent", "supervisor"]
        assert Clock.objects.live().get(complaint=complaint, kind="pickup").started_at == due


def test_where_one_spoils_a_batch_the_others_are_fired_and_it_is_set_aside(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (factories.receive(people["agent"]) for _number in range(2))
    bad, good = only(first, "recovery"), only(second, "recovery")
    crossed = levels.crossed

    def poisoned(clock: Clock, at: Any) -> Any:
        if clock.pk == bad.pk:
            raise ValueError("poison")
        return crossed(clock, at)

    monkeypatch.setattr(levels, "crossed", poisoned)
    swept = sweep(good.due_at)
    assert (swept.set_aside, swept.fired) == (1, {"breach": 1})
    bad.refresh_from_db()
    assert "poison" in bad.set_aside_error
    assert Complaint.objects.get(pk=first.pk).tier == 1


def test_a_pick_up_that_was_set_aside_keeps_its_breach_when_the_complaint_goes_up(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["online"], channel="web")
    pickup = Clock.objects.get(complaint=complaint, kind="pickup")
    breached_at = pickup.due_at
    Clock.objects.filter(complaint=complaint).exclude(kind__in=["pickup", "recovery"]).delete()
    Clock.objects.filter(pk=pickup.pk).update(set_aside_at=MONDAY, set_aside_error="poison")
    swept = sweep(Clock.objects.get(complaint=complaint, kind="recovery").due_at)
    assert swept.set_aside == 0
    pickup.refresh_from_db()
    assert (pickup.ended_as, pickup.breached_at) == ("cancelled", breached_at)
