"""A clock paused for more than twice its time, or 30 days: a supervisor is told once and reviews it."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from complaints.lifecycle import conflict, converse, edit, wait
from complaints.models import Clock, ClockPause, Complaint, Outbox
from complaints.rights.actors import CUSTOMER, person
from complaints.sla import pauses
from complaints.sla.targets import calendar_now
from complaints.sweeps import long_pauses
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def resolution() -> Clock:
    return Clock.objects.get(kind="resolution")


def ask(complaint: Complaint, by: User, at: object) -> None:
    wait.wait(complaint, by=person(by), at=at, on="customer", question="Which?")  # type: ignore[arg-type]


@pytest.fixture
def paused(people: dict[str, User]) -> Complaint:
    """Ask a question on Monday 11:00. The resolution clock has 8 working hours, and every hour counts."""
    complaint = factories.diagnosed(people["agent"])
    Clock.objects.filter(kind="resolution").update(
        target_seconds=8 * 3600, calendar=Clock.objects.get(kind="recovery").calendar
    )
    ask(complaint, people["agent"], LATER)
    return complaint


def told() -> list[str]:
    rows = Outbox.objects.filter(template="paused_long", channel="in_app")
    return sorted(rows.values_list("user__username", flat=True))


def test_at_twice_its_time_the_supervisor_is_told_once_and_it_stands_still_on(paused: Complaint) -> None:
    assert resolution().pause_limit_at == LATER + 16 * HOUR
    sweep(LATER + 16 * HOUR - SECOND)
    assert told() == []
    assert "long pause × 1" in str(sweep(LATER + 16 * HOUR))
    assert "long pause" not in str(sweep(LATER + 17 * HOUR))
    assert told() == ["supervisor"]
    assert resolution().paused_since == LATER
    assert resolution().paused_long
    assert paused.events.filter(kind="paused_long").count() == 1


def test_earlier_pauses_count_and_a_clock_is_told_of_once_in_its_life(
    people: dict[str, User], paused: Complaint
) -> None:
    converse.write_in(paused, at=LATER + 10 * HOUR, body="This one", by=CUSTOMER)
    assert resolution().pause_limit_at is None
    again = LATER + 11 * HOUR
    ask(paused, people["agent"], again)
    assert resolution().pause_limit_at == again + 6 * HOUR
    sweep(again + 6 * HOUR)
    converse.write_in(paused, at=again + 7 * HOUR, body="That one", by=CUSTOMER)
    ask(paused, people["agent"], again + 8 * HOUR)
    sweep(again + 100 * HOUR)
    assert told() == ["supervisor"]


def test_a_limit_passed_before_the_answer_is_told_though_nobody_swept_meanwhile(paused: Complaint) -> None:
    converse.write_in(paused, at=LATER + 17 * HOUR, body="This one", by=CUSTOMER)
    assert resolution().paused_since is None
    sweep(LATER + 18 * HOUR)
    assert told() == ["supervisor"]


def test_thirty_days_by_the_wall_are_the_most(paused: Complaint) -> None:
    clock = resolution()
    clock.target_seconds = 100 * 24 * 3600
    assert pauses.limit_at(clock) == LATER + 30 * DAY
    ClockPause.objects.create(clock=clock, since=MONDAY - 9 * DAY, until=MONDAY - 2 * DAY)
    assert pauses.limit_at(clock) == LATER + 23 * DAY


def test_the_limit_follows_a_changed_promise(people: dict[str, User], paused: Complaint) -> None:
    """With another severity the paused clock gets another target, on the office calendar."""
    edit.edit(paused, {"gravity": "S3", "reach": "one"}, by=person(people["supervisor"]), at=LATER + HOUR)
    clock = resolution()
    assert clock.target_seconds != 8 * 3600
    assert clock.paused_since == LATER
    twice = timedelta(seconds=2 * clock.target_seconds)
    assert clock.pause_limit_at == clock.calendar.working.add(LATER, twice)


def test_only_working_time_counts_towards_the_target(people: dict[str, User]) -> None:
    """On CN-OFFICE 2 × 8 h from Monday 11:00 are 1 + 5 h on Monday, 8 h on Tuesday and 2 h on Wednesday."""
    factories.diagnosed(people["agent"])
    clock = resolution()
    clock.calendar = calendar_now("CN-OFFICE")
    clock.target_seconds, clock.paused_since = 8 * 3600, LATER
    assert pauses.limit_at(clock) == MONDAY + 2 * DAY + HOUR


def test_a_breached_clock_gains_nothing_by_standing_still(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    due = resolution().due_at
    sweep(due)
    complaint.refresh_from_db()
    Complaint.objects.filter(pk=complaint.pk).update(assignee=people["agent"])
    with_clock = resolution()
    with_clock.paused_since = due + HOUR
    assert pauses.limit_at(with_clock) is None


def test_a_supervisor_looks_and_the_mark_goes(people: dict[str, User], paused: Complaint) -> None:
    assert status_of(lambda: look(paused, people["supervisor"])) == 409
    assert status_of(lambda: look(paused, people["agent"])) == 403, (
        "the role is refused first, whether there is a long pause or not"
    )
    sweep(LATER + 16 * HOUR)
    assert status_of(lambda: look(paused, people["agent"])) == 403
    assert status_of(lambda: look(paused, people["supervisor2"])) == 403
    look(paused, people["supervisor"])
    assert not resolution().paused_long
    assert paused.events.get(kind="pause_looked_at").text.body == "Two questions, both needed"
    assert status_of(lambda: look(paused, people["supervisor"])) == 409


def look(complaint: Complaint, by: User, note: str = "Two questions, both needed") -> None:
    long_pauses.looked(complaint, by=person(by), at=LATER + 20 * HOUR, note=note)


@pytest.mark.parametrize("bad", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_what_was_found_needs_words(people: dict[str, User], paused: Complaint, bad: str) -> None:
    sweep(LATER + 16 * HOUR)
    assert wrong_fields(lambda: look(paused, people["supervisor"], bad)) == {"note"}


def test_with_a_conflict_of_interest_one_does_not_look(people: dict[str, User], paused: Complaint) -> None:
    sweep(LATER + 16 * HOUR)
    manager = people["manager"]
    conflict.declare_conflict(paused, by=person(manager), at=LATER + 17 * HOUR, reason="My cousin")
    assert status_of(lambda: look(paused, manager)) == 403


def test_an_ended_clock_has_no_mark(people: dict[str, User], paused: Complaint) -> None:
    sweep(LATER + 16 * HOUR)
    Clock.objects.filter(kind="resolution").update(
        ended_as="met", stopped_at=LATER + 17 * HOUR, paused_since=None
    )
    assert not resolution().paused_long
    assert status_of(lambda: look(paused, people["supervisor"])) == 409


def test_the_pages_show_the_mark_and_the_form_to_who_may_look(
    people: dict[str, User], paused: Complaint, client: Client
) -> None:
    sweep(LATER + 16 * HOUR)
    address = f"/complaints/{paused.number}/"
    for username, may in (("agent", False), ("supervisor", True), ("manager", True)):
        client.force_login(people[username])
        page = client.get(address).content.decode()
        assert "Paused for too long" in page
        assert ("I have looked at it" in page) is may
        assert "Paused for too long" in client.get("/complaints/?view=open").content.decode()
    client.force_login(people["agent"])
    assert client.post(f"{address}pause-looked/", {"note": "Fine"}).status_code == 403
    client.force_login(people["supervisor2"])
    assert client.post(f"{address}pause-looked/", {"note": "Fine"}).status_code == 404
    client.force_login(people["supervisor"])
    refused = client.post(f"{address}pause-looked/", {"note": ""})
    assert refused.status_code == 400
    assert 'id="id_note-error"' in refused.content.decode() or "is-invalid" in refused.content.decode()
    assert client.get(f"{address}pause-looked/").status_code == 405
    assert client.post(f"{address}pause-looked/", {"note": "Fine"}).status_code == 303
    assert "Paused for too long" not in client.get(address).content.decode()
