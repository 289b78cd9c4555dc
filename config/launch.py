"""`make run`: prepare the database and files, then start web, worker and clock in one terminal."""

import fcntl
import ipaddress
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from django.conf import settings
from honcho.environ import parse_procfile

from config.processes import Manager, end_with_parent, watch_terminal

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 60  # seconds


def address() -> tuple[str, int]:
    """Return HOST and PORT. Exits with a plain sentence if they cannot be used."""
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    port = os.environ.get("PORT", "").strip() or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}.")
    if settings.DEMO and not is_this_machine(host):
        sys.exit(
            f"The demo listens on this machine only, not on {host}: its passwords are public.\n"
            "For other machines set DJANGO_SETTINGS_MODULE=config.settings.prod."
        )
    return host, int(port)


def is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_taken_port(host: str, port: int) -> None:
    """Exit with a plain sentence if the port is already in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            sys.exit(
                f"Port {port} of {host} cannot be used: {error.strerror}.\n"
                f"Try another: make run PORT={port + 1}"
            )


def hold_folder() -> IO[str]:
    """Lock the data folder, or exit if another launcher has it: both would use one Celery beat file."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    lock = open(settings.VAR_DIR / "launch.lock", "w")  # noqa: SIM115 - kept open until the process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"Redress already runs with {settings.VAR_DIR}.\n"
            "End it first, or set REDRESS_VAR to another folder."
        )
    return lock


def environment(host: str, port: int) -> dict[str, str]:
    bare = host.strip("[]")
    bind = f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "BIND": bind,
        "SITE_URL": os.environ.get("SITE_URL") or f"http://{bind}",
    }


def welcome(url: str) -> str:
    lines = ["", f"Redress · 回音 is ready: {url}", ""]
    if settings.DEMO:
        lines += [f"Sign in with the password {settings.DEMO_PASSWORD} as:"]
        lines += [
            f"  {username:<12} {role:<11} {name} {name_zh}{'  ' + team if team else ''}"
            for username, name, name_zh, role, team in settings.DEMO_ACCOUNTS
        ]
    return "\n".join([*lines, "", "Ctrl-C ends everything.", ""])


def greet_when_ready(manager: Manager, url: str, bind: str) -> None:
    """Print the address once the server answers, so that nobody opens a page too early."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            opener.open(f"http://{bind}/healthz", timeout=2)
        except urllib.error.HTTPError:
            break  # the server answers, but does not accept this host name
        except OSError:
            time.sleep(0.2)
        else:
            break
    else:
        return
    manager.say(welcome(url))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    os.chdir(ROOT)
    host, port = address()
    refuse_taken_port(host, port)
    lock = hold_folder()
    env = environment(host, port)
    watch_terminal()
    prepare = subprocess.Popen([sys.executable, "manage.py", "prepare"], env=env, preexec_fn=end_with_parent)
    if prepare.wait():
        sys.exit("Preparing failed; the lines above say why.")

    manager = Manager()
    for name, command in parse_procfile((ROOT / "config" / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=env, cwd=str(ROOT))
    threading.Thread(
        target=greet_when_ready, args=(manager, env["SITE_URL"], env["BIND"]), daemon=True
    ).start()
    returncode = manager.run()
    lock.close()
    sys.exit(returncode)


if __name__ == "__main__":
    main()
