"""Every move × stage × person against a table typed from lifecycle.md, by the real steps with valid input.

`moves_expected.csv` is not made from the code. 403 and 409 follow the order of checks: the role, then stage
and state, then standing. What a person may not even see (404) is the doors' business and tested with access.
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Team, User
from complaints.actors import CUSTOMER, Actor, person
from complaints.lifecycle import (
    approvals,
    assign,
    callback,
    carry_out,
    converse,
    diagnose,
    engine,
    escalate,
    intake,
    rating,
    remedies,
    resolve,
    review,
)
from complaints.lifecycle.errors import LifecycleError
from complaints.lifecycle.moves import MOVES
from complaints.lifecycle.stages import Stage
from complaints.models import Approval, Claim, Complaint, ParticipantRole, PlanOption, Task
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

LATER = MONDAY + timedelta(hours=1)
USERNAMES = {
    "assignee": "agent",
    "team_agent": "agent2",
    "other_agent": "online",
    "callback_agent": "callback",
    "supervisor": "supervisor",
    "supervisor2": "supervisor2",
    "quality": "quality",
    "manager": "manager",
    "department": "warehouse",
    "admin": "admin",
}
Prepare = Callable[[Complaint, dict[str, User]], Complaint]
Attempt = Callable[[Complaint, Actor], object]


def expected() -> dict[tuple[str, str], dict[str, str]]:
    table: dict[tuple[str, str], dict[str, str]] = {}
    with Path(__file__).with_name("moves_expected.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table.setdefault((row["move"], row["stage"]), {})[row["who"]] = row["expected"]
    return table


EXPECTED = expected()


# --- What a move needs before it can succeed in its own stage ---
def offer_is_out(complaint: Complaint, people: dict[str, User]) -> Complaint:
    remedies.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
    return complaint


def is_not_upheld(complaint: Complaint, people: dict[str, User]) -> Complaint:
    data = {**factories.FINDING, "finding": "not_upheld"}
    return diagnose.record_finding(complaint, data, by=person(people["agent"]), at=LATER)


def may_be_resolved(complaint: Complaint, people: dict[str, User]) -> Complaint:
    return factories.carried_out(people["agent"])


def make_good_is_open(complaint: Complaint, people: dict[str, User]) -> Complaint:
    return callback.record_callback(complaint, factories.PARTLY, by=person(people["callback"]), at=LATER)


def is_unassigned(complaint: Complaint, people: dict[str, User]) -> Complaint:
    return assign.release(complaint, by=person(people["supervisor"]), at=LATER)


def has_department_task(complaint: Complaint, people: dict[str, User]) -> Complaint:
    """As it stands in this stage when it was asked for earlier and does not hold up `resolve`."""
    handling = complaint.handlings.get()
    team = Team.objects.get(code="WAREHOUSE")
    Task.objects.create(
        complaint=complaint, handling=handling, title="Look", team=team, blocking=False, created_at=MONDAY
    )
    return complaint


def has_request(complaint: Complaint, people: dict[str, User]) -> Complaint:
    """A request of a kind that can be pending in this stage; else one that has fallen away."""
    agent = person(people["agent"])
    if complaint.stage == Stage.REVIEW:
        factories.receive(
            people["agent"], at=MONDAY - timedelta(days=1)
        )  # the same cause before: a full review
        return review.record_review(complaint, factories.FULL_REVIEW, by=agent, at=LATER)
    if complaint.stage in {Stage.INTAKE, Stage.DIAGNOSE, Stage.RESOLVE}:
        return escalate.escalate(complaint, by=agent, at=LATER, reason="Skill", tried="All", ask="Help")
    Approval.objects.create(
        complaint=complaint,
        handling=complaint.handlings.get(),
        kind="escalation",
        state="expired",
        required_role="supervisor",
        reason="Skill",
        requested_by=people["agent"],
        requested_at=MONDAY,
        decided_at=MONDAY,
    )
    return complaint


PREPARE: dict[str, tuple[set[str], Prepare]] = {
    "withdraw-offer": ({"resolve"}, offer_is_out),
    "choose": ({"resolve"}, offer_is_out),
    "reject": ({"resolve"}, offer_is_out),
    "explain": ({"resolve"}, is_not_upheld),
    "resolve": ({"resolve"}, may_be_resolved),
    "make-good-done": ({"callback"}, make_good_is_open),
    "take": ({"intake", "diagnose", "resolve", "callback", "review"}, is_unassigned),
    "finish-task": (set(Stage.values), has_department_task),
    "approve": (set(Stage.values), has_request),
}


# --- The moves with complete, valid input ---
def option_of(complaint: Complaint) -> int:
    options = PlanOption.objects.filter(plan__handling__complaint=complaint).order_by("-pk")
    return options.values_list("pk", flat=True).first() or 0


def other_team() -> Team:
    return Team.objects.get(code="FL-ONLINE")


ATTEMPTS: dict[str, Attempt] = {
    "start-diagnosis": lambda c, by: diagnose.start_diagnosis(c, by=by, at=LATER),
    "finding": lambda c, by: diagnose.record_finding(c, factories.FINDING, by=by, at=LATER),
    "remedies": lambda c, by: remedies.offer(c, factories.OFFER, by=by, at=LATER),
    "explain": lambda c, by: resolve.explain(c, by=by, at=LATER, body="Worn"),
    "withdraw-offer": lambda c, by: remedies.withdraw_offer(c, by=by, at=LATER, reason="Sold out"),
    "choose": lambda c, by: remedies.choose(
        c, option_of(c), by=by, at=LATER, channel="phone", evidence="Said so"
    ),
    "reject": lambda c, by: remedies.reject(c, by=by, at=LATER, reason="Too little"),
    "claim": lambda c, by: resolve.settle_claim(
        c, Claim.objects.get(complaint=c).pk, by=by, at=LATER, disposition="explained", reason="Shown"
    ),
    "add-task": lambda c, by: carry_out.add_task(c, by=by, at=LATER, title="Look", team=other_team()),
    "finish-task": lambda c, by: carry_out.finish_task(
        Task.objects.filter(complaint=c, option__isnull=True).get(), by=by, at=LATER
    ),
    "resolve": lambda c, by: resolve.resolve(c, by=by, at=LATER, final_answer="Done"),
    "callback": lambda c, by: callback.record_callback(c, factories.SATISFIED, by=by, at=LATER),
    "make-good-done": lambda c, by: callback.make_good_done(c, by=by, at=LATER, evidence="Sent"),
    "review": lambda c, by: review.record_review(c, factories.LIGHT_REVIEW, by=by, at=LATER),
    "escalate": lambda c, by: escalate.escalate(c, by=by, at=LATER, reason="Skill", tried="All", ask="Help"),
    "take": lambda c, by: assign.take(c, by=by, at=LATER),
    "release": lambda c, by: assign.release(c, by=by, at=LATER),
    "assign": lambda c, by: assign.assign(c, by=by, at=LATER, team=other_team()),
    "message": lambda c, by: converse.message(c, by=by, at=LATER, body="On its way"),
    "note": lambda c, by: converse.note(c, by=by, at=LATER, body="Seen"),
    "write-in": lambda c, by: converse.write_in(c, by=by, at=LATER, body="Where is it?"),
    "rate": lambda c, by: rating.rate(c, factories.SATISFIED, by=by, at=LATER),
    "approve": lambda c, by: approvals.decide(
        Approval.objects.get(complaint=c), by=by, at=LATER, approve=True
    ),
}


class Undo(Exception):
    """Raised to roll an attempt back."""


def outcome(attempt: Callable[[], object]) -> str:
    """`ok`, or the status it was refused with; nothing is kept."""
    try:
        with transaction.atomic():
            try:
                attempt()
            except LifecycleError as refusal:
                return str(refusal.status)
            raise Undo
    except Undo:
        return "ok"


def actor(who: str, people: dict[str, User]) -> Actor:
    return CUSTOMER if who == "customer" else person(people[USERNAMES[who]])


def test_the_table_knows_every_move() -> None:
    assert {name for name, _stage in EXPECTED} == set(MOVES) | {"receive", "approve"}
    for name in ATTEMPTS:
        assert {stage for move, stage in EXPECTED if move == name} == set(Stage.values)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage.values)
def test_moves_in_a_stage_are_open_to_whom_the_table_says(stage: str, people: dict[str, User]) -> None:
    wrong = []
    complaint = factories.in_stage(stage, people["agent"], people["agent2"])
    engine.involve(complaint, ParticipantRole.LOGGED, at=MONDAY, user=people["online"])
    for name, attempt in ATTEMPTS.items():
        for who, wanted in wrong_for(name, stage, attempt, complaint, people):
            wrong.append(f"{name} by {who} in {stage}: {wanted}")
    assert wrong == []


def wrong_for(
    name: str, stage: str, attempt: Attempt, complaint: Complaint, people: dict[str, User]
) -> list[tuple[str, str]]:
    """Who got another answer than the table's, and which."""
    found = []
    stages, prepare = PREPARE.get(name, (set(), None))
    with transaction.atomic():
        case: Any = Complaint.objects.get(pk=complaint.pk)
        if prepare is not None and stage in stages:
            case = prepare(case, people)
        for who, wanted in EXPECTED[name, stage].items():
            fresh = Complaint.objects.get(pk=case.pk)
            got = outcome(lambda who=who, fresh=fresh: attempt(fresh, actor(who, people)))  # type: ignore[misc]
            if got != wanted:
                found.append((who, f"{got} instead of {wanted}"))
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_complaints_are_received_from_whom_the_table_says(people: dict[str, User]) -> None:
    got = {
        who: outcome(lambda who=who: intake.receive(factories.receipt(), by=actor(who, people), at=MONDAY))  # type: ignore[misc]
        for who in EXPECTED["receive", "-"]
    }
    assert got == EXPECTED["receive", "-"]
