"""Runs `make run` in its own clone under a pseudo-terminal, as a person would start and end it."""

import contextlib
import http.cookiejar
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MARKER = "REDRESS_LAUNCH_TEST"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def clone(into: Path) -> Path:
    """Make a fresh clone of the last commit."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(into)], check=True)
    return into


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Launch:
    """One `make run` with an almost empty environment. Every process it starts carries a marker."""

    def __init__(
        self, checkout: Path, home: Path, *, command: Sequence[str] = ("make", "run"), **extra: str
    ) -> None:
        self.marker = uuid.uuid4().hex
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = ""
        self._closing = False
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PORT": str(self.port),
            MARKER: self.marker,
            **extra,
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(checkout)
            for number in (signal.SIGHUP, signal.SIGINT):  # a test run may itself ignore these signals
                signal.signal(number, signal.SIG_DFL)
            os.execvpe(command[0], list(command), environment)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._closing:
            try:
                if not select.select([self.terminal], [], [], 0.1)[0]:
                    continue
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            if not data:
                return
            self.output += data.decode("utf-8", "replace")

    def wait_until_ready(self, seconds: float) -> float:
        """Wait for the printed address and an answer from it. Return how long that took."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if f"ready: {self.url}" in self.output:
                assert fetch(self.url + "/healthz") == (200, "ok")
                return time.monotonic() - start
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                raise AssertionError(f"make run ended early:\n{self.output}")
            time.sleep(0.1)
        raise AssertionError(f"not ready within {seconds} s:\n{self.output}")

    def press_ctrl_c(self) -> None:
        os.write(self.terminal, b"\x03")

    def close_terminal(self) -> None:
        """Close the terminal.

        The kernel sends SIGHUP when the terminal's other end is closed and nobody reads from it.
        """
        self._closing = True
        self._reader.join()
        os.close(self.terminal)

    def processes(self) -> dict[int, str]:
        """Return the living processes that carry this launch's marker."""
        wanted = f"{MARKER}={self.marker}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if wanted not in (folder / "environ").read_bytes().split(b"\0"):
                    continue
                if (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    continue  # a zombie: its new parent has not yet asked for its exit status
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def wait_until_gone(self, seconds: float) -> float:
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, os.WNOHANG)
            if not self.processes():
                return time.monotonic() - start
            time.sleep(0.1)
        raise AssertionError(f"left after {seconds} s: {self.processes()}\n{self.output}")

    def kill(self) -> None:
        """Kill what a failed test left running."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def opener() -> urllib.request.OpenerDirector:
    """Return a client with cookies that uses no proxy."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)


def fetch(url: str) -> tuple[int, str]:
    with opener().open(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


def sign_in(url: str, username: str, password: str) -> tuple[int, str, str]:
    """Fill in the login form. Return status, address and text of the page that follows."""
    browser = opener()
    with browser.open(url + "/", timeout=20) as page:
        form_url, text = page.url, page.read().decode()
    token = TOKEN.search(text)
    assert token, f"no form at {form_url}"
    fields = {"username": username, "password": password, "csrfmiddlewaretoken": token.group(1)}
    request = urllib.request.Request(
        form_url, urllib.parse.urlencode(fields).encode(), headers={"Referer": form_url}
    )
    with browser.open(request, timeout=20) as page:
        page.read()
    with browser.open(url + "/", timeout=20) as page:
        return page.status, page.url, page.read().decode()
