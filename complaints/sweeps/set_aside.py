"""Retry a clock that was set aside because firing it failed."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import Clock
from complaints.rights import duties, standings
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, NotYours, RoleMayNot


def try_again(clock: Clock, *, seen: datetime | None, by: Actor, at: datetime) -> None:
    """Remove the mark, so that the next sweep fires the clock.

    `seen` is when it was set aside, as the page said; MoveNotAllowed is raised if that is no longer so.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can retry a clock."))
    with engine.recording(clock.complaint, by=by, at=at) as turn:
        if by.user is not None and standings.has_conflict(by.user, turn.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        if seen is None:
            raise MissingDetail({"seen": [_("This is required.")]})
        marked = Clock.objects.set_aside().filter(pk=clock.pk, set_aside_at=seen)
        if marked.update(set_aside_at=None, set_aside_error="") != 1:
            raise MoveNotAllowed(_("Somebody has already retried this clock, or it has ended."))
        turn.event("clock_tried_again", clock=clock.kind)
