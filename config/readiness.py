"""Tell whether this process can work: its services answer, and the background work is not late."""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from complaints.sla import firing
from config.celery import app

logger = logging.getLogger(__name__)
BROKER_WITHIN = 2  # seconds


def failing(at: datetime) -> list[str]:
    """Return the names of the checks that fail. The reasons are logged and not part of the answer."""
    if not _holds("database", _database):
        return ["database"]
    checks: dict[str, Callable[[], object]] = {
        "migrations": _migrations,
        "broker": _broker,
        "sweep": lambda: _sweep(at),
    }
    return [name for name, check in checks.items() if not _holds(name, check)]


def _holds(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:
        logger.exception("not ready: %s", name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} migrations are not applied")


def _broker() -> None:
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in")
    if folder and not os.access(folder, os.W_OK | os.X_OK):
        raise RuntimeError("the folder of messages cannot be written")
    with app.connection_for_write(connect_timeout=BROKER_WITHIN) as broker:
        broker.connect()


def _sweep(at: datetime) -> None:
    lag = firing.sweep_lag(at)
    if lag > timedelta(seconds=settings.SWEEP_LAG_LIMIT):
        raise RuntimeError(f"the oldest due clock has been waiting for {lag}")
