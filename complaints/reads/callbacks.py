"""The agenda of callbacks and what a caller must know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import (
    Callback,
    PlanOption,
    Task,
)
from complaints.reads import callbacks as callbacks_of_reads
from complaints.rights import access, standings
from complaints.rights.actors import person
from complaints.terms.stages import CallbackOutcome, Stage

OPEN = Q(finished_at__isnull=True)
GOOD_OWED = Q(
    handling__round=F("handling__complaint__round"),
    outcome=CallbackOutcome.PARTLY,
    make_good_done_at__isnull=True,
)
"""Callbacks in which a small remedy was promised that is not done yet."""


def callbacks_for(user: User) -> QuerySet[Callback]:
    """Return the open callbacks of complaints the user may see, by planned time.

    Callbacks whose written notice was sent come last.
    """
    visible = access.visible_to(user).filter(stage=Stage.CALLBACK)
    return (
        Callback.objects.filter(OPEN, handling__complaint__in=visible)
        .select_related(
            "handling__complaint__customer",
            "handling__complaint__category",
            "handling__complaint__assignee",
            "handling",
        )
        .prefetch_related("attempts__by")
        .order_by(F("planned_at").asc(nulls_last=True), "due_at", "id")
    )


@dataclass(frozen=True)
class Group:
    key: str
    label: str | Promise
    callbacks: list[Callback]


def agenda(user: User, at: datetime, end_of_day: datetime) -> list[Group]:
    """Return the open callbacks, grouped by the time planned for the call, each with the attempts so far."""
    groups: dict[str, list[Callback]] = {"late": [], "now": [], "today": [], "later": [], "written": []}
    for callback in callbacks_of_reads.callbacks_for(user):
        groups[_group_of(callback, at, end_of_day)].append(callback)
    labels = {
        "late": _("Overdue"),
        "now": _("Waiting for a call"),
        "today": _("Today"),
        "later": _("Later"),
        "written": _("Written notice sent, waiting for an answer"),
    }
    return [Group(key, labels[key], found) for key, found in groups.items() if found]


def _group_of(callback: Callback, at: datetime, end_of_day: datetime) -> str:
    """Return the group of a callback. Overdue means that nobody has tried within its 24 hours."""
    if callback.due_at <= at and not callback.attempts.all():
        return "late"
    if callback.planned_at is None:
        return "written"
    if callback.planned_at <= at:
        return "now"
    return "today" if callback.planned_at < end_of_day else "later"


def on_agenda(user: User) -> int:
    """Return how many entries the agenda of this user has: calls to make and small remedies to carry out."""
    visible = access.visible_to(user).filter(stage=Stage.CALLBACK)
    return Callback.objects.filter(OPEN | GOOD_OWED, handling__complaint__in=visible).count()


def make_goods(user: User) -> QuerySet[Callback]:
    """Return the small remedies that were promised in a call and are not done yet, oldest first."""
    visible = access.visible_to(user).filter(stage=Stage.CALLBACK)
    return (
        Callback.objects.filter(GOOD_OWED, handling__complaint__in=visible)
        .select_related("handling__complaint__customer", "handling__complaint__category")
        .order_by("finished_at")
    )


def callback_facts(callback: Callback, user: User) -> dict[str, Any]:
    """Return what the caller must know: what was promised and done, and whether they may record the call."""
    complaint = callback.handling.complaint
    return {
        "complaint": complaint,
        "chosen_options": list(
            PlanOption.objects.filter(
                plan__handling=callback.handling, chosen_at__isnull=False
            ).select_related("remedy")
        ),
        "done_tasks": list(
            callback.handling.tasks.filter(state=Task.State.DONE).select_related("option__remedy", "step")
        ),
        "can_call": "callback" in standings.allowed_moves(person(user), complaint),
    }
