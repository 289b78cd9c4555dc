"""Take a picture of every page into screenshots/: `make screenshots`.

Starts its own server with its own folder and the demo's complaints. Fails on a console or page error, a part
of a page that does not load, anything asked of another host, and a page that scrolls sideways.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium
from tests.shots import LARGE, README, SHOTS, SMALL, Shot

ROOT = Path(__file__).resolve().parent.parent
TARGET, IMAGES = ROOT / "screenshots", ROOT / "docs" / "images"
PASSWORD = "redress-demo"
MODES = {
    "en-light": ("en", "light", "en-GB"),
    "zh-dark": ("zh-hans", "dark", "zh-CN"),
    "hant-light": ("zh-hant", "light", "zh-TW"),
}
IMAGE_LIMIT = 300_000  # bytes
SIDEWAYS = """() => [document.documentElement, document.getElementById("main")]
    .filter(Boolean).filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.id || e.tagName} ${e.scrollWidth} > ${e.clientWidth}`)"""
# Prints what addresses are made of: numbers, tokens and requests of the demo's complaints.
FACTS = """
import json
from accounts.models import User
from complaints.models import Approval, Complaint, Customer
pending = Approval.objects.filter(state="pending").order_by("-amount_minor", "-pk")
print("FACTS" + json.dumps({
    "numbers": dict(Complaint.objects.values_list("subject", "number")),
    "tokens": dict(Complaint.objects.values_list("subject", "token")),
    "approvals": dict(pending.values_list("kind", "pk")),
    "phones": dict(Customer.objects.values_list("name", "phone")),
    "users": dict(User.objects.values_list("username", "pk")),
}))
"""
CALLER = "周美玲"
CALL = {
    "name": CALLER,
    "description": "电饭煲收到时内胆就裂了，两次说回电都没有回，我要求退款 1299 元。",
    "desired_outcome": "退款 ¥1,299",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: str, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "REDRESS_VAR": folder,
        "SITE_URL": f"http://127.0.0.1:{port}",
    }


def manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def server(env: dict[str, str], port: int) -> Iterator[str]:
    """gunicorn on this port, ended afterwards."""
    bind = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--threads", "4"]
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=env)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        until = time.monotonic() + 30
        while True:
            try:
                opener.open(f"http://{bind}/healthz", timeout=2).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield f"http://{bind}"
    finally:
        process.terminate()
        process.wait(20)


class Watch:
    """Notes what goes wrong on one page."""

    def __init__(self, page: Page, base: str, shot: Shot) -> None:
        self.faults: list[str] = []
        self.base, self.status = base, shot.status
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("response", self._response)
        page.on("request", self._request)
        page.on("requestfailed", lambda request: self.faults.append(f"not loaded: {request.url}"))

    def _console(self, message: Any) -> None:
        expected = self.status != 200 and "Failed to load resource" in message.text
        if message.type == "error" and not expected:
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        main = response.request.is_navigation_request() and response.status == self.status
        if response.status >= 400 and not main:
            self.faults.append(f"{response.status}: {response.url}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"another host: {request.url}")


class Camera:
    """One language and theme."""

    def __init__(self, browser: Browser, base: str, facts: dict[str, Any], mode: str) -> None:
        self.browser, self.base, self.facts, self.mode = browser, base, facts, mode
        self.sessions: dict[str, Any] = {}
        self.faults: list[str] = []
        self.taken: list[Path] = []

    def context(self, account: str, size: tuple[int, int]) -> BrowserContext:
        language, theme, locale = MODES[self.mode]
        options: dict[str, Any] = {
            "viewport": {"width": size[0], "height": size[1]},
            "locale": locale,
            "color_scheme": theme,
            "reduced_motion": "reduce",
            "timezone_id": "Asia/Shanghai",
        }
        if account:
            if account not in self.sessions:
                self.sessions[account] = self.sign_in(account, language, theme)
            options["storage_state"] = self.sessions[account]
        return self.browser.new_context(**options)

    def sign_in(self, account: str, language: str, theme: str) -> Any:
        """Sign in by the form and choose language and theme in the settings, as a person would."""
        with contextlib.closing(self.browser.new_context()) as context:
            page = context.new_page()
            page.goto(f"{self.base}/accounts/login/")
            page.fill("[name=username]", account)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector(".rd-me")
            page.goto(f"{self.base}/accounts/settings/")
            for name, value in (("language", language), ("theme", theme)):
                choose(page, name, value)
            with page.expect_navigation():
                page.click("#main button.btn-primary")
            return context.storage_state()

    def address(self, shot: Shot) -> str:
        def known(match: re.Match[str]) -> str:
            kind, _colon, key = match[1].rpartition(":")
            table = {"": "numbers", "p": "tokens", "a": "approvals", "u": "users"}[kind]
            return str(self.facts[table][key])

        path = re.sub(r"\{(.+?)\}", known, shot.path)
        return self.base + path

    def take(self, shot: Shot, size: tuple[int, int]) -> None:
        name = f"{shot.name}.{self.mode}{'.390' if size == SMALL else ''}"
        with contextlib.closing(self.context(shot.account, size)) as context:
            page = context.new_page()
            watch = Watch(page, self.base, shot)
            try:
                page.goto(self.address(shot), wait_until="load")
                page.wait_for_selector(shot.ready, timeout=5000)
                if shot.fill:
                    fill_call(page, self.facts["phones"][CALLER])
                page.evaluate("document.fonts.ready")
                watch.faults += [f"scrolls sideways: {found}" for found in page.evaluate(SIDEWAYS)]
            except Exception as error:
                watch.faults.append(str(error).splitlines()[0])
            page.screenshot(path=TARGET / f"{name}.png")
            self.taken.append(TARGET / f"{name}.png")
            self.faults += [f"{name}: {fault}" for fault in watch.faults]


def choose(page: Page, name: str, value: str) -> None:
    """A select, or a group of radio buttons."""
    if page.locator(f"select[name={name}]").count():
        page.select_option(f"select[name={name}]", value)
    else:
        page.check(f"[name={name}][value={value}]", force=True)


def fill_call(page: Page, phone: str) -> None:
    """What the agent has typed when the suggestion stands beside it."""
    for name, value in {"phone": phone, **CALL}.items():
        page.fill(f"[name={name}]", value)
        page.dispatch_event(f"[name={name}]", "input")
    page.wait_for_selector("#triage dl", timeout=8000)
    page.wait_for_selector("#caller .avatar, #caller b", timeout=8000)
    page.wait_for_load_state("networkidle")


def take_all(base: str, facts: dict[str, Any], only: list[str]) -> list[str]:
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.ARGUMENTS)
        for mode in MODES:
            camera = Camera(browser, base, facts, mode)
            for shot in SHOTS:
                if only and not any(word in shot.name for word in only):
                    continue
                for size in (LARGE, SMALL) if shot.small else (LARGE,):
                    camera.take(shot, size)
            print(f"{mode}: {len(camera.taken)} pictures", flush=True)
            faults += camera.faults
        browser.close()
    return faults


def copy_for_readme() -> list[str]:
    """The pictures of the README, as long as they are small enough to be kept in the repository."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    faults = []
    for name, (shot, mode) in README.items():
        source = TARGET / f"{shot}.{mode}.png"
        if source.stat().st_size > IMAGE_LIMIT:
            faults.append(f"{name}: {source.stat().st_size} bytes are too many for the README")
        else:
            shutil.copy(source, IMAGES / f"{name}.png")
    return faults


def main(only: list[str]) -> int:
    if not chromium.path():
        print("Neither chromium nor google-chrome is installed.")
        return 1
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = environment(folder, port)
        manage(env, "prepare")
        facts = json.loads(manage(env, "shell", "-v0", "-c", FACTS).split("FACTS")[-1])
        with server(env, port) as base:
            faults = take_all(base, facts, only)
    if not only:
        faults += copy_for_readme()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults; the pictures are in {TARGET.name}/")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
