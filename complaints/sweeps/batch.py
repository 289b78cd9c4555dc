"""Many complaints in one transaction, each with a turn of its own: read together, written together.

For what happens to many complaints alike, which is what clocks do. The rules see an ordinary turn; what it
writes is kept until the end of the batch. Complaints that somebody else holds at this moment are left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    CalendarVersion,
    Category,
    Clock,
    ClockEnd,
    ClockKind,
    ClockPause,
    Complaint,
    Effect,
    Event,
    EventText,
    Participant,
    ParticipantRole,
    PolicyRule,
    RiskFlag,
)
from complaints.notices import notify
from complaints.rights.actors import SYSTEM, Actor
from complaints.rows import timeline
from complaints.rows.bulk import insert_rows, keep_related, update_rows
from complaints.sla import clocks, firing

HEAD = (
    *("version", "tier", "highest_tier", "team_id", "assignee_id"),
    *("event_count", "head_hash", "next_due_at"),
)
"""What a clock that fires may change of a head."""
SEEN = ("id", "generation", "next_level", "next_fire_at", "ended_as")
"""What a decision to fire rests on; the row must still be so when it is written."""
_seen_of = attrgetter(*SEEN)
STOPPED = ("ended_as", "stopped_at", "next_level", "next_fire_at")
FIRED = ("next_level", "next_fire_at", "breached_at", "breach_noticed_at", "ended_as", "stopped_at")


Involved = tuple[str, int | None, int | None]
"""As what, and which user or team."""


class Overtaken(Exception):
    """A clock of the batch was changed by somebody who did not hold its complaint."""


class NeedsOwnTurn(Exception):
    """A complaint of the batch has more to do than a batch can."""


@dataclass
class Batch:
    """Due clocks of some complaints, and what firing them will write."""

    at: datetime
    by: Actor = SYSTEM
    written: Sequence[str] = FIRED
    """The columns of a clock that the batch changes."""
    turns: list["BatchTurn"] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    """Complaints that have more to do than a batch can."""
    events: list[tuple[Event, EventText]] = field(default_factory=list)
    notices: list[notify.Notice] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    new_clocks: list[Clock] = field(default_factory=list)
    ended: list[Clock] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    escalations: list[BreachEscalation] = field(default_factory=list)
    _involved: dict[int, set[Involved]] | None = None

    def involved(self) -> dict[int, set[Involved]]:
        """Who has to do with each of the complaints, asked when the first of them changes hands."""
        if self._involved is None:
            self._involved = defaultdict(set)
            rows = Participant.objects.filter(complaint__in=[turn.complaint.pk for turn in self.turns])
            for row in rows:
                self._involved[row.complaint_id].add((row.role, row.user_id, row.team_id))
        return self._involved


class BatchTurn(Turn):
    """A turn that keeps what it writes for the end of the batch. It knows no waits, messages or requests."""

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
            raise ValueError(f"a batch knows the clocks of a pick-up, not of {kind}")
        for clock in self.pickups:
            if self.is_live(clock):
                if clock.pk not in self.seen:
                    if clock.next_fire_at is not None and clock.next_fire_at < self.at:
                        raise NeedsOwnTurn(f"clock {clock.pk} is set aside with something missed")
                    self.batch.ended.append(clock)
                clocks.stop(clock, ClockEnd.CANCELLED, self.at)

    def write_effect(self, effect: Effect) -> None:
        self.batch.effects.append(effect)

    def is_live(self, clock: Clock) -> bool:
        return clock.ended_as is None

    def write_next_level(self, clock: Clock) -> None:
        """As `write_breach`."""

    def write_breach(self, clock: Clock) -> None:
        """The clock is written at the end of the batch with all that has changed."""

    def pending_request(self, kind: ApprovalKind) -> Approval | None:
        """None: a complaint with an undecided escalation is not taken into a batch."""
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
    """Hold those of these complaints that are free, with their due clocks, in one transaction.

    Left out are those with a due clock of a kind that is `beyond` a batch, or an escalation to be decided.
    Raises Overtaken or StaleComplaint, with nothing written, where somebody changed a row without holding it,
    and NeedsOwnTurn.
    """
    with transaction.atomic():
        batch = _begin(complaint_ids, at, beyond)
        yield batch
        write(batch)


def can_skip_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked


def hold(complaint_ids: list[int], *, skip_locked: bool) -> list[int]:
    """Lock the complaints, always in the same order; returns those that could be."""
    lock = Complaint.objects.select_for_update(skip_locked=skip_locked and can_skip_locked())
    return list(lock.filter(pk__in=complaint_ids).order_by("pk").values_list("pk", flat=True))


def open_turns(batch: Batch, clocks_of: Mapping[int, list[Clock]]) -> None:
    """A turn for each complaint that is held, with those of its clocks that are dealt with."""
    found = Complaint.objects.filter(pk__in=clocks_of).select_related("customer")
    complaints = list(found.order_by("pk"))
    share_references(complaints)
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
    """Due clocks by complaint, in order of their time; equal rules and calendars are the same objects."""
    rows = Clock.objects.filter(firing.due_filter(at), complaint__in=complaint_ids)
    return by_complaint(rows.order_by("next_fire_at", "id"))


def by_complaint(rows: Iterable[Clock]) -> dict[int, list[Clock]]:
    """Clocks with their pauses, calendars and rules, by complaint in the order given."""
    found = list(rows)
    share_grants(found)
    of = {clock.complaint_id for clock in found}
    pauses = ClockPause.objects.filter(clock__complaint__in=of, clock__ended_as__isnull=True)
    keep_related(found, "pauses", pauses, "clock_id")
    grouped: dict[int, list[Clock]] = defaultdict(list)
    for clock in found:
        grouped[clock.complaint_id].append(clock)
    return grouped


def share_references(complaints: list[Complaint]) -> None:
    """Give complaints their team, assignee and category, of which there are few, from one reading each."""
    for name, model in (("team", Team), ("assignee", User), ("category", Category)):
        field: Any = Complaint._meta.get_field(name)
        ids = {key for complaint in complaints if (key := getattr(complaint, f"{name}_id"))}
        rows = model._default_manager.in_bulk(ids)
        for complaint in complaints:
            key = getattr(complaint, f"{name}_id")
            field.set_cached_value(complaint, rows[key] if key else None)


def share_grants(found: Iterable[Clock]) -> None:
    """Give clocks their calendar and rule from one reading each: a calendar is dear to set up."""
    listed = list(found)
    versions = CalendarVersion.objects.in_bulk({clock.calendar_id for clock in listed})
    rules = PolicyRule.objects.in_bulk({clock.rule_id for clock in listed if clock.rule_id})
    calendar, rule = Clock._meta.get_field("calendar"), Clock._meta.get_field("rule")
    for clock in listed:
        calendar.set_cached_value(clock, versions[clock.calendar_id])
        if clock.rule_id:
            rule.set_cached_value(clock, rules[clock.rule_id])


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
    """Write everything, each kind of row at once; each clock and head by compare-and-set."""
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
