"""The rows of the chaos test: makes them, and checks what became of them. Uses the test's DATABASE_URL.

python -m tests.system.chaos_rows seed FILE   fills an empty database and writes into FILE what one pass does
python -m tests.system.chaos_rows check FILE  prints each difference from FILE, and nothing if there is none
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WAVES = 11
MOST_ONE, MOST_TWO, MOST_THREE = 710, 540, 170
"""The numbers of complaints that are two hours, a day and nine days old (3, 5 and 5 due clocks each)."""
ASKED = 40
"""The number of complaints with an escalation that nobody decides and a promise that nobody keeps."""
QUIET = timedelta(minutes=20)
"""The rows are made so that no clock falls due for this long after the start.

Otherwise the result would depend on the time of day at which the test runs."""


def main(command: str, path: Path) -> int:
    import django

    django.setup()
    if command == "seed":
        seed(path)
        return 0
    found = list(faults(json.loads(path.read_text())))
    print("\n".join(found[:40]))
    return 1 if found else 0


# --- Before ---
def seed(path: Path) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from complaints.demo import organisation
    from complaints.models import Clock, PolicyRule
    from complaints.sla import firing

    call_command("migrate", verbosity=0)
    at = timezone.now()
    organisation.load(at)
    for rule in PolicyRule.objects.all():
        # Use elapsed time only, because what is due must not depend on the hour at which the test runs.
        rule.targets = {kind: [minutes, "ALWAYS"] for kind, (minutes, _code) in rule.targets.items()}
        rule.save()
    for ago, number in (
        (timedelta(minutes=130), MOST_ONE),
        (timedelta(minutes=1210), MOST_TWO),
        (timedelta(days=9), MOST_THREE),
    ):
        copies(one(at - ago), number)
    for number in range(ASKED):
        undecided(number, at - timedelta(minutes=(170, 290)[number % 2]))
    due = Clock.objects.filter(firing.due_filter(at)).count()
    soon = Clock.objects.filter(next_fire_at__gt=at, next_fire_at__lte=at + QUIET)
    assert due >= 5_000, f"only {due} clocks are due"
    assert not soon.exists(), f"something falls due while the test runs: {soon[0].kind}"
    path.write_text(json.dumps(undisturbed(at)))
    hold_back()
    print(due)


def one(at: datetime) -> int:
    """Make a complaint that nobody has touched, in the way the product does."""
    from complaints.rights.actors import SYSTEM
    from complaints.tests import factories

    return factories.receive(SYSTEM, channel="web", at=at).pk


def undecided(number: int, at: datetime) -> None:
    from accounts.models import User
    from complaints.lifecycle import escalate, promises
    from complaints.rights.actors import person
    from complaints.tests import factories

    agent = User.objects.get(username="agent")
    complaint = factories.receive(agent, channel="phone", at=at)
    due = at + timedelta(minutes=90)
    promises.promise(complaint, by=person(agent), at=at, text=f"A call, {number}", due_at=due)
    escalate.escalate(complaint, by=person(agent), at=at, reason="R", tried="T", ask="A")


def copies(template: int, number: int) -> None:
    """Copy the complaint many times in SQL, with its clocks and an empty timeline."""
    from django.db import connection

    new = {
        "complaints_complaint": {
            "id": "n",
            "number": "'C-' || n",
            "token": "'t' || n",
            "event_count": "0",
            "head_hash": "''",
        },
        **{f"complaints_{name}": {"complaint_id": "n"} for name in ("handling", "participant", "clock")},
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM complaints_complaint")
        first = cursor.fetchone()[0] + 1
        for table, changed in new.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
            )
            columns = [name for (name,) in cursor.fetchall() if name != "id" or "id" in changed]
            values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
            key = "id" if table == "complaints_complaint" else "complaint_id"
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
                f"FROM {table} t, generate_series(%s, %s) n WHERE t.{key} = %s ORDER BY n, t.id",
                [first, first + number - 1, template],
            )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('complaints_complaint', 'id'), %s)", [first + number]
        )


def hold_back() -> None:
    """Let the due clocks come in waves, a share of the complaints at a time."""
    from django.db.models import F
    from django.db.models.functions import Now

    from complaints.models import Clock

    Clock.objects.filter(next_fire_at__lte=Now()).annotate(wave=F("complaint_id") % WAVES).filter(
        wave__gt=0
    ).update(set_aside_at=Now())


def undisturbed(at: datetime) -> dict[str, Any]:
    """Return what one undisturbed sweep does. It is rolled back."""
    from django.db import transaction

    from complaints.sweeps import due_clocks

    with transaction.atomic():
        due_clocks.sweep(at)
        found = json.loads(json.dumps(happened()))
        transaction.set_rollback(True)
    return found


# --- After ---
def happened() -> dict[str, Any]:
    """Return everything that sweeping wrote, by complaint, in the order in which it was written."""
    from complaints.models import BreachEscalation, Clock, Complaint, Effect, Event, Outbox

    def grouped(rows: Any) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for complaint, *rest in rows:
            found.setdefault(str(complaint), []).append([str(each) for each in rest])
        return found

    clock = ("clock__complaint", "clock__kind")
    notices = Outbox.objects.order_by("complaint", "recipient", "channel", "template", "pk")
    notice = ("complaint", "recipient", "channel", "template", "effect__clock__kind", "effect__level")
    return {
        "effects": grouped(
            Effect.objects.order_by("pk").values_list(*clock, "level", "generation", "kind", "at")
        ),
        "timeline": grouped(
            Event.objects.order_by("complaint", "seq").values_list(
                "complaint", "kind", "text__details__clock", "text__details__due"
            )
        ),
        "breaches": grouped(
            Clock.objects.exclude(breached_at=None)
            .order_by("pk")
            .values_list("complaint", "kind", "breached_at", "ended_as")
        ),
        "notices": grouped(notices.values_list(*notice)),
        "escalations": grouped(
            BreachEscalation.objects.order_by("pk").values_list("complaint", "round", "clock__kind")
        ),
        "heads": grouped(
            Complaint.objects.values_list("pk", "tier", "round", "team__code", "assignee", "event_count")
        ),
    }


def faults(expected: dict[str, Any]) -> Iterator[str]:
    """Yield each difference from one undisturbed pass, and each row that is wrong in itself."""
    got = json.loads(json.dumps(happened()))
    for name, wanted in expected.items():
        for complaint in {**wanted, **got[name]}:
            if wanted.get(complaint) != got[name].get(complaint):
                yield f"{name} of {complaint}: {got[name].get(complaint)} instead of {wanted.get(complaint)}"
    yield from each_once()
    yield from in_order()


def each_once() -> Iterator[str]:
    from complaints.models import BreachEscalation, Clock, Effect, Outbox

    counts = {
        "effect": Counter(Effect.objects.values_list("clock", "level")),
        "notice": Counter(Outbox.objects.exclude(effect=None).values_list("effect", "recipient", "channel")),
        "outbox row": Counter(
            Outbox.objects.exclude(event=None).values_list("event", "recipient", "channel", "template")
        ),
        "escalation": Counter(BreachEscalation.objects.values_list("complaint", "round")),
    }
    for name, counted in counts.items():
        yield from (f"{name} {key} stands there {n} times" for key, n in counted.items() if n > 1)
    for clock in Clock.objects.filter(set_aside_at__isnull=False):
        yield f"clock {clock.pk} is set aside: {clock.set_aside_error[-500:]}"


def in_order() -> Iterator[str]:
    """Check that a complaint's effects, and its breaches in the timeline, are in the order of their times."""
    from complaints.models import Effect, Event

    rows: dict[tuple[str, int], list[Any]] = {}
    for complaint, at in Effect.objects.order_by("pk").values_list("clock__complaint", "at"):
        rows.setdefault(("effects", complaint), []).append(at)
    breaches = Event.objects.filter(kind="breached").order_by("complaint", "seq")
    for complaint, due in breaches.values_list("complaint", "text__details__due"):
        rows.setdefault(("breaches", complaint), []).append(datetime.fromisoformat(due))
    for (name, complaint), moments in rows.items():
        if moments != sorted(moments):
            yield f"{name} of {complaint} are out of order: {moments}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
