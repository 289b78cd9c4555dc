"""Make an account, or invite somebody again who cannot sign in. The link is the last word printed."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import invitations
from accounts.models import User
from accounts.roles import Role, Tier
from complaints.lifecycle import staff
from complaints.rights.actors import SYSTEM
from complaints.terms.errors import LifecycleError
from ui import organisation


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument("--name", default="", help="in English; the username if it is left out")
        parser.add_argument("--name-zh", default="")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN)
        parser.add_argument("--tier", type=int, choices=Tier.values, default=Tier.FRONT_LINE)
        parser.add_argument("--team", action="append", default=[], dest="teams", metavar="CODE")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--timezone", default="", help="of the organisation if it is left out")
        parser.add_argument("--mail", action="store_true", help="also mail the link to the person")

    def handle(self, *args: Any, **options: Any) -> None:
        at, user = timezone.now(), User.objects.filter(username=options["username"]).first()
        names = {"name_en": options["name"] or options["username"], "name_zh": options["name_zh"]}
        options["timezone"] = options["timezone"] or organisation.current().time_zone
        try:
            if user is None:
                user, key = staff.create({**options, **names}, by=SYSTEM, at=at)
            else:
                key = staff.invite(user, by=SYSTEM, at=at)
        except LifecycleError as problem:
            raise CommandError(problem.message) from None
        if options["mail"] and not invitations.send(user, key):
            self.stderr.write("The mail could not be sent.")
        self.stdout.write(
            f"{user.username}, for {invitations.VALID_FOR.days} days: {invitations.link_of(key)}"
        )
