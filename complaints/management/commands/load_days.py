"""Import the official list of holidays of one year from a file, as soon as it is published."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from complaints.rights.actors import SYSTEM
from complaints.sla.calendars import contents, files, overview, versions
from complaints.sla.calendars.days import What, after, content_of, merge_import
from complaints.sla.calendars.versions import Edit
from complaints.sla.statutory import recount
from complaints.terms.errors import LifecycleError, MissingDetail


class Command(BaseCommand):
    help = (
        "Load the whole official list of a year from an .ics or .csv file (columns date, kind, hours, name) "
        "into a calendar. Prints what changes and what was left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the calendar, such as CN-OFFICE")
        parser.add_argument("year", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="also take out days the file does not name")
        parser.add_argument("--regional", action="store_true", help="count days off of one region too")

    def handle(self, *args: Any, **options: Any) -> None:
        code, year, at = options["code"].upper(), options["year"], timezone.now()
        version = versions.newest(code)
        if version is None:
            raise CommandError(f"There is no calendar with the code {code}.")
        content = content_of(version)
        try:
            found = files.read_file(
                options["file"].name,
                options["file"].read_bytes()[: files.MAX_BYTES + 1],
                meaning=contents.BY_NAME,
                like=overview.likeliest_weekday(content, None),
                at=at,
                zone=ZoneInfo(content.timezone),
            )
        except OSError as problem:
            raise CommandError(f"The file cannot be read: {problem.strerror}.") from None
        except MissingDetail as refused:
            raise CommandError(_told(refused)) from None
        if options["regional"]:
            found.days |= {each.day.date: each.day for each in found.asked}
        days = [found.days[day] for day in sorted(found.days)]
        changes = merge_import(content, days, {year})
        self._say(found, changes, regional=options["regional"])
        removed = [change.day for change in changes if change.what == What.REMOVED]
        if removed and not options["yes"]:
            raise CommandError(
                "Nothing was changed. The file does not name the days marked “removed” as days off; "
                "to take them out nevertheless, add --yes."
            )
        edit = Edit(code, version.version, f"Official list of {year}", SYSTEM, at, on_server=True)
        try:
            saved = versions.import_days(edit, days, {year})
        except MissingDetail as refused:
            raise CommandError(_told(refused)) from None
        except LifecycleError as refused:
            raise CommandError(str(refused)) from None
        law = recount.touched(version, after(content, changes).working, at)
        self.stdout.write(f"{code} is now version {saved.version.version}.")
        self.stdout.write(f"{law.moved} open statutory deadlines would move, {law.earlier} of them earlier.")

    def _say(self, found: contents.Contents, changes: list[Any], *, regional: bool) -> None:
        for change in changes:
            self.stdout.write(
                f"{change.what.value:8} {change.day.date} {change.day.kind.value} {change.day.name}"
            )
        for entry in found.ignored:
            self.stdout.write(f"left out {entry.where}: {entry.why}")
        for asked in () if regional else found.asked:
            self.stdout.write(
                f"left out {asked.day.date} {asked.day.name}: {asked.why} (--regional takes it)"
            )


def _told(refused: MissingDetail) -> str:
    return " ".join(text for texts in refused.errors.values() for text in texts)
