"""Zones come from the pinned package: the winter of 2026/27 as IANA 2026 says, not as old system files do."""

import os
import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from config import zones

ROOT = Path(settings.BASE_DIR)
WINTER = datetime(2026, 12, 15, 12, tzinfo=UTC)


def test_the_system_s_files_are_not_read() -> None:
    assert zoneinfo.TZPATH == () and os.environ["PYTHONTZPATH"] == ""


def test_the_release_is_pinned_and_new_enough() -> None:
    assert f"tzdata=={version('tzdata')}" in (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert zones.IANA_VERSION >= "2026f"


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("America/Vancouver", -7),
        ("America/Edmonton", -6),
        ("America/Winnipeg", -5),
        ("Africa/Casablanca", 0),
        ("America/Havana", -4),
        ("Asia/Shanghai", 8),
        ("Europe/London", 0),
    ],
)
def test_the_offsets_of_this_winter_are_right(zone: str, hours: int) -> None:
    assert WINTER.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() == timedelta(hours=hours)


@pytest.mark.django_db
def test_readyz_names_the_release(client: Client) -> None:
    assert client.get("/readyz").json()["tzdata"] == zones.IANA_VERSION
