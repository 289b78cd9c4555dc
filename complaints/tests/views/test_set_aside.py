"""Clocks that failed wait until a manager lets them be tried again. Nobody else learns of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import conflict
from complaints.models import Clock, Complaint, Participant
from complaints.reads import failed_clocks
from complaints.rights.actors import person
from complaints.sweeps import due_clocks, set_aside
from complaints.tests.lifecycle.words import status_of
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
PAGE = "/settings/clocks/"
FAULT = "complaints.workdays.working_time.NoWorkingTime: no time"
ERROR = f'Traceback (most recent call last):\n  File "x.py", line 3\n    return add(1)\n{FAULT}\n'


def failed(by: User, number: int = 1, error: str = ERROR) -> Clock:
    """Return a clock that was due an hour ago and is set aside."""
    complaint = cases.received(by, number, at=timezone.now() - timedelta(hours=5))
    clock = Clock.objects.get(complaint=complaint, kind="recovery")
    Clock.objects.filter(pk=clock.pk).update(set_aside_at=timezone.now(), set_aside_error=error)
    clock.refresh_from_db()
    return clock


def again(client: Client, clock: Clock, seen: datetime | None = None) -> Any:
    moment = seen or clock.set_aside_at
    assert moment is not None
    return client.post(f"{PAGE}{clock.pk}/again/", {"seen": moment.isoformat()})


def test_a_manager_sees_it_in_plain_words_and_is_told_in_the_queue(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    client.force_login(people["manager"])
    page = client.get(PAGE).content.decode()
    for words in (str(clock.complaint.number), "Recovery", "no working time in the next 400 days"):
        assert words in page
    assert f"<code>{FAULT}</code>" in page
    assert "1 clock has failed" in client.get("/").content.decode()
    assert '<span class="tag late num">1</span>' in client.get("/accounts/settings/").content.decode()


def test_tried_again_the_next_sweep_fires_it(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    assert due_clocks.sweep(timezone.now()).fired["breach"] == 0
    client.force_login(people["manager"])
    answer = again(client, clock)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert due_clocks.sweep(timezone.now()).fired["breach"] == 1
    clock.refresh_from_db()
    assert (clock.set_aside_at, clock.set_aside_error) == (None, "")
    assert clock.breached_at == clock.due_at
    event = clock.complaint.events.get(kind="clock_tried_again")
    assert (event.actor, event.text.details) == (people["manager"], {"clock": "recovery"})
    assert "No clock is set aside." in client.get(PAGE).content.decode()
    assert "has failed" not in client.get("/").content.decode()


def test_who_comes_second_is_told_so(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    client.force_login(people["manager"])
    assert again(client, clock).status_code == 303
    second = again(client, clock)
    assert second.status_code == 409
    assert "already retried" in second.content.decode()
    # It failed once more in the meantime, and the old page must not apply to the new failure.
    Clock.objects.filter(pk=clock.pk).update(set_aside_at=timezone.now(), set_aside_error="ValueError: x")
    assert again(client, clock).status_code == 409
    assert clock.complaint.events.filter(kind="clock_tried_again").count() == 1


@pytest.mark.parametrize(
    "seen", ["", "yesterday", "2026-11-23T10:00:00", "2026-13-45T10:00:00+00:00", "\x00"]
)
def test_a_bad_moment_is_refused(people: People, client: Client, seen: str) -> None:
    clock = failed(people["agent"])
    client.force_login(people["manager"])
    assert client.post(f"{PAGE}{clock.pk}/again/", {"seen": seen}).status_code == 400
    assert Clock.objects.set_aside().exists()


@pytest.mark.parametrize("username", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_other_roles_are_refused_and_told_nothing(people: People, client: Client, username: str) -> None:
    clock = failed(people["agent"])
    client.force_login(people[username])
    assert client.get(PAGE).status_code == 403
    assert again(client, clock).status_code == 403
    assert "has failed" not in client.get("/", follow=True).content.decode()
    assert "/settings/clocks/" not in client.get("/accounts/settings/").content.decode()
    assert failed_clocks.count(people[username]) == 0
    by, seen = person(people[username]), clock.set_aside_at
    assert status_of(lambda: set_aside.try_again(clock, seen=seen, by=by, at=timezone.now())) == 403


def test_only_post_tries_again(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    client.force_login(people["manager"])
    assert client.get(f"{PAGE}{clock.pk}/again/").status_code == 405


def test_of_a_complaint_about_the_manager_nothing_shows(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    manager = people["manager"]
    Participant.objects.create(complaint=clock.complaint, user=manager, role="named", since=timezone.now())
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert "No clock is set aside." in page
    assert str(clock.complaint.number) not in page
    assert "has failed" not in client.get("/").content.decode()
    assert again(client, clock).status_code == 404
    assert again(client, Clock(pk=10**9, set_aside_at=timezone.now())).status_code == 404
    client.force_login(people["manager2"])
    assert str(clock.complaint.number) in client.get(PAGE).content.decode()


def test_with_a_conflict_of_interest_one_leaves_it_to_others(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    manager = person(people["manager"])
    conflict.declare_conflict(clock.complaint, by=manager, at=timezone.now(), reason="My cousin")
    client.force_login(people["manager"])
    assert again(client, clock).status_code == 403
    assert Clock.objects.set_aside().exists()


def test_an_ended_clock_waits_for_nobody(people: People, client: Client) -> None:
    clock = failed(people["agent"])
    Clock.objects.filter(pk=clock.pk).update(ended_as="met", stopped_at=timezone.now(), next_fire_at=None)
    client.force_login(people["manager"])
    assert "No clock is set aside." in client.get(PAGE).content.decode()
    assert again(client, clock).status_code == 409


@pytest.mark.parametrize(
    ("error", "plain", "technical"),
    [
        ("", "nobody foresaw", ""),
        ("Traceback\n  File\nZeroDivisionError: by zero\n\n", "nobody foresaw", "ZeroDivisionError: by zero"),
        ("complaints.sla.targets.NoPolicy: none", "No rule", "complaints.sla.targets.NoPolicy: none"),
        ("complaints.models.Task.DoesNotExist", "no longer there", "complaints.models.Task.DoesNotExist"),
        ("  File\ndjango.db.utils.IntegrityError: twice\nDETAIL:  Key (id)", "refused",
         "django.db.utils.IntegrityError: twice"),
    ],
)  # fmt: skip
def test_errors_in_plain_words(error: str, plain: str, technical: str) -> None:
    why, line = failed_clocks.in_words(error)
    assert plain in why
    assert line == technical


def test_queries_do_not_grow(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    found = []
    for numbers in (range(1, 3), range(3, 9)):
        for number in numbers:
            failed(people["agent"], number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        found.append(len(queries))
    assert found[0] == found[1]
    assert Complaint.objects.count() == 8
