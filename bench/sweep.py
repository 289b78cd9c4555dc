"""Measure a sweep: its cost by due and by running clocks, due clocks per second, two workers against one.

  DATABASE_URL=postgresql://… python bench/sweep.py [--small 10000] [--large 1000000] [--due 1000]

This needs an empty PostgreSQL database, which it fills. The complaints are copies, made in SQL, of one that
the product made; five clocks run on each. Of the due clocks 4 in 10 are at 50 % of their time, 1 in 4 at 75
%, 3 in 20 at 90 %, and 1 in 5 at the deadline, half of which escalate. Every figure is the median of REPEATS
runs.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5
KINDS = ("resolution", "update", "recovery", "first_response", "acknowledge")
MIX = [(50, 8), (75, 5), (90, 3), (100, 4)]
"""(level, share): the levels that become due, with shares in twentieths."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--worker", metavar="MOMENT", help="sweep up to this moment and print the seconds")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False  # otherwise Django keeps the text of every statement

    if connection.vendor != "postgresql":
        sys.exit("This needs PostgreSQL: set DATABASE_URL.")
    if options.worker:
        work(datetime.fromisoformat(options.worker))
    else:
        run(options.small, options.large, options.due)


def work(moment: datetime) -> None:
    """Run one of several workers: print "ready", then start on a line of input."""
    from complaints.sweeps.due_clocks import sweep

    sweep(datetime(2000, 1, 1, tzinfo=moment.tzinfo))
    print("ready", flush=True)
    sys.stdin.readline()
    started = perf_counter()
    sweep(moment)
    print(perf_counter() - started, flush=True)


def run(small: int, large: int, due: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from complaints.demo import organisation
    from complaints.models import Complaint

    call_command("migrate", verbosity=0)
    if Complaint.objects.exists():
        sys.exit("This needs an empty database.")
    at = timezone.now().replace(microsecond=0)
    organisation.load(at)
    template = one_complaint(at)
    figures: dict[int, float] = {}
    for running in (small, large):
        fill(template, running, at)
        idle = timed(lambda: put_back(at), lambda: sweep_at(at), 20)
        figures[running] = timed(lambda: make_due(due, at), lambda: sweep_at(at), REPEATS)
        print(f"{running:>9} running, none due: {idle * 1000:.1f} ms")
        print(f"{running:>9} running, {due} due: {figures[running]:.2f} s", flush=True)
    print(f"ratio large to small: {figures[large] / figures[small]:.2f}")
    many = min(5 * due, large // len(KINDS))
    one = timed(lambda: make_due(many, at), lambda: sweep_at(at), 3)
    print(f"one worker, {many} due: {many / one:.0f} a second")
    both = [workers(2, many, at) for _ in range(3)]
    single = [workers(1, many, at) for _ in range(3)]
    print(f"processes: one {many / median(single):.0f}, two {many / median(both):.0f} a second,", end=" ")
    print(f"{median(single) / median(both):.2f} times")


def sweep_at(at: datetime) -> None:
    from complaints.sweeps.due_clocks import sweep

    swept = sweep(at)
    assert not swept.set_aside, swept


def timed(prepare: Callable[[], Any], act: Callable[[], Any], repeats: int) -> float:
    """Return the median seconds of `act`, run after `prepare` each time."""
    seconds = []
    for _ in range(repeats):
        prepare()
        started = perf_counter()
        act()
        seconds.append(perf_counter() - started)
    return median(seconds)


def workers(number: int, due: int, at: datetime) -> float:
    """Return the seconds until the last of this many processes has finished its sweep."""
    make_due(due, at)
    command = [sys.executable, __file__, "--worker", at.isoformat()]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    for process in started:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    begin = perf_counter()
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        assert process.wait() == 0
    return perf_counter() - begin


def one_complaint(at: datetime) -> int:
    """Make a complaint by phone with an assignee, as the product does, and remove its clocks.

    Return its id.
    """
    from accounts.models import User
    from complaints.lifecycle import intake
    from complaints.models import Clock
    from complaints.rights.actors import person

    receipt = intake.Receipt(
        customer=intake.CustomerData(name="周美玲", phone="100-0000-0001"),
        channel="phone",
        description="电饭煲内胆收到时就碎了，要求退款",
        category="LOG-DMG",
        gravity="S2",
    )
    made = intake.receive(receipt, by=person(User.objects.get(username="agent")), at=at)
    Clock.objects.all().delete()
    return made.pk


def fill(template: int, running: int, at: datetime) -> None:
    """Copy the complaint until this many clocks run, none of them due within days."""
    from django.db import connection

    from complaints.models import Clock, Complaint

    wanted = running // len(KINDS)
    first, have = (
        Complaint.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1,
        Complaint.objects.count(),
    )
    last = first + wanted - have
    with connection.cursor() as cursor:
        copy_complaint(cursor, template, first, last)
        add_clocks(cursor, first, last, at)
        cursor.execute("VACUUM ANALYZE")
    assert abs(Clock.objects.live().exclude(kind="pickup").count() - running) < 2 * len(KINDS)


def copy_complaint(cursor: Any, template: int, first: int, last: int) -> None:
    """Copy the complaint with its round and its participants, to the ids from `first` to `last`."""
    copies = {
        "complaints_complaint": {
            "id": "n",
            "number": "'B-' || n",
            "token": "'t' || n",
            "event_count": "0",
            "head_hash": "''",
        },
        "complaints_handling": {"complaint_id": "n"},
        "complaints_participant": {"complaint_id": "n"},
    }
    for table, changed in copies.items():
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        columns = [name for (name,) in cursor.fetchall() if name != "id" or "id" in changed]
        values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
        key = "id" if table == "complaints_complaint" else "complaint_id"
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
            f"FROM {table} t, generate_series(%s, %s) n WHERE t.{key} = %s",
            [first, last, template],
        )


def add_clocks(cursor: Any, first: int, last: int, at: datetime) -> None:
    """Start a clock of each kind on the copies, due in 40 days and with a first warning in 20."""
    from complaints.models import CalendarVersion, PolicyRule

    rule = PolicyRule.objects.get(order=9).pk
    calendar = CalendarVersion.objects.get(calendar__code="CN-CONTACT").pk
    for kind in KINDS:
        cursor.execute(
            "INSERT INTO complaints_clock (complaint_id, kind, round, subject_type, subject_id, "
            "target_seconds, calendar_id, rule_id, started_at, due_at, original_due_at, floor_used, "
            "next_level, next_fire_at, generation, set_aside_error) "
            "SELECT n, %s, 1, '', 0, 864000, %s, %s, %s, "
            "%s + n * interval '1 second', %s, false, 50, %s + n * interval '1 second', 1, '' "
            "FROM generate_series(%s, %s) n",
            [
                *(kind, calendar, rule, at, at + timedelta(days=40), at + timedelta(days=40)),
                *(at + timedelta(days=20), first, last),
            ],
        )


def make_due(wanted: int, at: datetime) -> None:
    """Reset everything, then let this many clocks, each of another complaint, reach a level now."""
    from complaints.models import Clock
    from complaints.rows.bulk import update_rows

    put_back(at)
    levels = [level for level, share in MIX for _ in range(share)]
    escalating, other = (
        list(Clock.objects.live().filter(kind=kind).select_related("calendar").order_by("pk")[:wanted])
        for kind in KINDS[:2]
    )
    target, changes = timedelta(hours=10), []
    for number in range(wanted):
        level, clock = levels[number % len(levels)], (escalating, other)[number // len(levels) % 2][number]
        moment = at - timedelta(seconds=number % 60)
        started = before(clock.calendar.working, moment, target * level / 100)
        due = clock.calendar.working.add(started, target)
        changes.append((clock.pk, started, due, due, int(target.total_seconds()), level, moment))
    fields = ("started_at", "due_at", "original_due_at", "target_seconds", "next_level", "next_fire_at")
    assert update_rows(Clock, ("id",), fields, changes) == wanted


def put_back(at: datetime) -> None:
    """Reset the tables to the state after `fill`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE complaints_outbox, complaints_breachescalation, complaints_effect, complaints_message, "
            "complaints_eventtext, complaints_event CASCADE"
        )
        cursor.execute("DELETE FROM complaints_clock WHERE kind = 'pickup'")
        cursor.execute(
            "UPDATE complaints_clock SET next_level = 50, next_fire_at = %s, due_at = %s, started_at = %s, "
            "ended_as = NULL, stopped_at = NULL, breached_at = NULL, breach_noticed_at = NULL "
            "WHERE started_at <> %s",
            [at + timedelta(days=20), at + timedelta(days=40), at, at],
        )
        cursor.execute(
            "UPDATE complaints_complaint c SET tier = t.tier, team_id = t.team_id, version = 1, "
            "highest_tier = t.tier, assignee_id = t.assignee_id, event_count = 0, head_hash = '' "
            "FROM complaints_complaint t WHERE t.id = (SELECT min(id) FROM complaints_complaint) "
            "AND c.event_count > 0 AND c.id <> t.id"
        )
        cursor.execute("VACUUM ANALYZE complaints_clock, complaints_complaint, complaints_participant")


def before(working: Any, end: datetime, duration: timedelta) -> datetime:
    """Return the moment from which `duration` of working time has passed at `end`."""
    low, high = end - timedelta(days=30), end
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if working.between(middle, end) >= duration else (low, middle)
    return low


if __name__ == "__main__":
    main()
