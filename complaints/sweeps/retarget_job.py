"""Recalculate open clocks with the newest policies and calendars, in the background.

An edited policy or calendar is a new version, and open clocks keep the one they have until a manager orders
this (docs/clocks.md). How it runs:

1. `preview` shows what would change for the clocks that are due first. Nothing is written.
2. `begin` writes the job, of which only one can be open, and divides the complaints concerned into ranges of
   ids.
3. Workers call `go_on` at every tick. Each step is one transaction: it locks a range that nobody else holds,
   locks the next complaints of it, puts their clocks on the newest versions, writes an event for each
   complaint whose deadlines moved, and moves the range forward, or deletes it at its end.
4. The worker that finds no range left, not even a locked one, closes the job.

A crash costs one step at most: it is rolled back together with the mark of how far its range had come, and
another worker does it again. If a complaint fails, the others of its step are done one by one; it keeps its
deadlines.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import (
    Clock,
    ClockKind,
    Complaint,
    Event,
    RetargetJob,
    RetargetRange,
)
from complaints.notices import notify
from complaints.rights import access, duties
from complaints.rights.actors import Actor, person
from complaints.rows import lookups
from complaints.rows.bulk import need_not_wait_for_disk
from complaints.sla import targets
from complaints.sweeps import batch as batches
from complaints.sweeps import shared_rows
from complaints.sweeps.retarget_clocks import adopted, done_to, on_older_versions
from complaints.terms.errors import MoveNotAllowed, Problems, RoleMayNot
from complaints.terms.input import clean_text

logger = logging.getLogger(__name__)
CHUNK = 200
"""The number of complaints in one transaction."""
RANGES = 16
"""The number of ranges of a job, and so the most workers that can share it."""
WORK_FOR = 4  # seconds; what is not done then waits for the next tick
SHOWN = 50
WRITTEN = (
    *("due_at", "target_seconds", "calendar_id", "rule_id", "floor_used"),
    *("generation", "next_level", "next_fire_at", "pause_limit_at"),
)


class Row(NamedTuple):
    """A clock whose deadline the job would move, with the deadline before and after."""

    complaint: Complaint
    clock: Clock
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Preview:
    """What a recalculation would change now.

    `count` clocks use older versions. Of these, the `looked_at` due first were tried; `rows` are those whose
    deadline would move.
    """

    count: int
    looked_at: int
    rows: list[Row]


def preview(viewer: User, at: datetime) -> Preview:
    """Return what the job would do now. Complaints about the viewer are neither shown nor counted."""
    found = on_older_versions(at).exclude(complaint__in=access.about(viewer))
    first = list(
        found.select_related("complaint__customer", "complaint__category", "complaint__team")
        .prefetch_related("pauses", "complaint__flags")
        .order_by("due_at", "id")[:SHOWN]
    )
    shared_rows.share_grants(first)
    done = done_to(first)
    rows = []
    with lookups.shared():
        for clock in first:
            before = clock.due_at
            if adopted(clock, targets.matching_rule(clock.complaint), at, done) and clock.due_at != before:
                rows.append(Row(clock.complaint, clock, before, clock.due_at))
    return Preview(found.count(), len(first), rows)


def begin(*, reason: str, by: Actor, at: datetime) -> RetargetJob:
    """Order a recalculation, and return its job.

    Raises RoleMayNot for anybody but managers, MissingDetail without a reason, and MoveNotAllowed if another
    job is open or there is nothing to recalculate.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can recalculate open deadlines."))
    assert by.user is not None
    problems = Problems()
    reason = clean_text(problems, "reason", reason, limit=500, required=True)
    problems.check()
    with transaction.atomic(), lookups.shared():
        older = on_older_versions(at)
        expected = older.count()
        if not expected:
            raise MoveNotAllowed(_("All open deadlines already follow the newest rules."))
        try:
            with transaction.atomic():
                job = RetargetJob.objects.create(
                    reason=reason, created_at=at, created_by=by.user, expected=expected
                )
        except IntegrityError:
            raise MoveNotAllowed(_("Open deadlines are already being recalculated.")) from None
        _plan(job, Complaint.objects.filter(Exists(older.filter(complaint=OuterRef("pk")))))
    return job


def _plan(job: RetargetJob, complaints: QuerySet[Complaint]) -> None:
    """Divide the complaints into up to RANGES ranges of equal length, each at least one transaction long."""
    ids = list(complaints.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return  # The last of these clocks has ended since they were counted.
    length = max(CHUNK, -(-len(ids) // RANGES))
    ends = [*ids[length - 1 : -1 : length], ids[-1]]
    RetargetRange.objects.bulk_create(
        RetargetRange(job=job, after=after, upto=upto) for after, upto in zip([0, *ends], ends, strict=False)
    )


def is_under_way() -> bool:
    return RetargetJob.objects.filter(is_open=True).exists()


def go_on(at: datetime, *, seconds: float = WORK_FOR) -> int:
    """Work on the open job for this many seconds. Return how many clocks were looked at.

    Policies and calendars are read only once; if one is saved in the meantime, the job can be ordered again.
    """
    until, seen = time.monotonic() + seconds, 0
    with lookups.shared():
        while time.monotonic() < until:
            done = step(at)
            if done is None:
                break
            seen += done
    return seen


def step(at: datetime, *, chunk: int = CHUNK) -> int | None:
    """Run one step of the open job in one transaction. Return how many clocks were looked at.

    Return None if no job is open, or if other workers hold all ranges that are left. The commit does not wait
    for the disk: what a crash of the database loses is done again, since the range is lost with it.
    """
    with transaction.atomic(), lookups.shared():
        need_not_wait_for_disk()
        left = (
            RetargetRange.objects.select_for_update(of=("self",), skip_locked=True)
            if batches.can_skip_locked()
            else RetargetRange.objects.all()
        )
        found = left.select_related("job__created_by").order_by("pk").first()
        if found is None:
            _close(at)
            return None
        older = Exists(on_older_versions(at).filter(complaint=OuterRef("pk")))
        ahead = Complaint.objects.filter(older, pk__gt=found.after, pk__lte=found.upto).order_by("pk")
        ids = list(ahead.values_list("pk", flat=True)[:chunk])
        seen, moved = _retarget_each(ids, found.job, at)
        if len(ids) < chunk or ids[-1] == found.upto:
            found.delete()
        else:
            found.after = ids[-1]
            found.save(update_fields=["after"])
        # This comes last because all workers write this row, and each locks it until its transaction ends.
        RetargetJob.objects.filter(pk=found.job_id).update(seen=F("seen") + seen, moved=F("moved") + moved)
    return seen


def _close(at: datetime) -> None:
    """Close the job if it has no range left, not even one that another worker holds."""
    left = RetargetRange.objects.filter(job=OuterRef("pk"))
    RetargetJob.objects.filter(~Exists(left), is_open=True).update(is_open=False, finished_at=at)


def _retarget_each(complaint_ids: list[int], job: RetargetJob, at: datetime) -> tuple[int, int]:
    """Recalculate these complaints together; if that fails, each alone.

    One that fails keeps its deadlines.
    """
    try:
        with transaction.atomic():
            return _retarget(complaint_ids, job, at) if complaint_ids else (0, 0)
    except OperationalError:
        raise
    except Exception:
        if len(complaint_ids) == 1:
            logger.exception("recalculation failed; complaint %d keeps its deadlines", complaint_ids[0])
            return 0, 0
        done = [_retarget_each([pk], job, at) for pk in complaint_ids]
        return sum(seen for seen, _moved in done), sum(moved for _seen, moved in done)


def _retarget(complaint_ids: list[int], job: RetargetJob, at: datetime) -> tuple[int, int]:
    """Recalculate these complaints. Return (clocks looked at, clocks whose deadline moved)."""
    batch = batches.Batch(at, by=person(job.created_by), written=WRITTEN)
    held = batches.hold(complaint_ids, skip_locked=False)
    found = shared_rows.by_complaint(on_older_versions(at).filter(complaint__in=held).order_by("pk"))
    batches.open_turns(batch, found)
    done = done_to([clock for own in found.values() for clock in own])
    seen = moved = 0
    for turn in batch.turns:
        rule, changes, sooner = targets.matching_rule(turn.complaint), list[dict[str, str]](), list[Clock]()
        for clock in turn.due:
            before = clock.due_at
            if adopted(clock, rule, at, done) and clock.due_at != before:
                changes.append(
                    {"clock": clock.kind, "from": before.isoformat(), "to": clock.due_at.isoformat()}
                )
                if clock.kind == ClockKind.STATUTORY and clock.due_at < before:
                    sooner.append(clock)
        seen, moved = seen + len(turn.due), moved + len(changes)
        if changes:
            event = turn.event("retargeted", job.reason, clocks=changes, job=job.pk)
            for clock in sooner:
                _warn(turn, clock, event)
    batches.write(batch)
    return seen, moved


def _warn(turn: batches.BatchTurn, clock: Clock, event: Event) -> None:
    """Notify whoever is responsible, and the supervisors, that a statutory deadline has moved earlier."""
    complaint = turn.complaint
    people = [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)]
    context = {"clock": clock.kind, "due": clock.due_at.isoformat()}
    turn.tell(dict.fromkeys(people), "statutory_earlier", event=event, context=context)


def recent(*, limit: int = 20) -> list[RetargetJob]:
    """Return the latest jobs, newest first."""
    return list(RetargetJob.objects.select_related("created_by")[:limit])
