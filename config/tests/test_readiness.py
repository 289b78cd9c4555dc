"""/readyz says what fails and nothing else; /metrics is for this machine and for holders of the token."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from complaints.models import Clock, Outbox
from complaints.reads import health
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, org, people  # noqa: F401 - fixtures
from config import readiness, zones

pytestmark = pytest.mark.django_db
TOKEN = "for-the-scraper"
FAR = "203.0.113.9"


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    def move(by: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: MONDAY + by)

    move(timedelta(0))
    return move


def first_firing() -> datetime:
    found = Clock.objects.live().exclude(next_fire_at=None).order_by("next_fire_at")[0].next_fire_at
    assert found is not None
    return found


def raising(*_given: object) -> None:
    raise OperationalError("password=hunter2")


# --- Ready? ---
READY = {"ready": True, "failing": [], "tzdata": zones.IANA_VERSION}


def test_ready(client: Client, people: dict[str, User]) -> None:  # noqa: F811
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, READY)
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/readyz").status_code == 405


def test_not_ready_while_the_sweep_lags(
    client: Client,
    people: dict[str, User],  # noqa: F811
    at: Callable[[timedelta], None],
    settings: Settings,
) -> None:
    factories.receive(people["agent"])
    first = first_firing()
    at(first - MONDAY + timedelta(seconds=60))
    assert client.get("/readyz").status_code == 200
    at(first - MONDAY + timedelta(seconds=61))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, READY | {"ready": False, "failing": ["sweep"]})
    Clock.objects.update(set_aside_at=MONDAY)
    assert client.get("/readyz").status_code == 200, "a clock that is set aside does not make the sweep late"
    Clock.objects.update(set_aside_at=None)
    settings.SWEEP_LAG_LIMIT = 3600
    assert client.get("/readyz").status_code == 200


def test_not_ready_with_a_migration_to_apply(client: Client) -> None:
    # The first migration also records those that it was squashed from.
    MigrationRecorder.Migration.objects.filter(app="complaints").delete()
    assert client.get("/readyz").json()["failing"] == ["migrations"]


@pytest.mark.parametrize(
    ("check", "names"), [("_database", ["database"]), ("_broker", ["broker"]), ("_sweep", ["sweep"])]
)
def test_only_the_name_of_what_fails_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, check: str, names: list[str]
) -> None:
    monkeypatch.setattr(readiness, check, raising)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, names)
    assert b"hunter2" not in answer.content


def test_not_ready_without_a_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(readiness.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert client.get("/readyz").json()["failing"] == ["broker"]


# --- Who may read the figures ---
@pytest.mark.parametrize(
    ("extra", "token", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, "", 200),
        ({"REMOTE_ADDR": "::1"}, "", 200),
        ({"REMOTE_ADDR": FAR}, "", 404),
        ({"REMOTE_ADDR": FAR}, TOKEN, 404),
        ({"REMOTE_ADDR": FAR, "HTTP_AUTHORIZATION": "Bearer "}, "", 404),
        ({"REMOTE_ADDR": FAR, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, TOKEN, 404),
        ({"REMOTE_ADDR": FAR, "HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, TOKEN, 404),
        ({"REMOTE_ADDR": FAR, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, TOKEN, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": FAR}, "", 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}, "", 404),
        ({"REMOTE_ADDR": FAR, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, "", 404),
    ],
)
def test_figures_are_for_this_machine_and_holders_of_the_token(
    client: Client, settings: Settings, extra: dict[str, str], token: str, status: int
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", **extra).status_code == status


def test_a_sign_in_is_no_token(client: Client, people: dict[str, User]) -> None:  # noqa: F811
    client.force_login(people["manager"])
    assert client.get("/metrics", REMOTE_ADDR=FAR).status_code == 404


# --- The figures ---
def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    return {name: float(value) for name, value in re.findall(r"^(redress\S+) (\S+)$", text, re.M)}


def test_figures(
    client: Client,
    people: dict[str, User],  # noqa: F811
    at: Callable[[timedelta], None],
) -> None:
    factories.receive(people["online"], channel="web")
    live = Clock.objects.live()
    aside = live.exclude(next_fire_at=None).order_by("-next_fire_at")[0]
    Clock.objects.filter(pk=aside.pk).update(set_aside_at=MONDAY)
    first = first_firing()
    at(first - MONDAY + timedelta(seconds=5))
    before = figures(client)
    assert before["redress_sweep_lag_seconds"] == 5
    assert before["redress_clocks_due"] >= 1
    assert before["redress_clocks_set_aside"] == 1
    assert before["redress_clocks_live"] == live.count()
    assert before['redress_fired_last_day{effect="fired",level="warning"}'] == 0
    due_clocks.sweep(first + timedelta(seconds=5))
    after = figures(client)
    assert after["redress_sweep_lag_seconds"] == after["redress_clocks_due"] == 0
    assert after['redress_fired_last_day{effect="fired",level="warning"}'] >= 1
    assert after['redress_fired_late_last_day{level="warning"}'] == 0


def test_what_was_fired_too_late_counts_for_a_day(
    client: Client,
    people: dict[str, User],  # noqa: F811
    at: Callable[[timedelta], None],
) -> None:
    factories.receive(people["online"], channel="web")
    day = timedelta(days=1)
    due_clocks.sweep(MONDAY + day)
    at(day)
    late = figures(client)
    assert late['redress_fired_late_last_day{level="breach"}'] >= 1
    assert late['redress_fired_last_day{effect="skipped_late",level="warning"}'] >= 1
    at(2 * day + timedelta(seconds=1))
    assert figures(client)['redress_fired_late_last_day{level="breach"}'] == 0


def test_the_outbox_by_state_and_age(
    client: Client,
    people: dict[str, User],  # noqa: F811
    at: Callable[[timedelta], None],
) -> None:
    for _ in range(3):
        factories.receive(people["agent"])
    at(timedelta(seconds=90))
    found = figures(client)
    assert found['redress_outbox_rows{state="queued"}'] == 3
    assert found["redress_outbox_oldest_seconds"] == 90
    Outbox.objects.filter(channel="email").update(state="failed")
    found = figures(client)
    assert found['redress_outbox_rows{state="failed"}'] == 3
    assert found["redress_outbox_oldest_seconds"] == 0


def test_a_scrape_costs_the_same_however_much_there_is(people: dict[str, User]) -> None:  # noqa: F811
    counts = []
    for _ in range(2):
        factories.receive(people["agent"])
        with CaptureQueriesContext(connection) as queries:
            assert list(health.Figures(MONDAY).collect())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
