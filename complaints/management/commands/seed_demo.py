"""Fill an empty database with the sample organisation and its complaints."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo import cases, organisation
from complaints.models import Complaint


class Command(BaseCommand):
    help = "Fill an empty database with invented people and complaints. Works in demo mode only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--complaints",
            type=int,
            default=cases.USUAL,
            help="how many complaints; there are always at least the open ones",
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed at the same moment gives the same complaints"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if there are complaints already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo accounts have a public password: this runs in demo mode only.")
        if Complaint.objects.exists():
            if options["if_empty"]:
                organisation.load_routes_and_matrix(timezone.now())
                return
            raise CommandError("There are complaints already: this needs an empty database.")
        made = cases.load(timezone.now(), complaints=options["complaints"], seed=options["seed"])
        self.stdout.write(f"{made} complaints of the sample organisation")
