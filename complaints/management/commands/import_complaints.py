"""Receive complaints from a CSV file, as the HTTP interface would. Refused rows are reported by line.

Encoding and separator are detected. A run that was interrupted can be repeated: rows that were imported
already are skipped. Old complaints are recorded without notifying anybody.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from complaints.management import bulk_import
from complaints.management.bulk_import import Report, Source, Wish
from complaints.management.cells import MOMENTS, manner
from complaints.management.tables import BadFile
from complaints.rights.actors import person

SHOWN = 20


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
        parser.add_argument("--encoding", help="the encoding, if it is not detected, such as cp1252")
        parser.add_argument("--timezone", help="zone of moments without an offset, such as Asia/Shanghai")
        parser.add_argument("--date-format", help="how moments are written, such as '%%m/%%d/%%Y'")
        told = parser.add_mutually_exclusive_group()
        told.add_argument("--silent", action="store_true", help="write to nobody, however new the rows are")
        told.add_argument("--notify", action="store_true", help="treat old rows as if they came in today")
        parser.add_argument(
            "--closed", action="store_true", help="record them as closed; needs outcome and closed_at"
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row without saving any")
        parser.add_argument("--rejects", type=Path, help="write the refused rows with reasons to this file")
        parser.add_argument(
            "--errors", type=Path, help="write the errors to this CSV file: line, field, message"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"there is no user {options['username']!r}")
        if options["closed"] and options["notify"]:
            raise CommandError("closed complaints are told to nobody: leave out --notify or --closed")
        try:
            source = self._source(options)
        except BadFile as problem:
            raise CommandError(str(problem)) from problem
        quiet = True if options["silent"] else False if options["notify"] else None
        wish = Wish(quiet, options["closed"], options["dry_run"])
        report = Report()
        if options["verbosity"]:
            self.stderr.write(f"{source.table.path.name}: {source.table.manner}")
        with tqdm(
            total=source.table.count,
            unit=" rows",
            disable=options["verbosity"] == 0,
            file=self.stderr,
        ) as bar:
            for _line in bulk_import.take_in(source, report, by=person(user), now=timezone.now, wish=wish):
                bar.update(1)
        if options["errors"]:
            report.write_errors(options["errors"])
        if options["rejects"]:
            report.write_rejects(options["rejects"], source.table.header)
        self._tell(report, options)

    def _source(self, options: dict[str, Any]) -> Source:
        return bulk_import.open_source(
            options["file"],
            options["map"],
            options["fixed"],
            manner=manner(options["timezone"], options["date_format"]),
            encoding=options["encoding"],
        )

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        """Write the summary, and each refused row with its line. Exit with 1 if one was refused."""
        lines = [
            f"line {each.row.line}: {name + ': ' if name else ''}{text}"
            for each in report.refused
            for name, text in each.reasons
        ]
        for line in lines[:SHOWN]:
            self.stderr.write(line)
        if not options["timezone"] and any(
            name in MOMENTS for each in report.refused for name, _text in each.reasons
        ):
            self.stderr.write("moments: --timezone and --date-format say how they are written")
        if len(lines) > SHOWN:
            self.stderr.write(f"… and {len(lines) - SHOWN} more; --errors FILE has them all")
        done = "would be received" if options["dry_run"] else "received"
        self.stdout.write(
            f"{report.received} {done}, {report.there_already} there already, {len(report.refused)} refused"
        )
        if report.quiet and not options["silent"] and not options["closed"]:
            self.stdout.write(
                f"{report.quiet} of the past: nobody is written to, nothing escalates (--notify changes that)"
            )
        if report.refused:
            again = "" if options["rejects"] else "; --rejects FILE keeps them to be mended"
            raise CommandError(f"{len(report.refused)} rows were not taken{again}", returncode=1)
