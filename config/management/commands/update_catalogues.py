"""`manage.py update_catalogues`: add new texts and the parts, and drop texts that are no longer used."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.catalogues import (
    LANGUAGES,
    CatalogueError,
    catalogue,
    extract,
    load,
    name,
    problems,
    read_parts,
    updated,
)


class Command(BaseCommand):
    help = "Rewrite the catalogues from code, templates and locale/parts/*.json. Needs gettext."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for language, plural_forms in LANGUAGES.items():
                self.update(language, plural_forms)
        except CatalogueError as error:
            raise CommandError(str(error)) from error

    def update(self, language: str, plural_forms: str) -> None:
        extracted = extract(language)
        parts, disagreements = read_parts(language)
        result = updated(load(language), extracted, parts, plural_forms)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        result.save(str(path))
        used = {text for entry in extracted for text in (entry.msgid, name(entry))}
        unused = [
            f"{part.name} has an unused text: {msgid!r}"
            for part in parts
            for msgid in part.entries
            if msgid not in used
        ]
        left = list(problems(result, extracted))
        for line in [*disagreements, *unused, *left]:
            self.stdout.write(line)
        self.stdout.write(f"{path.name} of {language}: {len(result)} texts, {len(left)} still to do.")
