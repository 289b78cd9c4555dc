"""The demo's complaints: they cover every stage, give everybody work, and have an intact history."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import Team, User
from complaints.demo import cases
from complaints.demo.cases_words import read
from complaints.models import (
    Approval,
    BreachEscalation,
    Calendar,
    Callback,
    Category,
    Clock,
    Complaint,
    Outbox,
    PolicyRule,
    Remedy,
    Wait,
)
from complaints.notices import inbox
from complaints.reads import approvals, callbacks, task_lists
from complaints.rows import timeline
from complaints.sweeps import due_clocks

SATURDAY_NIGHT = datetime(2026, 11, 28, 3, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
WORKERS = ("agent", "agent2", "online", "specialist", "expert")
DECIDERS = ("supervisor", "supervisor2", "quality", "manager", "manager2")

pytestmark = pytest.mark.django_db


def heads() -> list[tuple[Any, ...]]:
    columns = (
        "subject",
        "stage",
        "tier",
        "round",
        "assignee__username",
        "received_at",
        "event_count",
    )
    return list(Complaint.objects.order_by("pk").values_list(*columns))


def test_at_night_on_a_weekend_every_stage_is_there_and_everybody_has_work() -> None:
    assert cases.load(SATURDAY_NIGHT) == Complaint.objects.count() >= 60
    stages = Counter(Complaint.objects.values_list("stage", flat=True))
    assert min(stages[stage] for stage in ("intake", "diagnose", "resolve", "callback", "review")) >= 4
    assert stages["closed"] >= 20
    _everybody_has_work()
    _every_state_occurs()
    _deadlines_are_a_lifelike_mix()
    _history_is_sound()


def test_nobody_starts_with_more_than_a_handful_of_unread_notices() -> None:
    cases.load(SATURDAY_NIGHT)
    unread = {user.username: inbox.unread_count(user) for user in User.objects.all()}
    assert max(unread.values()) <= 5, unread
    assert unread["agent"] and unread["supervisor"]
    left = Outbox.objects.filter(channel="in_app", read_at=None, user__username="agent").order_by(
        "created_at"
    )
    read = Outbox.objects.filter(channel="in_app", user__username="agent").exclude(read_at=None)
    assert read.order_by("-created_at")[0].created_at <= left[0].created_at


def _everybody_has_work() -> None:
    people = {user.username: user for user in User.objects.all()}
    for name in WORKERS:
        assert Complaint.objects.filter(assignee=people[name]).exclude(stage="closed").count() >= 2, name
    for name in DECIDERS:
        assert approvals.approvals_for(people[name]).exists(), name
    assert callbacks.callbacks_for(people["callback"]).count() >= 4
    assert task_lists.tasks_of(people["warehouse"]).count() >= 3


def _every_state_occurs() -> None:
    asked = set(Approval.objects.values_list("kind", "state"))
    assert {("escalation", state) for state in ("pending", "approved", "rejected")} <= asked
    assert {("compensation", state) for state in ("pending", "approved", "rejected")} <= asked
    assert {("not_upheld", "pending"), ("review", "pending"), ("review", "approved")} <= asked
    assert Approval.objects.filter(limit_minor__isnull=False, state="approved").exists()
    assert Approval.objects.filter(required_role="manager", state="pending").count() == 2
    assert set(Complaint.objects.exclude(stage="closed").values_list("tier", flat=True)) == {1, 2, 3}
    second = Complaint.objects.filter(stage="diagnose", round=2)
    assert set(second.values_list("tier", flat=True)) == {2, 3}
    assert set(Wait.objects.filter(until=None).values_list("on", flat=True)) == {
        "customer",
        "approval",
        "department",
    }
    assert set(Complaint.objects.values_list("flags__flag", flat=True)) >= {"safety", "legal", "external"}
    assert set(Callback.objects.values_list("outcome", flat=True)) >= {None, "satisfied", "partly", "refused"}
    assert Complaint.objects.filter(callback_outcome="unreachable").count() >= 2
    outcomes = set(Complaint.objects.filter(stage="closed").values_list("outcome", flat=True))
    assert outcomes >= {"upheld", "not_upheld", "goodwill_no_fault"}
    assert Complaint.objects.filter(needs_triage=True).count() >= 2
    about_a_colleague = Complaint.objects.get(confidential=True)
    assert about_a_colleague.participants.get(role="named").user.username == "agent2"


def _deadlines_are_a_lifelike_mix() -> None:
    due = Complaint.objects.exclude(next_due_at=None).filter(
        stage__in=["intake", "diagnose", "resolve", "callback"]
    )
    overdue = due.filter(next_due_at__lt=SATURDAY_NIGHT).count()
    within_the_hour = due.filter(
        next_due_at__range=(SATURDAY_NIGHT, SATURDAY_NIGHT + timedelta(hours=1))
    ).count()
    assert 2 <= overdue <= 6
    assert within_the_hour >= 3
    assert due.count() > 4 * overdue
    assert BreachEscalation.objects.count() == 4, "only the complaints left alone on purpose were escalated"


def _history_is_sound() -> None:
    assert [fault for complaint in Complaint.objects.all() for fault in timeline.faults(complaint)] == []
    due_clocks.sweep(SATURDAY_NIGHT + timedelta(days=3))
    assert not Clock.objects.filter(set_aside_at__isnull=False).exists()
    assert not Outbox.objects.filter(state="queued", created_at__lt=SATURDAY_NIGHT).exists()


def test_the_same_seed_and_moment_give_the_same_complaints(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(cases, "read", lambda table, at: read(table, at)[::10])
    seen = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            assert cases.load(moment, complaints=10, seed=seed) == 10
            seen.append(heads())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_it_runs_in_demo_mode_only(settings: LazySettings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode"):
        call_command("seed_demo")


def test_if_empty_does_nothing_the_second_time(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    loads: list[int] = []

    def load(at: datetime, *, complaints: int, seed: int) -> int:
        loads.append(complaints)
        cases.organisation.load(at)
        case = cases._cases(cases.World(at, cases.random.Random(seed), {}), complaints)[0]
        case.receive()
        return 1

    monkeypatch.setattr(cases, "load", load)
    call_command("seed_demo", complaints=63, if_empty=True, verbosity=0)
    call_command("seed_demo", complaints=63, if_empty=True, verbosity=0)
    assert loads == [63]
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")
    assert Complaint.objects.get().received_at <= timezone.now()


def test_every_name_of_the_sample_organisation_reads_in_traditional_chinese(org: None) -> None:
    for model in (Team, Category, Remedy, Calendar, PolicyRule):
        assert list(model._default_manager.filter(name_hant="").values_list("name_zh", flat=True)) == []
    with translation.override("zh-hant"):
        assert Team.objects.get(code="FL-ONLINE").name == "一線線上組"
