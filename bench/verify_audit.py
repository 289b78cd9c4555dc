"""Measure `verify_audit`: make complaints with chained events in a scratch database and time the check.

  python bench/verify_audit.py [--events 100000] [--per-complaint 12]

Without DATABASE_URL it uses a SQLite file in a folder that is removed afterwards.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from complaints.models import Complaint
    from complaints.rights.actors import Actor

ROOT = Path(__file__).resolve().parent.parent
BATCH = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--per-complaint", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
        os.environ["REDRESS_VAR"] = folder
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        run(options.events, options.per_complaint)


def run(wanted: int, per_complaint: int) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from complaints.demo import organisation
    from complaints.models import Complaint, Event

    call_command("migrate", verbosity=0)
    if Complaint.objects.exists():
        sys.exit("This needs an empty database.")
    organisation.load(timezone.now())
    started = perf_counter()
    fill(wanted, per_complaint)
    print(f"{connection.vendor}: {Event.objects.count()} events made in {perf_counter() - started:.1f} s")
    started = perf_counter()
    call_command("verify_audit")
    seconds = perf_counter() - started
    per_100_000 = seconds * 100_000 / Event.objects.count()
    print(f"verified in {seconds:.1f} s ({per_100_000:.1f} s per 100,000 events)")


def fill(wanted: int, per_complaint: int) -> None:
    """Make complaints and chains as the product writes them, many at a time."""
    from django.utils import timezone

    from accounts.models import User
    from complaints.lifecycle import intake
    from complaints.models import Complaint, Event, EventText
    from complaints.rights.actors import person

    start = timezone.now() - timedelta(days=400)
    agent = person(User.objects.get(username="agent"))
    receipt = intake.Receipt(
        customer=intake.CustomerData(name="周美玲", phone="100-0000-0001"),
        channel="phone",
        description="电饭煲内胆收到时就碎了，要求退款",
    )
    model = intake.receive(receipt, by=agent, at=start)
    first_event = Event.objects.latest("pk").pk + 1
    for batch in batched(range(wanted // per_complaint), BATCH // per_complaint):
        heads: list[Complaint] = []
        events: list[Event] = []
        texts: list[EventText] = []
        for number in batch:
            complaint = a_copy(model, model.pk + 1 + number)
            for step, (event, text) in enumerate(a_chain(complaint, per_complaint, agent, start)):
                event.pk = text.event_id = first_event + number * per_complaint + step
                events.append(event)
                texts.append(text)
            heads.append(complaint)
        Complaint.objects.bulk_create(heads)
        Event.objects.bulk_create(events, batch_size=500)
        EventText.objects.bulk_create(texts, batch_size=500)


def a_chain(complaint: "Complaint", length: int, by: "Actor", start: datetime) -> Iterator[Any]:
    from complaints.rows import timeline

    for step in range(length):
        yield timeline.compose(
            complaint,
            "message",
            by=by,
            at=start + timedelta(minutes=step),
            body=f"您好，第 {step} 次进展：仓库已核对包装录像，结果今天下午给您。",
            details={"purpose": "progress", "step": step},
            changed={"tier": (1, complaint.tier)} if step % 4 == 0 else {},
        )


def a_copy(model: "Complaint", pk: int) -> "Complaint":
    """Return the same complaint under another key, with an empty timeline."""
    made = copy(model)
    made.pk, made.number = pk, f"RD-{10_000 + pk}"
    made.event_count, made.head_hash = 0, ""
    return made


def batched(numbers: range, size: int) -> Iterator[range]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


if __name__ == "__main__":
    main()
