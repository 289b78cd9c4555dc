"""`manage.py check_catalogues`: fail if a text in code or templates is not translated."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.catalogues import LANGUAGES, CatalogueError, extract, load, problems


class Command(BaseCommand):
    help = "Compare the catalogues with the texts in code and templates. Needs gettext."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = [
                f"{language}: {line}"
                for language in LANGUAGES
                for line in problems(load(language), extract(language))
            ]
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} problems in the catalogues")
        self.stdout.write("Catalogues are complete.")
