"""The turn: a locked complaint, and all that a step may do with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

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
from complaints.terms.errors import StaleVersion
from complaints.terms.stages import WaitingOn


class Turn:
    """A complaint while a step has it locked. If the step raises, nothing that was done here is saved."""

    def __init__(self, complaint: Complaint, *, by: Actor, at: datetime) -> None:
        self.complaint, self.by, self.at = complaint, by, at
        complaint.breaches_found = []
        self.first_tier = complaint.tier
        self._handling: Handling | None = None
        self.changed: dict[str, tuple[Any, Any]] = {}
        self.is_move = False
        self.has_words = False
        self.found: Any = None
        """The return value of the move's state check, such as the offer, callback or task that it found."""
        self.gathered: list[notify.Notice] | None = None
        """If this is a list, notices wait in it until the turn ends, and each person gets only one."""

    @property
    def handling(self) -> Handling:
        """The handling of the current round, read on first use."""
        if self._handling is None:
            self._handling = Handling.objects.get(complaint=self.complaint, round=self.complaint.round)
        return self._handling

    @property
    def user(self) -> User | None:
        return self.by.user

    def change(self, **fields: Any) -> None:
        """Set fields of the head. The next event will carry what changed from → to."""
        self.is_move = True
        for name, value in fields.items():
            before = getattr(self.complaint, name)
            if before == value:
                continue
            if name == "assignee" and value is not None:
                hold(value)
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
        """Send each of these people a notice, if they may see the complaint, by the ways they have chosen."""
        notice = notify.Notice(list(users), template, self.complaint, event, effect, context or {})
        if self.gathered is None:
            self.send([notice])
        else:
            self.gathered.append(notice)

    def tell_gathered(self) -> None:
        """Send the notices that have waited for the end of the turn, one for each person."""
        if self.gathered:
            self.send(notify.one_each(self.gathered))
        self.gathered = None

    def send(self, notices: list[notify.Notice]) -> None:
        """Write these notices into the outbox."""
        notify.tell(notices, at=self.at)

    def start_clock(self, kind: ClockKind) -> None:
        """Start a clock of the complaint, with the time that its policy grants."""
        clocks.start(self.complaint, kind, self.at)

    def cancel_clocks(self, kind: ClockKind) -> None:
        """Cancel the live clocks of this kind."""
        clocks.cancel(self.complaint, kind, at=self.at)

    def write_effect(self, effect: Effect) -> None:
        """Store that a clock has fired a level."""
        effect.save(force_insert=True)

    def is_live(self, clock: Clock) -> bool:
        """Return True while nothing has ended the clock, not even this turn."""
        return Clock.objects.live().filter(pk=clock.pk).exists()

    def write_next_level(self, clock: Clock) -> None:
        """Store when this clock, which the sweep has claimed, fires next."""
        clock.save(update_fields=["next_level", "next_fire_at"])

    def write_breach(self, clock: Clock) -> None:
        """Store the breach. Only its two columns are written: an earlier breach may have ended the clock."""
        clock.save(update_fields=["breached_at", "breach_noticed_at"])

    def pending_request(self, kind: ApprovalKind) -> Approval | None:
        """Return the pending request of this kind, or None."""
        return Approval.objects.filter(
            complaint=self.complaint, kind=kind, state=ApprovalState.PENDING
        ).first()

    def first_breach(self, clock: Clock) -> bool:
        """Claim this round's only escalation by breach. Return False if it has already been used."""
        with transaction.atomic():
            _row, first = BreachEscalation.objects.get_or_create(
                complaint=self.complaint,
                round=self.complaint.round,
                defaults={"clock": clock, "at": self.at},
            )
        return first

    def event(self, name: str, body: str = "", /, *, signed: Actor | None = None, **details: Any) -> Event:
        """Append an event with what has changed since the last one.

        Its author is the actor of the turn, or `signed` if the event reports what somebody else said.
        """
        signer = signed or self.by
        if signer.known_by:
            details.setdefault("known_by", signer.known_by)
        self.has_words = self.has_words or bool(body) or name.startswith("task")
        event = timeline.append(
            self.complaint,
            name,
            by=signer,
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
        """Open a wait. A wait on the customer pauses the clocks that can pause and starts `customer_wait`."""
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
        self,
        on: WaitingOn,
        cause: str | None = None,
        cause_id: int | None = None,
        *,
        answered: bool = False,
        by_message: Event | None = None,
    ) -> None:
        """Close open waits. When no wait on the customer is left, the clocks run again.

        `answered` is True if the customer has answered: `customer_wait` is then met instead of cancelled.
        `by_message` is the message with the answer.
        """
        waits = Wait.objects.filter(complaint=self.complaint, on=on, until__isnull=True)
        if cause is not None:
            waits = waits.filter(cause=cause)
        if cause_id is not None:
            waits = waits.filter(cause_id=cause_id)
        for wait in waits:
            wait.until, wait.ended_by = max(self.at, wait.since), by_message
            wait.save(update_fields=["until", "ended_by"])
        still = Wait.objects.filter(complaint=self.complaint, on=WaitingOn.CUSTOMER, until__isnull=True)
        if on == WaitingOn.CUSTOMER and not still.exists():
            clocks.resume(self.complaint, self.at)
            end = clocks.meet if answered else clocks.cancel
            end(self.complaint, ClockKind.CUSTOMER_WAIT, at=self.at)

    def new_round(self) -> None:
        """Begin the next round with a handling of its own. The current handling stays as it is."""
        self.change(round=self.complaint.round + 1)
        self._handling = Handling.objects.create(
            complaint=self.complaint, round=self.complaint.round, started_at=self.at
        )


def hold(user: User) -> None:
    """Keep administrators from changing this account until the turn has given the person some work.

    Raises StaleVersion if the account has changed since it was read: somebody who can no longer sign in, or
    has left the team, must not get new work after theirs was given back.
    """
    now = User.objects.select_for_update(no_key=True).only("version", "is_active").get(pk=user.pk)
    if not now.is_active or now.version != user.version:
        raise StaleVersion(
            _("The account of %(name)s has just been changed. Try again.") % {"name": user.display_name}
        )


def _plain(value: Any) -> Any:
    """Return the value of a head field as the timeline stores it."""
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
