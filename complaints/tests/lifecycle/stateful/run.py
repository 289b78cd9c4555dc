"""Walk for so many minutes with fresh seeds: `make stateful MINUTES=60`, or with SEED=… that one only.

Prints how many examples and steps that were, and each failure with its seed.
"""

import os
import random
import sys
import time
import traceback

EXAMPLES_A_SEED, STEPS = 10, 50


def main(minutes: float, only: int | None) -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    from django.conf import settings

    get_runner(settings)(verbosity=0, interactive=False).setup_databases()
    from complaints.demo import organisation
    from complaints.tests.conftest import MONDAY

    organisation.load(MONDAY)
    return walk(minutes, only)


def walk(minutes: float, only: int | None) -> int:
    from complaints.tests.lifecycle.stateful.base import Totals

    end, failures, seeds = time.monotonic() + 60 * minutes, 0, 0
    while (only is None and time.monotonic() < end) or seeds == 0:
        number = random.randrange(2**32) if only is None else only
        seeds += 1
        try:
            walk_with(number)
        except Exception:
            failures += 1
            told = [line[:300] for line in traceback.format_exc(limit=-4).splitlines()]
            print("\n".join([f"FAILED with seed {number}", *told]), flush=True)
        if seeds % 10 == 0 or time.monotonic() >= end:
            print(
                f"{seeds} seeds, {Totals.examples} examples, {Totals.steps} steps,"
                f" {Totals.moves} moves made, {failures} failures",
                flush=True,
            )
    return 1 if failures else 0


def walk_with(number: int) -> None:
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from complaints.tests.lifecycle.stateful.machine import Machine

    class Seeded(Machine):
        pass

    budget = settings(
        max_examples=EXAMPLES_A_SEED,
        stateful_step_count=STEPS,
        deadline=None,
        report_multiple_bugs=False,
        database=None,
        phases=[Phase.generate] + ([Phase.shrink] if "SHRINK" in os.environ else []),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(Seeded), settings=budget)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
