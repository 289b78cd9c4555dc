"""The open work of somebody who leaves goes back to the teams. Events and notices tell of it."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from complaints.lifecycle import assign, converse, diagnose, escalate, leaving, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import carry_out
from complaints.models import (
    Approval,
    ClockKind,
    Complaint,
    Event,
    ImprovementAction,
    Outbox,
    SquadSeat,
    Task,
)
from complaints.rights.actors import CUSTOMER, SYSTEM, person
from complaints.rows import timeline
from complaints.terms.errors import StaleVersion
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)


def leave(user: User, by: User | None = None) -> leaving.Held:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return leaving.hand_over(
        User.objects.get(pk=user.pk), by=person(by) if by else SYSTEM, at=LATER, teams=None
    )


def events(complaint: Complaint, kind: str) -> list[Event]:
    return list(Event.objects.filter(complaint=complaint, kind=kind))


def told(complaint: Complaint, template: str) -> set[str]:
    found = Outbox.objects.filter(complaint=complaint, template=template, channel="in_app")
    return set(found.values_list("user__username", flat=True))


def intact(complaint: Complaint) -> Complaint:
    complaint.refresh_from_db()
    assert list(timeline.faults(complaint)) == []
    return complaint


@pytest.mark.parametrize("stage", ["intake", "diagnose", "resolve", "callback", "review"])
def test_open_complaints_go_back_to_the_team(people: People, stage: str) -> None:
    complaint = factories.in_stage(stage, people["agent"], people["agent2"])
    held = leave(people["agent"], people["admin"])
    assert held.total == held.complaints + held.callbacks + held.reviews == 1
    assert (intact(complaint).assignee, complaint.stage) == (None, stage)
    [event] = events(complaint, "handed_back")
    assert (event.actor, event.at, event.changed) == (people["admin"], LATER, {"assignee": ["agent", None]})
    assert {"agent2", "supervisor"} <= told(complaint, "handed_back")
    assert "agent" not in told(complaint, "handed_back")


def test_the_team_has_its_time_to_take_it(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    leave(people["agent"])
    assert complaint.clocks.live().filter(kind=ClockKind.PICKUP, started_at=LATER).count() == 1
    assign.take(intact(complaint), by=person(people["agent2"]), at=LATER)
    assert intact(complaint).assignee == people["agent2"]


def test_closed_complaints_keep_who_handled_them(people: People) -> None:
    complaint = factories.closed(people["agent"], people["agent2"])
    assert leave(people["agent"]).total == 0
    assert intact(complaint).assignee == people["agent"]
    assert not events(complaint, "handed_back")


def test_tasks_go_back_to_their_team(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    warehouse = Team.objects.get(code="WAREHOUSE")
    task = carry_out.add_task(complaint, by=person(people["agent"]), at=MONDAY, title="Look", team=warehouse)
    other = User.objects.create_user("warehouse2", role="department")
    other.teams.add(warehouse)
    carry_out.accept_task(task, by=person(people["warehouse"]), at=MONDAY)
    assert leave(people["warehouse"]).tasks == 1
    task.refresh_from_db()
    assert (task.owner, task.state, task.accepted_by) == (None, "open", None)
    assert [event.text.details["title"] for event in events(complaint, "task_handed_back")] == ["Look"]
    assert told(complaint, "task_handed_back") == {"warehouse2"}
    assert intact(complaint).assignee == people["agent"]
    carry_out.accept_task(task, by=person(other), at=LATER)


def test_a_done_task_stays(people: People) -> None:
    complaint = factories.carried_out(people["agent"])
    leave(people["agent"])
    assert Task.objects.get(complaint=complaint, option__isnull=False).owner == people["agent"]
    assert not events(complaint, "task_handed_back")


def test_the_task_of_a_remedy_goes_back_with_its_complaint(people: People) -> None:
    complaint = factories.chosen(people["agent"])
    held = leave(people["agent"])
    assert (held.complaints, held.tasks) == (1, 1)
    task = Task.objects.get(complaint=complaint)
    assign.take(intact(complaint), by=person(people["agent2"]), at=LATER)
    carry_out.finish_task(task, by=person(people["agent2"]), at=LATER, evidence="Refund 1")


def asked(people: People) -> tuple[Complaint, Approval]:
    complaint = factories.diagnosed(people["agent"])
    words = {"reason": "R", "tried": "T", "ask": "A"}
    escalate.escalate(complaint, by=person(people["agent"]), at=MONDAY, **words)
    complaint.refresh_from_db()
    return complaint, Approval.objects.get(complaint=complaint, state="pending")


def test_a_request_goes_to_others_who_may_decide(people: People) -> None:
    complaint, approval = asked(people)
    assert people["supervisor"] in approval.asked.all()
    assert leave(people["supervisor"]).requests == 1
    left = set(approval.asked.values_list("username", flat=True))
    assert left
    assert "supervisor" not in left
    assert events(complaint, "request_handed_on")
    decider = approval.asked.first()
    assert decider is not None
    decisions.decide(approval, by=person(decider), at=LATER, approve=True)


def test_a_request_waits_for_the_others_who_were_asked(people: People) -> None:
    second = User.objects.create_user("supervisor9", role="supervisor")
    second.teams.add(*people["supervisor"].teams.all())
    complaint, approval = asked(people)
    leave(people["supervisor"])
    assert list(approval.asked.all()) == [second]
    assert not events(complaint, "approval_climbed")


def test_a_request_for_two_managers_gets_another_one(people: People) -> None:
    third = User.objects.create_user("manager9", role="manager")
    offer: dict[str, Any] = {
        "options": [{"kind": "FULL", "amount": "20000.01", "description": "All"}],
        "single_option_reason": "Nothing else",
    }
    complaint, _plan = factories.offered(people["agent"], offer=offer)
    approval = Approval.objects.get(complaint=complaint)
    approval.asked.remove(third)
    gone = approval.asked.first()
    assert gone is not None
    leave(gone)
    assert third in approval.asked.all()
    assert gone not in approval.asked.all()


def test_the_assignee_takes_back_what_somebody_gone_has_asked(people: People) -> None:
    complaint, approval = asked(people)
    leave(people["agent"])
    assign.take(intact(complaint), by=person(people["agent2"]), at=LATER)
    fresh = Approval.objects.get(pk=approval.pk)
    decisions.withdraw(fresh, by=person(people["agent2"]), at=LATER)
    assert fresh.state == "withdrawn"


def test_the_assignee_hears_the_decision_instead_of_somebody_gone(people: People) -> None:
    complaint, approval = asked(people)
    leave(people["agent"])
    assign.take(intact(complaint), by=person(people["agent2"]), at=LATER)
    fresh = Approval.objects.get(pk=approval.pk)
    decisions.decide(fresh, by=person(people["supervisor"]), at=LATER, approve=False, note="No")
    assert told(complaint, "approval_decided") == {"agent2"}


def test_improvements_go_to_a_supervisor(people: People) -> None:
    complaint = factories.called_back(people["agent"], people["agent2"])
    action = {"title": "More foam", "kind": "process", "owner": people["agent2"], "due_at": LATER}
    data = factories.LIGHT_REVIEW | {"actions": [action | {"due_at": MONDAY + timedelta(days=9)}]}
    review.record_review(complaint, data, by=person(people["agent"]), at=MONDAY + timedelta(minutes=20))
    assert leave(people["agent2"]).actions == 1
    found = ImprovementAction.objects.get()
    assert found.owner == people["supervisor"]
    assert told(complaint, "action_handed_on") == {"supervisor"}
    assert len(events(intact(complaint), "action_handed_on")) == 1


def test_leaving_one_team_keeps_what_is_of_another(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    other = Team.objects.create(code="T9", name_en="Nine", name_zh="九", tier=1)
    of = lambda team: leaving.held_by(people["agent"], [team])  # noqa: E731
    assert (of(other).total, of(complaint.team).total) == (0, 1)
    leaving.hand_over(people["agent"], by=SYSTEM, at=LATER, teams=[other])
    assert intact(complaint).assignee == people["agent"]
    leaving.hand_over(people["agent"], by=SYSTEM, at=LATER, teams=[complaint.team])
    assert intact(complaint).assignee is None


def test_the_preview_says_what_is_given_back(people: People) -> None:
    factories.diagnosed(people["agent"])
    factories.chosen(people["agent"])
    factories.resolved(people["agent"])
    factories.called_back(people["agent"], people["agent2"])
    before = leaving.held_by(people["agent"])
    assert before == leaving.Held(complaints=2, callbacks=1, reviews=1, tasks=1)
    assert leave(people["agent"]) == before
    assert leaving.held_by(people["agent"]).total == 0


def test_a_seat_on_the_rota_is_given_up(people: People) -> None:
    SquadSeat.objects.filter(team__code="WAREHOUSE").update(on_call=people["warehouse"])
    leave(people["warehouse"])
    assert not SquadSeat.objects.filter(on_call__isnull=False).exists()


def test_nobody_gets_work_whose_account_was_just_changed(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    assign.release(complaint, by=person(people["agent"]), at=MONDAY)
    User.objects.filter(pk=people["agent2"].pk).update(version=7)
    with pytest.raises(StaleVersion):
        assign.take(intact(complaint), by=person(people["agent2"]), at=LATER)
    with pytest.raises(StaleVersion):
        diagnose.start_diagnosis(intact(complaint), by=person(people["agent2"]), at=LATER)
    assert intact(complaint).assignee is None


def test_the_customer_s_words_reach_the_team_when_the_assignee_cannot_sign_in(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    User.objects.filter(pk=people["agent"].pk).update(is_active=False)
    converse.write_in(intact(complaint), by=CUSTOMER, at=LATER, body="When?")
    assert "agent2" in told(complaint, "customer_wrote")
    assert "agent" not in told(complaint, "customer_wrote")
