"""One server and one organisation for all tests of a file. Each test has its own complaints and windows."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from complaints.demo import organisation

WAIT = 10_000
WIDE: Any = {"width": 1600, "height": 900}
Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    with django_db_blocker.unblock():
        organisation.load(timezone.now())
        live = LiveServer("127.0.0.1")
        yield live
        live.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def transactional_db(server: LiveServer) -> None:
    """Take the place of pytest-django's fixture, which would empty the database after each test."""


@pytest.fixture
def enter(browser: Browser, server: LiveServer, transactional_db: None) -> Iterator[Enter]:
    """Return a function that opens a window in which somebody is signed in; without a name nobody is."""
    windows: list[BrowserContext] = []
    expect.set_options(timeout=WAIT)

    def open_window(username: str = "", **options: Any) -> Page:
        shape = {"base_url": server.url, "timezone_id": "Asia/Shanghai", "viewport": WIDE}
        window = browser.new_context(**(shape | options))
        windows.append(window)
        if username:
            value = session_of(User.objects.get(username=username))
            window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
        page = window.new_page()
        page.set_default_timeout(WAIT)
        return page

    yield open_window
    for window in windows:
        with suppress(Error):
            window.close()


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def show(page: Page, complaint: Any) -> None:
    page.goto(f"/complaints/{complaint.number}/")
    expect(page.locator("#workspace")).to_be_visible()


def drafts(page: Page) -> int:
    """Return how many drafts this device keeps."""
    keys = "Object.keys({...localStorage, ...sessionStorage})"
    return int(page.evaluate(f"{keys}.filter(key => key.startsWith('rd-draft:')).length"))


def tab(page: Page, label: str) -> None:
    page.locator("label.ctab", has_text=label).click()
