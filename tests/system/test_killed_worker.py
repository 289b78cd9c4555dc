"""Sweepers are killed at any moment, and two run at once: every effect happens exactly once.

The expected effects are those of one undisturbed pass over the same rows, which is rolled back before the
real processes begin.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from accounts.models import User
from complaints.demo import organisation
from complaints.lifecycle import intake
from complaints.models import BreachEscalation, Clock, Complaint, Effect, Event, Outbox
from complaints.rights.actors import SYSTEM, person
from complaints.rows import timeline
from complaints.sla import firing
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

ROOT = Path(__file__).resolve().parent.parent.parent
COMPLAINTS, CLOCKS = 200, 1000
KILLS, BATCH = 20, 4
"""The number of kills, and of due clocks in one transaction.

The transactions are small, because otherwise all clocks would be fired before a process is killed.
"""
MOMENTS = [MONDAY + timedelta(minutes=130), MONDAY + timedelta(days=9)]
"""At the first moment mostly warnings are due, at the second every deadline with its reminders."""
SEED = 20261123

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="needs PostgreSQL: set DATABASE_URL, e.g. postgresql://user@127.0.0.1:5432/name",
    ),
]


@pytest.fixture
def due(transactional_db: None) -> None:
    """Make a thousand running clocks of complaints that nobody touches. Some have an assignee."""
    organisation.load(MONDAY)
    agent = User.objects.get(username="agent")
    for number in range(COMPLAINTS):
        channel = "phone" if number % 4 == 0 else "web"
        customer = intake.CustomerData(name=f"C{number}", email=f"c{number}@example.com")
        by = person(agent) if channel == "phone" else SYSTEM
        factories.receive(by, channel=channel, customer=customer)
    while Clock.objects.live().count() < CLOCKS:
        factories.receive(SYSTEM, channel="web", customer=intake.CustomerData(name="C"))


def happened() -> dict[str, Counter[Any]]:
    """Count everything that sweeping wrote, each row by its content."""
    clock = ("clock__complaint", "clock__kind", "clock__round", "clock__started_at")
    return {
        "effects": Counter(Effect.objects.values_list(*clock, "level", "generation", "kind", "at")),
        "breaches": Counter(
            Clock.objects.exclude(breached_at=None).values_list("complaint", "kind", "round", "breached_at")
        ),
        "events": Counter(Event.objects.values_list("complaint", "kind", "text__details__clock", "at")),
        "notices": Counter(
            Outbox.objects.values_list("complaint", "recipient", "channel", "template", "created_at")
        ),
        "escalations": Counter(BreachEscalation.objects.values_list("complaint", "round")),
        "heads": Counter(Complaint.objects.values_list("pk", "tier", "round", "team__code", "assignee")),
    }


def undisturbed() -> dict[str, Counter[Any]]:
    with transaction.atomic():
        for moment in MOMENTS:
            due_clocks.sweep(moment)
        found = happened()
        transaction.set_rollback(True)
    return found


def sweeper(moment: datetime) -> "subprocess.Popen[bytes]":
    database = connection.settings_dict
    user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    url = f"postgresql://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "sweep", "--at", moment.isoformat(), "--batch", str(BATCH)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def left(moment: datetime) -> int:
    return Clock.objects.filter(firing.due_filter(moment)).count()


def wait_until_it_works(process: "subprocess.Popen[bytes]", moment: datetime) -> None:
    """Wait until a sweeper has begun to fire. A kill while Python still starts would prove nothing."""
    before, end = left(moment), time.monotonic() + 30
    while left(moment) == before and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)


def kill_and_start_again(moment: datetime, kills: int, dice: random.Random) -> int:
    """Start sweepers for one moment and kill them this many times, at times two at once.

    Then two run undisturbed until nothing is due. Returns the number of kills.
    """
    killed = 0
    while killed < kills and left(moment):
        workers = [sweeper(moment) for _number in range(2 if killed % 3 == 0 else 1)]
        wait_until_it_works(workers[0], moment)
        time.sleep(dice.uniform(0, 0.05))
        for worker in workers:
            killed += worker.poll() is None
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    while left(moment):
        codes = [worker.wait(timeout=120) for worker in [sweeper(moment), sweeper(moment)]]
        assert codes == [0, 0]
    return killed


def test_every_effect_happens_once_whenever_sweepers_are_killed(due: None) -> None:
    assert Clock.objects.live().count() >= CLOCKS
    expected = undisturbed()
    dice = random.Random(SEED)
    killed = 0
    for number, moment in enumerate(MOMENTS, start=1):
        # Where one moment's work is done before its share of kills, the next moment makes up for it.
        killed += kill_and_start_again(moment, KILLS * number // len(MOMENTS) - killed, dice)
    assert killed >= KILLS
    assert (
        list(Clock.objects.filter(set_aside_at__isnull=False).values_list("set_aside_error", flat=True)) == []
    )
    got = happened()
    for name, wanted in expected.items():
        assert got[name] == wanted, f"{name}: too many {got[name] - wanted}, missing {wanted - got[name]}"
    assert_each_once()


def assert_each_once() -> None:
    """Check the same directly, without the undisturbed pass."""
    fired = Counter(Effect.objects.values_list("clock", "level", "generation"))
    assert set(fired.values()) == {1}
    breached = Clock.objects.exclude(breached_at=None)
    assert breached.count() >= CLOCKS
    assert not breached.exclude(breached_at=F("due_at")).exists()
    assert Event.objects.filter(kind="breached").count() == breached.count()
    rows = Outbox.objects.exclude(effect=None)
    assert set(Counter(rows.values_list("effect", "recipient", "channel")).values()) == {1}
    assert set(Counter(BreachEscalation.objects.values_list("complaint", "round")).values()) == {1}
    for complaint in Complaint.objects.all():
        assert list(timeline.faults(complaint)) == []
