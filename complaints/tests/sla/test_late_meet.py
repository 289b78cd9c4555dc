"""A promise met late, before any sweep: its breach is recorded and has all its consequences."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from complaints.lifecycle import converse, escalate, first_contact
from complaints.lifecycle.ending import withdraw
from complaints.models import (
    Approval,
    BreachEscalation,
    Clock,
    ClockKind,
    Complaint,
    Effect,
    Event,
    Outbox,
    PolicyRule,
)
from complaints.rights.actors import SYSTEM, person
from complaints.rows import timeline
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY
from complaints.tests.factories import diagnosed
from complaints.tests.lifecycle.test_first_contact import solution

pytestmark = pytest.mark.django_db
People = dict[str, User]


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


def late_reply(complaint: Complaint, by: User) -> datetime:
    """Send the plan three minutes after it was due, and return that moment."""
    late = Clock.objects.get(complaint=complaint, kind=ClockKind.RECOVERY).due_at + timedelta(minutes=3)
    converse.message(complaint, by=person(by), at=late, body="We found it", purpose="plan")
    complaint.refresh_from_db()
    return late


def test_it_goes_up_as_if_the_sweep_had_been_in_time_and_once(people: People) -> None:
    complaint = diagnosed(people["agent"])
    late = late_reply(complaint, people["agent"])
    assert (complaint.tier, complaint.assignee) == (2, None)
    event = complaint.events.get(kind="escalated_by_breach")
    assert (event.actor_kind, event.actor, event.changed["tier"]) == ("system", None, [1, 2])
    assert BreachEscalation.objects.get(complaint=complaint).clock.kind == ClockKind.RECOVERY
    assert Clock.objects.live().get(complaint=complaint, kind=ClockKind.PICKUP).started_at == late
    assert Outbox.objects.filter(complaint=complaint, template="escalated").exists()
    sweep(late + timedelta(days=30))
    complaint.refresh_from_db()
    assert complaint.tier == 2, "once a round, whoever finds it"
    assert list(timeline.faults(complaint)) == []


def test_who_replied_is_not_made_to_sign_what_the_clock_did(people: People) -> None:
    complaint = diagnosed(people["agent"])
    late_reply(complaint, people["agent"])
    signed = dict(complaint.events.values_list("kind", "actor_kind"))
    reply = complaint.events.get(text__body="We found it").kind
    assert (signed[reply], signed["breached"], signed["escalated_by_breach"]) == ("user", "system", "system")


def test_a_pending_request_is_granted_not_doubled(people: People) -> None:
    complaint = diagnosed(people["agent"])
    asked = MONDAY + timedelta(minutes=5)
    by = person(people["agent"])
    escalate.escalate(complaint, by=by, at=asked, reason="Beyond us", tried="Calls", ask="Take it")
    late_reply(complaint, people["agent"])
    assert complaint.tier == 2
    assert Approval.objects.get().state == "approved"


def test_a_tier_that_a_person_chose_in_the_same_move_stands(people: People) -> None:
    complaint = factories.receive(SYSTEM, channel="web")
    pickup = Clock.objects.get(complaint=complaint, kind=ClockKind.PICKUP)
    by = person(User.objects.get(username="supervisor"))
    late = pickup.due_at + timedelta(minutes=1)
    escalate.escalate(complaint, by=by, at=late, reason="Beyond us", tried="Calls", ask="Take it")
    complaint.refresh_from_db()
    assert complaint.tier == 2
    assert complaint.events.filter(kind="breached").exists()
    assert not BreachEscalation.objects.exists()


def test_what_left_the_stages_that_escalate_stays_where_it_is(people: People) -> None:
    complaint = diagnosed(people["agent"])
    late = Clock.objects.get(kind=ClockKind.RESOLUTION).due_at + timedelta(minutes=3)
    withdraw.withdraw(
        complaint, by=person(people["agent"]), at=late, reason="Over", evidence="Said so on the phone"
    )
    complaint.refresh_from_db()
    assert complaint.tier == 1
    assert complaint.events.filter(kind="breached").exists()


def test_a_rule_that_does_not_escalate_does_not(people: People) -> None:
    complaint = diagnosed(people["agent"])
    PolicyRule.objects.update(escalate=False)
    late_reply(complaint, people["agent"])
    assert complaint.tier == 1


def test_solved_on_the_call_days_after_it_came_in(people: People) -> None:
    """Deadlines missed before anybody called are recorded, and the agent keeps the complaint."""
    given = factories.receipt(received_at=MONDAY - timedelta(days=6))
    complaint = first_contact.solve_at_once(given, solution(), by=person(people["agent"]), at=MONDAY)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.tier) == ("callback", 1)
    assert complaint.events.filter(kind="breached").exists()


def test_who_acted_is_answered_and_still_sees_it(people: People) -> None:
    complaint = diagnosed(people["agent"])
    caller, url = Caller(people["agent"]), f"complaints/{complaint.number}/"
    sent = caller.post(f"{url}messages/", {"direction": "out", "purpose": "plan", "body": "We found it"})
    assert sent.status_code == 201
    shown = caller.get(url)
    assert (shown.status_code, shown.json()["tier"], shown.json()["assignee"]) == (200, 2, None)
    client = Client()
    client.force_login(people["agent"])
    assert client.get(complaint.get_absolute_url()).status_code == 200
    assert caller.post(f"{url}wait/", {"on": "customer", "question": "Which?"}).status_code == 403


def test_who_acted_is_told_that_it_has_gone_up(people: People) -> None:
    complaint = diagnosed(people["agent"])
    client = Client()
    client.force_login(people["agent"])
    url = f"{complaint.get_absolute_url()}message/"
    given = {"kind": "reply", "purpose": "plan", "body": "We found it"}
    page = client.post(url, given, follow=True).content.decode()
    told = f"The deadline “Recovery” had already passed, so {complaint.number} moved up to: Specialist."
    assert told in page
    again = client.post(url, given | {"body": "And more"}, follow=True).content.decode()
    assert "had already passed" not in again
