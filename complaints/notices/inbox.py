"""The page of notices: a user's own ones, newest first, without those that the user may no longer see."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from complaints.models import Approval, ClockKind, ImprovementAction, Outbox, OutboxChannel, Participant
from complaints.models.complaint import ParticipantRole
from complaints.notices.texts import OF_ACTIONS, OF_CLOCKS, OF_TASKS, TO_DECIDE
from complaints.rights import access

PAGE = 30
COUNT_UP_TO = 99
"""Unread notices beyond this number are not counted."""
WINDOW = 200
"""The number of rows that are checked at a time."""
LOOKS = 10
"""The most windows of rows that are checked for one page. If most rows are hidden, the page ends early."""


def readable(user: User) -> QuerySet[Outbox]:
    """Return the user's notices about what they may see now.

    `sees` tells whether that is the complaint itself.

    A user who does not see the complaint still reads notices about their own task, improvement, or request to
    decide, because they also see the pages of these. Nobody reads notices about a complaint that names them.
    """
    here = OuterRef("complaint")
    sees = Exists(access.visible_to(user).filter(pk=here))
    tasks = Exists(access.tasks_for(user).filter(complaint=here).order_by())
    owned = Exists(ImprovementAction.objects.filter(complaint=here, owner=user))
    asked = Exists(Approval.objects.filter(complaint=here, asked=user))
    of_task = Q(template__in=OF_TASKS) | Q(template__in=OF_CLOCKS, context__clock=ClockKind.TASK.value)
    open_to_all = Q() if not user.is_agent else Q(complaint__confidential=False)
    beside = (of_task & tasks) | (Q(template__in=OF_ACTIONS) & owned) | (Q(template__in=TO_DECIDE) & asked)
    named = Exists(Participant.objects.filter(complaint=here, user=user, role=ParticipantRole.NAMED))
    own = Outbox.objects.filter(user=user, channel=OutboxChannel.IN_APP)
    return own.annotate(sees=sees).filter(Q(sees=True) | (open_to_all & beside & ~named))


def _own(user: User) -> QuerySet[Outbox]:
    """Return every notice that the user ever got, newest first, whether they may still see it or not."""
    own = Outbox.objects.filter(user=user, channel=OutboxChannel.IN_APP)
    return own.order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """Return the number of unread notices, at most COUNT_UP_TO + 1.

    Only the newest WINDOW unread ones are looked at, because the database might otherwise read all
    complaints.
    """
    if user.is_administrator:
        return 0
    newest = _own(user).filter(read_at__isnull=True).values("pk")[:WINDOW]
    return readable(user).filter(pk__in=newest).order_by()[: COUNT_UP_TO + 1].count()


def _windows(found: QuerySet[Outbox]) -> Iterator[list[tuple[datetime, int]]]:
    """Yield (moment, id) of these rows in portions, newest first, so that only few are checked at a time."""
    rest = found
    while keys := list(rest.values_list("created_at", "pk")[:WINDOW]):
        yield keys
        if len(keys) < WINDOW:
            return
        rest = found.filter(_before(*keys[-1]))


@dataclass(frozen=True)
class Page:
    """One page of notices."""

    rows: list[Outbox]
    next: str
    """The key of the page with older ones; empty on the last page."""
    first: str
    """The key of the newest one shown."""


def page(user: User, *, older_than: str = "", size: int = PAGE) -> Page:
    """Return the page after the key `older_than`, newest first. An unknown key starts at the top."""
    found = _own(user)
    if after := _unpacked(older_than):
        found = found.filter(_before(*after))
    rows: list[Outbox] = []
    for looks, keys in enumerate(_windows(found), start=1):
        seen = readable(user).filter(pk__in=[pk for _moment, pk in keys]).order_by("-created_at", "-id")
        rows += seen.select_related("complaint", "event__text")[: size + 1 - len(rows)]
        if len(rows) > size:
            last = rows[size - 1]
            return _page(rows[:size], (last.created_at, last.pk))
        if looks == LOOKS and len(keys) == WINDOW:
            return _page(rows, keys[-1])
    return _page(rows, None)


def _page(rows: list[Outbox], last: tuple[datetime, int] | None) -> Page:
    first = _packed(rows[0].created_at, rows[0].pk) if rows else ""
    return Page(rows, next=_packed(*last) if last else "", first=first)


def _before(created_at: datetime, pk: int) -> Q:
    return Q(created_at__lte=created_at) & (Q(created_at__lt=created_at) | Q(pk__lt=pk))


def _packed(created_at: datetime, pk: int) -> str:
    key = f"{created_at.isoformat()} {pk}".encode()
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _unpacked(key: str) -> tuple[datetime, int] | None:
    """Return what a key stands for, or None for anything else, because people can type addresses."""
    try:
        text = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True).decode()
        moment, _space, pk = text.partition(" ")
        created_at, number = datetime.fromisoformat(moment), int(pk)
    except (ValueError, binascii.Error, OverflowError):
        return None
    return (created_at, number) if created_at.tzinfo and 0 < number < 2**63 else None


def find(user: User, pk: int) -> Outbox | None:
    """Return a notice of this user that they may still see, or None."""
    return readable(user).select_related("complaint", "event__text").filter(pk=pk).first()


def mark_read(row: Outbox, at: datetime) -> None:
    Outbox.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=at)
    row.read_at = row.read_at or at


def mark_all_read(user: User, *, up_to: str, at: datetime) -> int:
    """Mark as read what the user could have seen. Return how many.

    Notices that came after the newest one shown, and hidden ones, stay unread.
    """
    newest = _unpacked(up_to)
    if newest is None:
        return 0
    created_at, pk = newest
    shown = Q(pk=pk) | _before(created_at, pk)
    done = 0
    for keys in _windows(_own(user).filter(shown, read_at__isnull=True)):
        ids = [pk for _moment, pk in keys]
        seen = readable(user).filter(pk__in=ids).order_by().values_list("pk", flat=True)
        done += Outbox.objects.filter(pk__in=list(seen), read_at__isnull=True).update(read_at=at)
    return done


def link_of(row: Outbox, user: User) -> str:
    """Return the link to the complaint, or to the list that shows the reader's part if they cannot see it."""
    if getattr(row, "sees", False) and row.complaint is not None:
        return row.complaint.get_absolute_url()
    if row.template in OF_ACTIONS:
        return "/improvements/"
    if row.template in TO_DECIDE:
        return "/approvals/"
    return "/tasks/"
