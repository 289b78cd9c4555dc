"""`make run`: the demo organisation on this machine only, nothing to install or to set."""

import secrets
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import SECRET_KEY, VAR_DIR


def kept_secret(path: Path) -> str:
    """The secret of this checkout, made once and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEMO = True
SECRET_KEY = SECRET_KEY or kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
