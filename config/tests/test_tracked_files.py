"""What is committed works on every machine: no links, and nothing that is made at run time."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = "120000"
"""Git's file mode of a symbolic link."""
MADE_AT_RUN_TIME = {".venv", "var", "staticfiles", "screenshots"}


def tracked() -> list[tuple[str, str]]:
    """Return (mode, path) of every tracked file."""
    listed = subprocess.run(["git", "ls-files", "-s", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("This copy is no git repository.")
    return [(line.split(" ")[0], line.partition("\t")[2]) for line in listed.stdout.split("\0") if line]


def test_no_link_is_committed() -> None:
    """A link to a folder of one machine makes every other clone fail at its first command."""
    assert [path for mode, path in tracked() if mode == LINK] == []


def test_nothing_made_at_run_time_is_committed() -> None:
    assert [path for _, path in tracked() if path.split("/")[0] in MADE_AT_RUN_TIME] == []
