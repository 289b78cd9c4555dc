"""Index all complaints for search again, or only those that are not indexed yet."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from complaints.models import Complaint
from complaints.search import index


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only complaints that are not indexed yet")

    def handle(self, *args: Any, **options: Any) -> None:
        total = index.missing() if options["missing"] else Complaint.objects.count()
        if not total:
            return
        quiet = options["verbosity"] == 0
        with tqdm(total=total, unit=" complaints", disable=quiet, file=self.stderr) as bar:
            for done in index.rebuild(missing_only=options["missing"]):
                bar.update(done)
