"""The only writer of stage, tier, round, assignee and team; every move runs through here.

A move is one transaction: lock the row, check in the order of lifecycle.md (role, version, stage, standing;
input last, by the step), change the head by compare-and-set on `version`, append the event, move the clocks,
queue the notices.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from complaints import access, notify, timeline
from complaints.actors import Actor
from complaints.lifecycle.errors import MoveNotAllowed, NotYours, RoleMayNot, StaleComplaint
from complaints.lifecycle.moves import MOVES
from complaints.lifecycle.stages import Stage, WaitingOn
from complaints.models import (
    Complaint,
    Customer,
    Event,
    Handling,
    Message,
    Participant,
    ParticipantRole,
    Task,
    Wait,
)
from complaints.models.complaint import FIRST_NUMBER
from complaints.sla import clocks

_WAIT_ORDER = (WaitingOn.CUSTOMER, WaitingOn.APPROVAL, WaitingOn.DEPARTMENT)


class Turn:
    """What a step works with while it has the complaint to itself. Nothing is saved if the step raises."""

    def __init__(self, complaint: Complaint, *, by: Actor, at: datetime) -> None:
        self.complaint, self.by, self.at = complaint, by, at
        complaint.breaches_found = []
        self.handling = Handling.objects.get(complaint=complaint, round=complaint.round)
        self.changed: dict[str, tuple[Any, Any]] = {}
        self.is_move = False

    @property
    def user(self) -> User | None:
        return self.by.user

    def change(self, **fields: Any) -> None:
        """Set head fields; from → to is kept for the next event."""
        self.is_move = True
        for name, value in fields.items():
            before = getattr(self.complaint, name)
            if before == value:
                continue
            setattr(self.complaint, name, value)
            if name in {"team", "assignee"}:
                self._follow(name, before)
            self.changed[name] = (_plain(before), _plain(value))

    def _follow(self, name: str, before: Any) -> None:
        complaint = self.complaint
        if name == "team":
            involve(complaint, ParticipantRole.TEAM, at=self.at, team=complaint.team)
            return
        if before is not None:
            involve(complaint, ParticipantRole.HANDLED, at=self.at, user=before)
        if complaint.assignee is not None:
            involve(complaint, ParticipantRole.ASSIGNEE, at=self.at, user=complaint.assignee)

    def event(self, name: str, body: str = "", /, *, signed: Actor | None = None, **details: Any) -> Event:
        """Append what was changed since the last event, signed by whose word it is where that is another."""
        event = timeline.append(
            self.complaint,
            name,
            by=signed or self.by,
            at=self.at,
            body=body,
            details=details,
            changed=self.changed,
        )
        self.changed = {}
        return event

    def message(
        self,
        name: str,
        body: str,
        /,
        *,
        direction: str,
        purpose: str,
        channel: str = "",
        by_person: bool,
        **details: Any,
    ) -> Event:
        """Append an event that is a message, a call or a note."""
        event = self.event(name, body, **details)
        Message.objects.create(
            event=event,
            complaint=self.complaint,
            handling=self.handling,
            direction=direction,
            channel=channel,
            purpose=purpose,
            by_person=by_person,
            at=self.at,
        )
        return event

    def wait(self, on: WaitingOn, cause: str, cause_id: int = 0) -> None:
        """Open a wait; one on the customer pauses what may pause."""
        Wait.objects.get_or_create(
            complaint=self.complaint,
            on=on,
            cause=cause,
            cause_id=cause_id,
            until=None,
            defaults={"since": self.at},
        )
        if on == WaitingOn.CUSTOMER:
            clocks.pause(self.complaint, self.at)

    def stop_waiting(self, on: WaitingOn, cause: str | None = None, cause_id: int | None = None) -> None:
        """Close open waits; when none on the customer is left the clocks run again."""
        waits = Wait.objects.filter(complaint=self.complaint, on=on, until__isnull=True)
        if cause is not None:
            waits = waits.filter(cause=cause)
        if cause_id is not None:
            waits = waits.filter(cause_id=cause_id)
        for wait in waits:
            wait.until = max(self.at, wait.since)
            wait.save(update_fields=["until"])
        still = Wait.objects.filter(complaint=self.complaint, on=WaitingOn.CUSTOMER, until__isnull=True)
        if on == WaitingOn.CUSTOMER and not still.exists():
            clocks.resume(self.complaint, self.at)

    def new_round(self) -> None:
        """Open the next handling; the current one is left as it is."""
        self.change(round=self.complaint.round + 1)
        self.handling = Handling.objects.create(
            complaint=self.complaint, round=self.complaint.round, started_at=self.at
        )


def _plain(value: Any) -> Any:
    """How a head value stands in the timeline."""
    if isinstance(value, User):
        return value.username
    if isinstance(value, Team):
        return value.code
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def involve(
    complaint: Complaint,
    role: ParticipantRole,
    *,
    at: datetime,
    user: User | None = None,
    team: Team | None = None,
) -> None:
    """Record once that a user or a team has to do with the complaint."""
    Participant.objects.get_or_create(
        complaint=complaint, role=role, user=user, team=team, defaults={"since": at}
    )


@contextmanager
def move(
    name: str,
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    task: Task | None = None,
    ready: Callable[[Turn], object] | None = None,
) -> Iterator[Turn]:
    """Run one move of the table. `version`: what the actor saw; another one now is refused as stale.

    `ready` raises MoveNotAllowed where the complaint's state does not allow the move, whoever makes it.
    """
    row = MOVES[name]
    if by.role not in row.roles:
        raise RoleMayNot(_("Your role does not make this move."))
    with transaction.atomic():
        turn = _begin(complaint, by=by, at=at, version=version)
        fresh = turn.complaint
        if fresh.stage not in row.sources:
            raise MoveNotAllowed(
                _("This can't be done in the stage “%(stage)s”.") % {"stage": fresh.get_stage_display()}
            )
        if ready is not None:
            ready(turn)
        if by.user is not None and access.has_conflict(by.user, fresh):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        if not row.standings & access.standings(by, fresh, task=task):
            raise NotYours(_("This complaint is assigned to somebody else or belongs to another team."))
        turn.is_move = True
        yield turn
        _finish(turn, complaint)


@contextmanager
def recording(complaint: Complaint, *, by: Actor, at: datetime) -> Iterator[Turn]:
    """Hold the complaint for an entry that is no move: a message, a note, a clock that fires, a decision."""
    with transaction.atomic():
        turn = _begin(complaint, by=by, at=at, version=None)
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


def _tell_breaches(turn: Turn) -> None:
    """A promise that the move itself found broken, before the sweep did, stands in the timeline too."""
    for effect in turn.complaint.breaches_found:
        clock = effect.clock
        event = turn.event("breached", clock=clock.kind, due=clock.due_at.isoformat(), round=clock.round)
        people = notify.supervisors_of(turn.complaint.team)
        notify.tell_users(people, "breach", complaint=turn.complaint, at=turn.at, event=event)


def _finish(turn: Turn, given: Complaint) -> None:
    """Write the head back by compare-and-set; the caller's object is brought up to date."""
    complaint = turn.complaint
    _tell_breaches(turn)
    if turn.changed:
        raise RuntimeError(f"changed without an event: {sorted(turn.changed)}")
    complaint.waiting_on = _waiting_on(complaint)
    complaint.next_due_at = clocks.next_due(complaint) if complaint.is_open else None
    seen = complaint.version
    complaint.version += 1 if turn.is_move else 0
    values = {
        field.attname: getattr(complaint, field.attname)
        for field in Complaint._meta.concrete_fields
        if not field.primary_key
    }
    if Complaint.objects.filter(pk=complaint.pk, version=seen).update(**values) != 1:
        raise StaleComplaint
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
