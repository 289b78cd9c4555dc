"""Checks that must hold for every complaint, whatever was tried on it and in whatever order."""

from collections import Counter

from complaints.models import Approval, Clock, Complaint, Participant, Wait
from complaints.rows import timeline


def always_holds(complaint: Complaint) -> None:
    live = Clock.objects.live().filter(complaint=complaint)
    keys = Counter(live.values_list("round", "kind", "subject_type", "subject_id"))
    assert set(keys.values()) <= {1}
    assert list(timeline.faults(complaint)) == []
    assert complaint.team_id
    assert not Clock.objects.filter(set_aside_at__isnull=False).exists()
    decided = Approval.objects.filter(complaint=complaint, decided_by__isnull=False)
    for approval in decided:
        assert approval.decided_by_id != approval.requested_by_id
    pending = Approval.objects.filter(complaint=complaint, state="pending")
    assert set(Counter(pending.values_list("kind", flat=True)).values()) <= {1}
    assert complaint.handlings.count() == complaint.round
    open_waits = set(
        Wait.objects.filter(complaint=complaint, until__isnull=True).values_list("on", flat=True)
    )
    assert (complaint.waiting_on in open_waits) if open_waits else complaint.waiting_on is None
    running = live.filter(paused_since__isnull=True).order_by("due_at").first()
    owed = running if complaint.merged_into_id is None else None
    assert complaint.next_due_at == (owed.due_at if owed else None)
    if complaint.is_open:
        assert bool(live.filter(paused_since__isnull=False)) <= ("customer" in open_waits)
    else:
        assert not live.exclude(kind="statutory").exists()
        assert not pending.exists()
        assert not open_waits
        assert complaint.outcome
        assert complaint.closed_at
    if complaint.assignee_id and complaint.stage not in {"callback", "review", "closed"}:
        assert not Participant.objects.filter(
            complaint=complaint, user=complaint.assignee, role__in=["named", "conflict", "barred"]
        ).exists()
