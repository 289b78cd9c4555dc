"""`make run` in a fresh clone serves, signs everybody in, and leaves no process when its terminal closes.

The tests run in the order of the file: the first one makes the clone's .venv, the later ones measure starts
that find it made.
"""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import psycopg2
import pytest

from config.settings.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests.system.conftest import Starter
from tests.system.launcher import sign_in

FIRST_START = 420
SECOND_START = 30
END = 20


def drive_by_the_client(checkout: Path, home: Path, url: str) -> str:
    """Return what docs/api_client.py prints, with tokens made as it describes."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def run(*command: str) -> str:
        python = str(checkout / ".venv" / "bin" / "python")
        done = subprocess.run(
            [python, *command], cwd=checkout, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    tokens = [run("manage.py", "issue_token", name).split()[-1] for name in ("agent", "callback")]
    return run("docs/api_client.py", url, *tokens)


def test_the_first_start_serves_every_demo_account_and_ctrl_c_ends_it(
    start: Starter, checkout: Path, home: Path
) -> None:
    launch = start()
    launch.wait_until_ready(FIRST_START)
    assert len(launch.processes()) >= 6  # make, launcher, web and its workers, worker, clock
    for username, *_ in DEMO_ACCOUNTS:
        assert username in launch.output
        status, address, text = sign_in(launch.url, username, DEMO_PASSWORD)
        landing = {"warehouse": "/tasks/", "admin": "/settings/people/"}.get(username, "/")
        assert (status, address) == (200, launch.url + landing), username
        assert 'name="password"' not in text, f"{username} was not signed in"
    said = drive_by_the_client(checkout, home, launch.url)
    assert "called back: satisfied" in said
    assert re.search(r"^RD-\d+ is closed: upheld$", said, re.MULTILINE)
    launch.press_ctrl_c()
    launch.wait_until_gone(END)


def test_a_second_start_takes_seconds_and_a_closed_terminal_ends_it(start: Starter) -> None:
    launch = start()
    assert launch.wait_until_ready(SECOND_START) < SECOND_START
    launch.close_terminal()
    launch.wait_until_gone(END)


def test_nothing_outlives_a_killed_launcher(start: Starter) -> None:
    launch = start()
    launch.wait_until_ready(SECOND_START)
    launcher = next(pid for pid, command in launch.processes().items() if "config.launch" in command)
    os.kill(launcher, signal.SIGKILL)
    launch.wait_until_gone(END)


def test_one_process_that_dies_ends_all(start: Starter) -> None:
    launch = start()
    launch.wait_until_ready(SECOND_START)
    clock = next(pid for pid, command in launch.processes().items() if "--queues sweep" in command)
    os.kill(clock, signal.SIGKILL)
    launch.wait_until_gone(END)


def test_it_runs_on_postgresql_and_redis(start: Starter, servers: dict[str, str]) -> None:
    base, _, _ = servers["DATABASE_URL"].rpartition("/")
    connection = psycopg2.connect(servers["DATABASE_URL"])
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE redress_launch")
    connection.close()
    launch = start(DATABASE_URL=f"{base}/redress_launch", REDIS_URL=servers["REDIS_URL"])
    launch.wait_until_ready(FIRST_START)
    username = DEMO_ACCOUNTS[0][0]
    assert sign_in(launch.url, username, DEMO_PASSWORD)[:2] == (200, launch.url + "/")
    launch.press_ctrl_c()
    launch.wait_until_gone(END)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"HOST": "0.0.0.0"}, "this machine only"),
        ({"HOST": "192.0.2.1"}, "this machine only"),
        ({"PORT": "many"}, "PORT must be a number"),
    ],
)
def test_it_refuses_a_bad_address(checkout: Path, home: Path, variables: dict[str, str], words: str) -> None:
    done = make_run(checkout, home, **variables)
    assert done.returncode != 0
    assert words in done.stderr


def test_a_taken_port_gives_a_plain_sentence(checkout: Path, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = make_run(checkout, home, PORT=str(taken.getsockname()[1]))
    assert done.returncode != 0
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def make_run(checkout: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **variables}
    return subprocess.run(
        ["make", "run"], cwd=checkout, env=environment, capture_output=True, text=True, timeout=FIRST_START
    )
