"""Set-up that every test process needs once."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parent
LEAVE_OUT = os.environ.get("TESTS_LEFT_OUT", "")
"""The file that lists the tests which this run leaves out. `.ci/run` sets it; otherwise all tests run."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the listed tests. `.ci/compare_runs.py` reads the list with the same functions."""
    if not LEAVE_OUT:
        return
    sys.path.insert(0, str(ROOT / ".ci"))
    from compare_runs import matches, read_list

    patterns = read_list(Path(LEAVE_OUT))

    def name(item: pytest.Item) -> str:
        path, _colons, test = item.nodeid.partition("::")
        return f"{path.removesuffix('.py').replace('/', '.')}::{test}"

    left_out = [item for item in items if any(matches(name(item), pattern) for pattern in patterns)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(autouse=True)
def in_the_default_language() -> Iterator[None]:
    """Forget the language of the last request, which stays active in the thread, after each test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Load the tables of the sample organisation once, without its people. Each test rolls back to them."""
    from complaints.demo import organisation
    from complaints.tests.conftest import MONDAY

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        organisation.load(MONDAY, people=False)


@pytest.fixture(autouse=True)
def organisation_of_environment() -> Iterator[None]:
    """Let the organisation be what the settings of the tests say, until a test changes its row."""
    from ui import organisation

    organisation.keep(organisation.of_environment())
    yield
    organisation.forget()
