"""A breach is stored and shown on open pages within 20 s of its deadline, however busy the worker is.

Everything runs as `make run` starts it without servers: SQLite, a folder for messages, web, worker and clock.
The worker is busy with webhook receivers that accept a connection and then say nothing.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from config.settings.demo import DEMO_PASSWORD
from tests import chromium
from tests.system.launcher import ROOT, Launch

READY, LEFT, WITHIN = 120, 25, 20  # seconds: to start, to the deadline, from the deadline
MISSED = "Promise missed: First reply"


class Silent:
    """A server that accepts every connection and never answers."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.held.append(self.socket.accept()[0])
            except OSError:
                return

    def waiting(self) -> int:
        """Return how many callers are still waiting for an answer."""
        return sum(not _has_hung_up(each) for each in list(self.held))


def _has_hung_up(connection: socket.socket) -> bool:
    """Return whether a caller has closed the connection. What it sent before that is skipped."""
    connection.setblocking(False)
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


class Planted(NamedTuple):
    number: str
    clock: int
    due: datetime


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.socket.close()


@pytest.fixture
def settings_of_run(tmp_path: Path) -> dict[str, str]:
    """Return settings without DATABASE_URL and REDIS_URL, as `make run` has in an empty environment."""
    return {"REDRESS_VAR": str(tmp_path), "WEBHOOK_ALLOW_PRIVATE": "true"}


@pytest.fixture
def launched(home: Path, settings_of_run: dict[str, str]) -> Iterator[Launch]:
    """Start everything as `make run` does once its .venv is there."""
    launch = Launch(ROOT, home, command=(sys.executable, "-m", "config.launch"), **settings_of_run)
    try:
        launch.wait_until_ready(READY)
        yield launch
    finally:
        launch.kill()


@pytest.fixture
def window() -> Iterator[BrowserContext]:
    if not chromium.path():
        pytest.skip("neither chromium nor google-chrome is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.ARGUMENTS)
        yield browser.new_context(timezone_id="Asia/Shanghai")
        browser.close()


def plant(settings_of_run: dict[str, str], silent: Silent) -> Planted:
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.demo"}
    given = {"SILENT_PORT": str(silent.port), "LEFT": str(LEFT)}
    with (ROOT / "tests/system/prepare_breach.py").open() as script:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports"],
            cwd=ROOT,
            env=bare | settings_of_run | given,
            stdin=script,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    number, clock, due = done.stdout.split()[-3:]
    return Planted(number, int(clock), datetime.fromisoformat(due))


def sign_in(window: BrowserContext, url: str) -> Page:
    page = window.new_page()
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=username]", "supervisor")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator(".rd-me")).to_be_visible()
    return page


def seconds_left(planted: Planted) -> float:
    return (planted.due - datetime.now(UTC)).total_seconds()


def wait_for(condition: Callable[[], object], until: float) -> None:
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.1)


def breach(var: str, clock: int) -> tuple[str, str] | None:
    """Return the moment of the breach and when it was noticed, or None before that."""
    with closing(sqlite3.connect(f"file:{var}/redress.sqlite3?mode=ro", uri=True)) as database:
        query = "SELECT breached_at, breach_noticed_at FROM complaints_clock WHERE id = ?"
        found = database.execute(query, [clock]).fetchone()
    return found if found and found[0] else None


def open_pages(desk: Page, window: BrowserContext, url: str, number: str) -> Locator:
    """Show the complaint on `desk` and the queue on a new page. Return the complaint's row in the queue."""
    queue = window.new_page()
    desk.goto(f"{url}/complaints/{number}/")
    expect(desk.locator(".ws-head")).to_contain_text(number)
    queue.goto(f"{url}/complaints/?q={number}")
    row = queue.locator("tr.r", has_text=number)
    expect(row).to_have_count(1)
    assert "overdue" not in (queue.locator("tr.grp").first.get_attribute("class") or "")
    return row


def both_show_it(complaint: Page, row: Locator, end: float) -> None:
    """Expect the breach on the complaint's page and in the queue before this moment."""
    left = (end - time.monotonic()) * 1000
    expect(complaint.locator("#timeline")).to_contain_text(MISSED, timeout=left)
    expect(complaint.locator("#ws-changed")).to_contain_text("Something has changed here in the meantime.")
    left = max((end - time.monotonic()) * 1000, 1)
    expect(row.locator(".sla.late")).to_have_count(1, timeout=left)
    expect(row).to_contain_text("Second line", timeout=left)


def test_a_breach_is_stored_and_seen_within_20_seconds_while_the_worker_is_busy(
    launched: Launch,
    silent: Silent,
    window: BrowserContext,
    settings_of_run: dict[str, str],
    record_property: Callable[[str, object], None],
) -> None:
    complaint = sign_in(window, launched.url)
    planted = plant(settings_of_run, silent)
    row = open_pages(complaint, window, launched.url, planted.number)
    # No page is reloaded from here on.
    wait_for(silent.waiting, time.monotonic() + seconds_left(planted))
    assert seconds_left(planted) > 0, "the pages were not open before the deadline"
    assert complaint.locator("#timeline", has_text=MISSED).count() == 0

    end = time.monotonic() + seconds_left(planted) + WITHIN
    busy = []

    def stored() -> object:
        busy.append(silent.waiting())
        return breach(settings_of_run["REDRESS_VAR"], planted.clock)

    wait_for(stored, end)
    assert busy[-1] > 0, "the worker had nothing to do"
    both_show_it(complaint, row, end)

    record_property("seconds until both pages showed it", round(-seconds_left(planted), 1))
    found = breach(settings_of_run["REDRESS_VAR"], planted.clock)
    assert found
    moments = [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in found]
    assert moments[0] == planted.due
    noticed = (moments[1] - planted.due).total_seconds()
    record_property("seconds until it was stored", round(noticed, 1))
    assert noticed < WITHIN
