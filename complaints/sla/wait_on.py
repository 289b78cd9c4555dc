"""Continue a wait for the customer whose ending message turned out to say nothing but thanks.

1. A clock that has run since the message is paused again, as if its pause had never ended: the working time
   that it used since then is given back.
2. A deadline that it missed since then stays missed, and such a clock is paused only from now on.
3. The customer's own clock, which counted as met, runs on towards its original deadline.
"""

from datetime import datetime

from complaints.models import Clock, ClockEnd, ClockKind, ClockPause, Complaint
from complaints.models.clock import PAUSING
from complaints.sla import clocks, firing, pauses


def go_on(complaint: Complaint, *, since: datetime, at: datetime) -> None:
    """Pause clocks again that have run since the message at `since`. `at` is when it was marked as thanks."""
    for clock in clocks.live(complaint, *PAUSING):
        if clock.paused_since is not None:
            continue
        clocks.note_missed(complaint, clock, at)
        ended = clock.pauses.filter(until=since).first()
        if ended is None or clock.breached_at is not None:
            begin = max(at, clock.started_at)
            ClockPause.objects.create(clock=clock, since=begin)
        else:
            begin = ended.since
            _give_back(clock, ended)
        clock.paused_since, clock.next_fire_at = begin, None
        clock.generation += 1
        pauses.set_limit(clock)
        clock.save()
    _customers_time_runs_on(complaint, since)


def _give_back(clock: Clock, pause: ClockPause) -> None:
    """Open the pause again, with the working time that was left when it began."""
    assert pause.until is not None
    working = clock.calendar.working
    clock.due_at = working.add(pause.since, working.between(pause.until, clock.due_at))
    pause.until = None
    pause.save(update_fields=["until"])


def _customers_time_runs_on(complaint: Complaint, since: datetime) -> None:
    ended = Clock.objects.filter(
        complaint=complaint, kind=ClockKind.CUSTOMER_WAIT, ended_as=ClockEnd.MET, stopped_at=since
    )
    clock = ended.select_related("calendar", "rule").order_by("-pk").first()
    if clock is None or clocks.live(complaint, ClockKind.CUSTOMER_WAIT):
        return
    clock.ended_as = clock.stopped_at = None
    clock.generation += 1
    firing.schedule(clock, after=firing.highest_fired(clock))
    clock.save()
