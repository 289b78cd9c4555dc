"""Access to the demo, and the headers, schedule and secrets of the web server."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.launch import is_this_machine
from config.middleware import LoopbackOnly
from config.schedule import BEAT_SCHEDULE
from config.settings import demo


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_the_demo_answers_this_machine(address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert LoopbackOnly(lambda request: HttpResponse("page"))(request).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "2001:db8::1", "", "unix:"])
def test_the_demo_refuses_other_machines(address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert LoopbackOnly(lambda request: HttpResponse("page"))(request).status_code == 403


def test_only_the_demo_has_the_refusal_and_the_accounts() -> None:
    refusal = "config.middleware.LoopbackOnly"
    assert demo.MIDDLEWARE[0] == refusal
    assert refusal not in settings.MIDDLEWARE
    assert settings.DEMO_ACCOUNTS == []
    assert len({account[0] for account in demo.DEMO_ACCOUNTS}) == 13


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])
def test_other_addresses_are_not_this_machine(host: str) -> None:
    assert not is_this_machine(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_loopback_addresses_are_this_machine(host: str) -> None:
    assert is_this_machine(host)


def test_healthz_answers_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405


def test_a_page_may_load_our_own_files_only(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_ticks_expire_with_their_period_and_the_sweep_has_its_own_queue() -> None:
    for entry in BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]
    queues = {name: entry["options"]["queue"] for name, entry in BEAT_SCHEDULE.items()}
    assert queues["sweep"] == "sweep"
    assert "sweep" not in {queue for name, queue in queues.items() if name != "sweep"}


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_does_not_start_without_its_secrets(missing: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "redress.example",
    }
    del environment[missing]
    command = [sys.executable, "-c", "import config.settings.prod"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"{missing} must be set" in done.stderr
