"""Write all settings into a JSON file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.setup import file


class Command(BaseCommand):
    help = "Write teams, categories, rules, calendars and all other settings into a JSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["file"].write_text(file.written(timezone.now()), encoding="utf-8")
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be written: {problem.strerror}") from None
        self.stdout.write(f"written: {options['file']}")
