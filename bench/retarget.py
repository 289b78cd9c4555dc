"""Measure how many clocks per second the re-target job recalculates, and how readers slow down meanwhile.

  DATABASE_URL=postgresql://… python bench/retarget.py [--clocks 100000] [--workers 2]

This needs an empty PostgreSQL database, which it fills as `sweep.py` does. A calendar is edited and the job
is started. A separate process loads an agent's queue, PAUSE seconds after each answer: first for IDLE seconds
alone, then for as long as the job runs. Processor time is that of the workers and their database connections
together; on a busy machine it is the better figure.
"""

import argparse
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event as Signal
from threading import Thread
from time import perf_counter, process_time, sleep

ROOT = Path(__file__).resolve().parent.parent
PAUSE, IDLE = 0.1, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--reader", action="store_true", help="load the queue until the input ends")
    parser.add_argument("--worker", metavar="MOMENT", help="work on the job until it is done")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    if options.reader:
        read()
        return
    if options.worker:
        work(datetime.fromisoformat(options.worker))
        return
    if connection.vendor != "postgresql":
        sys.exit("This needs PostgreSQL: set DATABASE_URL.")
    run(options.clocks, options.workers)


def read() -> None:
    """Load the queue as an agent until the input ends, then print how long the answers took."""
    from django.test import Client

    from accounts.models import User

    client, enough, taken = Client(), Signal(), []
    client.force_login(User.objects.get(username="agent"))

    def wait() -> None:
        sys.stdin.read()
        enough.set()

    Thread(target=wait, daemon=True).start()
    for _warm in range(5):
        assert client.get("/complaints/").status_code == 200
    print("ready", flush=True)
    while not enough.is_set():
        started = perf_counter()
        assert client.get("/complaints/").status_code == 200
        taken.append(perf_counter() - started)
        sleep(PAUSE)
    p95 = sorted(taken)[len(taken) * 95 // 100]
    print(f"median {median(taken) * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms of {len(taken)} loads")
    print(p95)


def work(at: datetime) -> None:
    """Run one of several workers.

    A line on its input starts it; it prints its own and its server's seconds.
    """
    from complaints.sweeps import retarget_job

    retarget_job.is_under_way()
    print("ready", flush=True)
    sys.stdin.readline()
    worker, server = process_time(), server_seconds()
    while retarget_job.go_on(at):
        pass
    print(process_time() - worker, server_seconds() - server)


class Reader:
    """A process that loads the queue while the block runs."""

    p95 = 0.0

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> "Reader":
        command = [sys.executable, __file__, "--reader"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_raised: object) -> None:
        words, p95 = self.process.communicate()[0].splitlines()
        self.p95 = float(p95)
        print(f"queue {self.name}: {words}", flush=True)


def server_seconds() -> float:
    """Return the processor time of this connection's database process; 0 if it is on another machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare(clocks: int) -> datetime:
    """Fill the database, edit a calendar and start the job. Return the moment of its start."""
    from django.core.management import call_command
    from django.utils import timezone
    from sweep import fill, one_complaint

    from accounts.models import User
    from complaints.demo import organisation
    from complaints.models import CalendarVersion, Clock, Complaint
    from complaints.rights.actors import person
    from complaints.sweeps import retarget_job

    call_command("migrate", verbosity=0)
    if Complaint.objects.exists():
        sys.exit("This needs an empty database.")
    at = timezone.now().replace(microsecond=0)
    organisation.load(at)
    fill(one_complaint(at), clocks, at)
    # Give the copies the deadlines that follow from their minutes and their calendar.
    first = Clock.objects.select_related("calendar").first()
    assert first is not None
    due = first.calendar.working.add(first.started_at, timedelta(seconds=first.target_seconds))
    Clock.objects.update(due_at=due, original_due_at=due)
    old = CalendarVersion.objects.get(calendar__code="CN-CONTACT")
    hours = {day: [["08:30", "22:00"]] for day in old.definition["hours"]}
    definition = {**old.definition, "hours": hours}
    CalendarVersion.objects.create(calendar=old.calendar, version=2, definition=definition, created_at=at)
    retarget_job.begin(reason="Bench", by=person(User.objects.get(username="manager")), at=at)
    return at


def run(clocks: int, workers: int) -> None:
    from complaints.models import RetargetJob

    at = prepare(clocks)
    with Reader("alone") as alone:
        sleep(IDLE)
    command = [sys.executable, __file__, "--worker", at.isoformat()]
    busy = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    assert all(process.stdout and process.stdout.readline() == "ready\n" for process in busy)
    with Reader("meanwhile") as meanwhile:
        started = perf_counter()
        for process in busy:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        taken = [process.communicate()[0].split() for process in busy]
        seconds = perf_counter() - started
    worker, server = (sum(float(times[part]) for times in taken) for part in (0, 1))
    job = RetargetJob.objects.get()
    assert not job.is_open
    print(f"{job.seen} clocks, {job.moved} moved in {seconds:.1f} s: {job.seen / seconds:.0f} a second")
    by_processor = job.seen / (worker + server)
    print(f"processor: workers {worker:.1f} s, database {server:.1f} s: {by_processor:.0f} a second")
    print(f"p95 of the queue: {meanwhile.p95 / alone.p95:.2f} times; load {os.getloadavg()[0]:.1f} (1 min)")


if __name__ == "__main__":
    main()
