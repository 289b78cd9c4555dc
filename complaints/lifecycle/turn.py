"""What a step works with while it has a complaint to itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    BreachEscalation,
    Clock,
    ClockKind,
    Complaint,
    Effect,
    Event,
    Handling,
    Message,
    Participant,
    ParticipantRole,
    Wait,
)
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.rows import timeline
from complaints.sla import clocks
from complaints.terms.stages import WaitingOn


class Turn:
    """What a step works with while it has the complaint to itself. Nothing is saved if the step raises."""

    def __init__(self, complaint: Complaint, *, by: Actor, at: datetime) -> None:
        self.complaint, self.by, self.at = complaint, by, at
        complaint.breaches_found = []
        self.first_tier = complaint.tier
        self._handling: Handling | None = None
        self.changed: dict[str, tuple[Any, Any]] = {}
        self.is_move = False
        self.found: Any = None
        """What the state check of the move returned: the offer, the callback or the task it is about."""
        self.gathered: list[notify.Notice] | None = None
        """With a list what is told waits in it until the turn ends, and each person hears one thing only."""

    @property
    def handling(self) -> Handling:
        """The handling of the current round."""
        if self._handling is None:
            self._handling = Handling.objects.get(complaint=self.complaint, round=self.complaint.round)
        return self._handling

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
            self.involve(ParticipantRole.TEAM, team=complaint.team)
            return
        if before is not None:
            self.involve(ParticipantRole.HANDLED, user=before)
        if complaint.assignee is not None:
            self.involve(ParticipantRole.ASSIGNEE, user=complaint.assignee)

    def involve(self, role: ParticipantRole, *, user: User | None = None, team: Team | None = None) -> None:
        """Record once that a user or a team has to do with the complaint."""
        involve(self.complaint, role, at=self.at, user=user, team=team)

    def tell(
        self,
        users: Iterable[User],
        template: str,
        *,
        event: Event | None = None,
        effect: Effect | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        """A notice per person who may hear of the complaint, by the ways that they chose."""
        notice = notify.Notice(list(users), template, self.complaint, event, effect, context or {})
        if self.gathered is None:
            self.send([notice])
        else:
            self.gathered.append(notice)

    def tell_gathered(self) -> None:
        """Tell what has waited for the end of the turn."""
        if self.gathered:
            self.send(notify.one_each(self.gathered))
        self.gathered = None

    def send(self, notices: list[notify.Notice]) -> None:
        """Write them into the outbox."""
        notify.tell(notices, at=self.at)

    def start_clock(self, kind: ClockKind) -> None:
        """Start a clock of the complaint itself, as its policy grants it."""
        clocks.start(self.complaint, kind, self.at)

    def cancel_clocks(self, kind: ClockKind) -> None:
        """End the clocks of this kind: they make no sense any more."""
        clocks.cancel(self.complaint, kind, at=self.at)

    def write_effect(self, effect: Effect) -> None:
        """Write down what a clock has fired."""
        effect.save(force_insert=True)

    def is_live(self, clock: Clock) -> bool:
        """Whether nothing has ended the clock, this turn included."""
        return Clock.objects.live().filter(pk=clock.pk).exists()

    def write_next_level(self, clock: Clock) -> None:
        """Store when a clock that has been claimed fires next."""
        clock.save(update_fields=["next_level", "next_fire_at"])

    def write_breach(self, clock: Clock) -> None:
        """Store that the clock is breached; not the whole row, a breach just before may have ended it."""
        clock.save(update_fields=["breached_at", "breach_noticed_at"])

    def pending_request(self, kind: ApprovalKind) -> Approval | None:
        """The request of this kind that nobody has decided."""
        return Approval.objects.filter(
            complaint=self.complaint, kind=kind, state=ApprovalState.PENDING
        ).first()

    def first_breach(self, clock: Clock) -> bool:
        """Claim the one escalation by breach of this round; False where it has been made."""
        with transaction.atomic():
            _row, first = BreachEscalation.objects.get_or_create(
                complaint=self.complaint,
                round=self.complaint.round,
                defaults={"clock": clock, "at": self.at},
            )
        return first

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
            clocks.cancel(self.complaint, ClockKind.CUSTOMER_WAIT, at=self.at)
            clocks.start(self.complaint, ClockKind.CUSTOMER_WAIT, self.at)

    def stop_waiting(
        self, on: WaitingOn, cause: str | None = None, cause_id: int | None = None, *, answered: bool = False
    ) -> None:
        """Close open waits; when none on the customer is left the clocks run again.

        `answered`: the customer was heard, which is what the clock of their answer waits for.
        """
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
            end = clocks.meet if answered else clocks.cancel
            end(self.complaint, ClockKind.CUSTOMER_WAIT, at=self.at)

    def new_round(self) -> None:
        """Open the next handling; the current one is left as it is."""
        self.change(round=self.complaint.round + 1)
        self._handling = Handling.objects.create(
            complaint=self.complaint, round=self.complaint.round, started_at=self.at
        )


def _plain(value: Any) -> Any:
    """How a head value stands in the timeline."""
    if isinstance(value, User):
        return value.username
    if isinstance(value, Team):
        return value.code
    if isinstance(value, Complaint):
        return value.number
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
