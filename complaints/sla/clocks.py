"""Start, meet, cancel, pause and resume clocks, and know when each fires next. Never reads the time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min, Q

from complaints.models import Clock, ClockEnd, ClockKind, ClockPause, Complaint, Effect
from complaints.models.clock import (
    BREACH_LEVEL,
    CUSTOMERS_OWN,
    LAST_APPROVAL_LEVEL,
    LAST_LEVEL,
    PAUSING,
    TWICE_LEVEL,
)
from complaints.rows.bulk import related
from complaints.sla import pauses
from complaints.sla.targets import DEFAULT_WARN, target_for

DAY = timedelta(days=1)
REMINDERS = {ClockKind.CUSTOMER_WAIT: {14: timedelta(hours=24), 43: timedelta(hours=72)}}
"""Kinds with warnings at fixed times after the start instead of the policy's percentages (sla.md)."""


class Subject(NamedTuple):
    """What a clock is about besides its complaint: ("task", 7), or nothing."""

    type: str = ""
    id: int = 0


NOTHING = Subject()


class Firing(NamedTuple):
    """A level of a clock and the moment at which it falls."""

    level: int
    at: datetime


def start(
    complaint: Complaint,
    kind: ClockKind,
    at: datetime,
    *,
    subject: Subject = NOTHING,
    due_at: datetime | None = None,
) -> Clock | None:
    """Start a clock as the policy grants it; None where the policy has no such clock.

    `due_at` overrides the policy's minutes (a task with a date of its own).
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
    """What `start` inserts."""
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
    schedule(clock, after=0)
    return clock


def live(complaint: Complaint, *kinds: str, subject: Subject | None = None) -> list[Clock]:
    """The complaint's live clocks of these kinds (all when none is named), oldest first."""
    clocks = Clock.objects.live().filter(complaint=complaint).select_related("calendar", "rule")
    if kinds:
        clocks = clocks.filter(kind__in=kinds)
    if subject is not None:
        clocks = clocks.filter(subject_type=subject.type, subject_id=subject.id)
    return list(clocks)


def meet(complaint: Complaint, *kinds: str, at: datetime, subject: Subject | None = None) -> list[Clock]:
    """End live clocks as met. One that ends after its deadline is breached as of that deadline."""
    return [_end(complaint, clock, ClockEnd.MET, at) for clock in live(complaint, *kinds, subject=subject)]


def cancel(complaint: Complaint, *kinds: str, at: datetime, subject: Subject | None = None) -> list[Clock]:
    """End live clocks that no longer make sense; those past their deadline keep their breach."""
    return [
        _end(complaint, clock, ClockEnd.CANCELLED, at) for clock in live(complaint, *kinds, subject=subject)
    ]


def cancel_rest(complaint: Complaint, at: datetime) -> None:
    """The complaint ends, and with it every clock but what a law or an authority set (sla.md, "Clocks")."""
    for clock in live(complaint):
        if clock.kind != ClockKind.STATUTORY:
            _end(complaint, clock, ClockEnd.CANCELLED, at)


def _end(complaint: Complaint, clock: Clock, how: ClockEnd, at: datetime) -> Clock:
    """What was missed before the end is recorded first, so that no late worker can lose a breach."""
    if not clock.paused_since:
        _note_breach(complaint, record_missed(clock, at))
    clock.pauses.filter(until__isnull=True).update(until=at)
    clock.paused_since = None
    pauses.forget_limit(clock, at)
    stop(clock, how, at)
    clock.save()
    return clock


def stop(clock: Clock, how: ClockEnd, at: datetime) -> None:
    """Mark a clock as ended; it is changed, not saved. What it has missed is recorded before."""
    clock.ended_as, clock.stopped_at = how, max(at, clock.started_at)
    clock.next_level = clock.next_fire_at = None


def record_missed(clock: Clock, at: datetime) -> list[Effect]:
    """Write the levels that fell before `at` and were not fired, each at its own time.

    Warnings are `skipped_late`; the deadline itself counts as fired. The clock is changed, not saved.
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
        schedule(clock, after=level)
    return missed


def _note_breach(complaint: Complaint, missed: list[Effect]) -> None:
    """Leave a breach that a move came upon for the engine to tell."""
    breaches = [e for e in missed if e.level == BREACH_LEVEL and e.kind == Effect.Kind.FIRED]
    complaint.breaches_found += breaches


def mark_breached(clock: Clock, noticed_at: datetime) -> None:
    """The breach dates from the deadline; when it was noticed is kept beside it."""
    if clock.breached_at is None:
        clock.breached_at, clock.breach_noticed_at = clock.due_at, noticed_at


def pause(complaint: Complaint, at: datetime) -> None:
    """Stop the clocks that may pause. What is past its deadline stays breached."""
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
    """Let paused clocks run again with the working time that was left when they stopped."""
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
        schedule(clock, after=highest_fired(clock))
        clock.save()


def move_deadline(complaint: Complaint, clock: Clock, due_at: datetime, *, at: datetime) -> None:
    """Set another deadline; the original, what has fired and what is missed already stay."""
    if clock.paused_since is None:
        _note_breach(complaint, record_missed(clock, at))
    clock.due_at = due_at
    clock.generation += 1
    if clock.paused_since is None:
        schedule(clock, after=highest_fired(clock))
    clock.save()


def note_missed(complaint: Complaint, clock: Clock, at: datetime) -> None:
    """Write down what a running clock has missed by now, before a move changes it."""
    if clock.is_live and clock.paused_since is None:
        _note_breach(complaint, record_missed(clock, at))
        clock.save()


def highest_fired(clock: Clock) -> int:
    """The highest level it has come to.

    A breach that a merge brought along counts. One that went with the merge does not: a deadline comes again.
    """
    return reached(clock, clock.effects.order_by("-level").values_list("level", flat=True).first() or 0)


def reached(clock: Clock, fired: int) -> int:
    """The level that counts for a clock that has fired this one as its highest."""
    return max(fired, BREACH_LEVEL) if clock.breached_at else min(fired, BREACH_LEVEL - 1)


def schedule(clock: Clock, *, after: int) -> None:
    """Set the next level above `after` and its moment; none after the last."""
    following = next_firing(clock, after)
    clock.next_level, clock.next_fire_at = (following.level, following.at) if following else (None, None)


def next_firing(clock: Clock, after: int) -> Firing | None:
    """The lowest level above `after`: warnings, the deadline, what comes after it. None: nothing more."""
    if after < BREACH_LEVEL:
        return next(iter(_warnings(clock, after)), None) or Firing(BREACH_LEVEL, clock.due_at)
    if clock.kind in CUSTOMERS_OWN:
        return None
    if clock.kind == ClockKind.APPROVAL:
        return _after_deadline_of_approval(clock, after)
    return (
        None
        if after >= LAST_LEVEL
        else Firing(after + 1, _days_on(clock, clock.due_at, after - BREACH_LEVEL))
    )


def _warnings(clock: Clock, after: int) -> Iterable[Firing]:
    """Those above `after`: by working time used, as the policy says; the customer's own at fixed times."""
    if clock.kind in CUSTOMERS_OWN:
        fixed = REMINDERS.get(ClockKind(clock.kind), {})
        for level, later in fixed.items():
            if level > after and clock.started_at + later < clock.due_at:
                yield Firing(level, clock.started_at + later)
        return
    for level in sorted(int(level) for level in (clock.rule.warn if clock.rule else DEFAULT_WARN)):
        if after < level < BREACH_LEVEL:
            yield Firing(level, _moment_of_share(clock, level))


def _after_deadline_of_approval(clock: Clock, after: int) -> Firing | None:
    """At twice the time the request climbs again or is granted; then a reminder a day."""
    working = clock.calendar.working
    twice = working.add(clock.due_at, timedelta(seconds=clock.target_seconds))
    if after < TWICE_LEVEL:
        return Firing(TWICE_LEVEL, twice)
    if after >= LAST_APPROVAL_LEVEL:
        return None
    return Firing(after + 1, _days_on(clock, twice, after - TWICE_LEVEL))


def _days_on(clock: Clock, start: datetime, reminders_before: int) -> datetime:
    """Once per working day after `start`."""
    moment = start
    for _number in range(reminders_before + 1):
        moment = clock.calendar.working.add(moment + DAY, timedelta(seconds=1))
    return moment


def _moment_of_share(clock: Clock, percent: int) -> datetime:
    """When this share of the clock's working time between start and deadline is used, pauses left out."""
    working = clock.calendar.working
    pauses = [(p.since, p.until) for p in related(clock, "pauses") if p.until] if clock.pk else []
    stretches: list[tuple[datetime, datetime]] = []
    begin = clock.started_at
    for since, until in pauses:
        # A merge may have brought a deadline that lies before a pause of this clock.
        stretches.append((begin, min(since, clock.due_at)))
        begin = min(until, clock.due_at)
    stretches.append((begin, clock.due_at))
    total = sum((working.between(a, b) for a, b in stretches), timedelta(0))
    wanted = total * percent / 100
    for a, b in stretches[:-1]:
        length = working.between(a, b)
        if wanted <= length:
            return working.add(a, wanted)
        wanted -= length
    return working.add(begin, wanted)


def next_due(complaint: Complaint) -> datetime | None:
    """The earliest deadline among live clocks that are not paused: what lists are sorted by.

    A closed complaint has one only while a statutory answer is owed; one that was merged is its survivor's.
    """
    if complaint.merged_into_id is not None:
        return None
    running = Clock.objects.live().filter(complaint=complaint, paused_since__isnull=True)
    found: datetime | None = running.aggregate(first=Min("due_at"))["first"]
    return found


def remaining_seconds(clock: Clock, at: datetime) -> int | None:
    """Working seconds left, negative when late, None when ended."""
    if not clock.is_live:
        return None
    end = clock.paused_since or at
    return clock.calendar.working.between(end, clock.due_at) // timedelta(seconds=1)


def kinds(clocks: Iterable[Clock]) -> list[str]:
    return [clock.kind for clock in clocks]


def due_filter(at: datetime) -> Q:
    """Clocks that have something to fire at this moment and are not set aside."""
    return Q(next_fire_at__lte=at, set_aside_at__isnull=True)
