"""A request that nobody decides climbs at each deadline; an escalation is granted at twice its time."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import assign, engine, escalate, review
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Clock, Complaint, Effect, Event, Outbox, ParticipantRole, Plan
from complaints.rights.actors import person
from complaints.sweeps import due_clocks, levels
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of

pytestmark = pytest.mark.django_db
People = dict[str, User]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def escalation(people: People, *, asked_at: datetime = MONDAY, **extra: object) -> Approval:
    """Make a request to escalate, with no other clock that could fire before its own."""
    complaint = factories.diagnosed(people["agent"], at=asked_at, **extra)
    escalate.escalate(
        complaint, by=person(people["agent"]), at=asked_at + MINUTE, reason="R", tried="T", ask="A"
    )
    return alone(Approval.objects.get())


def money(people: People, amount: str = "300.00") -> Approval:
    offer = {
        "options": [{"kind": "FULL", "amount": amount, "description": "D"}],
        "single_option_reason": "R",
    }
    factories.offered(people["agent"], offer=offer)
    return alone(Approval.objects.get())


def alone(approval: Approval) -> Approval:
    Clock.objects.exclude(kind="approval").delete()
    return approval


def asked(approval: Approval) -> list[str]:
    return sorted(approval.asked.values_list("username", flat=True))


def told(template: str) -> list[str]:
    rows = Outbox.objects.filter(template=template, channel="in_app")
    return sorted(rows.values_list("user__username", flat=True))


def kinds(approval: Approval) -> list[str]:
    return list(
        Event.objects.filter(complaint=approval.complaint).order_by("seq").values_list("kind", flat=True)
    )


def deadline(approval: Approval) -> datetime:
    assert approval.due_at is not None
    return approval.due_at


def twice(approval: Approval) -> datetime:
    return deadline(approval) + (deadline(approval) - approval.requested_at)


@pytest.mark.parametrize(
    ("severity", "minutes"), [("critical", 15), ("major", 30), ("normal", 120), ("minor", 120)]
)
def test_the_time_to_decide_is_the_policys(people: People, severity: str, minutes: int) -> None:
    complaint = factories.receive(people["agent"], severity=severity, severity_reason="As told")
    supervisor = people["supervisor" if complaint.tier == 1 else "supervisor2"]
    who = people["agent" if complaint.tier == 1 else "specialist"]
    assign.assign(complaint, by=person(supervisor), at=MONDAY, assignee=who)
    escalate.escalate(complaint, by=person(who), at=MONDAY, reason="R", tried="T", ask="A")
    assert Approval.objects.get().due_at == MONDAY + minutes * MINUTE


def test_no_answer_by_the_deadline_goes_to_the_deputy(people: People) -> None:
    approval = escalation(people)
    sweep(deadline(approval) - MINUTE)
    assert "approval_climbed" not in kinds(approval)
    sweep(deadline(approval))
    approval.refresh_from_db()
    assert (approval.state, approval.required_role, approval.has_climbed) == ("pending", "deputy", True)
    assert asked(approval) == ["supervisor", "supervisor2"], "the first person asked may still decide"
    assert told("breach") == ["supervisor"]
    assert told("approval_requested") == ["supervisor", "supervisor2"]


@pytest.mark.parametrize("name", ["supervisor", "supervisor2"])
def test_after_climbing_both_levels_may_decide(people: People, name: str) -> None:
    approval = escalation(people)
    sweep(deadline(approval))
    at = deadline(approval) + MINUTE
    assert decisions.decide(approval, by=person(people[name]), at=at, approve=True).state == "approved"
    assert not Clock.objects.live().filter(kind="approval").exists()


def test_at_twice_its_time_an_escalation_is_granted_by_itself(people: People) -> None:
    approval = escalation(people)
    sweep(deadline(approval))
    version = Complaint.objects.get().version
    sweep(twice(approval) - MINUTE)
    assert Approval.objects.get().state == "pending"
    sweep(twice(approval))
    approval.refresh_from_db()
    assert (approval.state, approval.automatic, approval.decided_by) == ("approved", True, None)
    complaint = Complaint.objects.get()
    assert (complaint.tier, complaint.assignee, complaint.version) == (2, None, version + 1)
    assert kinds(approval)[-2:] == ["approval_automatic", "escalated"]
    assert Event.objects.get(kind="approval_automatic").text.details["automatic"] is True
    assert told("approval_automatic") == ["agent", "supervisor", "supervisor2"]
    assert told("breach") == ["supervisor"], "they were told at the deadline and are not told again"


def test_the_worked_example_two_hours_then_four(people: People) -> None:
    """A normal complaint has 2 h: asked on Monday 10:01, the request climbs at 12:01, is granted at 14:01."""
    approval = escalation(people)
    assert deadline(approval) == MONDAY + 2 * HOUR + MINUTE
    sweep(MONDAY + 4 * HOUR + MINUTE)
    granted = Approval.objects.get()
    assert (granted.automatic, granted.decided_at) == (True, MONDAY + 4 * HOUR + MINUTE)


def test_money_is_never_granted_by_itself_and_climbs_to_whose_limit_covers_it(people: People) -> None:
    approval = money(people)
    sweep(deadline(approval))
    assert asked(approval) == ["supervisor", "supervisor2"]
    sweep(twice(approval))
    approval.refresh_from_db()
    assert (approval.state, approval.required_role) == ("pending", "manager")
    assert asked(approval) == ["manager", "manager2", "supervisor", "supervisor2"]
    assert Plan.objects.get().state == "waiting"
    assert told("breach") == ["supervisor"]


def test_with_nobody_above_the_managers_are_told_once(people: People) -> None:
    approval = money(people, "5000.00")
    assert approval.required_role == "manager"
    for at in (deadline(approval), twice(approval), twice(approval)):
        sweep(at)
    assert kinds(approval).count("approval_at_top") == 1
    assert told("approval_at_top") == ["manager", "manager2"]
    assert Approval.objects.get().state == "pending"


def test_a_level_without_anybody_fit_is_left_out(people: People) -> None:
    approval = escalation(people)
    engine.involve(approval.complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["supervisor2"])
    sweep(deadline(approval))
    approval.refresh_from_db()
    assert (approval.required_role, asked(approval)) == ("manager", ["manager", "manager2", "supervisor"])


def test_a_review_climbs_from_quality_to_the_teams_supervisor(people: People) -> None:
    complaint = factories.called_back(people["agent"], people["callback"])
    Complaint.objects.update(highest_tier=3)
    review.record_review(complaint, factories.FULL_REVIEW, by=person(people["agent"]), at=MONDAY + HOUR)
    approval = alone(Approval.objects.get())
    assert (approval.required_role, asked(approval)) == ("quality", ["quality"])
    sweep(deadline(approval))
    approval.refresh_from_db()
    assert approval.required_role == "supervisor"
    sweep(twice(approval))
    approval.refresh_from_db()
    assert (approval.state, approval.required_role) == ("pending", "deputy"), (
        "only escalations are granted by themselves"
    )


@pytest.mark.parametrize("passes", [1, 3])
def test_all_of_it_noticed_at_once_after_an_outage_happens_once(people: People, passes: int) -> None:
    approval = escalation(people)
    late = twice(approval) + timedelta(days=10)
    for _number in range(passes):
        sweep(late)
    assert Approval.objects.get().automatic
    assert kinds(approval).count("approval_automatic") == kinds(approval).count("escalated") == 1
    assert kinds(approval).count("approval_climbed") == 1
    assert Complaint.objects.get().tier == 2
    assert told("breach") == [], "only the grant is told"
    fired = Effect.objects.filter(clock__kind="approval", kind="fired").values_list("level", flat=True)
    assert sorted(fired) == [100, 200]


def test_money_after_an_outage_climbs_twice_and_is_told_as_late(people: People) -> None:
    approval = money(people)
    sweep(twice(approval))
    approval.refresh_from_db()
    assert (approval.state, approval.required_role) == ("pending", "manager")
    assert "supervisor" in told("breach")


def test_two_sweepers_climb_once(people: People) -> None:
    approval = escalation(people)
    at = deadline(approval)
    seen = due_clocks._due_of(approval.complaint_id, at)
    for _sweeper in range(2):
        due_clocks._fire(approval.complaint_id, seen, at, levels.Swept())
    assert kinds(approval).count("approval_climbed") == 1


def test_a_decision_before_the_deadline_leaves_nothing_to_fire(people: People) -> None:
    approval = escalation(people)
    decisions.decide(
        approval, by=person(people["supervisor"]), at=MONDAY + HOUR, approve=False, note="No need"
    )
    Clock.objects.exclude(kind="approval").delete()
    assert sweep(twice(approval)).fired == {}
    assert Approval.objects.get().state == "rejected"


def test_a_breach_that_escalates_in_the_same_pass_grants_before_anything_climbs(people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    escalate.escalate(
        complaint, by=person(people["agent"]), at=MONDAY + MINUTE, reason="R", tried="T", ask="A"
    )
    approval = Approval.objects.get()
    Clock.objects.exclude(kind__in=["approval", "recovery"]).delete()
    Clock.objects.filter(kind="recovery").update(
        due_at=MONDAY + HOUR, next_fire_at=MONDAY + HOUR, next_level=100
    )
    sweep(twice(approval))
    assert Complaint.objects.get().tier == 2
    assert "approval_climbed" not in kinds(approval)
    assert "approval_automatic" not in kinds(approval)


def test_who_was_not_reached_by_the_climb_still_may_not_decide(people: People) -> None:
    approval = escalation(people)
    sweep(deadline(approval))
    act = lambda: decisions.decide(  # noqa: E731
        approval, by=person(people["manager"]), at=deadline(approval), approve=True
    )
    assert status_of(act) == 403


def test_a_new_offer_replaces_what_has_climbed(people: People) -> None:
    approval = money(people)
    sweep(deadline(approval))
    offers.offer(Complaint.objects.get(), factories.OFFER, by=person(people["agent"]), at=deadline(approval))
    approval.refresh_from_db()
    assert approval.state == "superseded"
    assert not Clock.objects.live().filter(kind="approval").exists()


def test_where_the_customer_has_the_time_its_end_breaks_no_promise(people: People) -> None:
    complaint = factories.receive(people["agent"])
    clock = Clock.objects.filter(complaint=complaint, kind="recovery").get()
    Clock.objects.exclude(pk=clock.pk).delete()
    Clock.objects.filter(pk=clock.pk).update(
        kind="callback_notice", next_level=100, next_fire_at=clock.due_at
    )
    swept = sweep(clock.due_at)
    clock.refresh_from_db()
    assert (clock.breached_at, dict(swept.fired)) == (None, {"level 100": 1})
    assert not Event.objects.filter(kind="breached").exists()
    assert told("breach") == []
