"""Which browser the tests and the pictures use: this machine's own, never a downloaded one."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


def path() -> str:
    """CHROMIUM, else what is installed; empty when there is none."""
    found = os.environ.get("CHROMIUM", "")
    return found or next((place for name in NAMES if (place := shutil.which(name))), "")
