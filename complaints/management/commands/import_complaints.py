"""Receive complaints from a CSV file, as the HTTP interface would. Errors are reported by line.

A run that was interrupted can be repeated: rows whose external id exists already are skipped.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from complaints.management import bulk_import
from complaints.rights.actors import person


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as",
            dest="username",
            default="agent",
            help="username of the person who logs them (default: agent)",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="read a field from a column, such as text=description; can be repeated",
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            dest="fixed",
            metavar="FIELD=VALUE",
            help="a value for all rows, such as channel=web; can be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row without saving any")
        parser.add_argument(
            "--errors", type=Path, help="write the errors to this CSV file: line, field, message"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"there is no user {options['username']!r}")
        quiet = options["verbosity"] == 0
        try:
            source = bulk_import.open_file(options["file"], options["map"], options["fixed"])
        except bulk_import.BadFile as problem:
            raise CommandError(str(problem)) from problem
        report = bulk_import.Report()
        with tqdm(total=source.count, unit=" rows", disable=quiet, file=self.stderr) as bar:
            for _line in bulk_import.take_in(
                source, report, by=person(user), at=timezone.now(), dry_run=options["dry_run"]
            ):
                bar.update(1)
        if options["errors"]:
            report.write(options["errors"])
        for line, field, message in report.errors[:20]:
            self.stderr.write(f"line {line}: {field}: {message}")
        if len(report.errors) > 20:
            self.stderr.write(f"… and {len(report.errors) - 20} more; --errors FILE has them all")
        done = "would be received" if options["dry_run"] else "received"
        self.stdout.write(
            f"{report.received} {done}, {report.passed_over} there already, {report.failed} with errors"
        )
        if report.failed:
            raise CommandError("not every row could be taken", returncode=1)
