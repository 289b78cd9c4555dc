"""Taking, releasing and assigning a complaint."""

from datetime import timedelta

import pytest

from accounts.models import Team, User
from complaints.lifecycle import assign, diagnose, engine
from complaints.lifecycle.callback import calls
from complaints.models import Clock, ParticipantRole
from complaints.rights.actors import person
from complaints.terms.errors import StaleComplaint
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def test_an_agent_of_the_team_takes_it_and_the_pick_up_is_kept(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], channel="web")
    assign.take(complaint, by=person(people["online"]), at=LATER)
    assert complaint.assignee == people["online"]
    assert Clock.objects.get(kind="pickup").ended_as == "met"


def test_taken_twice_the_second_is_told_who_has_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    for name in ("agent", "agent2"):
        assert status_of(lambda name=name: assign.take(complaint, by=person(people[name]), at=LATER)) == 409  # type: ignore[misc]


def test_released_it_waits_for_the_team_again_and_only_once(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assign.release(complaint, by=person(people["agent"]), at=LATER)
    assert complaint.assignee is None
    assert Clock.objects.live().filter(kind="pickup").count() == 1
    assert status_of(lambda: assign.release(complaint, by=person(people["supervisor"]), at=LATER)) == 409


def test_a_supervisor_gives_it_to_an_agent_of_the_team(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assign.assign(complaint, by=person(people["supervisor"]), at=LATER, assignee=people["agent2"])
    assert complaint.assignee == people["agent2"]


def test_to_another_team_it_goes_unassigned(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    team = Team.objects.get(code="FL-ONLINE")
    assign.assign(complaint, by=person(people["supervisor"]), at=LATER, team=team)
    assert (complaint.team, complaint.assignee) == (team, None)
    assert Clock.objects.live().get(kind="pickup").started_at == LATER


@pytest.mark.parametrize("name", ["specialist", "supervisor", "warehouse"])
def test_only_an_agent_of_the_team_can_be_given_it(people: dict[str, User], name: str) -> None:
    complaint, by = factories.receive(people["agent"]), person(people["supervisor"])
    act = lambda: assign.assign(complaint, by=by, at=LATER, assignee=people[name])  # noqa: E731
    assert wrong_fields(act) == {"assignee"}


def test_neither_a_person_with_a_conflict_nor_a_team_of_another_tier(people: dict[str, User]) -> None:
    complaint, by = factories.receive(people["agent"]), person(people["supervisor"])
    engine.involve(complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["agent2"])
    for given, field in (
        ({"assignee": people["agent2"]}, "assignee"),
        ({"team": Team.objects.get(code="SL-LOGI")}, "team"),
        ({}, "assignee"),
    ):
        assert wrong_fields(lambda given=given: assign.assign(complaint, by=by, at=LATER, **given)) == {field}  # type: ignore[arg-type, misc]


def test_a_version_that_is_not_the_newest_is_stale(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    seen = complaint.version
    diagnose.start_diagnosis(complaint, by=person(people["agent"]), at=LATER, version=seen)
    with pytest.raises(StaleComplaint):
        assign.release(complaint, by=person(people["agent"]), at=LATER, version=seen)
    complaint.refresh_from_db()
    assert complaint.assignee == people["agent"]


def test_a_stale_version_is_told_before_a_wrong_stage(people: dict[str, User]) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    with pytest.raises(StaleComplaint):
        assign.release(complaint, by=person(people["agent"]), at=LATER, version=1)


def test_who_handled_the_last_round_takes_it_only_with_a_supervisors_reason(people: dict[str, User]) -> None:
    specialist, lead = people["specialist"], person(people["supervisor2"])
    complaint = factories.receive(people["supervisor2"], channel="web", gravity="S3")
    assign.take(complaint, by=person(specialist), at=MONDAY)
    complaint.handlings.update(resolved_by=specialist)
    engine.involve(complaint, ParticipantRole.BARRED, at=MONDAY, user=specialist)
    assign.release(complaint, by=lead, at=LATER)
    assert status_of(lambda: assign.take(complaint, by=person(specialist), at=LATER)) == 403
    assert status_of(lambda: diagnose.start_diagnosis(complaint, by=person(specialist), at=LATER)) == 403
    act = lambda: assign.assign(complaint, by=lead, at=LATER, assignee=specialist)  # noqa: E731
    assert wrong_fields(act) == {"reason"}
    assign.assign(complaint, by=lead, at=LATER, assignee=specialist, reason="Nobody else knows it")
    assert complaint.assignee == specialist


def test_a_second_handling_bars_the_last_assignee(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    calls.record_callback(complaint, factories.UNSATISFIED, by=person(people["agent2"]), at=LATER)
    assert assign.is_barred(people["agent"], complaint)
    assert not assign.is_barred(people["agent2"], complaint)
