"""Finds the browser for tests and pictures: this machine's own, never a downloaded one."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


def path() -> str:
    """Return CHROMIUM, or else the path of an installed browser, or an empty text."""
    found = os.environ.get("CHROMIUM", "")
    return found or next((place for name in NAMES if (place := shutil.which(name))), "")
