"""Measure the list of complaints over HTTP, at 200,000 against 2,000 (wanted: p95 at most 1.5 times).

  DATABASE_URL=postgresql://… python bench/api_list.py [--small 2000] [--large 200000] [--calls 40]

This needs an empty PostgreSQL database, which it fills. The complaints are copies, made in SQL, of one that
the product made: one in ten is open, they are spread over the demo's teams, and each has clocks, a claim, a
plan and a customer. The user `few` is an agent who sees only 60 of them, the oldest.

Calls run in this process, through all of Django, from the token to the text of the answer. The figures are
processor time plus the time of the statements, so that other load on the machine matters little.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("acknowledge", "first_response", "recovery", "update", "resolution")
SHARES = {
    "FL-PHONE": 34,
    "FL-ONLINE": 30,
    "FL-RIDE": 9,
    "SL-GOODS": 12,
    "SL-LOGI": 8,
    "SL-RIDE": 4,
    "EX-PANEL": 3,
}
"""The share of complaints by team, in percent."""
READERS = ("manager", "supervisor", "agent", "few")
ORDERINGS = ("next_due", "-received_at", "severity")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--calls", type=int, default=40, help="number of calls of each kind")
    parser.add_argument("--explain", action="store_true", help="print the slowest statement of each kind")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("This needs PostgreSQL: set DATABASE_URL.")
    run(options)


def run(options: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from complaints.demo import organisation
    from complaints.models import Complaint

    call_command("migrate", verbosity=0)
    at = timezone.now().replace(microsecond=0)
    if not Complaint.objects.exists():
        organisation.load(at - timedelta(days=100))
        one_complaint(at)
    template = Complaint.objects.order_by("pk").values_list("pk", flat=True)[0]
    figures: dict[int, dict[str, float]] = {}
    for size in (options.small, options.large):
        if size >= Complaint.objects.count():
            fill(template, size, at)
            figures[size] = measured(options)
    print(f"{'p95 in ms':44}" + "".join(f"{size:>10}" for size in figures) + "     ratio")
    for name in figures[max(figures)]:
        both = [found[name] for found in figures.values()]
        print(
            f"{name:44}" + "".join(f"{ms:>10.1f}" for ms in both) + f"{both[-1] / both[0]:>10.2f}", flush=True
        )


def one_complaint(at: datetime) -> None:
    """Make a complaint with an offer, and the agent who sees few complaints."""
    from accounts.models import Team, User
    from complaints.tests import factories

    few = User.objects.create_user("few", role="agent", tier=1)
    few.teams.set([Team.objects.get(code="FL-INTL")])
    factories.offered(User.objects.get(username="agent"), at=at - timedelta(hours=1))


# --- Copies ---
def fill(template: int, size: int, at: datetime) -> None:
    from django.db import connection

    from complaints.models import Complaint

    last = Complaint.objects.order_by("-pk").values_list("pk", flat=True)[0]
    numbers = (last + 1, last + size - Complaint.objects.count())
    with connection.cursor() as cursor:
        for table, key, changed in copied(cursor, at):
            columns = [name for name in columns_of(cursor, table) if name != "id" or "id" in changed]
            values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
            where = changed.get("where", "true")
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, "
                f"generate_series({numbers[0]}, {numbers[1]}) n WHERE t.{key} = {template} AND {where}"
                if key
                else f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM "
                f"(SELECT * FROM {table} ORDER BY id LIMIT 1) t, "
                f"generate_series({numbers[0]}, {numbers[1]}) n"
            )
        cursor.execute("VACUUM ANALYZE")


def columns_of(cursor: Any, table: str) -> list[str]:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [name for (name,) in cursor.fetchall()]


def complaint_columns(at: datetime) -> dict[str, str]:
    """Return what differs in the copies of the complaint, as SQL of `n`, the number of the copy."""
    return {
        "id": "n",
        "number": "'B-' || n",
        "token": "'t' || n",
        "event_count": "0",
        "head_hash": "''",
        "customer_id": "n - n % 3 + 1000000 + CASE WHEN n % 3 = 0 THEN 0 ELSE n % 3 END",
        "team_id": team_sql(),
        "assignee_id": "CASE WHEN n % 40 = 1 THEN t.assignee_id END",
        "severity": "CASE WHEN n % 100 < 3 THEN 'critical' WHEN n % 100 < 15 THEN 'major' "
        "WHEN n % 100 < 75 THEN 'normal' ELSE 'minor' END",
        "stage": "CASE WHEN n % 10 = 0 THEN t.stage ELSE 'closed' END",
        "outcome": "CASE WHEN n % 10 = 0 THEN NULL ELSE 'upheld' END",
        "received_at": f"timestamptz '{at - timedelta(days=90)}' + n * interval '30 seconds'",
        "closed_at": f"CASE WHEN n % 10 = 0 THEN NULL ELSE timestamptz '{at}' END",
        "next_due_at": f"CASE WHEN n % 10 = 0 THEN timestamptz '{at}' "
        "+ (n::bigint * 104729 % 2000000) * interval '1 second' END",
    }


def copied(cursor: Any, at: datetime) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (table, column that refers to the complaint or "" for any row, changes in the copies)."""
    yield "complaints_customer", "", {"id": "n + 1000000", "external_id": "NULL"}
    yield "complaints_complaint", "id", complaint_columns(at)
    yield "complaints_handling", "complaint_id", {"id": "n", "complaint_id": "n", "where": "t.round = 1"}
    yield "complaints_claim", "complaint_id", {"complaint_id": "n"}
    yield "complaints_clock", "complaint_id", {"complaint_id": "n"}
    yield (
        "complaints_searchdocument",
        "complaint_id",
        {
            "complaint_id": "n",
            "tokens": "CASE WHEN n <= 2000 AND n % 33 = 1 THEN t.tokens || 'rareword'::varchar "
            "ELSE t.tokens END",
            "plain": "CASE WHEN n <= 2000 AND n % 33 = 1 THEN t.plain || ' rareword' ELSE t.plain END",
        },
    )
    yield (
        "complaints_participant",
        "complaint_id",
        {
            "complaint_id": "n",
            "team_id": f"CASE WHEN t.team_id IS NULL THEN NULL ELSE {team_sql()} END",
            "where": "(t.team_id IS NOT NULL OR n % 40 = 1)",
        },
    )
    cursor.execute("SELECT id FROM complaints_plan ORDER BY id LIMIT 1")
    yield "complaints_plan", "", {"id": "n + 1000000", "handling_id": "n"}


def team_sql() -> str:
    from accounts.models import Team

    ids, at, cases = dict(Team.objects.values_list("code", "pk")), 0, []
    for code, share in SHARES.items():
        at += share
        cases.append(f"WHEN n % 103 % 100 < {at} THEN {ids[code]}")
    few = f"WHEN n % 33 = 0 AND n <= 2000 THEN {ids['FL-INTL']}"
    return f"CASE {few} {' '.join(cases)} END"


# --- Calls ---
def measured(options: argparse.Namespace) -> dict[str, float]:
    from django.test import Client
    from django.utils import timezone

    from accounts import tokens
    from accounts.models import User

    found: dict[str, float] = {}
    for name in READERS:
        user = User.objects.get(username=name)
        key = tokens.issue(user, at=timezone.now(), days=1)[1]
        get = partial(Client().get, headers={"Authorization": f"Token {key}"})
        for label, query in asked(user):
            call = partial(get, f"/api/v1/complaints/?{query}")
            found[f"{name} {label}"] = p95(call, options.calls)
            if options.explain:
                slowest(call, f"{name} {label}")
    return found


def asked(user: Any) -> Iterator[tuple[str, str]]:
    for ordering in ORDERINGS:
        yield f"{ordering}, first page", f"ordering={ordering}"
        yield f"{ordering}, deep", f"ordering={ordering}&cursor={deep(user, ordering)}"
    yield "q, many found", "q=电饭煲"
    yield "q, few found", "q=rareword"


def deep(user: Any, ordering: str) -> str:
    """Return the cursor in the middle of what this reader sees."""
    from complaints.api.paging import Cursor
    from complaints.api.queries import ORDERS
    from complaints.rights import access

    seen = access.visible_to(user)
    left = seen.count() // 2
    for number, part in enumerate(ORDERS[ordering]):
        rows = part.rows(seen, None, False)
        here = rows.count()
        if left < here:
            row: Any = rows[left]
            return Cursor(False, number, tuple(getattr(row, name) for name in part.names)).text()
        left -= here
    raise AssertionError("nothing in the middle")


def p95(call: Callable[[], Any], calls: int) -> float:
    for _warm in range(3):
        call()
    from django.db import connection

    taken = []
    for _call in range(calls):
        asked: list[float] = []

        def timed(execute: Callable[..., Any], *given: Any, asked: list[float] = asked) -> Any:
            began = perf_counter()
            try:
                return execute(*given)
            finally:
                asked.append(perf_counter() - began)

        began = process_time()
        with connection.execute_wrapper(timed):
            answer = call()
        taken.append((process_time() - began + sum(asked)) * 1000)
        assert answer.status_code == 200, answer.content
    return quantiles(taken, n=20)[-1]


def slowest(call: Callable[[], Any], label: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        call()
    query = max(seen.captured_queries, key=lambda each: float(each["time"]))
    print(f"--- {label}: {query['time']} s of {sum(float(q['time']) for q in seen.captured_queries):.3f} s")
    if float(query["time"]) > 0.02:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF) {query['sql'].replace('%', '%%')}", None)
            print("\n".join(line for (line,) in cursor.fetchall()), flush=True)


if __name__ == "__main__":
    main()
