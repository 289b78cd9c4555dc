"""Work on many complaints in one transaction, each with a turn of its own.

This is for what happens to many complaints in the same way: clocks fire, or deadlines are recalculated. The
rules see an ordinary turn, but a BatchTurn collects what they write. How a batch runs:

1. Those of the complaints that nobody else holds are locked, always in the order of their ids.
2. Their clocks, heads and related rows are read, each kind of row in one query (`shared_rows.py`).
3. The caller lets the rules work on the turns. Nothing is written yet.
4. All rows are written, each kind in one statement: clocks by compare-and-set on what the decision to fire
   them rested on (SEEN), heads by compare-and-set on their version.

If one of these rows has changed in the meantime, or anything else fails, or the process dies, the whole batch
is rolled back. It costs only time, because everything in it is still due.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from accounts.models import Team, User
from complaints.lifecycle import head
from complaints.lifecycle.turn import Turn
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    BreachEscalation,
    Clock,
    ClockEnd,
    ClockKind,
    Complaint,
    Effect,
    Event,
    EventText,
    Participant,
    ParticipantRole,
    RiskFlag,
)
from complaints.notices import notify
from complaints.rights.actors import SYSTEM, Actor
from complaints.rows import timeline
from complaints.rows.bulk import insert_rows, keep_related, update_rows
from complaints.sla import clocks, firing
from complaints.sweeps import shared_rows

HEAD = (
    *("version", "tier", "highest_tier", "team_id", "assignee_id"),
    *("event_count", "head_hash", "next_due_at"),
)
"""The columns of a head that a batch can change."""
SEEN = ("id", "generation", "next_level", "next_fire_at", "ended_as")
"""The columns on which the decision to fire a clock rests.

They must be unchanged when the clock is written.
"""
_seen_of = attrgetter(*SEEN)
STOPPED = ("ended_as", "stopped_at", "next_level", "next_fire_at")
FIRED = ("next_level", "next_fire_at", "breached_at", "breach_noticed_at", "ended_as", "stopped_at")


Involved = tuple[str, int | None, int | None]
"""The role of a participant, and the id of the user or team."""


class Overtaken(Exception):
    """A clock of the batch was changed by somebody who had not locked its complaint."""


class NeedsOwnTurn(Exception):
    """A complaint of the batch needs something that only an ordinary turn can do."""


@dataclass
class Batch:
    """The turns of some complaints, and all rows that will be written for them."""

    at: datetime
    by: Actor = SYSTEM
    written: Sequence[str] = FIRED
    """The columns of a clock that the batch changes."""
    turns: list["BatchTurn"] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    """Ids of the complaints that need an ordinary turn, and so are not in the batch."""
    events: list[tuple[Event, EventText]] = field(default_factory=list)
    notices: list[notify.Notice] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    new_clocks: list[Clock] = field(default_factory=list)
    ended: list[Clock] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    escalations: list[BreachEscalation] = field(default_factory=list)
    _involved: dict[int, set[Involved]] | None = None

    def involved(self) -> dict[int, set[Involved]]:
        """Return the participants by complaint id, read when a turn first needs them."""
        if self._involved is None:
            self._involved = defaultdict(set)
            rows = Participant.objects.filter(complaint__in=[turn.complaint.pk for turn in self.turns])
            for row in rows:
                self._involved[row.complaint_id].add((row.role, row.user_id, row.team_id))
        return self._involved


class BatchTurn(Turn):
    """A turn that collects what it writes for the end of the batch.

    It supports only what firing clocks need: events, notices, effects, breaches, participants, pick-up
    clocks. It cannot open waits or requests or write messages.
    """

    def __init__(self, complaint: Complaint, due: list[Clock], batch: Batch) -> None:
        super().__init__(complaint, by=batch.by, at=batch.at)
        self.batch, self.due = batch, due
        self.seen = {clock.pk: _seen_of(clock) for clock in due}
        self.pickups: list[Clock] = [clock for clock in due if clock.kind == ClockKind.PICKUP]
        self.escalated = False

    def event(self, name: str, body: str = "", /, *, signed: Actor | None = None, **details: Any) -> Event:
        event, text = timeline.compose(
            self.complaint,
            name,
            by=signed or self.by,
            at=self.at,
            body=body,
            details=details,
            changed=self.changed,
        )
        self.changed = {}
        self.batch.events.append((event, text))
        return event

    def involve(self, role: ParticipantRole, *, user: User | None = None, team: Team | None = None) -> None:
        who = (role, user.pk if user else None, team.pk if team else None)
        known = self.batch.involved()[self.complaint.pk]
        if who not in known:
            known.add(who)
            row = Participant(complaint=self.complaint, role=role, user=user, team=team, since=self.at)
            self.batch.participants.append(row)

    def send(self, notices: list[notify.Notice]) -> None:
        self.batch.notices += notices

    def start_clock(self, kind: ClockKind) -> None:
        if clock := clocks.prepare(self.complaint, kind, self.at):
            self.batch.new_clocks.append(clock)

    def cancel_clocks(self, kind: ClockKind) -> None:
        if kind != ClockKind.PICKUP:
            raise ValueError(f"a batch can only cancel pick-up clocks, not {kind}")
        for clock in self.pickups:
            if self.is_live(clock):
                if clock.pk not in self.seen:
                    if clock.next_fire_at is not None and clock.next_fire_at < self.at:
                        raise NeedsOwnTurn(f"clock {clock.pk} is set aside, and a level of it was missed")
                    self.batch.ended.append(clock)
                clocks.stop(clock, ClockEnd.CANCELLED, self.at)

    def write_effect(self, effect: Effect) -> None:
        self.batch.effects.append(effect)

    def is_live(self, clock: Clock) -> bool:
        return clock.ended_as is None

    def write_next_level(self, clock: Clock) -> None:
        """Write nothing now: the batch writes the whole clock at its end."""

    def write_breach(self, clock: Clock) -> None:
        """Write nothing now: the batch writes the whole clock at its end."""

    def pending_request(self, kind: ApprovalKind) -> Approval | None:
        """Return None, because a complaint with a pending escalation request is never in a batch."""
        return None

    def first_breach(self, clock: Clock) -> bool:
        if self.escalated:
            return False
        self.escalated = True
        row = BreachEscalation(complaint=self.complaint, round=self.complaint.round, clock=clock, at=self.at)
        self.batch.escalations.append(row)
        return True


@contextmanager
def recording_many(complaint_ids: list[int], *, at: datetime, beyond: Collection[str]) -> Iterator[Batch]:
    """Open a transaction with turns for the complaints that nobody else holds, and write it all at the end.

    Complaints with a due clock of a kind in `beyond`, or with a pending escalation request, are not taken:
    their ids are in `batch.left`. Raises Overtaken or StaleComplaint if somebody changed a row without
    locking its complaint, and NeedsOwnTurn if a step needs more than a batch can do. Nothing is written then.
    """
    with transaction.atomic():
        batch = _begin(complaint_ids, at, beyond)
        yield batch
        write(batch)


def can_skip_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked


def hold(complaint_ids: list[int], *, skip_locked: bool) -> list[int]:
    """Lock the complaints in the order of their ids, and return the ids of those that were locked.

    The fixed order keeps two workers from blocking each other. With `skip_locked` complaints that somebody
    else has locked are left out, if the database can do that; without it they are waited for.
    """
    lock = Complaint.objects.select_for_update(skip_locked=skip_locked and can_skip_locked())
    return list(lock.filter(pk__in=complaint_ids).order_by("pk").values_list("pk", flat=True))


def open_turns(batch: Batch, clocks_of: Mapping[int, list[Clock]]) -> None:
    """Add a turn for each of these locked complaints. `clocks_of` gives the clocks that are worked on."""
    found = Complaint.objects.filter(pk__in=clocks_of).select_related("customer")
    complaints = list(found.order_by("pk"))
    shared_rows.share_references(complaints)
    keep_related(complaints, "flags", RiskFlag.objects.filter(complaint__in=clocks_of), "complaint_id")
    batch.turns += [BatchTurn(complaint, clocks_of[complaint.pk], batch) for complaint in complaints]


def _begin(complaint_ids: list[int], at: datetime, beyond: Collection[str]) -> Batch:
    batch = Batch(at)
    due = _due_clocks(hold(complaint_ids, skip_locked=True), at)
    asked = set(
        Approval.objects.filter(
            complaint__in=due, kind=ApprovalKind.ESCALATION, state=ApprovalState.PENDING
        ).values_list("complaint_id", flat=True)
    )
    batch.left = [pk for pk in due if pk in asked or any(clock.kind in beyond for clock in due[pk])]
    due = {pk: own for pk, own in due.items() if pk not in set(batch.left)}
    open_turns(batch, due)
    _know_escalations(batch)
    _know_pickups(batch)
    return batch


def _due_clocks(complaint_ids: list[int], at: datetime) -> dict[int, list[Clock]]:
    """Return the due clocks by complaint id, in the order of their own time."""
    rows = Clock.objects.filter(firing.due_filter(at), complaint__in=complaint_ids)
    return shared_rows.by_complaint(rows.order_by("next_fire_at", "id"))


def _know_escalations(batch: Batch) -> None:
    made = set(
        BreachEscalation.objects.filter(
            complaint__in=[turn.complaint.pk for turn in batch.turns]
        ).values_list("complaint_id", "round")
    )
    for turn in batch.turns:
        turn.escalated = (turn.complaint.pk, turn.complaint.round) in made


def _know_pickups(batch: Batch) -> None:
    turns = {turn.complaint.pk: turn for turn in batch.turns}
    known = [clock.pk for turn in batch.turns for clock in turn.pickups]
    for clock in (
        Clock.objects.live().filter(complaint__in=turns, kind=ClockKind.PICKUP).exclude(pk__in=known)
    ):
        turns[clock.complaint_id].pickups.append(clock)


def write(batch: Batch) -> None:
    """Write all rows of the batch, each kind in one statement, clocks and heads by compare-and-set."""
    insert_rows(Effect, batch.effects)
    insert_rows(Event, (event for event, _text in batch.events))
    for event, text in batch.events:
        text.event = event
    insert_rows(EventText, (text for _event, text in batch.events))
    _write_clocks(batch)
    insert_rows(BreachEscalation, batch.escalations)
    insert_rows(Participant, batch.participants)
    for turn in batch.turns:
        turn.tell_gathered()
    notify.tell(batch.notices, at=batch.at)
    head.write(batch.turns, HEAD)


def _write_clocks(batch: Batch) -> None:
    values_of = attrgetter(*batch.written)
    rows = [(*turn.seen[clock.pk], *values_of(clock)) for turn in batch.turns for clock in turn.due]
    if update_rows(Clock, SEEN, batch.written, rows) != len(rows):
        raise Overtaken
    update_rows(
        Clock, ("id",), STOPPED, [[c.pk, *(getattr(c, name) for name in STOPPED)] for c in batch.ended]
    )
    insert_rows(Clock, batch.new_clocks)
