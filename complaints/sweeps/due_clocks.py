"""The sweep: fire the clocks that are due, when nobody clicks (docs/clocks.md, "Firing", "After an outage").

What is due stands in the rows of the clocks, so nothing is lost if a queued task is. Any number of workers
may sweep at the same time. How a sweep runs:

1. Due clocks are read in pages, in the order of their own time, without a lock.
2. The complaints of a page are worked on in one batch (`batch.py`): those that nobody holds are locked, their
   due clocks are read again, and every level up to now is recorded and has its effect. All of it is written
   in one transaction, clocks and heads by compare-and-set.
3. Complaints that need more than a batch can do, and all of a batch that failed, are done one by one. Each is
   locked, its clocks are claimed by compare-and-set, and all that follows is written in one transaction. If
   that fails, its clocks are tried one by one, and a clock that fails alone is set aside with its error.
4. What others held before, and what has become due by firing, is done one by one until a pass finds nothing
   to do.
5. Supervisors are notified of clocks that have been paused for too long.

A crash costs nothing: what was not committed is still due, and notices are rows of the same transaction. If
two workers sweep at once, the second skips what the first holds, and finds its clocks moved on afterwards. An
error of the database itself is raised, since no clock is to blame for it.
"""

import logging
import traceback
from collections.abc import Iterator
from datetime import datetime

from django.db import OperationalError

from complaints.lifecycle import engine
from complaints.models import Clock, Complaint
from complaints.rights.actors import SYSTEM
from complaints.rows import lookups
from complaints.sla import firing
from complaints.sweeps import batch as batches
from complaints.sweeps import levels, long_pauses, overdue_actions
from complaints.sweeps.levels import Swept

logger = logging.getLogger(__name__)
BATCH = 200
_SEEN = ("id", "complaint_id", "next_fire_at", "next_level", "generation")
"""The columns on which the decision to fire rests, and which the claim compares."""


def sweep(at: datetime, *, batch: int = BATCH) -> Swept:
    """Fire everything that is due up to `at`, within each complaint in the order of its own time.

    `batch` is the number of clocks in a page. The steps and what a crash costs: see the top of this file.
    """
    swept = Swept()
    for due in _pages(at, batch):
        with lookups.shared():
            ids = list(dict.fromkeys(clock.complaint_id for clock in due))
            for complaint_id in _fire_many(ids, at, swept):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    done = -1
    while done != (done := swept.done):
        # Now wait for the complaints that others held. Firing can also make clocks due: one that runs again
        # may have a level whose moment has passed. So this goes on until a pass does nothing.
        for due in _pages(at, batch):
            for complaint_id in dict.fromkeys(clock.complaint_id for clock in due):
                _fire_for(complaint_id, _due_of(complaint_id, at), at, swept)
    if told := long_pauses.tell(at):
        swept.fired["long pause"] = told
    if told := overdue_actions.tell(at):
        swept.fired["overdue improvement"] = told
    return swept


def _pages(at: datetime, batch: int) -> Iterator[list[Clock]]:
    """Yield pages of due clocks in the order of their own time.

    Each page begins after the last clock of the page before, so a clock comes only once, even if it stays
    due.
    """
    due = _due(at, batch, None)
    while due:
        last = due[-1]
        assert last.next_fire_at is not None
        yield due
        due = _due(at, batch, (last.next_fire_at, last.pk))


def _due(at: datetime, batch: int, after: tuple[datetime, int] | None) -> list[Clock]:
    """Return up to `batch` due clocks in the order of their own time, after `after`, read without a lock."""
    found = Clock.objects.filter(firing.due_filter(at)).order_by("next_fire_at", "id")
    if after is not None:
        moment, pk = after
        found = found.filter(next_fire_at__gte=moment).exclude(next_fire_at=moment, pk__lte=pk)
    return list(found.only(*_SEEN)[:batch])


def _due_of(complaint_id: int, at: datetime) -> list[Clock]:
    """Return all due clocks of one complaint, also those of later pages, so that people get one notice."""
    found = Clock.objects.filter(firing.due_filter(at), complaint_id=complaint_id)
    return list(found.order_by("next_fire_at", "id").only(*_SEEN))


def _fire_many(complaint_ids: list[int], at: datetime, swept: Swept) -> list[int]:
    """Fire the due clocks of these complaints in one batch. Return the ids to be done one by one.

    Those are the complaints that need more than a batch can do; if the batch fails, nothing is done and all
    are returned. Complaints that somebody else holds are skipped and not returned.
    """
    result = Swept()
    try:
        with batches.recording_many(complaint_ids, at=at, beyond=levels.ACTING) as batch:
            for turn in batch.turns:
                _fire_clocks(turn, turn.due, result)
    except OperationalError:
        raise
    except Exception:
        logger.warning(
            "a batch of %d complaints failed; trying one by one", len(complaint_ids), exc_info=True
        )
        return complaint_ids
    _add(swept, result)
    swept.complaints |= {turn.complaint.pk for turn in batch.turns}
    return batch.left


def _add(swept: Swept, result: Swept) -> None:
    swept.fired += result.fired
    swept.skipped_late += result.skipped_late


def _fire_for(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    """Fire one complaint's due clocks together. If that fails, try each alone, and set aside what fails."""
    if not seen:
        return
    try:
        _fire(complaint_id, seen, at, swept)
    except OperationalError:
        raise
    except Exception:
        if len(seen) > 1:
            for clock in seen:
                _fire_for(complaint_id, [clock], at, swept)
            return
        logger.exception("clock %s failed and is set aside", seen[0].pk)
        Clock.objects.filter(pk=seen[0].pk).update(
            set_aside_at=at, set_aside_error=traceback.format_exc()[-4000:]
        )
        swept.set_aside += 1


def _fire(complaint_id: int, seen: list[Clock], at: datetime, swept: Swept) -> None:
    complaint = Complaint.objects.get(pk=complaint_id)
    result = Swept()
    with engine.recording(complaint, by=SYSTEM, at=at) as turn:
        claimed = [clock.pk for clock in seen if _claim(clock)]
        if not claimed:
            return
        fresh = list(Clock.objects.filter(pk__in=claimed).select_related("calendar", "rule"))
        _fire_clocks(turn, fresh, result)
    _add(swept, result)
    swept.complaints.add(complaint_id)


def _fire_clocks(turn: engine.Turn, due: list[Clock], result: Swept) -> None:
    """Fire the claimed clocks of one complaint, level by level in the order of time.

    Notices wait until the end of the turn, so that each person gets only one of them (`notify.one_each`).
    """
    turn.gathered = []
    reached = [entry for clock in due for entry in levels.crossed(clock, turn.at)]
    for clock in due:
        turn.write_next_level(clock)
    for crossed in sorted(reached, key=lambda entry: (entry.at, entry.clock.pk)):
        levels.apply(turn, crossed, result)


def _claim(seen: Clock) -> bool:
    """Claim a clock by compare-and-set. Return False if it is no longer as it was read."""
    claimed = Clock.objects.filter(
        pk=seen.pk,
        next_fire_at=seen.next_fire_at,
        next_level=seen.next_level,
        generation=seen.generation,
        ended_as__isnull=True,
    ).update(next_fire_at=None)
    return claimed == 1
