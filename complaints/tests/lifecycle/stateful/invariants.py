"""Rules that must always hold, whoever did what: for one complaint, and for all of them together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from complaints.models import (
    Approval,
    ApprovalVote,
    Clock,
    Complaint,
    Outbox,
    Participant,
    Plan,
    Promise,
    Wait,
)
from complaints.models.clock import PAUSING
from complaints.rows import timeline
from complaints.tests.lifecycle.stateful.model_people import Model
from reporting.figures import FIGURES
from reporting.period import Period

BARRING = ["named", "conflict"]


def of_complaint(complaint: Complaint, *, chain: bool = True) -> None:
    live = list(Clock.objects.live().filter(complaint=complaint))
    keys = Counter((c.round, c.kind, c.subject_type, c.subject_id) for c in live)
    assert set(keys.values()) <= {1}, f"two live clocks of one kind: {keys}"
    assert not Clock.objects.filter(complaint=complaint, set_aside_at__isnull=False).exists(), (
        "a clock was set aside"
    )
    assert not chain or list(timeline.faults(complaint)) == []
    assert complaint.team is not None and complaint.team.is_active
    assert complaint.handlings.count() == complaint.round
    waits = set(Wait.objects.filter(complaint=complaint, until__isnull=True).values_list("on", flat=True))
    order = [on for on in ("customer", "approval", "department") if on in waits]
    assert complaint.waiting_on == (order[0] if order else None), "`waiting_on` does not match the open waits"
    _check_clocks(complaint, live, waits)
    _check_requests(complaint)
    if complaint.assignee_id:
        barred = Participant.objects.filter(
            complaint=complaint, user=complaint.assignee, role__in=[*BARRING, "barred"]
        )
        if complaint.stage in {"intake", "diagnose", "resolve"}:
            assert not barred.exists(), "the assignee is barred"
    if complaint.closed_at:
        forgotten = Promise.objects.filter(complaint=complaint, kept_at=None, broken_at=None)
        assert not forgotten.filter(due_at__lt=complaint.closed_at).exists(), (
            "a missed promise was not marked as broken"
        )
    assert (complaint.merged_into_id is not None) == (complaint.outcome == "duplicate")


def _check_clocks(complaint: Complaint, live: list[Clock], waits: set[str]) -> None:
    if not complaint.is_open:
        owed = [clock for clock in live if clock.kind == "statutory"]
        assert live == owed, f"closed with live clocks: {[c.kind for c in live]}"
        assert not waits, f"closed with open waits: {waits}"
        assert complaint.outcome and complaint.closed_at
        first = min((clock.due_at for clock in owed), default=None)
        assert complaint.next_due_at == (None if complaint.merged_into_id else first)
        return
    running = [clock.due_at for clock in live if clock.paused_since is None]
    assert complaint.next_due_at == min(running, default=None)
    for clock in live:
        if clock.kind in PAUSING:
            paused = clock.paused_since is not None
            assert paused == ("customer" in waits), f"{clock.kind} paused: {paused}, waits: {waits}"
        else:
            assert clock.paused_since is None
        assert clock.paused_since is None or clock.next_fire_at is None


def _check_requests(complaint: Complaint) -> None:
    requests = list(Approval.objects.filter(complaint=complaint))
    pending = [request for request in requests if request.state == "pending"]
    assert complaint.is_open or not pending, "the complaint is closed with a pending request"
    assert set(Counter(request.kind for request in pending).values()) <= {1}
    for request in requests:
        if request.decided_by_id:
            assert request.decided_by_id != request.requested_by_id, "somebody decided on their own request"
        decided = request.state in {"approved", "rejected"}
        assert decided == (request.decided_by_id is not None or request.automatic)
        assert (request.state == "pending") == (request.decided_at is None)
    wait_ids = set(
        Wait.objects.filter(complaint=complaint, on="approval", until__isnull=True).values_list(
            "cause_id", flat=True
        )
    )
    assert wait_ids == {request.pk for request in pending}
    plans_waiting = {
        plan.pk for plan in Plan.objects.filter(handling__complaint=complaint) if plan.state == "waiting"
    }
    assert plans_waiting == {request.plan_id for request in pending if request.plan_id}


def of_all(model: Model, complaints: Sequence[Complaint], at: datetime) -> None:
    votes = Counter(ApprovalVote.objects.values_list("approval_id", "by_id"))
    assert set(votes.values()) <= {1}
    assert not Outbox.objects.filter(event__isnull=True, effect__isnull=True).exists()
    assert not Outbox.objects.exclude(event__isnull=True).exclude(event__complaint=F("complaint")).exists()
    for case, complaint in zip(model.cases, complaints, strict=True):
        assert complaint.all_claims().count() == len(model.family(case)), (
            "the number of claims differs from the model"
        )
    first = timezone.localdate(at - timedelta(days=3_000))
    period, seen = Period(first, timezone.localdate(at)), Complaint.objects.all()
    still = FIGURES["open"].counts(seen, period, at)
    stages = Counter(case.stage for case in model.cases if case.is_open)
    assert {name: n for name, n in still.items() if n and name != "all"} == dict(stages)
    assert still["all"] == sum(stages.values())
    counted = [case for case in model.cases if case.outcome not in {"out_of_scope", "duplicate"}]
    assert FIGURES["volume"].counts(seen, period, at)["all"] == len(counted)
    closed = seen.filter(stage="closed").count()
    assert closed + still["all"] == len(model.cases)
