"""Calls every operation of the HTTP interface with schemathesis: `make schema CALLS=20000`.

One round makes examples, coverage, fuzzing and sequences by links. Until enough calls are made, further
rounds with other seeds follow, without the coverage. They run in a new database with the demo organisation,
on the server of DATABASE_URL or in SQLite.

It fails on an answer of 500 or above, on a status or content type that is not declared, on a body or header
that does not match the schema, on wrong data that was accepted, and on an operation with which no call
succeeded. `lead.py` explains how calls come to succeed. `--quick` is one short round without demo complaints,
as `.ci/run` does it.
"""

import argparse
import logging
import os
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from tests.schema.lead import Lead

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
DEMO = 40
"""The number of demo complaints. More of them only take longer."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=20, help="generated calls of an operation in a round")
    parser.add_argument("--quick", action="store_true", help="one round without the coverage phase")
    options = parser.parse_args()
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.getLogger("django.request").setLevel(logging.ERROR)
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = _database(connection.vendor)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # the data need not survive a crash
            cursor.execute(
                f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off'
            )
        connection.close()
    try:
        return run(options)
    finally:
        end_other_sessions()
        connection.creation.destroy_test_db(before, verbosity=0)


def end_other_sessions() -> None:
    """End the sessions of the threads that made the calls, because a database in use cannot be dropped."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _database(vendor: str) -> str:
    from django.conf import settings

    name = f"redress_schema_{os.getpid()}"
    return name if vendor == "postgresql" else str(settings.VAR_DIR / f"{name}.sqlite3")


def run(options: argparse.Namespace) -> int:
    from django.utils import timezone
    from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

    from complaints.demo import cases, organisation
    from tests.schema.lead import Lead

    began = time.monotonic()
    if options.quick:
        organisation.load(timezone.now() - timedelta(days=1))
    else:
        cases.load(timezone.now(), complaints=DEMO, seed=options.seed)
    print(f"Demo organisation: {time.monotonic() - began:.0f} s", flush=True)
    lead, faults = Lead(options.seed), dict[str, str]()
    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(lead.before_call, "before_call")
    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(lead.after_call, "after_call")
    number = 0
    try:
        while not number or (not options.quick and lead.calls < options.calls):
            round_of_calls(lead, options, number, faults)
            number += 1
            print(f"round {number}: {lead.calls} calls, {time.monotonic() - began:.0f} s", flush=True)
    except KeyboardInterrupt:
        print("Stopped early.")
    return report(lead, faults)


def round_of_calls(lead: "Lead", options: argparse.Namespace, number: int, faults: dict[str, str]) -> None:
    from schemathesis.engine import events, from_schema

    schema = load_schema(options, number)
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            note(event.recorder, faults)
            if not options.quick and lead.calls >= options.calls:
                stream.stop()
        elif isinstance(event, events.Interrupted):
            raise KeyboardInterrupt
        elif isinstance(event, events.NonFatalError | events.FatalError):
            problem = event.value if isinstance(event, events.NonFatalError) else event.exception
            faults.setdefault(f"error: {problem!r}"[:300], getattr(event, "label", ""))


def holds_nothing(body: Any) -> bool:
    """Return True if null or "" stands in a body: taken as not given, although the schema has neither."""
    if isinstance(body, dict):
        return any(map(holds_nothing, body.values()))
    return any(map(holds_nothing, body)) if isinstance(body, list) else body is None or body == ""


def note(recorder: Any, faults: dict[str, str]) -> None:
    """Keep the first failure of each kind, with the call that repeats it."""
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure, case = check.failure_info.failure, recorder.cases[case_id].value
                if check.name == "negative_data_rejection" and holds_nothing(case.body):
                    continue
                key = f"{case.operation.label}: {failure.title}: {failure.message[:160]}"
                if key not in faults:
                    faults[key] = f"{failure.message}\n{check.failure_info.code_sample}"[:3000]
                    print(f"FAULT {key}", flush=True)


def load_schema(options: argparse.Namespace, number: int) -> Any:
    import schemathesis
    from django.core.handlers.wsgi import WSGIHandler
    from drf_spectacular.generators import SchemaGenerator
    from schemathesis.config import SchemathesisConfig

    raw = SchemaGenerator().get_schema(request=None, public=True)
    config = SchemathesisConfig.from_dict(
        {
            "seed": options.seed + number,
            "workers": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": options.examples,
                "no-shrink": True,
                "with-security-parameters": False,
                "database": "none",
            },
            "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
            "phases": {
                "coverage": {"enabled": not options.quick and number == 0},
                "stateful": {"max-steps": 8},
            },
        }
    )
    schema = schemathesis.openapi.from_dict(raw, config=config)
    schema.app, schema.location = WSGIHandler(), "/api/schema/"
    return schema


def report(lead: "Lead", faults: dict[str, str]) -> int:
    from tests.schema.scenes import SCENES

    print(f"\n{'operation':34}{'calls':>7}{'2xx':>7}   others")
    for name, counted in sorted(lead.answers.items()):
        well = sum(n for status, n in counted.items() if 200 <= status < 300)
        others = " ".join(f"{status}: {n}" for status, n in sorted(counted.items()) if status >= 300)
        print(f"{name:34}{sum(counted.values()):>7}{well:>7}   {others}")
    never = [name for name in SCENES if not lead.succeeded(name)]
    print(f"\n{lead.calls} calls of {len(SCENES)} operations; {dict(lead.phases)}")
    for key, sample in faults.items():
        print(f"\nFAULT {key}\n{sample}")
    for name in never:
        print(f"NO SUCCESS: {name}")
    print(f"{len(faults)} faults, {len(never)} operations without success")
    return int(bool(faults or never))


if __name__ == "__main__":
    sys.exit(main())
