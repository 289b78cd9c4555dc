"""Workers are killed at random, the broker is emptied twice, the database crashes once: every effect once.

The expected effects are those of one undisturbed pass. Clocks come due in waves, so that every kill and every
outage happens while there is work.
"""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from tests.system.chaos import Processes, Servers, postgresql_programs, until
from tests.system.chaos_rows import WAVES
from tests.system.launcher import ROOT

WORKERS = ("worker1", "worker2", "worker3")
KILLS = (3, 2)
"""The number of kills in the waves, in turn."""
PROGRESS = (0, 0, 1, 150, 300)
"""The numbers of due clocks that may be fired before the next kill."""
LEAST_KILLS, LEAST_AT_WORK = 20, 15
EMPTIED, CRASHED, ALONE = 2, 5, WAVES - 1
"""The waves in which the broker loses everything, the database crashes, and only the beat sends ticks."""
A_WAVE = 60  # seconds, at most
SEED = 20261128
DUE = "SELECT count(*) FROM complaints_clock WHERE next_fire_at <= now() AND set_aside_at IS NULL"

pytestmark = pytest.mark.skipif(
    postgresql_programs() is None or shutil.which("redis-server") is None,
    reason="needs the programs of PostgreSQL and Redis",
)


@pytest.fixture
def servers() -> Iterator[Servers]:
    programs = postgresql_programs()
    assert programs is not None
    started = Servers(programs)
    yield started
    started.end()


@pytest.fixture
def processes(servers: Servers) -> Iterator[Processes]:
    started = Processes(servers)
    yield started
    started.end()


def rows(processes: Processes, command: str, path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.system.chaos_rows", command, str(path)],
        cwd=ROOT,
        env={**processes.environment, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
    )


class Chaos:
    """Disturbs the workers while they work off a wave."""

    def __init__(self, servers: Servers, processes: Processes) -> None:
        self.servers, self.processes = servers, processes
        self.dice = random.Random(SEED)
        self.app = Celery(broker=servers.redis_url)
        self.kills = self.at_work = 0

    def due(self) -> int:
        return int(str(self.servers.ask(DUE)[0][0]))

    def look(self) -> None:
        """Send each worker a tick, so that the test need not wait for those of beat, five seconds apart."""
        for _worker in WORKERS:
            self.app.send_task("complaints.tasks.sweep", queue="sweep", expires=5)

    def wave(self, number: int) -> None:
        """Let a share of the clocks come due, and kill the workers that are at work on them."""
        self.servers.ask(
            "UPDATE complaints_clock SET set_aside_at = NULL"
            f" WHERE set_aside_at IS NOT NULL AND complaint_id % {WAVES} = {number}"
        )
        if number in {EMPTIED, ALONE}:
            self.servers.broker.flushdb()
        if number == ALONE:
            return
        self.look()
        for kill in range(KILLS[number % 2]):
            self.kill_one()
            if number == CRASHED and kill == 1:
                self.servers.pg_ctl("restart", "immediate")
            self.look()

    def kill_one(self) -> None:
        """After some more clocks were fired, kill a worker in the middle of a transaction and restart it."""
        found: list[str] = []
        enough = self.due() - self.dice.choice(PROGRESS)

        def somebody_works() -> bool:
            found[:] = sorted(self.processes.at_work())
            left = self.due()
            return left == 0 or (bool(found) and left <= enough)

        until("somebody works", A_WAVE, somebody_works)
        name = self.dice.choice(found or WORKERS)
        self.processes.kill(name)
        self.processes.start(name)
        self.kills, self.at_work = self.kills + 1, self.at_work + bool(found)


def test_every_effect_happens_once_whatever_breaks(
    servers: Servers, processes: Processes, tmp_path: Path
) -> None:
    expected = tmp_path / "expected.json"
    seeded = rows(processes, "seed", expected)
    assert seeded.returncode == 0, seeded.stderr
    assert int(seeded.stdout) >= 5_000
    for name in (*WORKERS, "beat"):
        processes.start(name)
    chaos = Chaos(servers, processes)
    for number in range(WAVES):
        chaos.wave(number)
        if number >= ALONE - 1:
            until("all of the wave is fired", A_WAVE, lambda: not chaos.due())
    assert chaos.kills >= LEAST_KILLS
    assert chaos.at_work >= LEAST_AT_WORK
    processes.end()
    checked = rows(processes, "check", expected)
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}\n{processes.words()}"
    audited = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"],
        cwd=ROOT,
        env=processes.environment,
        capture_output=True,
        text=True,
    )
    assert "no fault" in audited.stdout, audited.stderr
