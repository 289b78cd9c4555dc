"""Eight people press the same button at once: one succeeds, and seven are told that they were late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Team, User
from complaints.demo import organisation
from complaints.lifecycle import assign, diagnose, escalate, intake, resolve
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.models import (
    Approval,
    BreachEscalation,
    CallbackAttempt,
    Clock,
    Complaint,
    Effect,
    Event,
    Outbox,
    Plan,
)
from complaints.notices import outbox
from complaints.rights.actors import person
from complaints.rows import timeline
from complaints.sweeps import due_clocks
from complaints.terms.errors import LifecycleError
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.races.marks import RACING

AT_ONCE = 8
LATER = MONDAY + timedelta(hours=1)
pytestmark = RACING


@pytest.fixture
def crowd(transactional_db: None) -> dict[str, list[User]]:
    """Make eight of each kind of person, in the teams of the first such person of the demo."""
    organisation.load(MONDAY)
    return {
        "agents": _eight(User.objects.get(username="agent2")),
        "supervisors": _eight(User.objects.get(username="supervisor")),
        "callers": _eight(User.objects.get(username="callback")),
    }


def _eight(like: User) -> list[User]:
    teams = list(Team.objects.filter(members=like))
    made = [
        User.objects.create_user(f"{like.username}-{n}", role=like.role, tier=like.tier)
        for n in range(AT_ONCE)
    ]
    for user in made:
        user.teams.set(teams)
    return made


def agent() -> User:
    return User.objects.get(username="agent")


def race(press: Callable[[User], object], people: list[User]) -> list[LifecycleError]:
    """Let everybody press at once and return the refusals. Any other exception is raised."""
    barrier = Barrier(len(people))

    def one(user: User) -> LifecycleError | None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            press(user)
        except LifecycleError as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(people)) as threads:
        return [refusal for refusal in threads.map(one, people) if refusal is not None]


def assert_one_won(refusals: list[LifecycleError], complaint: Complaint) -> None:
    assert {refusal.status for refusal in refusals} == {409}
    assert len(refusals) == AT_ONCE - 1
    assert list(timeline.faults(Complaint.objects.get(pk=complaint.pk))) == []


def test_one_of_eight_takes_it(crowd: dict[str, list[User]]) -> None:
    complaint = assign.release(factories.receive(agent()), by=person(agent()), at=MONDAY)
    refusals = race(
        lambda user: assign.take(Complaint.objects.get(pk=complaint.pk), by=person(user), at=LATER),
        crowd["agents"],
    )
    assert_one_won(refusals, complaint)
    assert Complaint.objects.get(pk=complaint.pk).assignee in crowd["agents"]
    assert Event.objects.filter(complaint=complaint, kind="taken").count() == 1


def test_one_of_eight_starts_an_unassigned_diagnosis(crowd: dict[str, list[User]]) -> None:
    complaint = assign.release(factories.receive(agent()), by=person(agent()), at=MONDAY)
    refusals = race(
        lambda user: diagnose.start_diagnosis(
            Complaint.objects.get(pk=complaint.pk), by=person(user), at=LATER
        ),
        crowd["agents"],
    )
    assert_one_won(refusals, complaint)
    assert Event.objects.filter(complaint=complaint, kind="diagnosis_started").count() == 1


@pytest.mark.parametrize("version_seen", [False, True])
def test_one_of_eight_windows_resolves_it(crowd: dict[str, list[User]], version_seen: bool) -> None:
    complaint = factories.carried_out(agent())
    version = complaint.version if version_seen else None
    refusals = race(
        lambda user: resolve.resolve(
            Complaint.objects.get(pk=complaint.pk),
            by=person(user),
            at=LATER,
            final_answer="Done",
            version=version,
        ),
        [agent()] * AT_ONCE,
    )
    assert_one_won(refusals, complaint)
    assert Event.objects.filter(complaint=complaint, kind="resolved").count() == 1
    assert Outbox.objects.filter(complaint=complaint, template="resolved").count() == 1
    assert Clock.objects.filter(complaint=complaint, kind="callback").count() == 1


def test_one_of_eight_records_the_callback(crowd: dict[str, list[User]]) -> None:
    complaint = factories.resolved(agent())
    refusals = race(
        lambda user: calls.record_callback(
            Complaint.objects.get(pk=complaint.pk), factories.UNSATISFIED, by=person(user), at=LATER
        ),
        crowd["callers"],
    )
    assert_one_won(refusals, complaint)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.round, complaint.tier) == ("diagnose", 2, 2)
    assert CallbackAttempt.objects.count() == 1


def test_one_of_eight_decides_and_the_decision_is_carried_out_once(crowd: dict[str, list[User]]) -> None:
    complaint, plan = factories.offered(agent(), offer=factories.BIG_OFFER)
    approval = Approval.objects.get()
    yes = {user.pk for user in crowd["supervisors"][::2]}
    approval.asked.set(crowd["supervisors"])
    refusals = race(
        lambda user: decisions.decide(
            Approval.objects.get(pk=approval.pk),
            by=person(user),
            at=LATER,
            approve=user.pk in yes,
            note="Seen",
        ),
        crowd["supervisors"],
    )
    assert_one_won(refusals, complaint)
    assert {refusal.code for refusal in refusals} == {"already_decided"}
    approval.refresh_from_db()
    approved = approval.decided_by_id in yes
    assert approval.state == ("approved" if approved else "rejected")
    assert Plan.objects.get(pk=plan.pk).state == ("offered" if approved else "draft")
    assert Outbox.objects.filter(template="offer").count() == int(approved)
    assert Event.objects.filter(complaint=complaint, kind="approval_decided").count() == 1


def test_one_of_eight_requests_is_kept(crowd: dict[str, list[User]]) -> None:
    complaint = factories.receive(agent())
    refusals = race(
        lambda user: escalate.escalate(
            Complaint.objects.get(pk=complaint.pk), by=person(user), at=LATER, reason="R", tried="T", ask="A"
        ),
        [agent()] * AT_ONCE,
    )
    assert_one_won(refusals, complaint)
    assert Approval.objects.filter(state="pending").count() == 1


def test_one_form_sent_eight_times_makes_one_complaint(crowd: dict[str, list[User]]) -> None:
    receipt = factories.receipt(submission_key="one-form")
    numbers: list[str | None] = []
    refusals = race(
        lambda user: numbers.append(intake.receive(receipt, by=person(user), at=MONDAY).number),
        crowd["agents"],
    )
    assert refusals == []
    assert len(numbers) == AT_ONCE
    assert set(numbers) == {Complaint.objects.get().number}


def test_eight_sweepers_and_eight_senders_do_everything_once(crowd: dict[str, list[User]]) -> None:
    complaint = factories.receive(agent(), channel="web")
    late = MONDAY + timedelta(days=1)
    assert race(lambda _user: due_clocks.sweep(late), crowd["agents"]) == []
    assert Event.objects.filter(complaint=complaint, kind="escalated_by_breach").count() == 1
    assert BreachEscalation.objects.count() == 1
    fired = list(Effect.objects.values_list("clock", "level", "generation"))
    assert len(fired) == len(set(fired)) > 0
    assert not Clock.objects.filter(set_aside_at__isnull=False).exists()
    assert race(lambda _user: outbox.send_queued(late), crowd["agents"]) == []
    assert list(Outbox.objects.filter(channel="email", user=None).values_list("state", flat=True)) == ["sent"]
