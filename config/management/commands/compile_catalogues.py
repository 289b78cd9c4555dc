"""`manage.py compile_catalogues`: compile .po to .mo, without gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import compile_changed


class Command(BaseCommand):
    help = "Compile the catalogues that have changed since they were last compiled."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_changed():
            self.stdout.write(f"Compiled {path}")
