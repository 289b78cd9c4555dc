"""Limits on what may be granted without a request: by kind, in total and for cash.

Two special rules are for ride safety and for principled concessions.
"""

from datetime import datetime, timedelta

import pytest

from accounts.models import Team, User
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import (
    Approval,
    AuthorityKindLimit,
    AuthorityLimit,
    Complaint,
    Outbox,
    Plan,
    PlanOption,
    Remedy,
)
from complaints.rights import authority
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
DAY = timedelta(days=1)


def offer(complaint: Complaint, by: User, *options: tuple[str, str], at: datetime = LATER) -> str:
    data = {
        "options": [{"kind": kind, "amount": amount, "description": "D"} for kind, amount in options],
        "single_option_reason": "R",
    }
    return str(offers.offer(complaint, data, by=person(by), at=at).state)


def bound(grade: str, kind: str, limit: int) -> None:
    AuthorityKindLimit.objects.create(
        authority=AuthorityLimit.objects.get(grade=grade),
        remedy=Remedy.objects.get(code=kind),
        limit_minor=limit,
    )


# --- One kind within a grade ---
@pytest.mark.parametrize(
    ("kind", "amount", "state"),
    [
        ("PART", "50.00", "offered"),
        ("PART", "50.01", "waiting"),
        ("FULL", "200.00", "offered"),
        ("FULL", "200.01", "waiting"),
        ("EXCH", "10.00", "waiting"),
    ],
)
def test_a_kinds_own_limit_and_the_grades_both_hold(
    people: People, kind: str, amount: str, state: str
) -> None:
    bound("front_line", "PART", 5_000)
    assert offer(factories.found(people["agent"]), people["agent"], (kind, amount)) == state


def test_a_kinds_limit_bounds_the_option_and_the_grades_limit_the_sum() -> None:
    own = authority.Authority(20_000, frozenset({"PART"}), {"PART": 5_000})
    assert own.covers("PART", 20_000, 5_000)
    assert not own.covers("PART", 20_001, 5_000)
    assert not own.covers("PART", 5_001, 5_001)
    assert not own.covers("PART", 6_000), "without an amount the sum is the option"


def test_a_kinds_limit_of_the_supervisor_sends_the_request_higher(people: People) -> None:
    bound("supervisor", "FULL", 100_000)
    offer(factories.found(people["agent"]), people["agent"], ("FULL", "1000.01"))
    approval = Approval.objects.get()
    assert approval.required_role == "manager"
    act = lambda: decisions.decide(approval, by=person(people["supervisor"]), at=LATER, approve=True)  # noqa: E731
    assert status_of(act) == 403


def test_a_limit_lowered_meanwhile_holds_for_the_decision(people: People) -> None:
    offer(factories.found(people["agent"]), people["agent"], ("FULL", "1000.00"))
    AuthorityLimit.objects.filter(grade="supervisor").update(limit_minor=50_000)
    act = lambda: decisions.decide(  # noqa: E731
        Approval.objects.get(), by=person(people["supervisor"]), at=LATER, approve=True
    )
    assert status_of(act) == 403


# --- Cash ---
def accept_cash(complaint: Complaint, count: int, at: datetime, kind: str = "FRT") -> None:
    """Accept remedies of ¥1 each in another complaint of the same customer."""
    handling = complaint.handlings.get()
    for number in range(count):
        plan = Plan.objects.create(
            handling=handling,
            version=50 + number + Plan.objects.count(),
            created_at=at,
            created_by=complaint.assignee,
            superseded_at=at,
        )
        PlanOption.objects.create(
            plan=plan,
            position=1,
            remedy=Remedy.objects.get(code=kind),
            amount_minor=100,
            description="D",
            chosen_at=at,
            chosen_evidence="Yes",
        )


@pytest.mark.parametrize(
    ("count", "age", "used", "kind", "state"),
    [
        (2, 1, "FRT", "PART", "offered"),
        (3, 1, "FRT", "PART", "waiting"),
        (3, 1, "FRT", "COUP20", "offered"),
        (3, 1, "COUP20", "PART", "offered"),
        (3, 89, "FULL", "FRT", "waiting"),
        (3, 91, "FULL", "FRT", "offered"),
    ],
)
def test_a_fourth_cash_remedy_within_ninety_days_needs_a_request_however_small(
    people: People, count: int, age: int, used: str, kind: str, state: str
) -> None:
    earlier = factories.diagnosed(people["agent2"])
    complaint = factories.found(people["agent"])
    assert earlier.customer == complaint.customer
    accept_cash(earlier, count, LATER - age * DAY, used)
    assert offer(complaint, people["agent"], (kind, "10.00")) == state


def test_other_customers_cash_does_not_count(people: People) -> None:
    from complaints.lifecycle import intake

    other = factories.diagnosed(people["agent2"], customer=intake.CustomerData(name="Li", phone="100-9"))
    accept_cash(other, 3, LATER - DAY)
    assert offer(factories.found(people["agent"]), people["agent"], ("PART", "10.00")) == "offered"


def test_the_rule_is_for_the_front_line(people: People) -> None:
    complaint = factories.found(people["agent"])
    accept_cash(factories.diagnosed(people["agent2"]), 3, LATER - DAY)
    Complaint.objects.filter(pk=complaint.pk).update(assignee=people["specialist"])
    assert offer(complaint, people["specialist"], ("PART", "10.00")) == "offered"


def test_a_limit_given_for_this_round_goes_before_the_rule(people: People) -> None:
    complaint = factories.found(people["agent"])
    accept_cash(factories.diagnosed(people["agent2"]), 3, LATER - DAY)
    assert offer(complaint, people["agent"], ("PART", "100.00")) == "waiting"
    decisions.decide(
        Approval.objects.get(), by=person(people["supervisor"]), at=LATER, approve=True, limit_minor=5_000
    )
    assert offer(complaint, people["agent"], ("PART", "50.00")) == "offered"


# --- Ride safety ---
def on_a_ride(people: People, name: str) -> tuple[Complaint, User]:
    agent = people[name]
    complaint = factories.receive(people["online"], channel="web", category="RID-VEH")
    assert complaint.team.code == "FL-RIDE"
    if name == "specialist":
        Complaint.objects.update(team=Team.objects.get(code="SL-RIDE"), tier=2)
    Complaint.objects.update(stage="resolve", assignee=agent)
    complaint.refresh_from_db()
    return complaint, agent


@pytest.mark.parametrize(
    ("name", "amount", "state"),
    [
        ("online", "2000.00", "offered"),
        ("online", "2000.01", "waiting"),
        ("specialist", "2000.00", "offered"),
        ("specialist", "2000.01", "waiting"),
    ],
)
def test_agents_of_ride_teams_pay_for_immediate_care(
    people: People, name: str, amount: str, state: str
) -> None:
    complaint, agent = on_a_ride(people, name)
    assert offer(complaint, agent, ("MED", amount)) == state
    told = Outbox.objects.filter(template="ride_care").values_list("user__username", flat=True)
    supervisor = "supervisor" if name == "online" else "supervisor2"
    assert list(told) == ([supervisor] if state == "offered" else [])


def test_other_kinds_keep_the_agents_own_limit_and_tell_nobody(people: People) -> None:
    complaint, agent = on_a_ride(people, "online")
    assert offer(complaint, agent, ("FARE", "200.01")) == "waiting"
    assert offer(complaint, agent, ("FARE", "200.00")) == "offered"
    assert not Outbox.objects.filter(template="ride_care").exists()


def test_agents_of_other_teams_have_no_such_authority(people: People) -> None:
    assert offer(factories.found(people["agent"]), people["agent"], ("MED", "10.00")) == "waiting"


# --- Principled concessions ---
@pytest.fixture
def principled(db: None) -> Remedy:
    return Remedy.objects.create(
        code="WAIVE", name_en="Waive the terms", name_zh="豁免条款", type="concession", is_principled=True
    )


def test_a_principled_concession_is_for_a_manager_however_small(people: People, principled: Remedy) -> None:
    for row in AuthorityLimit.objects.filter(every_kind=False):
        row.kinds.add(principled)
    complaint = factories.found(people["agent"])
    assert offer(complaint, people["agent"], ("WAIVE", "1.00"), ("COUP20", "20.00")) == "waiting"
    approval = Approval.objects.get()
    assert approval.required_role == "manager"
    supervise = lambda: decisions.decide(  # noqa: E731
        approval, by=person(people["supervisor"]), at=LATER, approve=True
    )
    assert status_of(supervise) == 403
    approved = decisions.decide(approval, by=person(people["manager"]), at=LATER, approve=True)
    assert approved.state == "approved"


@pytest.mark.parametrize(("decider", "state"), [("supervisor", "waiting"), ("manager", "offered")])
def test_only_a_managers_limit_lets_a_principled_concession_out(
    people: People, principled: Remedy, decider: str, state: str
) -> None:
    complaint = factories.found(people["agent"])
    amount = "400.00" if decider == "supervisor" else "4000.00"
    offer(complaint, people["agent"], ("FULL", amount))
    decisions.decide(
        Approval.objects.get(), by=person(people[decider]), at=LATER, approve=True, limit_minor=30_000
    )
    assert offer(complaint, people["agent"], ("WAIVE", "300.00")) == state


# --- In words ---
def test_what_the_offer_form_says_of_an_agents_authority(people: People) -> None:
    bound("front_line", "PART", 5_000)
    assert authority.in_words(authority.authority_of(people["online"])) == [
        "Partial refund up to ¥50",
        "Medical advance up to ¥2,000",
        "at most 3 cash remedies per customer in 90 days",
    ]
    assert authority.in_words(authority.authority_of(people["manager"])) == []
