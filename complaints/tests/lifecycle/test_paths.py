"""The worked paths of docs/lifecycle.md, "Worked paths", from receipt to the end, by calling the steps."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import (
    assign,
    converse,
    diagnose,
    escalate,
    first_contact,
    intake,
    resolve,
    review,
    risk,
    wait,
)
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import conclude, merge, withdraw
from complaints.lifecycle.first_contact import Solution
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Approval, Callback, Clock, Complaint, Event, Outbox, Plan, Task, Wait
from complaints.rights.actors import CUSTOMER, Actor, person
from complaints.rows import timeline
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI
from complaints.tests.lifecycle.words import status_of

pytestmark = pytest.mark.django_db
People = dict[str, User]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONLY_PHONE = intake.CustomerData(name="周美玲", phone="100-0000-0001")


def money(amount: str) -> dict[str, Any]:
    return {
        "options": [{"kind": "PART", "amount": amount, "description": "Part of the price"}],
        "single_option_reason": "She asked for just this",
    }


def decide(
    by: User, at: datetime, *, approve: bool = True, note: str = "", limit: int | None = None
) -> Approval:
    approval = Approval.objects.get(state="pending")
    return decisions.decide(approval, by=person(by), at=at, approve=approve, note=note, limit_minor=limit)


def carry_out_and_resolve(complaint: Complaint, by: Actor, at: datetime) -> None:
    """Carry out the remedy, tell the customer, and resolve the complaint."""
    task = Task.objects.get(complaint=complaint, option__isnull=False, state="open")
    carry_out.finish_task(task, by=by, at=at, evidence="Refund 8812")
    converse.log_call(complaint, by=by, at=at + MINUTE, body="Told her that the money is on its way")
    complaint.refresh_from_db()
    resolve.resolve(complaint, by=by, at=at + 2 * MINUTE, final_answer="Refunded")


def has_ended_well(complaint: Complaint) -> None:
    """Check that the complaint is closed, nothing runs or waits, and its chain of events is intact."""
    complaint.refresh_from_db()
    assert complaint.stage == "closed"
    assert complaint.waiting_on is None
    assert not Clock.objects.live().filter(complaint=complaint).exists()
    assert not Wait.objects.filter(complaint=complaint, until__isnull=True).exists()
    assert not Approval.objects.filter(complaint=complaint, state="pending").exists()
    assert list(timeline.faults(complaint)) == []


def test_path_1_a_normal_complaint_is_assigned_remedied_called_back_and_closed(people: People) -> None:
    online = person(people["online"])
    complaint = intake.receive(factories.receipt(channel="web"), by=CUSTOMER, at=MONDAY)
    assert (complaint.stage, complaint.team.code, complaint.assignee) == ("intake", "FL-ONLINE", None)
    assign.assign(complaint, by=person(people["supervisor"]), at=MONDAY, assignee=people["online"])
    diagnose.start_diagnosis(complaint, by=online, at=MONDAY + 5 * MINUTE)
    diagnose.record_finding(complaint, factories.FINDING, by=online, at=MONDAY + 20 * MINUTE)
    plan = offers.offer(complaint, factories.OFFER, by=online, at=MONDAY + 25 * MINUTE)
    complaint.refresh_from_db()
    assert complaint.waiting_on == "customer"
    option = plan.options.get(position=1)
    offers.choose(complaint, option.pk, by=CUSTOMER, at=MONDAY + HOUR, channel="web", evidence="Her page")
    carry_out_and_resolve(complaint, online, MONDAY + 2 * HOUR)
    assert (complaint.stage, complaint.outcome) == ("callback", "upheld")
    calls.record_callback(complaint, factories.SATISFIED, by=person(people["callback"]), at=MONDAY + 4 * HOUR)
    assert (complaint.stage, complaint.callback_outcome) == ("review", "satisfied")
    review.record_review(complaint, factories.LIGHT_REVIEW, by=online, at=MONDAY + 5 * HOUR)
    has_ended_well(complaint)
    assert not Clock.objects.filter(complaint=complaint, breached_at__isnull=False).exists()
    assert (complaint.round, complaint.tier) == (1, 1)


def test_path_2_solved_on_the_first_call_and_called_back_by_a_colleague(people: People) -> None:
    solution = Solution(
        finding=factories.FINDING,
        offer=money("50.00"),
        acceptance="Accepted on the phone",
        done_evidence="Refund 8812",
        final_answer="¥50 are on their way to you.",
    )
    complaint = first_contact.solve_at_once(
        factories.receipt(), solution, by=person(people["agent"]), at=MONDAY
    )
    assert (complaint.stage, complaint.assignee, complaint.outcome) == ("callback", people["agent"], "upheld")
    at = MONDAY + 3 * HOUR

    def call(name: str) -> object:
        return calls.record_callback(complaint, factories.SATISFIED, by=person(people[name]), at=at)

    assert status_of(lambda: call("agent")) == 403
    call("callback")
    review.record_review(complaint, factories.LIGHT_REVIEW, by=person(people["agent"]), at=at)
    has_ended_well(complaint)
    assert not Callback.objects.get().self_callback


def test_path_3_refused_then_granted_up_to_the_experts_and_handed_down_with_guidance(people: People) -> None:
    def ask(by: str, at: datetime) -> Complaint:
        return escalate.escalate(
            complaint, by=person(people[by]), at=at, reason="Skill", tried="All", ask="Help"
        )

    complaint = factories.diagnosed(people["agent"])
    ask("agent", MONDAY + HOUR)
    decide(people["supervisor"], MONDAY + HOUR, approve=False, note="Ask the carrier first")
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.assignee, complaint.waiting_on) == (1, people["agent"], None)
    assert status_of(lambda: ask("agent", MONDAY + 2 * HOUR)) == 409
    ask("agent", MONDAY + 5 * HOUR)
    decide(people["supervisor"], MONDAY + 5 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (2, "SL-LOGI", None)
    assign.take(complaint, by=person(people["specialist"]), at=MONDAY + 5 * HOUR)
    ask("specialist", MONDAY + 6 * HOUR)
    decide(people["supervisor2"], MONDAY + 6 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.tier, complaint.team.code) == (3, "EX-PANEL")
    assign.take(complaint, by=person(people["expert"]), at=MONDAY + 6 * HOUR)
    assert status_of(lambda: ask("expert", MONDAY + 6 * HOUR)) == 409
    lead = person(people["supervisor2"])
    escalate.de_escalate(complaint, by=lead, at=MONDAY + 7 * HOUR, reason="Clear now", guidance="Refund it")
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (2, "SL-LOGI", None)
    assert (complaint.stage, complaint.highest_tier, complaint.round) == ("diagnose", 3, 1)
    down = Event.objects.get(complaint=complaint, kind="de_escalated")
    assert (down.text.body, down.text.details["guidance"]) == ("Clear now", "Refund it")
    assert Clock.objects.live().get(complaint=complaint, kind="pickup").started_at == MONDAY + 7 * HOUR
    assert review.required_form(complaint) == "full"
    assert list(timeline.faults(complaint)) == []


def test_path_4_above_the_limit_cut_refused_by_the_customer_and_settled_one_tier_up(people: People) -> None:
    agent, specialist = person(people["agent"]), person(people["specialist"])
    complaint = factories.found(people["agent"])
    at = MONDAY + HOUR
    assert offers.offer(complaint, money("650.00"), by=agent, at=at).state == "waiting"
    decide(people["supervisor"], at, limit=50_000)
    complaint.refresh_from_db()
    assert (Plan.objects.get().state, complaint.waiting_on) == ("draft", None)
    assert offers.offer(complaint, money("500.00"), by=agent, at=at).state == "offered"
    offers.reject(complaint, by=CUSTOMER, at=at + HOUR, reason="Too little", counter_proposal="¥800")
    escalate.escalate(complaint, by=agent, at=at + HOUR, reason="She wants ¥800", tried="¥500", ask="¥800")
    decide(people["supervisor"], at + 2 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.tier, complaint.team.code) == ("resolve", 2, "SL-LOGI")
    assign.take(complaint, by=specialist, at=at + 2 * HOUR)
    plan = offers.offer(complaint, money("800.00"), by=specialist, at=at + 3 * HOUR)
    assert plan.state == "offered", "the amount is within the limit of the second line"
    option = plan.options.get()
    offers.choose(complaint, option.pk, by=CUSTOMER, at=at + 4 * HOUR, channel="web", evidence="Her page")
    states = list(Plan.objects.order_by("version").values_list("pk", flat=True))
    assert [Plan.objects.get(pk=pk).state for pk in states] == ["superseded", "rejected", "chosen"]
    carry_out_and_resolve(complaint, specialist, at + 5 * HOUR)
    assert complaint.stage == "callback"
    assert list(timeline.faults(complaint)) == []


def explained_in_vain(people: People, at: datetime) -> Complaint:
    """A vulnerable customer's complaint is not upheld; the approved explanation leaves her unsatisfied."""
    specialist = person(people["specialist"])
    complaint = factories.receive(people["agent"], risk_flags=["vulnerable"])
    assert (complaint.tier, complaint.team.code) == (2, "SL-LOGI")
    diagnose.start_diagnosis(complaint, by=specialist, at=at)
    finding = {**factories.FINDING, "finding": "not_upheld", "problem_type": "cognition"}
    diagnose.record_finding(complaint, finding, by=specialist, at=at)
    resolve.explain(complaint, by=specialist, at=at, body="Worn", no_visual_reason="She does not see well")
    assert complaint.waiting_on == "approval"
    assert not Outbox.objects.filter(template="explanation").exists()
    decide(people["supervisor2"], at)
    complaint.refresh_from_db()
    assert Outbox.objects.filter(template="explanation").exists()
    converse.log_call(complaint, by=specialist, at=at + HOUR, body="Read it out to her")
    resolve.resolve(complaint, by=specialist, at=at + HOUR, final_answer="It is wear")
    assert complaint.outcome == "not_upheld"
    calls.record_callback(complaint, factories.UNSATISFIED, by=person(people["callback"]), at=at + 2 * HOUR)
    return complaint


def test_path_5_not_upheld_explained_twice_unhappy_and_ended_by_a_letter_of_the_manager(
    people: People,
) -> None:
    at = MONDAY + HOUR
    complaint = explained_in_vain(people, at)
    assert (complaint.stage, complaint.round, complaint.tier, complaint.team.code) == (
        "diagnose",
        2,
        3,
        "EX-PANEL",
    )
    expert = person(people["expert"])
    diagnose.start_diagnosis(complaint, by=expert, at=at + 3 * HOUR)
    manager = person(people["manager"])
    conclude.conclude(
        complaint,
        by=manager,
        at=at + 4 * HOUR,
        outcome="deadlock_external",
        reason="Both rounds say the same",
        letter="Our final answer; the consumer council can look at it",
    )
    assert (complaint.stage, complaint.outcome) == ("review", "deadlock_external")
    assert Outbox.objects.filter(complaint=complaint, template="final_letter").exists()
    assert not Clock.objects.live().filter(complaint=complaint).exists()
    review.record_review(complaint, factories.LIGHT_REVIEW, by=expert, at=at + 5 * HOUR)
    has_ended_well(complaint)


def test_path_6_waited_for_unreachable_and_not_satisfied_two_days_after_the_letter(people: People) -> None:
    agent, caller = person(people["agent"]), person(people["callback"])
    complaint = factories.diagnosed(people["agent"], customer=ONLY_PHONE)
    wait.wait(complaint, by=agent, at=MONDAY + HOUR, on="customer", question="Which order is it?")
    sweep(MONDAY + 3 * DAY)
    converse.write_in(complaint, by=CUSTOMER, at=MONDAY + HOUR + 5 * DAY, body="RO-1")
    assert complaint.waiting_on is None
    clock = Clock.objects.get(complaint=complaint, kind="resolution")
    assert clock.breached_at is None
    assert clock.due_at == datetime(2026, 12, 2, 17, tzinfo=SHANGHAI), "23 of 24 working hours were left"
    at = MONDAY + 5 * DAY + 2 * HOUR
    diagnose.record_finding(complaint, factories.FINDING, by=agent, at=at)
    plan = offers.offer(complaint, factories.OFFER, by=agent, at=at)
    complaint.refresh_from_db()
    option = plan.options.get(position=1)
    offers.choose(complaint, option.pk, by=agent, at=at, channel="phone", evidence="Yes")
    carry_out_and_resolve(complaint, agent, at)
    day = MONDAY + 7 * DAY
    for hours in (0, 3, 6):
        calls.record_callback(complaint, {"result": "no_answer"}, by=caller, at=day + hours * HOUR)
    notice = Clock.objects.live().get(complaint=complaint)
    assert (notice.kind, notice.due_at) == ("callback_notice", day + 78 * HOUR)
    answered = day + 54 * HOUR
    converse.write_in(complaint, by=CUSTOMER, at=answered, body="Still broken")
    said = {**factories.UNSATISFIED, "channel": "web", "still_wrong": "Still broken"}
    calls.record_callback(complaint, said, by=caller, at=answered + HOUR)
    assert (complaint.stage, complaint.round, complaint.callback_outcome) == ("diagnose", 2, "unsatisfied")
    assert (complaint.tier, complaint.assignee) == (2, None)
    sweep(day + 79 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.callback_outcome) == ("diagnose", "unsatisfied")
    assert list(timeline.faults(complaint)) == []


def test_path_7_a_duplicate_by_weibo_brings_its_risk_and_leaves_the_stricter_clocks(people: People) -> None:
    lead = person(people["supervisor"])
    phone = factories.diagnosed(people["agent"])
    weibo = factories.receive(people["online"], channel="social", at=MONDAY + HOUR)
    assign.assign(weibo, by=lead, at=MONDAY + HOUR, assignee=people["online"])
    risk.flag_risk(
        weibo, by=person(people["online"]), at=MONDAY + HOUR, flag="media", reason="Trending on Weibo"
    )
    running = Clock.objects.live().filter(kind__in=["resolution", "update", "recovery"])
    stricter = {
        kind: min(running.filter(kind=kind).values_list("due_at", flat=True))
        for kind in running.values_list("kind", flat=True)
    }
    merge.merge(weibo, phone, by=lead, at=MONDAY + 2 * HOUR)
    phone.refresh_from_db()
    assert (weibo.stage, weibo.outcome, weibo.merged_into) == ("closed", "duplicate", phone)
    assert phone.flags.filter(flag="media", cleared_at__isnull=True, confirmed_at__isnull=False).exists()
    assert (phone.stage, phone.severity, phone.tier, phone.team.code) == (
        "diagnose",
        "critical",
        3,
        "EX-PANEL",
    )
    due = dict(Clock.objects.live().filter(complaint=phone).values_list("kind", "due_at"))
    assert {kind for kind, at in stricter.items() if due[kind] > at} == set(), (
        "no deadline is later than before the merge"
    )
    assert phone.all_claims().count() == 2
    assert list(timeline.faults(phone)) == list(timeline.faults(weibo)) == []


def test_path_8_withdrawn_while_money_waits_for_a_decision_nothing_can_be_paid_any_more(
    people: People,
) -> None:
    agent = person(people["agent"])
    complaint, plan = factories.offered(people["agent"], offer=factories.BIG_OFFER)
    approval = Approval.objects.get()
    at = MONDAY + HOUR
    withdraw.withdraw(complaint, by=agent, at=at, evidence="Said on the phone", reason="Solved itself")
    assert (complaint.stage, complaint.outcome, complaint.waiting_on) == ("review", "withdrawn", None)
    assert not Clock.objects.live().filter(complaint=complaint).exists()
    approval.refresh_from_db()
    plan.refresh_from_db()
    assert (approval.state, plan.state) == ("withdrawn", "superseded")
    late = at + MINUTE
    for act in (
        lambda: decisions.decide(approval, by=person(people["supervisor"]), at=late, approve=True),
        lambda: offers.offer(complaint, factories.OFFER, by=agent, at=late),
        lambda: offers.choose(
            complaint, plan.options.get(position=1).pk, by=CUSTOMER, at=late, channel="web", evidence="Page"
        ),
    ):
        assert status_of(act) == 409  # type: ignore[arg-type]
    assert not Task.objects.exists()
    assert not Outbox.objects.filter(template="offer").exists()
    assert review.required_form(complaint) == "light"
    review.record_review(complaint, factories.LIGHT_REVIEW, by=agent, at=late)
    has_ended_well(complaint)
