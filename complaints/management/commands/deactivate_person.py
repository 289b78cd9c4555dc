"""End a person's right to sign in. Sessions and tokens end, and open work goes back to the teams."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import leaving, staff
from complaints.rights.actors import SYSTEM
from complaints.terms.errors import LifecycleError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go back")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']!r}.")
        if options["dry_run"]:
            self.stdout.write(f"would go back: {leaving.in_words(leaving.held_by(user)) or 'nothing'}")
            return
        try:
            held = staff.deactivate(user, by=SYSTEM, at=timezone.now())
        except LifecycleError as problem:
            raise CommandError(problem.message) from None
        back = leaving.in_words(held) or "nothing"
        self.stdout.write(f"{user.username} can no longer sign in; back: {back}")
