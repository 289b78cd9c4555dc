"""A promise that is kept too late, before any sweep looked: the breach is neither lost nor told twice."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.actors import person
from complaints.lifecycle import converse
from complaints.models import Clock, ClockKind, Effect, Event
from complaints.sweeps import sweep
from complaints.tests.factories import diagnosed

pytestmark = pytest.mark.django_db


def test_a_breach_found_by_a_move_stands_in_the_timeline_once(people: dict[str, User]) -> None:
    complaint = diagnosed(people["agent"])
    recovery = Clock.objects.get(kind=ClockKind.RECOVERY)
    late = recovery.due_at + timedelta(minutes=3)
    converse.message(complaint, by=person(people["agent"]), at=late, body="We found it", purpose="plan")
    sweep(late + timedelta(minutes=1))
    recovery.refresh_from_db()
    assert recovery.breached_at == recovery.due_at
    assert recovery.ended_as == "met"
    assert recovery.stopped_at == late
    breaches = Event.objects.filter(kind="breached", text__details__clock="recovery")
    assert breaches.count() == 1
    assert Effect.objects.filter(clock=recovery, level=100).count() == 1


def test_met_exactly_at_its_deadline_is_met(people: dict[str, User]) -> None:
    complaint = diagnosed(people["agent"])
    recovery = Clock.objects.get(kind=ClockKind.RECOVERY)
    converse.message(
        complaint, by=person(people["agent"]), at=recovery.due_at, body="We found it", purpose="plan"
    )
    recovery.refresh_from_db()
    assert recovery.ended_as == "met"
    assert recovery.breached_at is None
