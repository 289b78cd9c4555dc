"""Make one pass of the sweep, for operators and tests."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.sweeps import due_clocks


class Command(BaseCommand):
    help = "Fire every clock that is due, up to now or to a given moment, and print what fired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", type=moment, metavar="ISO-8601", help="with its offset, such as 2026-11-23T09:30:00+08:00"
        )
        parser.add_argument(
            "--batch",
            type=int,
            default=due_clocks.BATCH,
            help="how many due clocks per transaction (default: %(default)s)",
        )

    def handle(
        self, *args: Any, at: datetime | None = None, batch: int = due_clocks.BATCH, **options: Any
    ) -> None:
        if batch < 1:
            raise CommandError("a batch must hold at least one clock")
        self.stdout.write(str(due_clocks.sweep(at or timezone.now(), batch=batch)))


def moment(text: str) -> datetime:
    """Parse a moment with its time zone. Raises CommandError for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text!r} is not a moment like 2026-11-23T09:30:00+08:00")
    if found.tzinfo is None:
        raise CommandError(f"{text!r} has no time zone: write 2026-11-23T09:30:00+08:00 or …Z")
    return found
