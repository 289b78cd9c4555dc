"""What the page of notices shows: one's own, newest first, as long as one may still see what they tell of."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from complaints import access
from complaints.models import Approval, ClockKind, ImprovementAction, Outbox, OutboxChannel, Participant
from complaints.models.complaint import ParticipantRole
from complaints.notice_texts import OF_ACTIONS, OF_CLOCKS, OF_TASKS, TO_DECIDE

PAGE = 30
COUNT_UP_TO = 99
"""More unread than that are not counted."""


def readable(user: User) -> QuerySet[Outbox]:
    """The user's notices about what they may see now. `sees`: whether that is the complaint itself.

    Whoever does not see the complaint still reads what concerns their task, their improvement or a request
    put to them, as on the pages of those; nobody reads of a complaint that names them.
    """
    here = OuterRef("complaint")
    sees = Exists(access.visible_to(user).filter(pk=here))
    tasks = Exists(access.tasks_for(user).filter(complaint=here).order_by())
    owned = Exists(ImprovementAction.objects.filter(complaint=here, owner=user))
    asked = Exists(Approval.objects.filter(complaint=here, asked=user))
    of_task = Q(template__in=OF_TASKS) | Q(template__in=OF_CLOCKS, effect__clock__kind=ClockKind.TASK)
    open_to_all = Q() if user.role != Role.AGENT else Q(complaint__confidential=False)
    beside = (of_task & tasks) | (Q(template__in=OF_ACTIONS) & owned) | (Q(template__in=TO_DECIDE) & asked)
    named = Exists(Participant.objects.filter(complaint=here, user=user, role=ParticipantRole.NAMED))
    own = Outbox.objects.filter(user=user, channel=OutboxChannel.IN_APP)
    return own.annotate(sees=sees).filter(Q(sees=True) | (open_to_all & beside & ~named))


def unread_count(user: User) -> int:
    """One query, at most COUNT_UP_TO + 1."""
    if user.role == Role.ADMIN:
        return 0
    return readable(user).filter(read_at__isnull=True).order_by()[: COUNT_UP_TO + 1].count()


@dataclass(frozen=True)
class Page:
    rows: list[Outbox]
    next: str
    """The key of the page of older ones, empty on the last."""
    first: str
    """The key of the newest shown."""


def page(user: User, *, older_than: str = "", size: int = PAGE) -> Page:
    """Newest first, after the key of the page before; an unknown key begins at the top."""
    found = readable(user).order_by("-created_at", "-id").select_related("complaint")
    if after := _unpacked(older_than):
        found = found.filter(_before(*after))
    rows = list(found[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, next=_packed(rows[-1]) if more else "", first=_packed(rows[0]) if rows else "")


def _before(created_at: datetime, pk: int) -> Q:
    return Q(created_at__lte=created_at) & (Q(created_at__lt=created_at) | Q(pk__lt=pk))


def _packed(row: Outbox) -> str:
    key = f"{row.created_at.isoformat()} {row.pk}".encode()
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _unpacked(key: str) -> tuple[datetime, int] | None:
    """What a key stands for; None for whatever is none, since addresses are typed by people too."""
    try:
        text = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True).decode()
        moment, _space, pk = text.partition(" ")
        created_at, number = datetime.fromisoformat(moment), int(pk)
    except (ValueError, binascii.Error, OverflowError):
        return None
    return (created_at, number) if created_at.tzinfo and 0 < number < 2**63 else None


def find(user: User, pk: int) -> Outbox | None:
    return readable(user).select_related("complaint").filter(pk=pk).first()


def mark_read(row: Outbox, at: datetime) -> None:
    Outbox.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=at)
    row.read_at = row.read_at or at


def mark_all_read(user: User, *, up_to: str, at: datetime) -> int:
    """All the user could have seen: what came after the newest shown stays unread, hidden ones too."""
    newest = _unpacked(up_to)
    if newest is None:
        return 0
    created_at, pk = newest
    shown = Q(pk=pk) | _before(created_at, pk)
    unread = readable(user).filter(shown, read_at__isnull=True).order_by()
    return Outbox.objects.filter(pk__in=unread.values("pk"), read_at__isnull=True).update(read_at=at)


def link_of(row: Outbox, user: User) -> str:
    """To the complaint; where its reader does not see that, to the list that shows their part in it."""
    if getattr(row, "sees", False) and row.complaint is not None:
        return row.complaint.get_absolute_url()
    if row.template in OF_ACTIONS:
        return "/improvements/"
    if row.template in TO_DECIDE:
        return "/approvals/"
    return "/tasks/"
