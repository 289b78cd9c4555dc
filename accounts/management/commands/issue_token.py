"""Create a token of the HTTP interface for a user. The key is the last word printed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import tokens
from accounts.models import TokenScope, User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", choices=TokenScope.values, default=TokenScope.WRITE)
        parser.add_argument("--days", type=int, default=90, help="how long it is valid (1 to 730)")
        parser.add_argument("--name", default="issue_token")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']!r}.")
        if not 1 <= options["days"] <= tokens.LONGEST_DAYS:
            raise CommandError(f"--days must be from 1 to {tokens.LONGEST_DAYS}.")
        token, key = tokens.issue(
            user,
            at=timezone.now(),
            days=options["days"],
            name=options["name"][:80],
            scope=options["scope"],
        )
        self.stdout.write(f"{token.get_scope_display()}, until {token.expires_at:%Y-%m-%d}: {key}")
