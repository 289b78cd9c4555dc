"""Combine the clocks of two complaints that are merged (docs/clocks.md, "Merge").

For each kind the survivor gets the earlier start and the earlier deadline. A clock that is met in either is
met, and a breach in either is carried over. Statutory clocks are compared by pack instead of by kind, and
those of the source also go on running there.
"""

from datetime import datetime
from typing import Any

from complaints.models import Clock, ClockEnd, ClockKind, Complaint
from complaints.models.clock import BREACH_LEVEL
from complaints.sla import clocks, firing, pauses
from complaints.sla.clocks import Subject
from complaints.sla.statutory import duty

CARRIED = (
    ClockKind.ACKNOWLEDGE,
    ClockKind.FIRST_RESPONSE,
    ClockKind.REPLY,
    ClockKind.PLAN,
    ClockKind.RECOVERY,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
    ClockKind.PICKUP,
)
WITH_THEIR_ROWS = (ClockKind.TASK, ClockKind.PROMISE, ClockKind.APPROVAL)
"""Clocks that `revive` leaves alone: tasks and promises keep theirs, and expired requests stay expired."""
MOMENTS = ("started_at", "due_at", "original_due_at", "breached_at", "breach_noticed_at")
GRANT = ("target_seconds", "calendar_id", "rule_id", "floor_used")


def remember(complaint: Complaint) -> list[dict[str, Any]]:
    """Return the live clocks of a complaint as plain data, from which `restore` and `revive` work."""
    return [
        {"id": clock.pk, "kind": clock.kind, "paused_since": _text(clock.paused_since)}
        | {name: _text(getattr(clock, name)) for name in MOMENTS}
        | {name: getattr(clock, name) for name in GRANT}
        for clock in clocks.live(complaint)
    ]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def combine(
    source: Complaint, survivor: Complaint, at: datetime, *, before: list[dict[str, Any]]
) -> dict[str, list[int]]:
    """Combine the source's clocks into the survivor's.

    Returns {"made": ids, "met": ids} of the survivor's clocks.

    "made" are clocks that did not exist before, "met" those that are met because the source's was. `before`
    holds the survivor's clocks as `remember` returned them; a statutory clock that is not among them was
    started in this merge by a risk flag of the source, so it counts as made.
    """
    known = {entry["id"] for entry in before}
    begun = [clock.pk for clock in clocks.live(survivor, ClockKind.STATUTORY) if clock.pk not in known]
    done: dict[str, list[int]] = {"made": begun, "met": []}
    for kind in CARRIED:
        theirs, own = _of_round(source, kind), _of_round(survivor, kind)
        if theirs is None:
            continue
        if own is None:
            # If the survivor has an assignee, nobody has to pick it up, so no pick-up clock is made.
            if theirs.is_live and (kind != ClockKind.PICKUP or survivor.assignee_id is None):
                clocks.note_missed(source, theirs, at)
                done["made"].append(_take(theirs, survivor, at))
        elif own.is_live and _join(source, theirs, survivor, own, at):
            done["met"].append(own.pk)
    _combine_statutory(source, survivor, at, done)
    return done


def _combine_statutory(
    source: Complaint, survivor: Complaint, at: datetime, done: dict[str, list[int]]
) -> None:
    """Combine statutory clocks pack by pack. One final response answers both complaints.

    If the survivor has already given it, the source's clock is met as well.
    """
    for theirs in _statutory(source):
        own = next((clock for clock in _statutory(survivor) if _same_pack(clock, theirs)), None)
        if own is None and theirs.is_live:
            clocks.note_missed(source, theirs, at)
            done["made"].append(_take(theirs, survivor, at))
        elif own is not None and own.is_live:
            if _join(source, theirs, survivor, own, at):
                done["met"].append(own.pk)
        elif own is not None and theirs.is_live:
            clocks.meet(source, theirs.kind, at=at, subject=subject(theirs))


def _statutory(complaint: Complaint) -> list[Clock]:
    """Return the statutory clocks that are live or were met, live ones first."""
    found = Clock.objects.filter(complaint=complaint, kind=ClockKind.STATUTORY)
    kept = found.exclude(ended_as=ClockEnd.CANCELLED).select_related("calendar", "rule")
    return sorted(kept, key=lambda clock: (not clock.is_live, clock.pk))


def _same_pack(one: Clock, other: Clock) -> bool:
    """Return True if both were set by the same pack, in any version, or both by an authority."""
    packs = duty.packs_of([one, other])
    codes = {packs[clock.subject_id].code if clock.subject_id in packs else "" for clock in (one, other)}
    return len(codes) == 1


def subject(clock: Clock) -> Subject:
    return Subject(clock.subject_type, clock.subject_id)


def _of_round(complaint: Complaint, kind: str) -> Clock | None:
    """Return the clock of this kind for the current round: the live one, or else the last one met."""
    found = Clock.objects.filter(
        complaint=complaint, kind=kind, round=complaint.round, subject_type=""
    ).select_related("calendar", "rule")
    live = found.live().first()
    if kind == ClockKind.REPLY:
        # Each message has a clock of its own, so an answered message says nothing about the others.
        return live
    return live or found.filter(ended_as=ClockEnd.MET).order_by("-pk").first()


def _take(theirs: Clock, survivor: Complaint, at: datetime) -> int:
    own = Clock(
        complaint=survivor,
        kind=theirs.kind,
        round=theirs.round if theirs.kind == ClockKind.STATUTORY else survivor.round,
        subject_type=theirs.subject_type,
        subject_id=theirs.subject_id,
        **{name: getattr(theirs, name) for name in (*MOMENTS, *GRANT)},
    )
    own.due_at = _due_from(theirs, at)
    firing.schedule(own, after=BREACH_LEVEL if own.breached_at else 0)
    own.save(force_insert=True)
    return own.pk


def _join(source: Complaint, theirs: Clock, survivor: Complaint, own: Clock, at: datetime) -> bool:
    """Combine two clocks into the survivor's. Return True if that clock is met because the source's was."""
    clocks.note_missed(source, theirs, at)
    clocks.note_missed(survivor, own, at)
    _combine(theirs, own, at)
    met = not theirs.is_live and (own.kind != ClockKind.PICKUP or survivor.assignee_id is not None)
    if met:
        clocks.meet(survivor, own.kind, at=at, subject=subject(own))
    return met


def _combine(theirs: Clock, own: Clock, at: datetime) -> None:
    """Give `own` the earlier start and deadline of the two, and the earlier breach.

    Breaches of either have been recorded before this. Only a live clock has a deadline that can be taken
    over.
    """
    own.started_at = min(own.started_at, theirs.started_at)
    own.original_due_at = min(own.original_due_at, theirs.original_due_at)
    due = _due_from(theirs, at)
    kept = own.breached_at is not None and theirs.breached_at is None
    if theirs.is_live and due < _due_from(own, at) and not kept:
        own.due_at = due
        if own.paused_since is not None and due >= at:
            # `own` is paused, so the working time left until the new deadline is counted from its pause on.
            working = theirs.calendar.working
            own.due_at = working.add(own.paused_since, working.between(at, due))
        for name in GRANT:
            setattr(own, name, getattr(theirs, name))
        own.calendar, own.rule = theirs.calendar, theirs.rule
    if theirs.breached_at and (own.breached_at is None or theirs.breached_at < own.breached_at):
        own.breached_at, own.breach_noticed_at = theirs.breached_at, theirs.breach_noticed_at
    own.generation += 1
    if own.paused_since is None:
        firing.schedule(own, after=firing.highest_fired(own))
    else:
        pauses.set_limit(own)
    own.save()


def _due_from(clock: Clock, at: datetime) -> datetime:
    """Return the deadline as if the clock ran on from `at`.

    For a paused clock that is `at` plus the working time that was left when it was paused.
    """
    if clock.paused_since is None or clock.breached_at or clock.due_at < clock.paused_since:
        return clock.due_at
    working = clock.calendar.working
    return working.add(at, working.between(clock.paused_since, clock.due_at))


def hand_over(subject_type: str, ids: list[int], to: Complaint) -> None:
    """Move the live clocks of these tasks or promises to the complaint `to`."""
    Clock.objects.live().filter(subject_type=subject_type, subject_id__in=ids).update(
        complaint=to, round=to.round
    )
