"""A clock that stood still for too long: the supervisor is told once and must look. It stays paused."""

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
    """Tell of every clock over its limit, each once; how many. Whoever comes second finds it told."""
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
            # The next pass tries again; the others are told meanwhile.
            logger.exception("nobody was told of the long pause of clock %s", clock.pk)
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
    """A supervisor of the complaint or a manager, without a conflict of interest in it."""
    if by.user is None or standings.has_conflict(by.user, complaint):
        return False
    return standings.has_any(by, complaint, {Standing.SUPERVISOR, Standing.MANAGER})


def looked(complaint: Complaint, *, by: Actor, at: datetime, note: str) -> Complaint:
    """A supervisor has looked and says what they found; the mark goes, the clock is left as it is."""
    if by.role not in duties.LOOK_AT_PAUSES:
        raise RoleMayNot(_("Supervisors and managers look at long pauses."))
    with engine.recording(complaint, by=by, at=at) as turn:
        marked = Clock.objects.live().filter(
            complaint=turn.complaint, pause_told_at__isnull=False, pause_looked_at__isnull=True
        )
        if not marked.exists():
            raise MoveNotAllowed(_("Somebody has looked at this already, or the clock has ended."))
        if not may_look(by, turn.complaint):
            raise NotYours(_("This complaint is for another supervisor to look at."))
        problems = Problems()
        note = clean_text(problems, "note", note, limit=500, required=True)
        problems.check()
        marked.update(pause_looked_at=at)
        turn.event("pause_looked_at", note)
    return complaint
