"""Statutory clocks start at receipt, never pause, and only a final response meets them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from complaints.lifecycle import converse, diagnose, edit, escalate, resolve, review, risk, wait
from complaints.lifecycle.callback import calls
from complaints.lifecycle.ending import conclude, reopen, withdraw
from complaints.models import Clock, Complaint, Effect, Outbox, Purpose, StatutoryPack
from complaints.reads import queue
from complaints.rights.actors import CUSTOMER, person
from complaints.sla.statutory import duty
from complaints.sweeps import due_clocks
from complaints.terms.errors import MissingDetail
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI
from complaints.tests.invariants import always_holds

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = datetime(2026, 12, 8, 23, 59, 59, 999999, tzinfo=SHANGHAI)
"""Example E12 of docs/clocks.md: the end of Tuesday 8 December, 15 days after Monday 23 November."""
BY_AUTHORITY = {"channel": "regulator"}
People = dict[str, User]


def of(complaint: Complaint) -> list[Clock]:
    return list(Clock.objects.filter(complaint=complaint, kind="statutory"))


def only(complaint: Complaint) -> Clock:
    (found,) = of(complaint)
    return found


def taken(people: People) -> Complaint:
    """Return a complaint in `diagnose` with an assignee. What a regulator sends starts at tier 2."""
    return factories.diagnosed(people["specialist"], **BY_AUTHORITY)


# --- Start ---
def test_e12_fifteen_days_for_what_an_authority_sends(people: People) -> None:
    clock = only(factories.receive(people["supervisor"], **BY_AUTHORITY))
    assert (clock.due_at, clock.original_due_at) == (DUE, DUE)
    assert (clock.started_at, clock.round, clock.subject_type) == (MONDAY, 1, "pack")
    assert StatutoryPack.objects.get(pk=clock.subject_id).code == "CN-GENERIC-15D"
    assert (clock.next_level, clock.paused_since) == (50, None)


def test_e12_eight_weeks_in_london(people: People) -> None:
    clock = only(factories.receive(people["supervisor"], channel="web", region="international"))
    assert clock.due_at == datetime(2027, 1, 18, 23, 59, 59, 999999, tzinfo=ZoneInfo("Europe/London"))


def test_no_pack_no_clock(people: People) -> None:
    assert of(factories.receive(people["agent"])) == []


def test_it_starts_at_first_receipt_not_at_logging(people: People) -> None:
    earlier = MONDAY - 3 * DAY
    clock = only(factories.receive(people["supervisor"], **BY_AUTHORITY, received_at=earlier))
    assert (clock.started_at, clock.due_at) == (earlier, DUE - 3 * DAY)


def test_an_authoritys_deadline_is_a_clock_beside_ours(people: People) -> None:
    due = MONDAY + 2 * HOUR
    complaint = factories.receive(people["supervisor"], authority_due_at=due, channel="email")
    clock = only(complaint)
    assert (clock.due_at, clock.subject_type, clock.started_at) == (due, "", MONDAY)
    assert complaint.authority_due_at == due
    both = factories.receive(people["supervisor"], **BY_AUTHORITY, authority_due_at=MONDAY + DAY)
    assert sorted(clock.due_at for clock in of(both)) == [MONDAY + DAY, DUE]


def test_an_authoritys_deadline_wins_over_what_we_promise(people: People) -> None:
    """Lists and `next_due_at` use the earliest deadline, which is the authority's."""
    complaint = factories.receive(people["agent"], authority_due_at=MONDAY + timedelta(minutes=2))
    assert complaint.next_due_at == MONDAY + timedelta(minutes=2)


@pytest.mark.parametrize("due", [MONDAY, MONDAY - DAY, datetime(2026, 12, 1)])
def test_a_wrong_deadline_of_an_authority_is_refused_beside_the_field(people: People, due: datetime) -> None:
    with pytest.raises(MissingDetail) as refused:
        factories.receive(people["agent"], authority_due_at=due)
    assert list(refused.value.errors) == ["authority_due_at"]


def test_a_deadline_that_has_passed_when_it_is_logged_is_breached_as_of_then(people: People) -> None:
    passed = MONDAY - HOUR
    complaint = factories.receive(
        people["supervisor"], channel="email", received_at=MONDAY - DAY, authority_due_at=passed
    )
    due_clocks.sweep(MONDAY)
    assert only(complaint).breached_at == passed


def test_a_pack_that_fits_later_begins_once_from_receipt(people: People) -> None:
    complaint, by = factories.receive(people["agent"]), person(people["supervisor"])
    for hours, flag in ((1, "external"), (2, "vulnerable")):
        risk.flag_risk(complaint, by=by, at=MONDAY + hours * HOUR, flag=flag, reason="12345 wrote")
    assert (only(complaint).started_at, only(complaint).due_at) == (MONDAY, DUE)
    edit.edit(complaint, {"region": "international"}, by=by, at=MONDAY + 3 * HOUR)
    edit.edit(complaint, {"region": "east"}, by=by, at=MONDAY + 4 * HOUR)
    packs = [duty.pack_of(clock) for clock in of(complaint)]
    assert [pack.code for pack in packs if pack] == ["CN-GENERIC-15D", "UK-8W"]
    assert all(clock.is_live for clock in of(complaint))


def test_a_pack_holds_only_while_it_is_in_effect(people: People) -> None:
    pack = StatutoryPack.objects.get(code="CN-GENERIC-15D")
    for first, last, holds in (
        (MONDAY.date(), MONDAY.date(), True),
        (MONDAY.date() + DAY, None, False),
        (None, MONDAY.date() - DAY, False),
    ):
        StatutoryPack.objects.filter(pk=pack.pk).update(effective_from=first, effective_to=last)
        assert bool(of(factories.receive(people["supervisor"], **BY_AUTHORITY))) == holds


def test_an_edited_pack_leaves_running_clocks_alone(people: People) -> None:
    complaint = factories.receive(people["supervisor"], **BY_AUTHORITY)
    pack = StatutoryPack.objects.get(code="CN-GENERIC-15D")
    pack.pk, pack.version, pack.length = None, 2, 10
    pack.save(force_insert=True)
    assert only(complaint).due_at == DUE
    assert only(factories.receive(people["supervisor"], **BY_AUTHORITY)).due_at == DUE - 5 * DAY


# --- What never changes it ---
def test_it_never_pauses(people: People) -> None:
    complaint = taken(people)
    wait.wait(complaint, by=person(people["specialist"]), at=MONDAY + HOUR, on="customer", question="Which?")
    assert Clock.objects.get(complaint=complaint, kind="resolution").paused_since
    assert only(complaint).paused_since is None
    converse.write_in(complaint, at=MONDAY + 3 * DAY, body="This one", by=CUSTOMER)
    assert only(complaint).due_at == DUE and not only(complaint).pauses.exists()


def test_severity_policy_and_tier_do_not_move_it(people: People) -> None:
    complaint, by = taken(people), person(people["supervisor2"])
    risk.flag_risk(complaint, by=by, at=MONDAY + HOUR, flag="safety", reason="Hurt")
    escalate.de_escalate(
        Complaint.objects.get(pk=complaint.pk),
        by=person(people["supervisor2"]),
        at=MONDAY + 2 * HOUR,
        reason="Back",
        guidance="Ask",
    )
    assert only(complaint).due_at == DUE


def test_a_second_handling_and_a_reopening_neither_restart_nor_halve_it(people: People) -> None:
    complaint = factories.resolved(people["specialist"], **BY_AUTHORITY)
    met_at = only(complaint).stopped_at
    calls.record_callback(complaint, factories.UNSATISFIED, by=person(people["callback"]), at=MONDAY + HOUR)
    assert complaint.round == 2
    assert (only(complaint).state, only(complaint).stopped_at) == ("met", met_at)


def test_e21_reopening_leaves_the_day_count_going(people: People) -> None:
    by, manager = person(people["supervisor2"]), people["supervisor"]
    complaint = factories.receive(manager, **BY_AUTHORITY)
    conclude.conclude(complaint, by=by, at=MONDAY + HOUR, outcome="out_of_scope", reason="Not ours")
    reopen.reopen(complaint, by=by, at=MONDAY + 6 * DAY, reason="It is ours")
    clock = only(complaint)
    assert (clock.state, clock.started_at, clock.due_at, clock.round) == ("running", MONDAY, DUE, 1)
    assert complaint.round == 2
    always_holds(complaint)


# --- What meets it ---
def test_a_reply_a_holding_message_and_an_offer_do_not_meet_it(people: People) -> None:
    complaint, by = taken(people), person(people["specialist"])
    for purpose in ("reply", "question", "progress", "plan", "holding"):
        converse.message(complaint, by=by, at=MONDAY + HOUR, body="Wait", purpose=purpose)
    assert only(complaint).is_live


def test_the_final_answer_meets_it(people: People) -> None:
    complaint = factories.resolved(people["specialist"], **BY_AUTHORITY)
    clock = only(complaint)
    assert (clock.state, clock.stopped_at) == ("met", MONDAY + 7 * factories.MINUTE)
    always_holds(complaint)


@pytest.mark.parametrize(("late", "state"), [(timedelta(0), "met"), (timedelta(microseconds=1), "breached")])
def test_the_last_moment_of_the_day_is_in_time(people: People, late: timedelta, state: str) -> None:
    complaint = factories.carried_out(people["specialist"], **BY_AUTHORITY)
    resolve.resolve(complaint, by=person(people["specialist"]), at=DUE + late, final_answer="Refunded")
    assert only(complaint).state == state


@pytest.mark.parametrize("letter", ["", "This is our last word."])
def test_conclude_meets_it_with_a_letter_only(people: People, letter: str) -> None:
    complaint = taken(people)
    by, at = person(people["supervisor2"]), MONDAY + HOUR
    conclude.conclude(complaint, by=by, at=at, outcome="no_response_customer", reason="Silent", letter=letter)
    assert only(complaint).state == ("met" if letter else "running")
    others = Clock.objects.live().filter(complaint=complaint).exclude(kind="statutory")
    assert not others.exists()


def test_after_a_withdrawal_a_closing_answer_meets_it(people: People) -> None:
    complaint = taken(people)
    with pytest.raises(MissingDetail):
        converse.message(complaint, by=person(people["specialist"]), at=MONDAY, body="Done", purpose="final")
    withdraw.withdraw(complaint, by=CUSTOMER, at=MONDAY + HOUR)
    assert only(complaint).is_live and complaint.next_due_at == DUE
    answer = converse.message(
        complaint,
        by=person(people["specialist"]),
        at=MONDAY + 2 * HOUR,
        body="You took it back; here is what we found.",
        purpose="final",
    )
    assert only(complaint).stopped_at == MONDAY + 2 * HOUR
    assert answer.message.purpose == Purpose.FINAL
    with pytest.raises(MissingDetail):
        converse.message(
            complaint, by=person(people["specialist"]), at=MONDAY + 3 * HOUR, body="Again", purpose="final"
        )


def test_the_closing_answer_of_a_customer_nobody_can_reach(people: People) -> None:
    complaint = factories.diagnosed(people["specialist"], **BY_AUTHORITY, customer=factories.nobody())
    withdraw.withdraw(
        complaint, by=person(people["specialist"]), at=MONDAY + HOUR, evidence="Letter", reason="Took it back"
    )
    by = person(people["specialist"])
    converse.message(complaint, by=by, at=MONDAY + 2 * HOUR, body="Our answer", purpose="final")
    assert only(complaint).state == "met"


# --- Clauses (L-12) ---
def clauses(*given: dict[str, str]) -> None:
    StatutoryPack.objects.filter(code="CN-GENERIC-15D").update(clauses=list(given))


def test_a_final_answer_without_a_clause_is_not_sent(people: People) -> None:
    clauses({"en": "You may go to the ombudsman.", "zh": "您可以向监管部门申诉。"}, {"zh": "六个月内"})
    complaint = factories.carried_out(people["specialist"], **BY_AUTHORITY)
    by, at = person(people["specialist"]), MONDAY + HOUR
    with pytest.raises(MissingDetail) as refused:
        resolve.resolve(complaint, by=by, at=at, final_answer="已退款。您可以向监管部门申诉。")
    assert list(refused.value.errors) == ["final_answer"]
    assert "六个月内" in refused.value.errors["final_answer"][0]
    assert only(complaint).is_live
    answer = "已退款。\nYou may go\nto the OMBUDSMAN.\n六个月内。"
    assert resolve.resolve(complaint, by=by, at=at, final_answer=answer).stage == "callback"
    assert only(complaint).state == "met"


def test_a_letter_and_a_closing_answer_need_the_clauses_too(people: People) -> None:
    clauses({"en": "ombudsman"})
    complaint = taken(people)
    by, at = person(people["supervisor2"]), MONDAY + HOUR
    outcome = {"outcome": "no_response_customer", "reason": "Silent"}
    with pytest.raises(MissingDetail) as refused:
        conclude.conclude(complaint, by=by, at=at, letter="Goodbye", **outcome)
    assert list(refused.value.errors) == ["letter"]
    conclude.conclude(complaint, by=by, at=at, **outcome)
    with pytest.raises(MissingDetail) as refused:
        converse.message(complaint, by=by, at=at, body="Goodbye", purpose="final")
    assert list(refused.value.errors) == ["body"]
    converse.message(complaint, by=by, at=at, body="The Ombudsman", purpose="final")
    assert only(complaint).state == "met"


# --- The sweep ---
def closed_and_owed(people: People) -> Complaint:
    """Return a closed complaint that still lacks the final response."""
    complaint = taken(people)
    by = person(people["specialist"])
    withdraw.withdraw(complaint, by=by, at=MONDAY + HOUR, evidence="A call", reason="Took it back")
    review.record_review(complaint, factories.LIGHT_REVIEW, by=by, at=MONDAY + 2 * HOUR)
    assert complaint.stage == "closed"
    return complaint


def test_of_a_closed_complaint_it_fires_once_and_tells_the_managers(people: People) -> None:
    complaint = closed_and_owed(people)
    assert complaint.next_due_at == DUE
    always_holds(complaint)
    due_clocks.sweep(DUE - HOUR)
    for late in (HOUR, 2 * HOUR):
        due_clocks.sweep(DUE + late)
    clock = only(complaint)
    assert (clock.breached_at, clock.is_live) == (DUE, True)
    fired = Effect.objects.filter(clock=clock, level=100)
    assert fired.count() == 1
    told = set(Outbox.objects.filter(effect=fired.get()).values_list("user__username", flat=True))
    assert told == {"specialist", "supervisor2", "manager", "manager2"}
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.tier) == ("closed", 2)
    assert complaint.next_due_at == DUE
    always_holds(complaint)


def test_a_breach_never_moves_the_complaint_up(people: People) -> None:
    complaint = factories.receive(people["supervisor"], channel="email", authority_due_at=MONDAY + HOUR)
    Clock.objects.filter(complaint=complaint).exclude(kind="statutory").delete()
    due_clocks.sweep(MONDAY + 2 * HOUR)
    complaint.refresh_from_db()
    assert (complaint.tier, only(complaint).state) == (1, "breached")


def test_a_breach_that_a_late_answer_comes_upon_is_told_to_the_managers(people: People) -> None:
    complaint = factories.carried_out(people["specialist"], **BY_AUTHORITY)
    resolve.resolve(complaint, by=person(people["specialist"]), at=DUE + HOUR, final_answer="Refunded")
    breached = complaint.events.get(kind="breached", text__details__clock="statutory")
    told = set(Outbox.objects.filter(event=breached).values_list("user__username", flat=True))
    assert told == {"supervisor2", "manager", "manager2"}


def test_closed_complaints_stay_out_of_the_open_lists(people: People) -> None:
    complaint = closed_and_owed(people)
    at = DUE + DAY
    open_ones = Complaint.objects.filter(queue.view_filter("overdue", people["supervisor"], at))
    assert complaint not in open_ones


def test_diagnosis_and_finding_leave_it_alone(people: People) -> None:
    complaint = taken(people)
    by = person(people["specialist"])
    diagnose.record_finding(complaint, factories.FINDING, by=by, at=MONDAY + HOUR)
    assert only(complaint).due_at.astimezone(UTC) == DUE.astimezone(UTC)
