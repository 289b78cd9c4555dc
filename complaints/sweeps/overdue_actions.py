"""Tell people of improvements that are not done although their date has passed (R-142).

Each overdue improvement is reported once: to its owner, and to those who may verify it or lead the team.
"""

import logging
from datetime import datetime

from django.db import OperationalError

from complaints.lifecycle import engine, improve
from complaints.models import ImprovementAction
from complaints.notices import notify
from complaints.rights.actors import SYSTEM

logger = logging.getLogger(__name__)


def tell(at: datetime) -> int:
    """Notify people of every overdue improvement. Return how many were reported.

    Each is one transaction, which claims the improvement by setting `overdue_told_at`: a second worker finds
    it set. A crash or an error leaves it unclaimed, so the next pass reports it.
    """
    due = improve.current(
        ImprovementAction.objects.filter(due_at__lte=at, done_at__isnull=True, overdue_told_at__isnull=True)
    )
    told = 0
    for action in list(due.select_related("complaint", "owner").order_by("due_at", "id")):
        try:
            told += _tell(action, at)
        except OperationalError:
            raise
        except Exception:
            # One failure must not keep the others from being reported. The next pass tries this one again.
            logger.exception("telling of the overdue improvement %s failed", action.pk)
    return told


def _tell(seen: ImprovementAction, at: datetime) -> bool:
    with engine.recording(seen.complaint, by=SYSTEM, at=at) as turn:
        still = ImprovementAction.objects.filter(
            pk=seen.pk, due_at=seen.due_at, done_at__isnull=True, overdue_told_at__isnull=True
        )
        if still.update(overdue_told_at=at) != 1:
            return False
        event = turn.event("action_overdue", action=seen.pk, title=seen.title, due=seen.due_at.isoformat())
        people = [seen.owner, *improve.quality_supervisors(), *notify.supervisors_of(turn.complaint.team)]
        turn.tell(people, "action_overdue", event=event)
    return True
