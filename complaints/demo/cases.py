"""Fill the sample organisation with complaints. Every step goes through the engine, in order of time."""

import gc
import heapq
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from django.db.models import F

from accounts.models import User
from complaints.demo import cases_closed, cases_live, organisation
from complaints.demo.cases_play import Case, Steps, World
from complaints.demo.cases_words import Words, read
from complaints.models import Outbox, OutboxChannel, OutboxState
from complaints.sweeps import due_clocks

STORIES = cases_live.STORIES | cases_closed.STORIES
HISTORY = timedelta(days=30)
LAST_CLOSED = timedelta(days=4)
"""Closed complaints begin at least this long ago, so that even the longest story is over by now."""
USUAL = 84
UNREAD = 5
"""The number of newest notices that nobody has read yet; the older ones count as read when they came."""


@transaction.atomic
def load(at: datetime, *, complaints: int = USUAL, seed: int = 1) -> int:
    """Load the organisation and its complaints as they stand at the moment `at`. Return how many complaints.

    `complaints` is the wanted number; there are always at least the open ones. The same `seed` at the same
    moment gives the same complaints.
    """
    organisation.load(at - HISTORY)
    dice = random.Random(seed)  # noqa: S311 - only to look natural, not secret
    world = World(at, dice, {user.username: user for user in User.objects.all()})
    cases = _cases(world, complaints)
    gc.disable()  # collecting garbage takes a sixth of the time, and little of it builds up
    try:
        _play(world, cases)
    finally:
        gc.enable()
    # Notices to customers that were written in the past count as sent in the past.
    Outbox.objects.filter(state=OutboxState.QUEUED, created_at__lt=at).update(
        state=OutboxState.SENT, sent_at=F("created_at")
    )
    _read_older_notices()
    return len(cases)


def _read_older_notices() -> None:
    """Leave each person a handful of unread notices, as somebody has who looked at the bell this morning."""
    unread = Outbox.objects.filter(channel=OutboxChannel.IN_APP, read_at=None)
    for user in User.objects.all():
        newest = unread.filter(user=user).order_by("-created_at", "-pk").values_list("pk", flat=True)[:UNREAD]
        unread.filter(user=user).exclude(pk__in=list(newest)).update(read_at=F("created_at"))


def _cases(world: World, complaints: int) -> list[Case]:
    live = read("cases_live.toml", world.now)
    found = [Case(world, words, world.now - timedelta(minutes=words.ago)) for words in live]
    past = max(complaints - len(live), 0)
    span = HISTORY - LAST_CLOSED
    for number, words in zip(range(past), _history(world), strict=False):
        share = (number + world.dice.random()) / past
        found.append(Case(world, words, world.now - LAST_CLOSED - span * share))
    return found


def _history(world: World) -> Iterator[Words]:
    """Yield the lines of the closed complaints, then the same lines again for further customers."""
    lines = read("cases_closed.toml", world.now)
    yield from lines
    for again in count(2):
        for words in lines:
            yield replace(words, name=f"{words.name} {again}") if words.name else words


def _play(world: World, cases: list[Case]) -> None:
    """Walk through time. Before each step, fire the clocks that are due by then, as the worker would."""
    turns: list[tuple[datetime, int, Case, Steps]] = [
        (case.at, number, case, STORIES[case.words.story](case)) for number, case in enumerate(cases)
    ]
    heapq.heapify(turns)
    while turns:
        moment, number, case, steps = heapq.heappop(turns)
        if moment > world.now:
            raise ValueError(f"{case.words.subject}: its story does not fit into {case.words.ago} minutes")
        due_clocks.sweep(moment)
        case.at = moment
        minutes = next(steps, None)
        if minutes is not None:
            heapq.heappush(turns, (moment + timedelta(minutes=minutes), number, case, steps))
    due_clocks.sweep(world.now)
