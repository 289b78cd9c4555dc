"""`manage.py check --deploy`: what must not be forgotten in production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def demo_is_not_deployed(**kwargs: Any) -> list[CheckMessage]:
    """Report an error for the demo settings, because their accounts have a published password."""
    if not settings.DEMO:
        return []
    return [
        Error(
            "These are the demo settings.",
            hint="Set DJANGO_SETTINGS_MODULE=config.settings.prod.",
            id="redress.E001",
        )
    ]


@register(Tags.security, deploy=True)
def broker_outlives_a_crash(**kwargs: Any) -> list[CheckMessage]:
    """Warn about the folder broker: it serves one machine, and a killed worker's tasks are lost with it."""
    if settings.REDIS_URL:
        return []
    return [Warning("Background work goes through a folder.", hint="Set REDIS_URL.", id="redress.W001")]


@register(Tags.security, deploy=True)
def database_is_a_server(**kwargs: Any) -> list[CheckMessage]:
    """Warn about SQLite, which lets only one process write at a time."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        return []
    return [Warning("The database is a SQLite file.", hint="Set DATABASE_URL.", id="redress.W002")]
