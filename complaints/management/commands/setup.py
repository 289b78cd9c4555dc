"""Install the product on an empty database, on a terminal or by options alone."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.setup import codes, install, starting
from complaints.setup.install import Wish
from complaints.terms.errors import MissingDetail

PASSWORD = "REDRESS_ADMIN_PASSWORD"  # noqa: S105
OPTIONS = {"username": "--admin", "email": "--email", "password": PASSWORD}


class Command(BaseCommand):
    help = (
        "Make the first administrator and what the desk needs to work: teams, categories, remedies, "
        "calendars, policies, routes, limits. What is there already is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noinput", action="store_true", help=f"ask nothing; the password is {PASSWORD}")
        parser.add_argument("--admin", default="", metavar="NAME", help="user name of the administrator")
        parser.add_argument("--email", default="", metavar="ADDRESS", help="the administrator's address")
        parser.add_argument("--starting-set", choices=list(starting.TITLES), help="what to begin with")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--time-zone", help="such as Asia/Shanghai; its public holidays are loaded")
        parser.add_argument("--currency", help="three letters, such as CNY")
        parser.add_argument("--brand", default="", help="the name that customers see")

    def handle(self, *args: Any, **options: Any) -> None:
        wish = self._given(options) if options["noinput"] else self._asked(options)
        try:
            report = install.install(wish, timezone.now())
        except MissingDetail as wrong:
            raise CommandError(
                "\n".join(
                    f"{OPTIONS.get(name, '--' + name.replace('_', '-'))}: {text}"
                    for name, texts in wrong.errors.items()
                    for text in texts
                )
            ) from None
        for line in report.made:
            self.stdout.write(f"made     {line}")
        for line in report.already:
            self.stdout.write(f"already  {line}")
        self.stdout.write(f"Go on at {settings.SITE_URL.rstrip('/')}/settings/start/")

    def _given(self, options: dict[str, Any]) -> Wish:
        return Wish(
            username=options["admin"],
            email=options["email"],
            password=os.environ.get(PASSWORD, ""),
            starting_set=options["starting_set"] or starting.EMPTY,
            language=options["language"] or settings.LANGUAGE_CODE,
            time_zone=options["time_zone"] or settings.TIME_ZONE,
            currency=options["currency"] or settings.CURRENCY,
            brand_name=options["brand"],
        )

    def _asked(self, options: dict[str, Any]) -> Wish:
        """Ask for everything that no option gave."""
        given = self._given(options)
        username = email = password = ""
        if codes.needed():
            username = given.username or self._ask("User name of the administrator", "admin")
            email = given.email or self._ask("E-mail address", "")
            password = given.password or self._ask_password()
        for name, title in starting.TITLES.items():
            self.stdout.write(f"  {name:<16}{title}")
        return Wish(
            username=username,
            email=email,
            password=password,
            starting_set=options["starting_set"] or self._ask("Starting set", starting.EMPTY),
            language=options["language"] or self._ask("Language (en, zh-hans, zh-hant)", given.language),
            time_zone=options["time_zone"] or self._ask("Time zone", given.time_zone),
            currency=options["currency"] or self._ask("Currency", given.currency),
            brand_name=given.brand_name or self._ask("Name that customers see", settings.BRAND_NAME),
        )

    def _ask(self, question: str, default: str) -> str:
        return input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default

    def _ask_password(self) -> str:
        first, second = getpass.getpass("Password: "), getpass.getpass("Password again: ")
        if first != second:
            raise CommandError("The two passwords differ.")
        return first
