"""Measure deadlines: single calls over a year, and many deadlines on several calendars.

  python bench/working_time.py [--deadlines 100000] [--calls 5000]

No database is needed. The calendars are office hours with China's holidays, London's office hours, night
shifts and ALWAYS.
"""

import argparse
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from complaints.sla.calendars.holidays import china_days, country_days  # noqa: E402
from complaints.workdays.working_time import ALWAYS, WorkingCalendar  # noqa: E402

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
YEAR_OF_WORK, YEAR = 1_900 * HOUR, timedelta(days=364)
SEED = 2026


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadlines", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=5_000)
    options = parser.parse_args()
    cal = office()
    started = perf_counter()
    cal.add(START, YEAR_OF_WORK)
    print(f"first add over a year, nothing cached: {(perf_counter() - started) * 1e3:.1f} ms")
    add = timed(lambda n: cal.add(START + n * MINUTE, YEAR_OF_WORK), options.calls)
    print(f"add over a year:     {add}")
    between = timed(lambda n: cal.between(START, START + YEAR + n * MINUTE), options.calls)
    print(f"between over a year: {between}")
    started = perf_counter()
    deadlines(options.deadlines)
    seconds = perf_counter() - started
    print(f"{options.deadlines} random deadlines on 4 calendars: {seconds:.2f} s")


def timed(call: Callable[[int], object], calls: int) -> str:
    """Return the median, and the time that 95 % of the calls stay under."""
    taken = []
    for n in range(calls):
        started = perf_counter()
        call(n)
        taken.append((perf_counter() - started) * 1e6)
    return f"median {median(taken):.1f} µs, 95 % under {sorted(taken)[int(calls * 0.95)]:.1f} µs"


def deadlines(count: int) -> None:
    """Compute deadlines: starts within two years, lengths from 15 minutes to eight weeks of work."""
    chance = random.Random(SEED)
    cals = (office(), london(), night(), ALWAYS)
    for _number in range(count):
        start = START + chance.randrange(2 * 365 * 24 * 60) * MINUTE
        chance.choice(cals).add(start, chance.randrange(15, 8 * 40 * 60) * MINUTE)


def office() -> WorkingCalendar:
    closed, worked, _official = china_days(2026)
    hours = [(time(9), time(12)), (time(13), time(18))]
    return WorkingCalendar(
        "Asia/Shanghai", dict.fromkeys(range(5), hours), closed, dict.fromkeys(worked, hours)
    )


def london() -> WorkingCalendar:
    closed = country_days("GB", 2026) | country_days("GB", 2027)
    return WorkingCalendar("Europe/London", {day: [(time(9), time(17, 30))] for day in range(5)}, closed)


def night() -> WorkingCalendar:
    return WorkingCalendar("Asia/Shanghai", {day: [(time(22), time(6))] for day in range(7)})


if __name__ == "__main__":
    main()
