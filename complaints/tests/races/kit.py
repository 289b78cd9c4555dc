"""Runs two moves at once, each in a thread with its own database connection."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connection

from accounts.models import User
from complaints.models import Complaint, Merge, Plan
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.terms.errors import LifecycleError
from complaints.tests.conftest import MONDAY
from complaints.tests.invariants import always_holds

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + HOUR
DONE = "done"


@dataclass
class Scene:
    """The complaints and people of one try."""

    people: dict[str, User]
    complaint: Complaint
    other: Complaint | None = None
    at: datetime = LATER
    more: dict[str, Any] = field(default_factory=dict)

    def fresh(self) -> Complaint:
        return Complaint.objects.get(pk=self.complaint.pk)

    def fresh_other(self) -> Complaint:
        assert self.other is not None
        return Complaint.objects.get(pk=self.other.pk)

    def by(self, username: str) -> Actor:
        return CUSTOMER if username == "customer" else person(self.people[username])

    @property
    def all(self) -> list[Complaint]:
        """Return all complaints of this try as they are now."""
        pks = [each.pk for each in (self.complaint, self.other, self.more.get("third")) if each]
        return list(Complaint.objects.filter(pk__in=pks))


Prepare = Callable[[dict[str, User]], Scene]
Press = Callable[[Scene], object]
Holds = Callable[[Scene], None]


@dataclass(frozen=True)
class Pair:
    """Two moves that can happen at once.

    `outcomes` lists how they may end, as "left/right". A refusal is given by its status.
    """

    name: str
    prepare: Prepare
    left: Press
    right: Press
    outcomes: frozenset[str]
    holds: Holds | None = None
    """Checks that the outcome must pass besides the rules that always hold."""


def pair(
    name: str, prepare: Prepare, left: Press, right: Press, *outcomes: str, holds: Holds | None = None
) -> Pair:
    return Pair(name, prepare, left, right, frozenset(outcomes), holds)


@contextmanager
def two_windows() -> Iterator[ThreadPoolExecutor]:
    """Start two threads whose connections stay open from try to try and are closed at the end."""
    together = Barrier(2)

    def hang_up() -> None:
        together.wait(timeout=20)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        try:
            yield threads
        finally:
            for done in [threads.submit(hang_up) for _ in range(2)]:
                done.result()


def press_both(threads: ThreadPoolExecutor, scene: Scene, left: Press, right: Press) -> str:
    """Press both at once and return how each ended.

    An exception that is not a refusal, for example a deadlock, is raised.
    """
    together = Barrier(2)

    def one(press: Press) -> str:
        connection.ensure_connection()
        together.wait(timeout=20)
        try:
            press(scene)
        except LifecycleError as refusal:
            return str(refusal.status)
        return DONE

    presses = [threads.submit(one, press) for press in (left, right)]
    return "/".join([press.result() for press in presses])


def check(pair: Pair, scene: Scene, outcome: str) -> None:
    """Check that the outcome is a permitted one and that the complaints are consistent."""
    assert outcome in pair.outcomes, f"{pair.name}: ended as {outcome}"
    for complaint in scene.all:
        always_holds(complaint)
        nothing_to_accept_once_it_is_over(complaint)
        assert complaint.pk not in {each.pk for each in chain(complaint)}, f"{pair.name}: merged into itself"
        standing = Merge.objects.filter(source=complaint, undone_at__isnull=True)
        assert standing.count() == int(complaint.merged_into is not None)
    if pair.holds is not None:
        pair.holds(scene)


def nothing_to_accept_once_it_is_over(complaint: Complaint) -> None:
    if complaint.outcome == "withdrawn" or not complaint.is_open:
        plans = Plan.objects.filter(handling__complaint=complaint)
        assert not [plan for plan in plans if plan.state == "offered"]


def chain(complaint: Complaint) -> list[Complaint]:
    """Return the complaints into which this one was merged, one after the other, up to a repeated one."""
    found: list[Complaint] = []
    while complaint.merged_into is not None and complaint.merged_into not in found:
        complaint = complaint.merged_into
        found.append(complaint)
    return found


def run(threads: ThreadPoolExecutor, pair: Pair, scene: Scene, turn: int) -> str:
    """Run one try. In every second try the two moves swap threads, so that neither always starts first."""
    if turn % 2:
        outcome = press_both(threads, scene, pair.right, pair.left)
        outcome = "/".join(reversed(outcome.split("/")))
    else:
        outcome = press_both(threads, scene, pair.left, pair.right)
    check(pair, scene, outcome)
    return outcome
