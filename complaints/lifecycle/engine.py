"""The engine: every move of a complaint runs through here, and only here and in head.py is its head written.

The head is the complaint's own row (stage, tier, round, assignee, team and the like). A move is one
transaction:

1. The role is checked against the table of moves, before anything is locked.
2. The complaint's row is locked and read again. A stale version, a wrong stage, a state that does not allow
   the move, a conflict of interest and a missing standing are refused, in this order (lifecycle.md, "Moves").
3. The step checks its input and works on the turn: it changes the head, appends events, starts and ends
   clocks and queues notices.
4. If the step found missed deadlines before the sweep did, their consequences follow here.
5. The head is written by compare-and-set on `version`, and what was written can be searched at once.

If anything is refused or the process dies, the transaction rolls back: nothing is changed and nobody is told.
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
from complaints.lifecycle.turn import Turn, hold, involve
from complaints.models import ClockKind, Complaint, Customer, Handling, ParticipantRole, Task, Wait
from complaints.models.complaint import FIRST_NUMBER
from complaints.notices import notify
from complaints.rights import standings
from complaints.rights.actors import SYSTEM, Actor
from complaints.rows import lookups
from complaints.search import index as search
from complaints.terms.errors import MoveNotAllowed, NotYours, RoleMayNot, StaleComplaint
from complaints.terms.moves import MOVES, Move
from complaints.terms.stages import Stage, WaitingOn

__all__ = [
    "Ready",
    "Turn",
    "hold",
    "involve",
    "move",
    "move_two",
    "open_complaint",
    "recording",
    "settle",
    "solving_at_once",
]

Ready = Callable[[Turn], object]
"""The state check of a move: raises MoveNotAllowed if the complaint's state does not allow it to anybody.

What it returns is kept in `turn.found`, so that the step need not look for it again.
"""
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
    """Run one move of the table; the `with` block is the step. Yields the turn that the step works on.

    `version` is the one that the actor saw, None to accept any. `task` is the task that the move is about.
    `ready` checks the complaint's state. `complaint` is brought up to date at the end. Raises RoleMayNot
    (403), StaleComplaint or MoveNotAllowed (409), or NotYours (403).
    """
    row = MOVES[name]
    if by.role not in row.roles:
        raise RoleMayNot(_("Your role cannot do this."))
    with transaction.atomic(), lookups.shared():
        turn = _begin(complaint, by=by, at=at, version=version)
        _check(row, turn, ready=ready, task=task)
        yield turn
        _finish(turn, complaint)


def _check(row: Move, turn: Turn, *, ready: Ready | None, task: Task | None) -> None:
    """Check stage, state, conflict of interest, standing, in this order (lifecycle.md, "Order of checks")."""
    fresh, by = turn.complaint, turn.by
    if fresh.stage not in row.sources:
        raise MoveNotAllowed(
            _("This cannot be done in the stage “%(stage)s”.") % {"stage": fresh.get_stage_display()}
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
    """Run a move of one complaint that changes another one too. Yields the turns of both.

    Both rows are locked in the order of their ids, so that two such moves cannot block each other. The actor
    needs a standing in `complaint` only; a conflict of interest in either is refused.
    """
    row = MOVES[name]
    if by.role not in row.roles:
        raise RoleMayNot(_("Your role cannot do this."))
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
    """Keep missed deadlines from raising the tier during the block.

    It is meant for moves that end in a resolution, and for moves that are only tried and rolled back.
    """
    token = _solving_at_once.set(True)
    try:
        yield
    finally:
        _solving_at_once.reset(token)


@contextmanager
def recording(complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Turn]:
    """Lock the complaint for an entry outside the table of moves, such as a decision or a clock that fires.

    Yields the turn. Nothing but the version is checked. Raises StaleComplaint if that has changed.
    """
    with transaction.atomic(), lookups.shared():
        turn = _begin(complaint, by=by, at=at, version=version)
        yield turn
        _finish(turn, complaint)


def _begin(complaint: Complaint, *, by: Actor, at: datetime, version: int | None) -> Turn:
    if at.tzinfo is None:
        raise ValueError("the moment of a move needs a time zone")
    # The row is locked first and read afterwards. A locking query with joins that has to wait would return
    # the new complaint together with its old team and assignee.
    locked = Complaint.objects.select_for_update().values_list("pk", flat=True).get(pk=complaint.pk)
    fresh = Complaint.objects.select_related("customer", "team", "assignee", "category").get(pk=locked)
    if version is not None and version != fresh.version:
        raise StaleComplaint
    return Turn(fresh, by=by, at=at)


def _settle_breaches(turn: Turn) -> None:
    """Act on breaches that this move found before the sweep did, as the sweep would have done.

    If the move itself has just changed the tier, the tier stays as the person chose it, and people are only
    notified of the breach.
    """
    acts = turn.complaint.tier == turn.first_tier and not _solving_at_once.get()
    turn.by, mover = SYSTEM, turn.by
    for effect in turn.complaint.breaches_found:  # this list grows when a consequence ends another clock late
        clock = effect.clock
        event = turn.event("breached", clock=clock.kind, due=clock.due_at.isoformat(), round=clock.round)
        turn.tell(notify.told_of_breach(turn.complaint, clock.kind), "breach", event=event)
        act = tiers.AT_BREACH.get(ClockKind(clock.kind))
        if acts and act is not None and clock.round == turn.complaint.round:
            act(turn, clock)
    turn.by = mover


def _finish(turn: Turn, given: Complaint) -> None:
    """Write the head by compare-and-set, and bring the caller's object up to date."""
    complaint = turn.complaint
    _settle_breaches(turn)
    turn.tell_gathered()
    complaint.waiting_on = _waiting_on(complaint)
    head.write([turn])
    if turn.has_words:
        search.write(complaint)
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
    """Insert a complaint in `intake` with its first handling and participants, and return its turn.

    `fields` are the remaining columns. The caller runs this in a transaction and ends it with `settle`.
    """
    if assignee is not None:
        hold(assignee)
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
    """Write the head of a complaint that `open_complaint` inserted, and return it."""
    _finish(turn, turn.complaint)
    return turn.complaint
