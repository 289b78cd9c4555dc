"""Offers, choices, explanations and the final answer."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import assign, converse, diagnose, resolve
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import carry_out, offers
from complaints.models import Approval, Callback, Outbox, Plan, Task
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_AMOUNTS, BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def option(**given: Any) -> dict[str, Any]:
    return {"kind": "PART", "amount": "10", "description": "Part of it", **given}


def test_within_authority_an_offer_goes_out_and_above_it_waits_as_a_whole(people: dict[str, User]) -> None:
    complaint, plan = factories.offered(people["agent"])
    assert (plan.state, complaint.waiting_on) == ("offered", "customer")
    other, big = factories.offered(people["agent"], offer=factories.BIG_OFFER)
    assert (big.state, other.waiting_on) == ("waiting", "approval")
    assert Outbox.objects.filter(template="offer").count() == 1
    assert Approval.objects.get().amount_minor == 129_900


@pytest.mark.parametrize(("amount", "state"), [("200.00", "offered"), ("200.01", "waiting")])
def test_the_limit_itself_is_within_authority(people: dict[str, User], amount: str, state: str) -> None:
    offer = {"options": [option(amount=amount), option(kind="COUP20", amount=None)]}
    assert factories.offered(people["agent"], offer=offer)[1].state == state


def test_a_kind_above_authority_waits_whatever_it_costs(people: dict[str, User]) -> None:
    offer = {"options": [option(kind="REPR", amount="1"), option()]}
    assert factories.offered(people["agent"], offer=offer)[1].state == "waiting"


def test_a_second_offer_while_one_is_out_is_refused(people: dict[str, User]) -> None:
    complaint, _plan = factories.offered(people["agent"])
    act = lambda: offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert status_of(act) == 409


def test_a_new_offer_supersedes_one_that_waits(people: dict[str, User]) -> None:
    complaint, waiting = factories.offered(people["agent"], offer=factories.BIG_OFFER)
    offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
    assert Plan.objects.get(pk=waiting.pk).state == "superseded"
    assert Approval.objects.get().state == "superseded"


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_amounts_are_never_rounded_nor_guessed(people: dict[str, User], amount: str) -> None:
    complaint = factories.found(people["agent"])
    data = {"options": [option(amount=amount), option()]}
    act = lambda: offers.offer(complaint, data, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"options.1.amount"}


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, {"options", "single_option_reason"}),
        ({"options": [option()] * 5}, {"options"}),
        ({"options": [option()]}, {"single_option_reason"}),
        ({"options": [option(kind="CASH"), option()]}, {"options.1.kind"}),
        ({"options": [option(amount=None), option()]}, {"options.1.amount"}),
        ({"options": [option(claims=[0]), option()]}, {"options.1.claims"}),
        *[({"options": [option(description=t), option()]}, {"options.1.description"}) for t in BAD_TEXTS],
    ],
)
def test_a_wrong_offer_names_the_option(
    people: dict[str, User], data: dict[str, Any], fields: set[str]
) -> None:
    complaint = factories.found(people["agent"])
    act = lambda: offers.offer(complaint, data, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == fields


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("process", {"improvement.title", "improvement.owner", "improvement.due_at"}),
        ("cognition", {"no_visual_reason"}),
    ],
)
def test_a_kind_of_problem_asks_for_more(people: dict[str, User], kind: str, fields: set[str]) -> None:
    complaint = factories.found(people["agent"], finding={"problem_type": kind})
    data = {"options": [option()]}
    act = lambda: offers.offer(complaint, data, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == fields


def test_the_customer_chooses_once(people: dict[str, User]) -> None:
    complaint, plan = factories.offered(people["agent"])
    pk = plan.options.get(position=2).pk
    act = lambda: offers.choose(complaint, pk, by=CUSTOMER, at=LATER, channel="web", evidence="Link")  # noqa: E731
    act()
    assert complaint.claims.get().disposition == "remedied"
    assert Task.objects.get().option_id == pk
    assert status_of(act) == 409
    assert Task.objects.count() == 1


def test_a_choice_is_of_this_offer_with_evidence(people: dict[str, User]) -> None:
    complaint, plan = factories.offered(people["agent"])
    _other, foreign = factories.offered(people["agent"])
    by = person(people["agent"])
    pk = foreign.options.get(position=1).pk
    assert wrong_fields(
        lambda: offers.choose(complaint, pk, by=by, at=LATER, channel="web", evidence="Yes")
    ) == {"option"}
    pk = plan.options.get(position=1).pk
    assert wrong_fields(
        lambda: offers.choose(complaint, pk, by=by, at=LATER, channel="fax", evidence=" ")
    ) == {
        "channel",
        "evidence",
    }


def test_the_third_refused_offer_asks_for_escalation_by_itself(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    for number in range(1, 4):
        offers.offer(complaint, factories.OFFER, by=person(people["agent"]), at=LATER)
        offers.reject(complaint, by=CUSTOMER, at=LATER, reason="Too little", counter_proposal="¥200")
        assert Approval.objects.filter(kind="escalation").exists() == (number == 3)
    assert Approval.objects.get().required_role == "supervisor"
    assert Plan.objects.last().counter_proposal == "¥200"  # type: ignore[union-attr]
    assert complaint.waiting_on == "approval"


def test_what_is_taken_back_is_told_and_its_tasks_fall_away(people: dict[str, User]) -> None:
    complaint = factories.chosen(people["agent"])
    by = person(people["agent"])
    offers.withdraw_offer(complaint, by=by, at=LATER, reason="Sold out")
    assert Task.objects.get().state == "cancelled"
    assert complaint.claims.get().disposition == "open"
    assert Outbox.objects.filter(template="offer_withdrawn").exists()
    assert status_of(lambda: offers.withdraw_offer(complaint, by=by, at=LATER, reason="Again")) == 409


def test_an_explanation_goes_out_once_and_a_grave_one_is_approved_first(people: dict[str, User]) -> None:
    finding = {"finding": "not_upheld"}
    complaint = factories.found(people["agent"], finding=finding)
    by = person(people["agent"])
    resolve.explain(complaint, by=by, at=LATER, body="Worn")
    assert complaint.claims.get().disposition == "explained"
    assert status_of(lambda: resolve.explain(complaint, by=by, at=LATER, body="Worn")) == 409
    expert = people["expert"]
    grave = factories.receive(expert, risk_flags=["safety"])
    assign.take(grave, by=person(expert), at=MONDAY)
    diagnose.start_diagnosis(grave, by=person(expert), at=MONDAY)
    diagnose.record_finding(grave, {**factories.FINDING, **finding}, by=person(expert), at=MONDAY)
    resolve.explain(grave, by=person(expert), at=LATER, body="Worn")
    assert grave.waiting_on == "approval"
    decisions.decide(Approval.objects.get(), by=person(people["supervisor2"]), at=LATER, approve=True)
    assert Outbox.objects.filter(template="explanation", complaint=grave).exists()


def test_an_upheld_complaint_is_not_explained_away(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    assert (
        status_of(lambda: resolve.explain(complaint, by=person(people["agent"]), at=LATER, body="No")) == 409
    )


def test_resolve_names_all_that_is_missing(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    act = lambda: resolve.resolve(complaint, by=person(people["agent"]), at=LATER, final_answer="")  # noqa: E731
    assert wrong_fields(act) == {"final_answer", "plan", "claims", "progress"}


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_a_final_answer_that_cannot_be_kept_is_refused(people: dict[str, User], text: str) -> None:
    complaint = factories.carried_out(people["agent"])
    act = lambda: resolve.resolve(complaint, by=person(people["agent"]), at=LATER, final_answer=text)  # noqa: E731
    assert wrong_fields(act) == {"final_answer"}


def test_a_blocking_task_and_a_missing_word_of_progress_hold_it_up(people: dict[str, User]) -> None:
    complaint, by = factories.chosen(people["agent"]), person(people["agent"])
    act = lambda: resolve.resolve(complaint, by=by, at=LATER, final_answer="Done")  # noqa: E731
    assert wrong_fields(act) == {"tasks", "progress"}
    carry_out.finish_task(Task.objects.get(), by=by, at=LATER, evidence="Refund 1")
    converse.log_call(complaint, by=by, at=LATER, body="Rang", reached=False)
    assert wrong_fields(act) == {"progress"}, (
        "a call that reached nobody does not count as telling the customer"
    )
    converse.message(complaint, by=by, at=LATER, body="It is on its way", purpose="progress")
    act()
    assert (complaint.stage, complaint.outcome) == ("callback", "upheld")
    assert Callback.objects.get().due_at == LATER + timedelta(hours=24)
    assert status_of(act) == 409


def test_without_any_contact_it_goes_straight_to_review(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"], customer=factories.nobody())
    assert (complaint.stage, complaint.callback_outcome) == ("review", "unreachable")
    assert not Callback.objects.exists()


def test_not_upheld_but_remedied_is_goodwill(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"], finding={"finding": "not_upheld"})
    assert complaint.outcome == "goodwill_no_fault"


def test_while_legal_is_on_nothing_final_leaves_below_the_experts(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    complaint.flags.create(flag="legal", set_at=MONDAY)
    by = person(people["agent"])
    assert status_of(lambda: offers.offer(complaint, factories.OFFER, by=by, at=LATER)) == 409
    assert status_of(lambda: converse.message(complaint, by=by, at=LATER, body="Hello")) == 409
    converse.log_call(complaint, by=by, at=LATER, body="Calls always go")
    converse.message(complaint, by=person(people["supervisor"]), at=LATER, body="Supervisors may write")


def test_an_offer_that_still_waits_for_approval_ends_with_the_final_answer(people: dict[str, User]) -> None:
    agent = person(people["agent"])
    complaint = factories.found(people["agent"], finding={"finding": "not_upheld"})
    resolve.explain(complaint, by=agent, at=LATER, body="It was dropped")
    plan = offers.offer(complaint, factories.BIG_OFFER, by=agent, at=LATER)
    converse.log_call(complaint, by=agent, at=LATER, body="Told her why")
    resolve.resolve(complaint, by=agent, at=LATER, final_answer="It was dropped")
    plan.refresh_from_db()
    assert plan.state == "superseded"
    assert Approval.objects.get().state == "expired"
