"""Risk flags are set, confirmed and cleared; conflicts of interest are declared; extensions are requested."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import assign, conflict, converse, escalate, extend, resolve, risk
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, Clock, Complaint, Outbox, RiskFlag
from complaints.rights import access, standings
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY + HOUR


def flag(complaint: Complaint, by: User, name: str = "legal", reason: str = "Names a lawyer") -> Complaint:
    return risk.flag_risk(complaint, by=person(by), at=LATER, flag=name, reason=reason)


@pytest.mark.parametrize("name", ["legal", "media", "safety"])
def test_a_grave_risk_seen_by_a_person_goes_to_tier_three_at_once(people: dict[str, User], name: str) -> None:
    complaint = flag(factories.diagnosed(people["agent"]), people["agent"], name)
    assert (complaint.severity, complaint.tier, complaint.team.code) == ("critical", 3, "EX-PANEL")
    assert (complaint.assignee, complaint.stage) == (None, "diagnose")
    told = Outbox.objects.filter(template="risk_flag").values_list("user__username", flat=True)
    assert {"expert", "supervisor2"} <= set(told)


@pytest.mark.parametrize("name", ["external", "vulnerable"])
def test_other_risks_are_told_and_leave_it_where_it_is(people: dict[str, User], name: str) -> None:
    complaint = flag(factories.diagnosed(people["agent"]), people["agent"], name)
    assert (complaint.severity, complaint.tier, complaint.assignee) == ("normal", 1, people["agent"])
    assert access.visible_to(people["expert"]).filter(pk=complaint.pk).exists()


def test_in_callback_and_review_a_risk_moves_nobody(people: dict[str, User]) -> None:
    complaint = flag(factories.resolved(people["agent"]), people["agent"])
    assert (complaint.severity, complaint.tier, complaint.assignee) == ("critical", 1, people["agent"])


def test_a_pending_request_is_granted_by_the_risk_not_doubled(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    escalate.escalate(complaint, by=person(people["agent"]), at=LATER, reason="R", tried="T", ask="A")
    flag(complaint, people["agent"])
    approval = Approval.objects.get()
    assert (approval.state, approval.automatic, complaint.tier) == ("approved", True, 3)


def ruled(people: dict[str, User]) -> Complaint:
    """Return a complaint at tier 2 with an unconfirmed legal flag, set because its text mentions a lawyer."""
    complaint = factories.receive(people["online"], channel="web", description="我要找律师起诉你们")
    assert (complaint.tier, complaint.flags.get().confirmed_at) == (2, None)
    assign.assign(complaint, by=person(people["supervisor2"]), at=MONDAY, assignee=people["specialist"])
    return complaint


def test_a_rules_suspicion_is_confirmed_to_tier_three_or_lifted(people: dict[str, User]) -> None:
    confirmed, lifted = ruled(people), ruled(people)
    by: Any = {"by": person(people["supervisor2"]), "at": LATER, "flag": "legal"}
    risk.confirm_risk(confirmed, reason="A letter came", **by)
    assert (confirmed.tier, confirmed.severity) == (3, "critical")
    assert status_of(lambda: risk.confirm_risk(confirmed, reason="Again", **by)) == 409
    risk.clear_risk(lifted, reason="Said in anger", **by)
    assert (lifted.tier, lifted.severity) == (2, lifted.graded_severity)
    assert lifted.severity != "critical"
    assert status_of(lambda: risk.clear_risk(lifted, reason="Again", **by)) == 409
    assert RiskFlag.objects.get(complaint=lifted).cleared_reason == "Said in anger"


def test_the_assignee_below_tier_three_does_not_judge_a_risk(people: dict[str, User]) -> None:
    complaint = ruled(people)
    mine: Any = {"by": person(people["specialist"]), "at": LATER, "flag": "legal", "reason": "No"}
    assert status_of(lambda: risk.clear_risk(complaint, **mine)) == 403
    assert status_of(lambda: risk.confirm_risk(complaint, **mine)) == 403
    expert: Any = {**mine, "by": person(people["expert"])}
    risk.clear_risk(complaint, **expert)
    assert not complaint.flags.filter(cleared_at__isnull=True).exists()


def test_what_a_rule_suspects_and_an_agent_flags_counts_as_seen(people: dict[str, User]) -> None:
    complaint = flag(ruled(people), people["specialist"])
    assert complaint.tier == 3
    assert complaint.flags.get().set_by == people["specialist"]
    assert status_of(lambda: flag(complaint, people["expert"])) == 409


def test_while_a_lawyer_is_named_offers_wait_for_tier_three(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    RiskFlag.objects.create(complaint=complaint, flag="legal", set_at=MONDAY)
    by: Any = {"by": person(people["agent"]), "at": LATER}
    assert status_of(lambda: offers.offer(complaint, factories.OFFER, **by)) == 409
    assert status_of(lambda: converse.message(complaint, body="Hello", **by)) == 409
    converse.log_call(complaint, body="Told her we look into it", **by)


def test_once_a_risk_is_confirmed_offers_go_out_again_but_written_words_stay_with_the_experts(
    people: dict[str, User],
) -> None:
    complaint = factories.found(people["agent"])
    RiskFlag.objects.create(complaint=complaint, flag="media", set_at=MONDAY, confirmed_at=MONDAY)
    by: Any = {"by": person(people["agent"]), "at": LATER}
    assert status_of(lambda: converse.message(complaint, body="Hello", **by)) == 409
    assert offers.offer(complaint, factories.OFFER, **by).state == "offered"


def test_a_flag_needs_a_name_and_a_reason(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    assert wrong_fields(lambda: flag(complaint, people["agent"], "weather", " ")) == {"flag", "reason"}
    assert status_of(lambda: flag(complaint, people["online"])) == 403


def declare(complaint: Complaint, by: User, reason: str = "My cousin") -> Complaint:
    return conflict.declare_conflict(complaint, by=person(by), at=LATER, reason=reason)


def test_whoever_declares_a_conflict_is_out_of_it(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint = declare(factories.diagnosed(agent), agent)
    assert (complaint.assignee, complaint.team.code) == (None, "FL-PHONE")
    assert Clock.objects.live().filter(complaint=complaint, kind="pickup").exists()
    assert access.visible_to(agent).filter(pk=complaint.pk).exists()
    assert standings.allowed_moves(person(agent), complaint) == set()
    assert status_of(lambda: assign.take(complaint, by=person(agent), at=LATER)) == 403
    give = lambda: assign.assign(  # noqa: E731
        complaint, by=person(people["supervisor"]), at=LATER, assignee=agent, reason="Anyway"
    )
    assert wrong_fields(give) == {"assignee"}


def test_a_request_goes_on_to_somebody_without_a_conflict(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    escalate.escalate(complaint, by=person(people["agent"]), at=LATER, reason="R", tried="T", ask="A")
    declare(complaint, people["supervisor"])
    approval = Approval.objects.get()
    assert set(approval.asked.values_list("username", flat=True)) == {"supervisor2"}
    decide: Any = {"by": person(people["supervisor"]), "at": LATER, "approve": True}
    assert status_of(lambda: decisions.decide(approval, **decide)) == 403


def test_a_conflict_bars_from_the_callback(people: dict[str, User]) -> None:
    complaint = declare(factories.resolved(people["agent"]), people["callback"])
    call = lambda: calls.record_callback(  # noqa: E731
        complaint, factories.SATISFIED, by=person(people["callback"]), at=LATER
    )
    assert status_of(call) == 403


def test_only_whom_a_supervisor_admits_sees_a_confidential_complaint(people: dict[str, User]) -> None:
    complaint = factories.receive(people["supervisor"], about_staff=["agent"])
    admit: Any = {"by": person(people["supervisor"]), "at": LATER}
    assert complaint.confidential
    assert not access.visible_to(people["agent2"]).filter(pk=complaint.pk).exists()
    conflict.admit(complaint, user=people["agent2"], **admit)
    assert access.visible_to(people["agent2"]).filter(pk=complaint.pk).exists()
    assert wrong_fields(lambda: conflict.admit(complaint, user=people["agent"], **admit)) == {"user"}
    assert wrong_fields(lambda: conflict.admit(complaint, user=None, **admit)) == {"user"}
    plain = factories.receive(people["agent2"])
    assert status_of(lambda: conflict.admit(plain, user=people["agent2"], **admit)) == 409


def ask(complaint: Complaint, by: User, **extra: Any) -> Approval:
    given: dict[str, Any] = {"clock": "resolution", "reason": "The maker answers on Friday", "at": LATER}
    return extend.extend(complaint, by=person(by), **{**given, **extra})


def test_more_time_is_decided_by_a_supervisor_and_the_first_deadline_stays_visible(
    people: dict[str, User],
) -> None:
    agent = people["agent"]
    complaint = factories.diagnosed(agent)
    old = Clock.objects.get(kind="resolution").due_at
    new = old + timedelta(days=2)
    told = converse.message(complaint, by=person(agent), at=LATER, body="It takes until Friday")
    approval = ask(complaint, agent, due_at=new, customer_told=told.pk)
    assert Clock.objects.get(kind="resolution").due_at == old
    decisions.decide(approval, by=person(people["supervisor"]), at=LATER, approve=True)
    clock = Clock.objects.get(kind="resolution")
    assert (clock.due_at, clock.original_due_at) == (new, old)
    sweep(new - HOUR)
    assert not Clock.objects.get(kind="resolution").breached_at


def test_a_request_for_more_time_falls_away_with_its_clock(people: dict[str, User]) -> None:
    agent = people["agent"]
    complaint = factories.carried_out(agent)
    due = Clock.objects.get(kind="resolution").due_at
    told = converse.message(complaint, by=person(agent), at=LATER, body="It takes until Friday")
    approval = ask(complaint, agent, due_at=due + HOUR, customer_told=told.pk)
    resolve.resolve(complaint, by=person(agent), at=LATER, final_answer="Done after all")
    approval.refresh_from_db()
    assert (approval.state, complaint.waiting_on) == ("expired", None)


def test_an_extension_needs_a_running_clock_a_later_time_and_proof_that_the_customer_knows(
    people: dict[str, User],
) -> None:
    agent = people["agent"]
    complaint = factories.diagnosed(agent)
    due = Clock.objects.get(kind="resolution").due_at
    note = converse.note(complaint, by=person(agent), at=LATER, body="Internal")
    bad = lambda **extra: ask(  # noqa: E731
        complaint, agent, **{"due_at": due + HOUR, "customer_told": note.pk, **extra}
    )
    assert wrong_fields(bad) == {"customer_told"}
    assert wrong_fields(lambda: bad(due_at=due, clock="nap")) == {"customer_told", "clock"}
    assert wrong_fields(lambda: bad(due_at=due, reason="")) == {"customer_told", "due_at", "reason"}
    sweep(due)
    complaint.refresh_from_db()
    assign.assign(complaint, by=person(people["supervisor2"]), at=due, assignee=people["specialist"])
    late = lambda: ask(  # noqa: E731
        complaint, people["specialist"], at=due, due_at=due + HOUR, customer_told=note.pk
    )
    assert status_of(late) == 409
