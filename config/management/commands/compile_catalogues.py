"""`manage.py compile_catalogues`: .po to .mo, without gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import compile_changed


class Command(BaseCommand):
    help = "Compiles the catalogues that are newer than what was compiled from them."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_changed():
            self.stdout.write(f"Compiled {path}")
