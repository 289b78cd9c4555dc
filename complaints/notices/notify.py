"""Write notices into the outbox, in the language of the recipient. The outbox sends them later."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts import people
from accounts.models import Team, User
from accounts.notices import NoticeKind
from accounts.quiet import quiet_ends
from complaints.models import (
    Approval,
    Clock,
    ClockKind,
    Complaint,
    Effect,
    Event,
    Outbox,
    OutboxChannel,
    OutboxState,
    SquadMember,
    Task,
)
from complaints.models.clock import BREACH_LEVEL
from complaints.notices.texts import LAST_WARNING_LEVEL, kind_of
from complaints.rights import access
from complaints.rows import lookups
from complaints.rows.bulk import insert_rows
from complaints.terms.stages import Severity

WEIGHTS = {
    NoticeKind.APPROVAL: 3,
    NoticeKind.BREACH: 2,
    NoticeKind.LAST_WARNING: 0,
    NoticeKind.WARNING: 0,
}
"""The weight of each kind; kinds not listed weigh 1. Of several notices the heaviest is sent (`one_each`)."""


@dataclass(frozen=True)
class Notice:
    """One message: to whom, about which complaint, caused by an event or by the effect of a clock.

    Event or effect must be saved before, because the id under which each row is sent contains theirs.
    """

    users: Collection[User]
    template: str
    complaint: Complaint
    event: Event | None = None
    effect: Effect | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


def tell_users(
    users: Iterable[User],
    template: str,
    *,
    complaint: Complaint,
    at: datetime,
    event: Event | None = None,
    effect: Effect | None = None,
    context: Mapping[str, Any] | None = None,
) -> list[Outbox]:
    """Tell each person who may learn of the complaint, on the channels that they chose.

    Return the saved rows.
    """
    return tell([Notice(list(users), template, complaint, event, effect, context or {})], at=at)


def tell(notices: Iterable[Notice], *, at: datetime) -> list[Outbox]:
    """Write many notices at once, in two queries. Return the saved rows."""
    rows = rows_for(notices, at=at)
    insert_rows(Outbox, rows)
    return rows


def one_each(notices: Sequence[Notice]) -> list[Notice]:
    """Reduce the notices of one pass to one per person and complaint: the most important, else the latest."""
    chosen: dict[tuple[int, int], int] = {}
    for number, notice in enumerate(notices):
        for user in notice.users:
            key = (notice.complaint.pk, user.pk)
            if key not in chosen or _weight(notice) >= _weight(notices[chosen[key]]):
                chosen[key] = number
    found = []
    for number, notice in enumerate(notices):
        users = [user for user in notice.users if chosen[notice.complaint.pk, user.pk] == number]
        if users:
            found.append(replace(notice, users=users))
    return found


def _weight(notice: Notice) -> int:
    return WEIGHTS.get(kind_of(notice.template, notice.context), 1)


def rows_for(notices: Iterable[Notice], *, at: datetime) -> list[Outbox]:
    """Return the unsaved rows for all chosen channels, in one query for all complaints and people."""
    told = list(notices)
    heard = access.hearers([(notice.complaint, notice.users) for notice in told])
    return [
        _row(notice, user, channel, at)
        for notice, users in zip(told, heard, strict=True)
        for user in users
        for channel in _channels(user, notice)
    ]


def _channels(user: User, notice: Notice) -> list[OutboxChannel]:
    """Return the channels: always the page of notices, and what else the user chose for this kind."""
    kind, found = kind_of(notice.template, notice.context), [OutboxChannel.IN_APP]
    if user.email and kind in user.mailed_kinds:
        found.append(OutboxChannel.EMAIL)
    if user.webhook_url and kind in user.webhook_kinds:
        found.append(OutboxChannel.WEBHOOK)
    return found


def _row(notice: Notice, user: User, channel: OutboxChannel, at: datetime) -> Outbox:
    row = Outbox(
        complaint=notice.complaint,
        event=notice.event,
        effect=notice.effect,
        recipient=f"user:{user.pk}",
        user=user,
        channel=channel,
        template=notice.template,
        language=user.language,
        context=dict(notice.context),
        created_at=at,
    )
    if channel == OutboxChannel.IN_APP:
        row.state, row.sent_at = OutboxState.SENT, at
        return row
    row.message_id = _id_of(notice, user, channel)
    row.not_before = waits_until(user, notice.complaint, at)
    return row


def _id_of(notice: Notice, user: User, channel: OutboxChannel) -> str:
    """Return an id made from cause, person and channel, so that the same notice always has the same id."""
    cause = f"f{notice.effect.pk}" if notice.effect else f"e{notice.event.pk}" if notice.event else ""
    if channel == OutboxChannel.WEBHOOK:
        return f"redress-{cause}-u{user.pk}"
    return f"<redress-{cause}-u{user.pk}@{mail_domain()}>"


def waits_until(user: User, complaint: Complaint | None, at: datetime) -> datetime | None:
    """Return until when this person's mail and webhooks wait, or None. Critical complaints never wait."""
    if complaint is not None and complaint.severity == Severity.CRITICAL:
        return None
    return quiet_ends(user, at)


def tell_customer(
    template: str,
    *,
    complaint: Complaint,
    at: datetime,
    event: Event,
    context: Mapping[str, Any] | None = None,
    to: tuple[str, str] | None = None,
    language: str = "",
) -> Outbox | None:
    """Queue a message to the customer by e-mail, else by text message. Return None if there is no address.

    `to` is the contact to use instead of the complaint's best one, `language` the one to use instead of the
    customer's.
    """
    if not complaint.contacts:
        return None
    way, address = to or complaint.contacts[0]
    channel = OutboxChannel.EMAIL if way == "email" else OutboxChannel.TEXT
    row = Outbox.objects.create(
        complaint=complaint,
        event=event,
        recipient=f"{channel}:{address}",
        channel=channel,
        template=template,
        language=language or complaint.customer.language,
        context=dict(context or {}),
        created_at=at,
    )
    row.message_id = f"<redress-{complaint.pk}-{row.pk}@{mail_domain()}>"
    row.save(update_fields=["message_id"])
    return row


def mail_domain() -> str:
    """Return the domain of the sender's address, for the ids of messages."""
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "localhost"


def hearing_of(complaint: Complaint, clock: Clock, level: int) -> list[User]:
    """Return who learns of a level of a clock.

    Warnings go to the people responsible, from 90 % on also to the supervisors; for a breach see
    `told_of_breach`. A statutory clock of a merged complaint also runs at the survivor, and people learn of
    it there.
    """
    if complaint.merged_into_id is not None:
        return []
    if clock.kind == ClockKind.TASK:
        task = Task.objects.select_related("team", "owner").get(pk=clock.subject_id)
        people = doers(task)
    elif clock.kind == ClockKind.FLASH:
        squad = User.objects.filter(pk__in=SquadMember.objects.filter(squad=clock.subject_id).values("user"))
        people = [*responsible(complaint), *squad]
    elif clock.kind == ClockKind.APPROVAL:
        people = list(User.objects.filter(asked_to_decide=clock.subject_id, is_active=True))
    else:
        people = responsible(complaint)
    if level >= BREACH_LEVEL:
        return [*people, *told_of_breach(complaint, clock.kind)]
    if level >= LAST_WARNING_LEVEL:
        return [*people, *supervisors_of(complaint.team)]
    return people


def supervisors_of(team: Team) -> list[User]:
    return lookups.once(
        ("supervisors", team.pk),
        lambda: list(people.supervisors().filter(teams=team)),
    )


def managers() -> list[User]:
    return lookups.once("managers", lambda: list(people.managers()))


def told_of_breach(complaint: Complaint, kind: str) -> list[User]:
    """Return the people notified of a breach: the team's supervisors.

    A missed statutory deadline also goes to the managers.
    """
    people = supervisors_of(complaint.team)
    return [*people, *managers()] if kind == ClockKind.STATUTORY else people


def doers(task: Task) -> list[User]:
    """Return the owner of a task. If it has none who can sign in, return its team."""
    if task.owner is not None and task.owner.is_active:
        return [task.owner]
    return list(task.team.members.filter(is_active=True))


def askers(approval: Approval) -> list[User]:
    """Return who made a request, or who is responsible for the complaint if they can no longer sign in."""
    if approval.requested_by is None or approval.requested_by.is_active:
        return [approval.requested_by] if approval.requested_by else []
    return responsible(approval.complaint)


def responsible(complaint: Complaint) -> list[User]:
    """Return the assignee. While there is none who can sign in, return the agents of the team.

    Of a confidential complaint these are the supervisors of the team.
    """
    if complaint.assignee is not None and complaint.assignee.is_active:
        return [complaint.assignee]
    if complaint.confidential:
        return supervisors_of(complaint.team)
    return lookups.once(
        ("agents", complaint.team_id),
        lambda: list(people.agents().filter(teams=complaint.team_id)),
    )
