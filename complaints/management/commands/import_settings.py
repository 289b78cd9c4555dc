"""Change the settings as a JSON file says, after showing what would change."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.setup import document, file, sections
from complaints.setup.document import Difference, Writing
from complaints.terms.errors import MissingDetail
from ui import organisation


class Command(BaseCommand):
    help = "Change the settings as a file of export_settings says, all or nothing. The rest stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        parser.add_argument("--reason", default="import_settings", help="stands beside new versions")

    def handle(self, *args: Any, **options: Any) -> None:
        how = Writing(None, timezone.now(), options["reason"])
        act = document.trial if options["dry_run"] else document.apply
        try:
            given = file.read(options["file"].read_text(encoding="utf-8"))
            found: list[Difference] = act(sections.ALL, given, how)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{options['file']} cannot be read: {problem}") from None
        except MissingDetail as wrong:
            lines = (f"{name}: {text}" for name, texts in wrong.errors.items() for text in texts)
            raise CommandError("Nothing was changed.\n" + "\n".join(lines)) from None
        organisation.forget()
        for change in found:
            word = "new    " if change.is_new else "changed"
            self.stdout.write(f"{word}  {change.section.name} {change.key}: {', '.join(change.fields)}")
        verb = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{len(found)} {verb}")
