"""Runs the stateful test with fresh seeds: `make stateful MINUTES=60`, or with SEED=… only that seed.

Prints the number of examples and steps, and each failure with its seed.
"""

import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

EXAMPLES_A_SEED, STEPS = 10, 50


def main(minutes: float, only: int | None) -> int:
    prepare()
    from complaints.tests.lifecycle.stateful.base import Totals
    from complaints.tests.lifecycle.stateful.machine import Machine

    def totals() -> str:
        return f"{Totals.examples} examples, {Totals.steps} steps, {Totals.moves} moves made"

    return walk(Machine, minutes, only, totals)


def prepare() -> None:
    """Create an empty database with the sample organisation."""
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


def walk(
    machine: "type[RuleBasedStateMachine]", minutes: float, only: int | None, totals: Callable[[], str]
) -> int:
    """Try the machine with fresh seeds until the time is over. Return 1 when one of them failed."""
    end, failures, seeds = time.monotonic() + 60 * minutes, 0, 0
    while (only is None and time.monotonic() < end) or seeds == 0:
        number = random.randrange(2**32) if only is None else only
        seeds += 1
        try:
            walk_with(machine, number)
        except Exception:
            failures += 1
            told = [line[:300] for line in traceback.format_exc(limit=-4).splitlines()]
            print("\n".join([f"FAILED with seed {number}", *told]), flush=True)
        if seeds % 10 == 0 or time.monotonic() >= end:
            print(f"{seeds} seeds, {totals()}, {failures} failures", flush=True)
    return 1 if failures else 0


def walk_with(machine: "type[RuleBasedStateMachine]", number: int) -> None:
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    class Seeded(machine):  # type: ignore[misc, valid-type]
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
