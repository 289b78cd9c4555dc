"""Clocks whose effects failed and that wait for a person: managers see them and have them tried again."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from complaints.lifecycle import engine
from complaints.models import Clock
from complaints.rights import access
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, NotYours, RoleMayNot

SHOWN = 100
PLAIN: dict[str, str | Promise] = {
    "NoWorkingTime": gettext_lazy("Its calendar has no working time in the next 400 days."),
    "NoPolicy": gettext_lazy("No rule of the policies fits the complaint."),
    "StaleComplaint": gettext_lazy("Somebody else changed the complaint at the same moment."),
    "IntegrityError": gettext_lazy("The database refused what it would have written."),
    "DoesNotExist": gettext_lazy("Something that it needs is no longer there."),
}
UNEXPECTED = gettext_lazy("A fault that nobody foresaw stopped it.")


class Row(NamedTuple):
    """A clock set aside: why in plain words, and the technical line for whoever looks after the system."""

    clock: Clock
    why: str
    technical: str


def found(user: User) -> QuerySet[Clock]:
    """Those of complaints that this manager may see; nothing of the others, not even their number."""
    if user.role != Role.MANAGER:
        return Clock.objects.none()
    return Clock.objects.set_aside().filter(complaint__in=access.visible_to(user))


def count(user: User) -> int:
    return found(user).count()


def rows(user: User) -> list[Row]:
    """The newest first."""
    listed = found(user).select_related("complaint__customer").order_by("-set_aside_at", "-id")[:SHOWN]
    return [Row(clock, *in_words(clock.set_aside_error)) for clock in listed]


def in_words(error: str) -> tuple[str, str]:
    """What a traceback says in plain words, and the line after its last frame, which names the fault."""
    lines = error.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith((" ", "Traceback"))]
    after = lines[frames[-1] + 1 :] if frames else lines
    technical = next((line.strip() for line in after if line.strip()), "")
    name = technical.partition(":")[0].rpartition(".")[2]
    return str(PLAIN.get(name, UNEXPECTED)), technical


def clock_for(user: User, pk: int) -> Clock:
    """A clock of a complaint that the user may see; 404 for any other."""
    try:
        return Clock.objects.select_related("complaint").get(pk=pk, complaint__in=access.visible_to(user))
    except ObjectDoesNotExist:
        raise Http404("no such clock") from None


def try_again(clock: Clock, *, seen: datetime | None, by: Actor, at: datetime) -> None:
    """Take the mark off, so that the next sweep fires it. `seen`: when it was set aside, as the page said."""
    if by.role != Role.MANAGER:
        raise RoleMayNot(_("Only managers have clocks tried again."))
    with engine.recording(clock.complaint, by=by, at=at) as turn:
        if by.user is not None and access.has_conflict(by.user, turn.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        if seen is None:
            raise MissingDetail({"seen": [_("This is required.")]})
        marked = Clock.objects.set_aside().filter(pk=clock.pk, set_aside_at=seen)
        if marked.update(set_aside_at=None, set_aside_error="") != 1:
            raise MoveNotAllowed(_("Somebody has had this clock tried again already, or it has ended."))
        turn.event("clock_tried_again", clock=clock.kind)
