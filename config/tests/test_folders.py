"""Whatever is written at run time lies below REDRESS_VAR, and .env.example can be read by a shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "redress.example"}
SHOW = "from django.conf import settings as s; print(s.MEDIA_ROOT, s.STATIC_ROOT, s.VAR_DIR, sep='\\n')"


def folders(module: str, cwd: Path, **variables: str) -> list[Path]:
    """Return MEDIA_ROOT, STATIC_ROOT and VAR_DIR as a process sees them that starts in another folder."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": module}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=cwd,
        env=environment | PRODUCTION | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("module", ["demo", "dev", "prod", "test"])
def test_evidence_lies_below_the_folder_of_the_server(module: str, tmp_path: Path) -> None:
    media, static, var = folders(f"config.settings.{module}", tmp_path, REDRESS_VAR=str(tmp_path / "var"))
    assert var == tmp_path / "var"
    assert (media, static) == (var / "media", var / "static")


@pytest.mark.parametrize("module", ["demo", "prod"])
def test_a_relative_folder_is_one_of_the_checkout(module: str, tmp_path: Path) -> None:
    media, _static, var = folders(f"config.settings.{module}", tmp_path, REDRESS_VAR="./var")
    assert (media, var) == (ROOT / "var" / "media", ROOT / "var")


def test_the_folder_of_evidence_can_be_set(tmp_path: Path) -> None:
    kept = str(tmp_path / "evidence")
    media, *_others = folders("config.settings.prod", tmp_path, REDRESS_VAR=str(tmp_path), MEDIA_ROOT=kept)
    assert media == tmp_path / "evidence"


def test_the_example_of_settings_can_be_sourced() -> None:
    """A value with a blank must be quoted, or the shell takes its second word for a command."""
    done = subprocess.run(
        ["sh", "-ec", 'set -a; . ./.env.example; env; printf "brand:%s\\n" "$BRAND_NAME"'],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "brand:Redress · 回音" in done.stdout
    assert "TIME_ZONE=Asia/Shanghai" in done.stdout
