"""The site that the pictures are taken of: its own folder, the demo's complaints, a server on a free port."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.shots import Shot

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "screenshots"
# Prints what addresses are made of: numbers, tokens and requests of the demo's complaints.
FACTS = """
import json
from accounts.models import User
from complaints.models import Approval, Complaint, Customer
from complaints.rights import links
from django.utils import timezone
pending = Approval.objects.filter(state="pending").order_by("-amount_minor", "-pk")
print("FACTS" + json.dumps({
    "numbers": dict(Complaint.objects.values_list("subject", "number")),
    "tokens": {
        c.subject: links.token_of(links.current(c, at=timezone.now()))
        for c in Complaint.objects.select_related("customer")
    },
    "approvals": dict(pending.values_list("kind", "pk")),
    "phones": dict(Customer.objects.values_list("name", "phone")),
    "users": dict(User.objects.values_list("username", "pk")),
}))
"""


@dataclass(frozen=True)
class Wish:
    """What the command line asks for; without `only`, every shot is taken."""

    only: list[str] = field(default_factory=list)
    frozen: str = ""
    whole: bool = False
    into: Path = TARGET

    def program(self, name: str) -> list[str]:
        """How manage or gunicorn is started: by itself, or with its clock stopped."""
        if self.frozen:
            return [sys.executable, "-m", "tests.frozen", self.frozen, name]
        return [sys.executable, *{"manage": ["manage.py"], "gunicorn": ["-m", "gunicorn"]}[name]]

    def wants(self, shot: Shot) -> bool:
        return not self.only or any(word in shot.name for word in self.only)


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
        "PYTHONHASHSEED": "0",
    }


def manage(wish: Wish, env: dict[str, str], *arguments: str) -> str:
    command = [*wish.program("manage"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def server(wish: Wish, env: dict[str, str], port: int) -> Iterator[str]:
    """gunicorn on this port, ended afterwards."""
    bind = f"127.0.0.1:{port}"
    command = [*wish.program("gunicorn"), "config.wsgi", "--bind", bind, "--threads", "4"]
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


@contextlib.contextmanager
def site(wish: Wish) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where the site answers, and its facts: what the addresses of the shots are made of."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        env = environment(folder, port)
        manage(wish, env, "prepare")
        facts = json.loads(manage(wish, env, "shell", "-v0", "-c", FACTS).split("FACTS")[-1])
        with server(wish, env, port) as base:
            yield base, facts
