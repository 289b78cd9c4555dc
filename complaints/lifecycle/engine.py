"""The only writer of stage, tier, round, assignee and team; every move runs through here.

A move is one transaction: lock the row, check in the order of lifecycle.md (role, version, stage, standing;
input last, by the step), change the head by compare-and-set on `version`, append the event, move the clocks,
queue the notices.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from complaints.lifecycle import head, tiers
from complaints.lifecycle.turn import Turn, involve
from complaints.models import ClockKind, Complaint, Customer, Handling, ParticipantRole, Task, Wait
from complaints.models.complaint import FIRST_NUMBER
from complaints.notices import notify
from complaints.rights import standings
from complaints.rights.actors import SYSTEM, Actor
from complaints.rows import lookups
from complaints.terms.errors import MoveNotAllowed, NotYours, RoleMayNot, StaleComplaint
from complaints.terms.moves import MOVES, Move
from complaints.terms.stages import Stage, WaitingOn

__all__ = [
    "Ready",
    "Turn",
    "involve",
    "move",
    "move_two",
    "open_complaint",
    "recording",
    "settle",
    "solving_at_once",
]

Ready = Callable[[Turn], object]
"""Raises MoveNotAllowed where the complaint's state does not allow the move, whoever makes it.

What it returns is kept in `turn.found`, so that the step need not look for it again."""
_solving_at_once: ContextVar[bool] = ContextVar("solving_at_once", default=False)
_WAIT_ORDER = (WaitingOn.CUSTOMER, WaitingOn.APPROVAL, WaitingOn.DEPARTMENT)


@contextmanager
def move(
    name: str,
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    task: Task | None = None,
    ready: Ready | None = None,
) -> Iterator[Turn]:
    """Run one move of the table. `version`: what the actor saw; another one now is refused as stale.

    `ready` raises MoveNotAllowed where the complaint's state does not allow the move, whoever makes it.
    """
    row = MOVES[name]
    if by.role not in row.roles:
        raise RoleMayNot(_("Your role does not make this move."))
    with transaction.atomic(), lookups.shared():
        turn = _begin(complaint, by=by, at=at, version=version)
        _check(row, turn, ready=ready, task=task)
        yield turn
        _finish(turn, complaint)


def _check(row: Move, turn: Turn, *, ready: Ready | None, task: Task | None) -> None:
    """Stage, state, conflict of interest, standing: in this order (lifecycle.md, "Moves")."""
    fresh, by = turn.complaint, turn.by
    if fresh.stage not in row.sources:
        raise MoveNotAllowed(
            _("This can't be done in the stage “%(stage)s”.") % {"stage": fresh.get_stage_display()}
        )
    if ready is not None:
        turn.found = ready(turn)
    if by.user is not None and standings.has_conflict(by.user, fresh):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    if not standings.has_any(by, fresh, row.standings, task=task):
        raise NotYours(_("This complaint is assigned to somebody else or belongs to another team."))
    turn.is_move = True


@contextmanager
def move_two(
    name: str,
    complaint: Complaint,
    other: Complaint,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    ready: Callable[[Turn, Turn], object],
) -> Iterator[tuple[Turn, Turn]]:
    """Run a move of one complaint that changes another too. Both are locked, always in the same order.

    The actor's right is to the first; a conflict of interest in either forbids it.
    """
    row = MOVES[name]
    if by.role not in row.roles:
        raise RoleMayNot(_("Your role does not make this move."))
    with transaction.atomic(), lookups.shared():
        lock = Complaint.objects.select_for_update().order_by("pk").values_list("pk", flat=True)
        list(lock.filter(pk__in=[complaint.pk, other.pk]))
        turn = _begin(complaint, by=by, at=at, version=version)
        second = _begin(other, by=by, at=at, version=None)
        _check(row, turn, ready=lambda first: ready(first, second), task=None)
        if by.user is not None and standings.has_conflict(by.user, second.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        second.is_move = True
        yield turn, second
        _finish(second, other)
        _finish(turn, complaint)


@contextmanager
def solving_at_once() -> Iterator[None]:
    """Moves that end in a resolution, or with nothing done: what is missed on the way raises no tier."""
    token = _solving_at_once.set(True)
    try:
        yield
    finally:
        _solving_at_once.reset(token)


@contextmanager
def recording(complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Turn]:
    """Hold the complaint for an entry that is no move: a message, a note, a clock that fires, a decision."""
    with transaction.atomic(), lookups.shared():
        turn = _begin(complaint, by=by, at=at, version=version)
        yield turn
        _finish(turn, complaint)


def _begin(complaint: Complaint, *, by: Actor, at: datetime, version: int | None) -> Turn:
    if at.tzinfo is None:
        raise ValueError("the moment of a move needs a time zone")
    # Lock first, read afterwards: a locking query with joins that had to wait would pair the new row with the
    # team and the assignee it had before.
    locked = Complaint.objects.select_for_update().values_list("pk", flat=True).get(pk=complaint.pk)
    fresh = Complaint.objects.select_related("customer", "team", "assignee", "category").get(pk=locked)
    if version is not None and version != fresh.version:
        raise StaleComplaint
    return Turn(fresh, by=by, at=at)


def _settle_breaches(turn: Turn) -> None:
    """What the move itself found missed, before the sweep did, has the same consequences.

    But a tier that a person has just chosen stands: then the breach is only told.
    """
    acts = turn.complaint.tier == turn.first_tier and not _solving_at_once.get()
    turn.by, mover = SYSTEM, turn.by
    for effect in turn.complaint.breaches_found:  # which grows when a consequence ends another clock late
        clock = effect.clock
        event = turn.event("breached", clock=clock.kind, due=clock.due_at.isoformat(), round=clock.round)
        turn.tell(notify.told_of_breach(turn.complaint, clock.kind), "breach", event=event)
        act = tiers.AT_BREACH.get(ClockKind(clock.kind))
        if acts and act is not None and clock.round == turn.complaint.round:
            act(turn, clock)
    turn.by = mover


def _finish(turn: Turn, given: Complaint) -> None:
    """Write the head back by compare-and-set; the caller's object is brought up to date."""
    complaint = turn.complaint
    _settle_breaches(turn)
    turn.tell_gathered()
    complaint.waiting_on = _waiting_on(complaint)
    head.write([turn])
    if given is not complaint:
        given.__dict__.update(complaint.__dict__)


def _waiting_on(complaint: Complaint) -> str | None:
    open_waits = set(
        Wait.objects.filter(complaint=complaint, until__isnull=True).values_list("on", flat=True)
    )
    return next((on.value for on in _WAIT_ORDER if on in open_waits), None)


def open_complaint(
    fields: Mapping[str, Any],
    *,
    customer: Customer,
    tier: int,
    team: Team,
    assignee: User | None,
    by: Actor,
    at: datetime,
) -> Turn:
    """Insert a complaint in `intake` with its first handling; the caller's transaction ends with `settle`."""
    complaint = Complaint(
        customer=customer,
        stage=Stage.INTAKE,
        tier=tier,
        highest_tier=tier,
        team=team,
        assignee=assignee,
        created_at=at,
        logged_by=by.user,
        **fields,
    )
    complaint.save(force_insert=True)
    complaint.number = f"{settings.COMPLAINT_NUMBER_PREFIX}-{FIRST_NUMBER + complaint.pk - 1}"
    Handling.objects.create(complaint=complaint, round=1, started_at=complaint.received_at)
    involve(complaint, ParticipantRole.TEAM, at=at, team=team)
    if by.user is not None:
        involve(complaint, ParticipantRole.LOGGED, at=at, user=by.user)
    if assignee is not None:
        involve(complaint, ParticipantRole.ASSIGNEE, at=at, user=assignee)
    return Turn(complaint, by=by, at=at)


def settle(turn: Turn) -> Complaint:
    """Write the head of a complaint that `open_complaint` began."""
    _finish(turn, turn.complaint)
    return turn.complaint
