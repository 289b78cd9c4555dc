"""`manage.py prepare`: everything between an installed checkout and a running one.

Whatever is up to date is skipped, so that a second start takes only seconds.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand


def static_digest() -> str:
    """Return a hash that changes when a file changes that collectstatic would copy."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            found.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return found.hexdigest()


class Command(BaseCommand):
    help = "Migrate, compile the catalogues, collect static files and fill an empty demo database."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_catalogues")
        call_command("rebuild_search", missing=True)
        self.collect_static()
        if settings.DEMO and "seed_demo" in get_commands():
            call_command("seed_demo", if_empty=True)

    def collect_static(self) -> None:
        stamp = settings.VAR_DIR / "static.stamp"
        digest = static_digest()
        complete = (settings.STATIC_ROOT / "staticfiles.json").exists()
        if complete and stamp.exists() and stamp.read_text() == digest:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)
