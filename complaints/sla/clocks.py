"""Start, meet, cancel, pause and resume clocks (docs/clocks.md, "Clocks" and "Pause").

The moment always comes in as an argument, an aware datetime; nothing here asks for the time. Before a change,
what a clock has missed until then is recorded as of its own moment, so a worker that comes late cannot lose a
breach.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min

from complaints.models import Clock, ClockEnd, ClockKind, ClockPause, Complaint, Effect
from complaints.models.clock import (
    BREACH_LEVEL,
    CUSTOMERS_OWN,
    PAUSING,
)
from complaints.sla import firing, pauses
from complaints.sla.targets import target_for


class Subject(NamedTuple):
    """What a clock is about, such as ("task", 7). An empty type means the complaint itself."""

    type: str = ""
    id: int = 0


NOTHING = Subject()


def start(
    complaint: Complaint,
    kind: ClockKind,
    at: datetime,
    *,
    subject: Subject = NOTHING,
    due_at: datetime | None = None,
) -> Clock | None:
    """Start a clock with the time that the policy grants. Returns None if the policy has no such clock.

    `due_at` overrides the policy's minutes, for a task with a date of its own.
    """
    clock = prepare(complaint, kind, at, subject=subject, due_at=due_at)
    if clock is not None:
        clock.save(force_insert=True)
    return clock


def prepare(
    complaint: Complaint,
    kind: ClockKind,
    at: datetime,
    *,
    subject: Subject = NOTHING,
    due_at: datetime | None = None,
) -> Clock | None:
    """Return the clock that `start` inserts, not saved."""
    target = target_for(complaint, kind)
    if target is None:
        return None
    working = target.calendar.working
    due = due_at or working.add(at, target.duration)
    duration = working.between(at, due) if due_at else target.duration
    clock = Clock(
        complaint=complaint,
        kind=kind,
        round=complaint.round,
        subject_type=subject.type,
        subject_id=subject.id,
        target_seconds=int(duration.total_seconds()),
        calendar=target.calendar,
        rule=target.rule,
        started_at=at,
        due_at=due,
        original_due_at=due,
    )
    firing.schedule(clock, after=0)
    return clock


def live(complaint: Complaint, *kinds: str, subject: Subject | None = None) -> list[Clock]:
    """Return the complaint's live clocks of these kinds (of all kinds if none is named), oldest first."""
    clocks = Clock.objects.live().filter(complaint=complaint).select_related("calendar", "rule")
    if kinds:
        clocks = clocks.filter(kind__in=kinds)
    if subject is not None:
        clocks = clocks.filter(subject_type=subject.type, subject_id=subject.id)
    return list(clocks)


def meet(complaint: Complaint, *kinds: str, at: datetime, subject: Subject | None = None) -> list[Clock]:
    """End the live clocks of these kinds as met, and return them.

    A clock that is met after its deadline also counts as breached since that deadline.
    """
    return [_end(complaint, clock, ClockEnd.MET, at) for clock in live(complaint, *kinds, subject=subject)]


def cancel(complaint: Complaint, *kinds: str, at: datetime, subject: Subject | None = None) -> list[Clock]:
    """Cancel the live clocks of these kinds, and return them. Those past their deadline stay breached."""
    return [
        _end(complaint, clock, ClockEnd.CANCELLED, at) for clock in live(complaint, *kinds, subject=subject)
    ]


def cancel_rest(complaint: Complaint, at: datetime) -> None:
    """Cancel all live clocks of a complaint that ends, except statutory ones (docs/clocks.md)."""
    for clock in live(complaint):
        if clock.kind != ClockKind.STATUTORY:
            _end(complaint, clock, ClockEnd.CANCELLED, at)


def _end(complaint: Complaint, clock: Clock, how: ClockEnd, at: datetime) -> Clock:
    """Record what the clock has missed so far, and then end it."""
    if not clock.paused_since:
        _note_breach(complaint, record_missed(clock, at))
    clock.pauses.filter(until__isnull=True).update(until=at)
    clock.paused_since = None
    pauses.forget_limit(clock, at)
    stop(clock, how, at)
    clock.save()
    return clock


def stop(clock: Clock, how: ClockEnd, at: datetime) -> None:
    """Mark a clock as ended, without saving it. The caller has already recorded the levels that it missed."""
    clock.ended_as, clock.stopped_at = how, max(at, clock.started_at)
    clock.next_level = clock.next_fire_at = None


def record_missed(clock: Clock, at: datetime) -> list[Effect]:
    """Record each level that was due before `at` and did not fire, as of its own moment. Return the effects.

    Warnings are recorded as `skipped_late`, the deadline as fired. The clock is changed, but not saved.
    """
    missed: list[Effect] = []
    while clock.next_fire_at is not None and clock.next_level is not None and clock.next_fire_at < at:
        level, moment = clock.next_level, clock.next_fire_at
        ours = level == BREACH_LEVEL and clock.kind not in CUSTOMERS_OWN
        kind = Effect.Kind.FIRED if ours else Effect.Kind.SKIPPED_LATE
        missed.append(
            Effect.objects.create(
                clock=clock, level=level, generation=clock.generation, kind=kind, at=moment, noticed_at=at
            )
        )
        if ours:
            mark_breached(clock, at)
        firing.schedule(clock, after=level)
    return missed


def _note_breach(complaint: Complaint, missed: list[Effect]) -> None:
    """Pass breaches that a move has found to the engine, which acts on them."""
    breaches = [e for e in missed if e.level == BREACH_LEVEL and e.kind == Effect.Kind.FIRED]
    complaint.breaches_found += breaches


def mark_breached(clock: Clock, noticed_at: datetime) -> None:
    """Mark the clock as breached since its deadline and set when that was noticed. Nothing is saved."""
    if clock.breached_at is None:
        clock.breached_at, clock.breach_noticed_at = clock.due_at, noticed_at


def pause(complaint: Complaint, at: datetime) -> None:
    """Pause the clocks that can pause. A clock past its deadline stays breached."""
    for clock in live(complaint, *PAUSING):
        if clock.paused_since:
            continue
        since = max(at, clock.started_at)
        _note_breach(complaint, record_missed(clock, since))
        ClockPause.objects.create(clock=clock, since=since)
        clock.paused_since = since
        clock.next_fire_at = None
        pauses.set_limit(clock)
        clock.save()


def resume(complaint: Complaint, at: datetime) -> None:
    """Let paused clocks run again, with the working time that was left when they were paused."""
    for clock in live(complaint, *PAUSING):
        if not clock.paused_since:
            continue
        resumed = max(at, clock.paused_since)
        working = clock.calendar.working
        remaining = working.between(clock.paused_since, clock.due_at)
        clock.pauses.filter(until__isnull=True).update(until=resumed)
        if clock.breached_at is None and remaining >= timedelta(0):
            clock.due_at = working.add(resumed, remaining)
        clock.paused_since = None
        pauses.forget_limit(clock, resumed)
        clock.generation += 1
        firing.schedule(clock, after=firing.highest_fired(clock))
        clock.save()


def move_deadline(complaint: Complaint, clock: Clock, due_at: datetime, *, at: datetime) -> None:
    """Set another deadline. The original deadline, what has fired and what was missed all stay."""
    if clock.paused_since is None:
        _note_breach(complaint, record_missed(clock, at))
    clock.due_at = due_at
    clock.generation += 1
    if clock.paused_since is None:
        firing.schedule(clock, after=firing.highest_fired(clock))
    clock.save()


def note_missed(complaint: Complaint, clock: Clock, at: datetime) -> None:
    """Record the levels that a running clock has missed by `at`, before a move changes the clock."""
    if clock.is_live and clock.paused_since is None:
        _note_breach(complaint, record_missed(clock, at))
        clock.save()


def next_due_of(complaints: Iterable[Complaint]) -> dict[int, datetime]:
    """Return {complaint id: the earliest deadline of its live clocks that are not paused}.

    Lists are sorted by this deadline. A complaint without such a clock is left out. So is a merged one,
    because its clocks count with the survivor. A closed complaint has a deadline only while it owes a
    statutory answer.
    """
    ids = [complaint.pk for complaint in complaints if complaint.merged_into_id is None]
    running = Clock.objects.live().filter(complaint__in=ids, paused_since__isnull=True).order_by()
    return dict(running.values("complaint").annotate(first=Min("due_at")).values_list("complaint", "first"))


def remaining_seconds(clock: Clock, at: datetime) -> int | None:
    """Return the working seconds left, negative if the clock is late, None if it has ended."""
    if not clock.is_live:
        return None
    end = clock.paused_since or at
    return clock.calendar.working.between(end, clock.due_at) // timedelta(seconds=1)


def kinds(clocks: Iterable[Clock]) -> list[str]:
    return [clock.kind for clock in clocks]
