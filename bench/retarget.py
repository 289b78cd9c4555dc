"""How many clocks a second the re-target job puts on a new version of a calendar.

    DATABASE_URL=postgresql://… python bench/retarget.py [--clocks 100000]

Needs an empty PostgreSQL database, which it fills as `sweep.py` does.
"""

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    if connection.vendor != "postgresql":
        sys.exit("This needs PostgreSQL: set DATABASE_URL.")
    run(options.clocks)


def run(clocks: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone
    from sweep import fill, one_complaint

    from accounts.models import User
    from complaints.actors import person
    from complaints.demo import organisation
    from complaints.lifecycle import retarget_job
    from complaints.models import CalendarVersion, Clock, Complaint, RetargetJob

    call_command("migrate", verbosity=0)
    if Complaint.objects.exists():
        sys.exit("This needs an empty database.")
    at = timezone.now().replace(microsecond=0)
    organisation.load(at)
    fill(one_complaint(at), clocks, at)
    # The copies' deadlines are those that their minutes and calendar give.
    first = Clock.objects.select_related("calendar").first()
    assert first is not None
    due = first.calendar.working.add(first.started_at, timedelta(seconds=first.target_seconds))
    Clock.objects.update(due_at=due, original_due_at=due)
    old = CalendarVersion.objects.get(calendar__code="CN-CONTACT")
    hours = {day: [["08:30", "22:00"]] for day in old.definition["hours"]}
    definition = {**old.definition, "hours": hours}
    CalendarVersion.objects.create(calendar=old.calendar, version=2, definition=definition, created_at=at)
    retarget_job.begin(reason="Bench", by=person(User.objects.get(username="manager")), at=at)
    started = perf_counter()
    while retarget_job.step(at) is not None:
        pass
    seconds = perf_counter() - started
    job = RetargetJob.objects.get()
    assert not job.is_open
    print(f"{job.seen} clocks, {job.moved} moved in {seconds:.1f} s: {job.seen / seconds:.0f} a second")


if __name__ == "__main__":
    main()
