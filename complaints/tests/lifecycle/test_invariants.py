"""Anybody tries anything in any order: whatever happens, these things always hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Team, User
from complaints.actors import CUSTOMER, Actor, person
from complaints.lifecycle import (
    approvals,
    assign,
    callback,
    carry_out,
    converse,
    diagnose,
    escalate,
    rating,
    remedies,
    resolve,
    review,
)
from complaints.lifecycle.errors import LifecycleError
from complaints.models import Approval, Claim, Complaint, PlanOption, Task
from complaints.sweeps import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.invariants import always_holds

WHO = [
    "agent",
    "agent2",
    "specialist",
    "expert",
    "callback",
    "supervisor",
    "supervisor2",
    "quality",
    "manager",
]
EXAMPLES, STEPS = 12, 30


def latest(rows: Any) -> Any:
    return rows.order_by("-pk").first()


def offer(c: Complaint, by: Actor, at: datetime) -> object:
    return remedies.offer(c, factories.OFFER if c.pk % 2 else factories.BIG_OFFER, by=by, at=at)


def choose(c: Complaint, by: Actor, at: datetime) -> object:
    option = latest(PlanOption.objects.filter(plan__handling__complaint=c))
    return option and remedies.choose(c, option.pk, by=by, at=at, channel="phone", evidence="Yes")


def finish(c: Complaint, by: Actor, at: datetime) -> object:
    task = latest(Task.objects.filter(complaint=c))
    return task and carry_out.finish_task(task, by=by, at=at, evidence="Seen")


def decide(c: Complaint, by: Actor, at: datetime, approve: bool) -> object:
    approval = latest(Approval.objects.filter(complaint=c))
    return approval and approvals.decide(approval, by=by, at=at, approve=approve, note="Seen")


def settle(c: Complaint, by: Actor, at: datetime) -> object:
    claim = Claim.objects.get(complaint=c)
    return resolve.settle_claim(c, claim.pk, by=by, at=at, disposition="declined", reason="No")


def correct(c: Complaint, by: Actor, at: datetime, finding: str) -> object:
    return diagnose.record_finding(c, {**factories.FINDING, "finding": finding}, by=by, at=at)


def call(data: dict[str, Any]) -> Any:
    return lambda c, by, at: callback.record_callback(c, data, by=by, at=at)


MOVES: list[Any] = [
    lambda c, by, at: diagnose.start_diagnosis(c, by=by, at=at),
    lambda c, by, at: correct(c, by, at, "upheld"),
    lambda c, by, at: correct(c, by, at, "not_upheld"),
    offer,
    choose,
    lambda c, by, at: remedies.reject(c, by=by, at=at, reason="Too little"),
    lambda c, by, at: remedies.withdraw_offer(c, by=by, at=at, reason="Sold out"),
    lambda c, by, at: resolve.explain(c, by=by, at=at, body="Worn"),
    settle,
    finish,
    lambda c, by, at: carry_out.add_task(
        c, by=by, at=at, title="Look", team=Team.objects.get(code="TECH"), blocking=False
    ),
    lambda c, by, at: resolve.resolve(c, by=by, at=at, final_answer="Done"),
    call(factories.SATISFIED),
    call(factories.UNSATISFIED),
    call(factories.PARTLY),
    call({"result": "no_answer"}),
    lambda c, by, at: rating.rate(c, factories.UNSATISFIED, by=by, at=at),
    lambda c, by, at: callback.make_good_done(c, by=by, at=at, evidence="Sent"),
    lambda c, by, at: review.record_review(c, factories.FULL_REVIEW, by=by, at=at),
    lambda c, by, at: decide(c, by, at, True),
    lambda c, by, at: decide(c, by, at, False),
    lambda c, by, at: escalate.escalate(c, by=by, at=at, reason="R", tried="T", ask="A"),
    lambda c, by, at: escalate.escalate(
        c, by=by, at=at, reason="R", tried="T", ask="A", customer_insists=True
    ),
    lambda c, by, at: assign.take(c, by=by, at=at),
    lambda c, by, at: assign.release(c, by=by, at=at),
    lambda c, by, at: converse.message(c, by=by, at=at, body="Hello", purpose="progress"),
    lambda c, by, at: converse.log_call(c, by=by, at=at, body="Spoke"),
    lambda c, by, at: converse.write_in(c, by=by, at=at, body="Well?"),
    lambda c, by, at: sweep(at),
]
A_STEP = st.tuples(
    st.integers(0, len(MOVES) - 1),
    st.sampled_from(["right", "right", "right", *WHO, "customer"]),
    st.sampled_from([1, 5, 60, 600, 4000]),
)


def who_would(complaint: Complaint, move: int, people: dict[str, User]) -> list[Actor]:
    """People who are likely to be allowed, so that walks get far: the assignee, else somebody of the team."""
    found = [complaint.assignee] if complaint.assignee else []
    members = complaint.team.members.filter(is_active=True).order_by("pk")
    return [*map(person, [*found, *members]), person(people["callback"]), person(people["quality"]), CUSTOMER]


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(A_STEP, min_size=STEPS // 2, max_size=STEPS))
def test_whatever_is_tried_the_rules_hold(people: dict[str, User], steps: list[tuple[int, str, int]]) -> None:
    with transaction.atomic():
        complaint, at = factories.receive(people["agent"]), MONDAY
        for number, who, minutes in steps:
            at += timedelta(minutes=minutes)
            complaint.refresh_from_db()
            actors = who_would(complaint, number, people) if who == "right" else [actor(who, people)]
            for by in actors:
                try:
                    MOVES[number](complaint, by, at)
                    break
                except LifecycleError:
                    continue
            complaint = Complaint.objects.get(pk=complaint.pk)
            always_holds(complaint)
        transaction.set_rollback(True)


def actor(who: str, people: dict[str, User]) -> Actor:
    return CUSTOMER if who == "customer" else person(people[who])
