"""Fixtures for the launcher tests, which share one fresh clone.

The first start makes the clone's .venv, and the later starts find it made.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.launcher import Launch, clone

Starter = Callable[..., Launch]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone(tmp_path_factory.mktemp("clone") / "redress")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def start(checkout: Path, home: Path) -> Iterator[Starter]:
    """Start `make run`. After the test everything that a failed test left running is killed."""
    started: list[Launch] = []

    def begin(**extra: str) -> Launch:
        started.append(Launch(checkout, home, **extra))
        return started[-1]

    yield begin
    for launch in started:
        launch.kill()


@pytest.fixture(scope="session")
def servers() -> dict[str, str]:
    """Return the addresses of the PostgreSQL and Redis that `.ci/run` sets for the test run."""
    found = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    if not all(found.values()):
        pytest.skip("needs DATABASE_URL and REDIS_URL")
    return found
