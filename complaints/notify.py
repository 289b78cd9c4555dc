"""Write notices into the outbox, in the recipient's language. Sending is done by the sweep of the outbox."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import Team, User
from accounts.roles import Role
from complaints import access, lookups
from complaints.models import Complaint, Effect, Event, Outbox, OutboxChannel, OutboxState


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
    """An in-app notice per person who may hear of the complaint."""
    people = access.among_who_see(complaint, users)
    rows = in_app(people, template, complaint=complaint, at=at, event=event, effect=effect, context=context)
    return Outbox.objects.bulk_create(rows)


def in_app(
    people: Iterable[User],
    template: str,
    *,
    complaint: Complaint,
    at: datetime,
    event: Event | None = None,
    effect: Effect | None = None,
    context: Mapping[str, Any] | None = None,
) -> list[Outbox]:
    """The rows of `tell_users`, not stored yet, for people who may hear of it."""
    return [
        Outbox(
            complaint=complaint,
            event=event,
            effect=effect,
            recipient=f"user:{user.pk}",
            user=user,
            channel=OutboxChannel.IN_APP,
            template=template,
            language=user.language,
            context=dict(context or {}),
            state=OutboxState.SENT,
            created_at=at,
            sent_at=at,
        )
        for user in people
    ]


def tell_customer(
    template: str,
    *,
    complaint: Complaint,
    at: datetime,
    event: Event,
    context: Mapping[str, Any] | None = None,
) -> Outbox | None:
    """Queue a message to the customer by e-mail, else by text message; None when there is neither."""
    customer = complaint.customer
    channel, address = (
        (OutboxChannel.EMAIL, customer.email) if customer.email else (OutboxChannel.TEXT, customer.phone)
    )
    if not address:
        return None
    row = Outbox.objects.create(
        complaint=complaint,
        event=event,
        recipient=f"{channel}:{address}",
        channel=channel,
        template=template,
        language=customer.language,
        context=dict(context or {}),
        created_at=at,
    )
    row.message_id = f"<redress-{complaint.pk}-{row.pk}@{_mail_domain()}>"
    row.save(update_fields=["message_id"])
    return row


def _mail_domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "localhost"


def supervisors_of(team: Team) -> list[User]:
    return lookups.once(
        ("supervisors", team.pk),
        lambda: list(User.objects.filter(role=Role.SUPERVISOR, teams=team, is_active=True)),
    )


def managers() -> list[User]:
    return lookups.once("managers", lambda: list(User.objects.filter(role=Role.MANAGER, is_active=True)))


def responsible(complaint: Complaint) -> list[User]:
    """The assignee; while there is none, the agents of the team (confidential: its supervisors)."""
    if complaint.assignee is not None:
        return [complaint.assignee]
    if complaint.confidential:
        return supervisors_of(complaint.team)
    return lookups.once(
        ("agents", complaint.team_id),
        lambda: list(User.objects.filter(role=Role.AGENT, teams=complaint.team_id, is_active=True)),
    )
