"""Runs all pairs of moves again and again on PostgreSQL, in a new database: `make races TRIES=10000`.

Ends with 1 after a deadlock, an unexpected outcome or a broken rule. A word after the number selects the
pairs that have this word in their name.
"""

import os
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.db import OperationalError, connection, transaction

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from accounts.models import User
    from complaints.tests.races.kit import Pair

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
AFRESH = 20
"""The number of tries that start from the same rows, put back each time. Then new complaints are made."""


@dataclass
class Kept:
    """The rows of the complaints of one scene. Putting them back is faster than making complaints again."""

    tables: list[str] = field(default_factory=list)

    @classmethod
    def empty_tables(cls) -> "Kept":
        """Remember the tables that are empty before the first complaint: these are what complaints fill."""
        models = apps.get_app_config("complaints").get_models(include_auto_created=True)
        kept = cls([model._meta.db_table for model in models if not model._default_manager.exists()])
        with connection.cursor() as cursor:
            for table in kept.tables:
                cursor.execute(f'CREATE UNLOGGED TABLE "kept_{table}" (LIKE "{table}")')
        return kept

    def clear(self) -> None:
        names = ", ".join(f'"{name}"' for table in self.tables for name in (table, f"kept_{table}"))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names}")

    def keep(self) -> None:
        self._each('INSERT INTO "kept_{0}" SELECT * FROM "{0}"')

    def put_back(self) -> None:
        self._each('DELETE FROM "{0}"; INSERT INTO "{0}" SELECT * FROM "kept_{0}"')

    def _each(self, sql: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(";".join(sql.format(table) for table in self.tables))


@dataclass
class Tally:
    ends: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    deadlocks: int = 0
    done: int = 0

    def report(self, seconds: float) -> None:
        for name, counted in self.ends.items():
            print(f"{name:36}", ", ".join(f"{end} {n}" for end, n in sorted(counted.items())))
        for text in self.wrong[:50]:
            print("WRONG", text)
        print(
            f"{self.done} tries of {len(self.ends)} pairs in {seconds:.0f} s: "
            f"{self.deadlocks} deadlocks, {len(self.wrong)} unexpected ends"
        )


def main(tries: int, word: str = "") -> int:
    django.setup()
    if connection.vendor != "postgresql":
        print("Races need PostgreSQL: set DATABASE_URL.", file=sys.stderr)
        return 2
    from complaints.tests.races.kit import two_windows
    from complaints.tests.races.test_pairs import PAIRS

    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"redress_races_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    with connection.cursor() as cursor:
        # The data need not survive a crash of the server. Locks are held just as long.
        cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
    connection.close()
    tally, began = Tally(), time.monotonic()
    try:
        with two_windows() as threads:
            _race(threads, [pair for pair in PAIRS if word in pair.name], tries, tally)
    except KeyboardInterrupt:
        print("Stopped early.")
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    tally.report(time.monotonic() - began)
    return int(bool(tally.wrong))


def _race(threads: "ThreadPoolExecutor", pairs: "list[Pair]", tries: int, tally: Tally) -> None:
    from accounts.models import User
    from complaints.demo import organisation
    from complaints.tests.conftest import MONDAY

    organisation.load(MONDAY)
    people = {user.username: user for user in User.objects.all()}
    kept = Kept.empty_tables()
    while tally.done < tries:
        for pair in pairs:
            _series(threads, pair, people, kept, min(AFRESH, tries - tally.done), tally)


def _series(
    threads: "ThreadPoolExecutor", pair: "Pair", people: "dict[str, User]", kept: Kept, n: int, tally: Tally
) -> None:
    from complaints.tests.races.kit import run

    ends = tally.ends.setdefault(pair.name, Counter())
    kept.clear()
    scene = pair.prepare(people)
    kept.keep()
    for turn in range(n):
        if turn:
            kept.put_back()
        try:
            ends[run(threads, pair, scene, turn)] += 1
        except OperationalError as problem:
            tally.deadlocks += "deadlock detected" in str(problem)
            tally.wrong.append(f"{pair.name}: {problem}")
        except AssertionError:
            tally.wrong.append(f"{pair.name}: {traceback.format_exc(limit=-1)}")
        tally.done += 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:3]))
