"""Runs the clock walk with fresh seeds: `make clockwalk MINUTES=60`, or with SEED=… only that seed.

Prints the number of examples and moves, and each failure with its seed.
"""

import sys

from complaints.tests.lifecycle.stateful import run


def main(minutes: float, only: int | None) -> int:
    run.prepare()
    from complaints.tests.clockwalk.base import Totals
    from complaints.tests.clockwalk.machine import Machine

    return run.walk(
        Machine, minutes, only, lambda: f"{Totals.examples} examples, {Totals.moves} moves compared"
    )


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
