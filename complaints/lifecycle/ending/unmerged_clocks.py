"""Undo a merge: each complaint gets the clocks it would have had without it (docs/clocks.md, "Merge").

`revive` is for the source, whose clocks the merge ended. `restore` is for the survivor, whose clocks the
merge changed: each clock is put back as it was remembered, and then what has happened since is applied to it
again.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from complaints.lifecycle.ending.merged_clocks import CARRIED, GRANT, MOMENTS, WITH_THEIR_ROWS, subject
from complaints.models import (
    Clock,
    ClockEnd,
    ClockKind,
    ClockPause,
    Complaint,
    Direction,
    Event,
    Handling,
    Message,
    Purpose,
    Wait,
)
from complaints.models.clock import PAUSING
from complaints.sla import clocks, firing, pauses
from complaints.sla.answers import MET_BY, MET_BY_RESOLUTION
from complaints.terms.stages import WaitingOn

ENDS = ("withdrawn", "concluded", "closed")
"""Events that end every clock of a complaint except statutory ones."""


def revive(saved: list[dict[str, Any]]) -> None:
    """Let the source's clocks run again as if they had never stopped.

    Levels missed since then fire at once.
    """
    for entry in saved:
        clock = _find(entry)
        if clock is None or clock.kind in WITH_THEIR_ROWS or not _ended_by_merge(clock):
            continue
        clock.ended_as = clock.stopped_at = None
        _put_back(clock, entry)
        if entry["paused_since"]:
            clock.paused_since = datetime.fromisoformat(entry["paused_since"])
            clock.pauses.filter(since=clock.paused_since).update(until=None)
        _run_on(clock)


def _ended_by_merge(clock: Clock) -> bool:
    """Return True if the merge ended the clock.

    A statutory clock of the source runs on after a merge. Only a final response of the survivor ends it, by
    meeting it; every other clock is cancelled.
    """
    return clock.ended_as == (ClockEnd.MET if clock.kind == ClockKind.STATUTORY else ClockEnd.CANCELLED)


def restore(
    saved: list[dict[str, Any]],
    taken: dict[str, list[int]],
    survivor: Complaint,
    *,
    since: datetime,
    at: datetime,
) -> None:
    """Give the survivor the clocks that it would have had without the merge at `since`.

    `saved` is what `remember` returned, `taken` what `combine` returned.
    1. Clocks made for the merge are cancelled.
    2. Each remembered clock is put back: start, deadline, calendar and rule.
    3. A clock that the merge met runs again, with its pauses, unless something has ended it since.
    4. More time that was granted since the merge is kept, and pauses that ended since move the deadline.
    5. The clock is scheduled again; one that has ended is marked as breached if it ended too late.
    """
    for made in Clock.objects.live().filter(pk__in=taken["made"]):
        clocks.cancel(survivor, made.kind, at=at, subject=subject(made))
    for entry in saved:
        clock = _find(entry)
        if clock is None or clock.kind not in (*CARRIED, ClockKind.STATUTORY):
            continue
        _put_back(clock, entry)
        if clock.pk in taken["met"]:
            _undo_met(clock, survivor, since)
            _pause_as_it_waited(clock, survivor, since)
        ended_after = Q(since__gte=since)
        if entry["paused_since"]:
            ended_after |= Q(since=datetime.fromisoformat(entry["paused_since"]))
        granted = _granted_since(clock, survivor, since)
        if granted is not None and granted.due_at > clock.due_at:
            clock.due_at, ended_after = granted.due_at, Q(until__gt=granted.at)
        _replay_pauses(clock, ended_after)
        if clock.is_live:
            _run_on(clock)
        else:
            if clock.stopped_at and clock.stopped_at > clock.due_at:
                clocks.mark_breached(clock, clock.stopped_at)
            clock.save()


def _find(entry: dict[str, Any]) -> Clock | None:
    return Clock.objects.select_related("calendar", "rule").filter(pk=entry["id"]).first()


def _put_back(clock: Clock, entry: dict[str, Any]) -> None:
    """Put the clock back as it was remembered.

    A breach of its own deadline since then is kept, because it would have happened without the merge too.
    """
    missed = clock.breached_at, clock.breach_noticed_at
    for name in MOMENTS:
        setattr(clock, name, datetime.fromisoformat(entry[name]) if entry[name] else None)
    for name in GRANT:
        setattr(clock, name, entry[name])
    if missed[0] == clock.due_at:
        clock.breached_at, clock.breach_noticed_at = missed


def _undo_met(clock: Clock, survivor: Complaint, since: datetime) -> None:
    """Undo that the merge met the clock: it runs again, or gets the end that it would have had without it."""
    found = min(_ends(clock, survivor, since), default=None)
    clock.stopped_at, clock.ended_as = found or (None, None)


def _ends(clock: Clock, survivor: Complaint, since: datetime) -> Iterator[tuple[datetime, ClockEnd]]:
    """Yield (moment, how) for everything since the merge that would have ended this clock without the merge.

    That can be a person's answer to the customer, the resolution, or the end of the complaint.
    """
    final = {ClockKind.STATUTORY: frozenset({Purpose.FINAL})}
    purposes = (MET_BY | final).get(ClockKind(clock.kind), frozenset())
    said = Message.objects.filter(
        complaint=survivor, direction=Direction.OUT, by_person=True, at__gt=since, purpose__in=purposes
    )
    yield from ((at, ClockEnd.MET) for at in said.order_by("at").values_list("at", flat=True)[:1])
    if clock.kind in MET_BY_RESOLUTION:
        resolved = Handling.objects.filter(complaint=survivor, round=clock.round, resolved_at__gt=since)
        yield from ((at, ClockEnd.MET) for at in resolved.values_list("resolved_at", flat=True) if at)
    if clock.kind != ClockKind.STATUTORY:
        over = Event.objects.filter(complaint=survivor, kind__in=ENDS, at__gt=since).order_by("seq")
        yield from ((at, ClockEnd.CANCELLED) for at in over.values_list("at", flat=True)[:1])


def _pause_as_it_waited(clock: Clock, survivor: Complaint, since: datetime) -> None:
    """Add the pauses that the clock would have had since the merge.

    While it counted as met nothing paused it, although the survivor may have waited for the customer.
    """
    if clock.kind not in PAUSING:
        return
    for begin, until in _asked(survivor, since):
        begin = max(begin, clock.started_at)
        if clock.stopped_at is not None:
            until = min(until or clock.stopped_at, clock.stopped_at)
        if until is not None and until <= begin:
            continue
        ClockPause.objects.update_or_create(clock=clock, since=begin, defaults={"until": until})
        clock.paused_since = begin if until is None else None


def _asked(complaint: Complaint, since: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield (begin, end) of the stretches with a wait for the customer that last beyond `since`.

    Waits that overlap come as one stretch. The end is None while a wait is open.
    """
    waits = Wait.objects.filter(Q(until__isnull=True) | Q(until__gt=since), complaint=complaint)
    begin = until = None
    for wait in waits.filter(on=WaitingOn.CUSTOMER).order_by("since", "pk"):
        if begin is None or (until is not None and wait.since > until):
            if begin is not None:
                yield begin, until
            begin, until = wait.since, wait.until
        elif until is not None:
            until = max(until, wait.until) if wait.until else None
    if begin is not None:
        yield begin, until


class _Granted(NamedTuple):
    at: datetime
    due_at: datetime


def _granted_since(clock: Clock, survivor: Complaint, since: datetime) -> _Granted | None:
    """Return the last extension granted since the merge, or None. Undoing the merge does not take it away."""
    given = Event.objects.filter(
        complaint=survivor,
        kind="extended",
        at__gt=since,
        round=clock.round,
        text__details__clock=clock.kind,
    )
    last = given.select_related("text").order_by("seq").last()
    return _Granted(last.at, datetime.fromisoformat(last.text.details["due"])) if last else None


def _replay_pauses(clock: Clock, ended_after: Q) -> None:
    """Move the deadline for each pause that `ended_after` selects.

    These pauses had moved the deadline that the merge gave; now they move the restored one.
    """
    working = clock.calendar.working
    for pause in clock.pauses.filter(ended_after, until__isnull=False):
        assert pause.until is not None
        left = working.between(pause.since, clock.due_at)
        if clock.breached_at is None and left.total_seconds() >= 0:
            clock.due_at = working.add(pause.until, left)


def _run_on(clock: Clock) -> None:
    clock.generation += 1
    clock.next_level = clock.next_fire_at = None
    if clock.paused_since is None:
        firing.schedule(clock, after=firing.highest_fired(clock))
    else:
        pauses.set_limit(clock)
    clock.save()
