"""What managers see of clocks whose effects failed and that wait for a person."""

from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from complaints.models import Clock
from complaints.rights import access, duties

SHOWN = 100
PLAIN: dict[str, str | Promise] = {
    "NoWorkingTime": gettext_lazy("Its calendar has no working time in the next 400 days."),
    "NoPolicy": gettext_lazy("No rule of the policies fits the complaint."),
    "NoCalendar": gettext_lazy("The calendar by which it is counted is missing."),
    "StaleComplaint": gettext_lazy("Somebody else changed the complaint at the same moment."),
    "IntegrityError": gettext_lazy("The database refused what it would have written."),
    "DoesNotExist": gettext_lazy("Something that it needs is no longer there."),
}
UNEXPECTED = gettext_lazy("A fault that nobody foresaw stopped it.")


class Row(NamedTuple):
    """A clock that was set aside, the reason in plain words, and the technical line for system operators."""

    clock: Clock
    why: str
    technical: str


def found(user: User) -> QuerySet[Clock]:
    """Return the failed clocks of complaints that this manager may see; other clocks are not even counted."""
    if user.role not in duties.EDIT_RULES:
        return Clock.objects.none()
    return Clock.objects.set_aside().filter(complaint__in=access.visible_to(user))


def count(user: User) -> int:
    return found(user).count()


def rows(user: User) -> list[Row]:
    """Return the newest failed clocks first."""
    listed = found(user).select_related("complaint__customer").order_by("-set_aside_at", "-id")[:SHOWN]
    return [Row(clock, *in_words(clock.set_aside_error)) for clock in listed]


def in_words(error: str) -> tuple[str, str]:
    """Return a traceback in plain words, and its line after the last frame, which names the error."""
    lines = error.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith((" ", "Traceback"))]
    after = lines[frames[-1] + 1 :] if frames else lines
    technical = next((line.strip() for line in after if line.strip()), "")
    name = technical.partition(":")[0].rpartition(".")[2]
    return str(PLAIN.get(name, UNEXPECTED)), technical


def clock_for(user: User, pk: int) -> Clock:
    """Return a clock of a complaint that the user may see. Raises 404 for any other."""
    try:
        return Clock.objects.select_related("complaint").get(pk=pk, complaint__in=access.visible_to(user))
    except ObjectDoesNotExist:
        raise Http404("no such clock") from None
