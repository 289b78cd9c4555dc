"""Tell supervisors of clocks that were paused for too long (docs/clocks.md, "Pause", rule 6).

Each long pause is reported once, and a supervisor must look at it. The clock stays paused.
"""

import logging
from datetime import datetime

from django.db import OperationalError
from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import Clock, Complaint
from complaints.notices import notify
from complaints.rights import duties, standings
from complaints.rights.actors import SYSTEM, Actor
from complaints.terms.errors import MoveNotAllowed, NotYours, Problems, RoleMayNot
from complaints.terms.input import clean_text
from complaints.terms.moves import Standing

logger = logging.getLogger(__name__)


def tell(at: datetime) -> int:
    """Notify supervisors of every clock over its limit. Return how many clocks were reported.

    Each is one transaction, which claims the clock by setting `pause_told_at`: a second worker finds it set.
    A crash or an error leaves the clock unclaimed, so the next pass reports it.
    """
    due = Clock.objects.filter(pause_limit_at__lte=at, pause_told_at__isnull=True).order_by(
        "pause_limit_at", "id"
    )
    told = 0
    for clock in list(due.select_related("complaint")):
        try:
            told += _tell(clock, at)
        except OperationalError:
            raise
        except Exception:
            # One failure must not keep the other clocks from being reported. The next pass tries this one
            # again.
            logger.exception("telling of the long pause of clock %s failed", clock.pk)
    return told


def _tell(seen: Clock, at: datetime) -> bool:
    with engine.recording(seen.complaint, by=SYSTEM, at=at) as turn:
        still = Clock.objects.filter(
            pk=seen.pk, pause_limit_at=seen.pause_limit_at, pause_told_at__isnull=True
        )
        if still.update(pause_told_at=at) != 1:
            return False
        assert seen.pause_limit_at is not None
        event = turn.event("paused_long", clock=seen.kind, due=seen.pause_limit_at.isoformat())
        people = notify.supervisors_of(turn.complaint.team) or notify.managers()
        turn.tell(people, "paused_long", event=event)
    return True


def may_look(by: Actor, complaint: Complaint) -> bool:
    """Return True for managers and supervisors of the complaint, unless they have a conflict of interest."""
    if by.user is None or standings.has_conflict(by.user, complaint):
        return False
    return standings.has_any(by, complaint, {Standing.SUPERVISOR, Standing.MANAGER})


def looked(complaint: Complaint, *, by: Actor, at: datetime, note: str) -> Complaint:
    """Record that a supervisor has looked, and what they found.

    The mark of the long pause is removed; the clock does not change.
    """
    if by.role not in duties.LOOK_AT_PAUSES:
        raise RoleMayNot(_("Only supervisors and managers can look at long pauses."))
    with engine.recording(complaint, by=by, at=at) as turn:
        marked = Clock.objects.live().filter(
            complaint=turn.complaint, pause_told_at__isnull=False, pause_looked_at__isnull=True
        )
        if not marked.exists():
            raise MoveNotAllowed(_("Somebody has already looked at this, or the clock has ended."))
        if not may_look(by, turn.complaint):
            raise NotYours(_("Another supervisor has to look at this complaint."))
        problems = Problems()
        note = clean_text(problems, "note", note, limit=500, required=True)
        problems.check()
        marked.update(pause_looked_at=at)
        turn.event("pause_looked_at", note)
    return complaint
