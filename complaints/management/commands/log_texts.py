"""Log real complaint texts as an agent would, and count where they land."""

import csv
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from complaints.actors import person
from complaints.forms.intake import LogForm
from complaints.lifecycle import intake
from complaints.lifecycle.errors import LifecycleError
from complaints.models import Complaint

FULL, TRIAGE = "with a category", "needs triage"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(BaseCommand):
    help = (
        "Log each text of a CSV file (columns text, lang, source) through the form; print where they landed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True, help="the user who logs them")

    def handle(self, *args: Any, file: Path, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"there is no user {username!r}")
        landed: dict[str, Counter[str]] = {}
        for number, row in enumerate(rows(file), start=1):
            complaint = log(row, user, timezone.now(), number)
            where = TRIAGE if complaint.needs_triage else FULL
            landed.setdefault(row.get("source") or "–", Counter())[where] += 1
        for source, counts in sorted(landed.items()):
            self._tell(source, counts)
        self._tell("all", sum(landed.values(), Counter()))

    def _tell(self, source: str, counts: Counter[str]) -> None:
        self.stdout.write(
            f"{source}: {counts.total()} logged, {counts[FULL]} {FULL}, {counts[TRIAGE]} {TRIAGE}"
        )


def rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as table:
            yield from csv.DictReader(table)
    except OSError as problem:
        raise CommandError(str(problem)) from problem


def log(row: dict[str, str], user: User, at: datetime, number: int) -> Complaint:
    """One text through the form and the step that the page uses, with nothing filled in beside the words."""
    form = LogForm(
        {
            "channel": "web",
            "description": row["text"],
            "language": LANGUAGES.get(row.get("lang", ""), ""),
            "anonymous_reason": "A public text",
        }
    )
    if not form.is_valid():
        raise CommandError(f"text {number}: {form.errors.as_json()}")
    try:
        return intake.receive(form.receipt(submission_owner=user), by=person(user), at=at)
    except LifecycleError as problem:
        raise CommandError(f"text {number}: {problem.message}") from problem
