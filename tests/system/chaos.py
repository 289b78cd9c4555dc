"""A PostgreSQL and a Redis for one test, and Celery processes that can be killed at any moment."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import redis

from tests.system.launcher import ROOT, free_port

WORKER = (
    "--queues",
    "sweep",
    "--pool",
    "threads",
    "--concurrency",
    "1",
    "--without-gossip",
    "--without-mingle",
)
POLL = 0.01


def until(what: str, seconds: float, holds: Callable[[], object]) -> None:
    """Wait until `holds` is true, and fail after this many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(POLL)


def postgresql_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, found in the same way as `.ci/run` does."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return Path(found).parent if found else None


class Servers:
    """PostgreSQL and Redis on free ports, in a folder that is deleted with them."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="redress-chaos-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "pg" / "data"
        self.data.parent.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.data.parent, "postgres")
        self.port, redis_port = free_port(), free_port()
        self.database_url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.redis_url = f"redis://127.0.0.1:{redis_port}/0"
        self._postgres("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale")
        self.pg_ctl("start")
        self._redis = subprocess.Popen(
            [
                "redis-server",
                "--port",
                str(redis_port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                self.folder,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self.broker = redis.Redis.from_url(self.redis_url)
        until("Redis answers", 10, self._broker_answers)

    def _postgres(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL. As it refuses to run as root, root runs it as another user."""
        command = [str(self.programs / program), "-D", str(self.data), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def pg_ctl(self, action: str, mode: str = "fast") -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={self.data.parent}"
        started = ["-o", options, "-l", str(self.data.parent / "log")] if action != "stop" else []
        self._postgres("pg_ctl", action, "-w", "-m", mode, *started)

    def _broker_answers(self) -> bool:
        with contextlib.suppress(redis.exceptions.ConnectionError):
            return bool(self.broker.ping())
        return False

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Run one statement on a new connection, because the server may have been restarted."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.pg_ctl("stop", "immediate")
        self._redis.kill()
        self._redis.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Processes:
    """Workers on the sweep's queue and a beat. The database knows each of them by its name."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "REDRESS_VAR": str(servers.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings.prod",
            "SECRET_KEY": "of-a-test-that-nobody-reaches",
            "ALLOWED_HOSTS": "127.0.0.1",
            "C_FORCE_ROOT": "1",
            "PYTHONWARNINGS": "ignore",
        }
        self.log = servers.folder / "log"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start `beat` or a worker."""
        own = ["beat", "--schedule", str(self.servers.folder / "beat")]
        if name != "beat":
            own = ["worker", *WORKER, "--hostname", f"{name}@test"]
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config.celery", *own, "--loglevel", "WARNING"],
                cwd=ROOT,
                env={**self.environment, "PGAPPNAME": name},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        assert process.poll() is None, f"{name} has stopped by itself:\n{self.words()}"
        process.send_signal(signal.SIGKILL)
        process.wait()

    def words(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def at_work(self) -> Iterator[str]:
        """Yield the workers that are in the middle of a transaction."""
        found = self.servers.ask(
            "SELECT DISTINCT application_name FROM pg_stat_activity"
            " WHERE xact_start IS NOT NULL AND application_name LIKE 'worker%'"
        )
        yield from (str(name) for (name,) in found if name in self.running)

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
