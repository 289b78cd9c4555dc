"""A real browser on a real server and, where a test needs one, a real worker on the same database.

With SQLite the test database is a file, which the worker's own process can open, and messages go through a
folder. With DATABASE_URL and REDIS_URL both are servers.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from complaints.demo import organisation
from tests import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT = 15_000  # milliseconds; a page condition that is not met by then is a failure
SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium.path(), "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def var_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(var_folder: Path) -> None:
    """Use the name that the worker's settings give to an SQLite database in this folder."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(var_folder / "redress.sqlite3")


@pytest.fixture
def org(transactional_db: None) -> None:
    organisation.load(timezone.now())


@pytest.fixture
def worker(org: None, var_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start the worker that sweeps, and the beat, on the test's database, as `make run` does."""
    yield from _working("sweep", var_folder)


@pytest.fixture
def worker_of_all(org: None, var_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker that also takes the `default` queue."""
    yield from _working("sweep,default", var_folder)


def _working(queues: str, var_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    database = connections["default"].settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "REDRESS_VAR": str(var_folder),
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    if not database["ENGINE"].endswith("sqlite3"):
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        environment["DATABASE_URL"] = f"{base}/{database['NAME']}"
    command = f"{sys.executable} -m celery -A config.celery --quiet worker --queues {queues} --beat"
    options = "--pool threads --concurrency 1 --loglevel WARNING --without-gossip --without-mingle"
    process = subprocess.Popen([*command.split(), *options.split()], cwd=ROOT, env=environment)
    yield process
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def console() -> Iterator[list[str]]:
    """Collect console messages of the pages. A test that expects a refusal removes its line from the list."""
    lines: list[str] = []
    yield lines
    assert lines == []


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer, org: None, console: list[str]) -> Iterator[SignIn]:
    """Return a function that signs a person in by the form, each in a window of their own."""
    contexts = []

    def enter(username: str, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, timezone_id="Asia/Shanghai", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda m: console.append(f"{username}: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: console.append(f"{username}: {error}"))
        page.goto("/accounts/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", organisation.PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.locator(".rd-me")).to_be_visible()
        return page

    expect.set_options(timeout=WAIT)
    yield enter
    for context in contexts:
        context.close()
