"""Callbacks: scores decide the outcome, a second `partly` is unsatisfied, a make-good needs a new call."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle.callback import calls, rating, scores
from complaints.models import Callback, Clock
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)


@pytest.mark.parametrize(
    ("resolved", "score", "outcome"),
    [
        (True, 5, "satisfied"),
        (True, 4, "satisfied"),
        (True, 3, "partly"),
        (True, 2, "unsatisfied"),
        (True, 1, "unsatisfied"),
        (False, 5, "unsatisfied"),
        (False, 3, "unsatisfied"),
    ],
)
def test_the_solution_decides_and_the_attitude_never_does(resolved: bool, score: int, outcome: str) -> None:
    assert scores.outcome_of(resolved, score, had_partly=False) == outcome
    if score == 3:
        assert scores.outcome_of(resolved, score, had_partly=True) == "unsatisfied"


def test_satisfied_goes_to_review_and_only_once(people: dict[str, User]) -> None:
    complaint = factories.called_back(people["agent"], people["callback"])
    assert (complaint.stage, complaint.callback_outcome, complaint.team.code) == (
        "review",
        "satisfied",
        "FL-PHONE",
    )
    by = person(people["callback"])
    assert status_of(lambda: calls.record_callback(complaint, factories.SATISFIED, by=by, at=LATER)) == 409


def test_unsatisfied_is_a_second_handling_one_tier_up(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    calls.record_callback(complaint, factories.UNSATISFIED, by=person(people["callback"]), at=LATER)
    assert (complaint.stage, complaint.round, complaint.tier, complaint.assignee) == ("diagnose", 2, 2, None)
    assert (complaint.team.code, complaint.outcome) == ("SL-LOGI", None)
    assert complaint.claims.get().disposition == "open"
    assert complaint.handlings.get(round=1).callback_outcome == "unsatisfied"


@pytest.mark.parametrize("result", ["no_answer", "busy", "wrong_number"])
def test_a_try_that_reaches_nobody_is_kept_and_keeps_the_promise(
    people: dict[str, User], result: str
) -> None:
    complaint = factories.resolved(people["agent"])
    calls.record_callback(complaint, {"result": result}, by=person(people["callback"]), at=LATER)
    assert complaint.stage == "callback"
    assert Clock.objects.get(kind="callback").ended_as == "met"
    assert Clock.objects.live().filter(kind="callback_outcome").exists()
    pending = Callback.objects.get()
    assert (pending.attempts.get().result, pending.planned_at) == (result, LATER + timedelta(hours=3))


def test_refused_goes_to_review_without_a_score(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    data = {"result": "refused", "csat_solution": 5}
    calls.record_callback(complaint, data, by=person(people["callback"]), at=LATER)
    assert (complaint.stage, complaint.callback_outcome) == ("review", "refused")
    assert Callback.objects.get().csat_solution is None


def test_partly_once_brings_a_make_good_and_a_new_call_and_twice_is_unsatisfied(
    people: dict[str, User],
) -> None:
    complaint, by = factories.resolved(people["agent"]), person(people["callback"])
    calls.record_callback(complaint, factories.PARTLY, by=by, at=LATER)
    assert (complaint.stage, complaint.callback_outcome) == ("callback", "partly")
    assert status_of(lambda: calls.record_callback(complaint, factories.SATISFIED, by=by, at=LATER)) == 409
    done = LATER + timedelta(hours=1)
    calls.make_good_done(complaint, by=by, at=done, evidence="Voucher 7")
    assert status_of(lambda: calls.make_good_done(complaint, by=by, at=done, evidence="Again")) == 409
    assert Clock.objects.live().get(kind="callback").due_at == done + timedelta(hours=24)
    data = {**factories.PARTLY, "still_wrong": "Still rattles"}
    calls.record_callback(complaint, data, by=by, at=done)
    assert (complaint.stage, complaint.round) == ("diagnose", 2)


def test_the_resolver_does_not_call_while_a_colleague_can(people: dict[str, User]) -> None:
    complaint, by = factories.resolved(people["agent"]), person(people["agent"])
    act = lambda: calls.record_callback(complaint, factories.SATISFIED, by=by, at=LATER)  # noqa: E731
    assert status_of(act) == 403
    for name in ("agent2", "callback"):
        people[name].is_active = False
        people[name].save()
    act()
    assert Callback.objects.get().self_callback


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"result": "maybe"}, "result"),
        ({"result": "later"}, "later_at"),
        ({"result": "later", "later_at": LATER}, "later_at"),
        ({"channel": "fax"}, "channel"),
        ({"resolved": None}, "resolved"),
        ({"resolved": "yes"}, "resolved"),
        *[({"csat_solution": value}, "csat_solution") for value in (None, 0, 6, "5", True, 4.5)],
        ({"csat_attitude": None}, "csat_attitude"),
        ({"nps": 11}, "nps"),
        ({"nps": -1}, "nps"),
        ({"resolved": False}, "still_wrong"),
        ({"csat_solution": 3, "make_good": {"kind": "NONE", "description": "D"}}, "make_good.kind"),
        ({"csat_solution": 3, "make_good": {"kind": "COUP20"}}, "make_good.description"),
        ({"csat_solution": 3, "make_good": {"kind": "FULL", "description": "D"}}, "make_good.amount"),
        (
            {"csat_solution": 3, "make_good": {"kind": "COUP50", "amount": "50.01", "description": "D"}},
            "make_good.amount",
        ),
    ],
)
def test_wrong_answers_are_named(people: dict[str, User], given: dict[str, Any], field: str) -> None:
    complaint, by = factories.resolved(people["agent"]), person(people["callback"])
    data = {**factories.SATISFIED, **given}
    assert wrong_fields(lambda: calls.record_callback(complaint, data, by=by, at=LATER)) == {field}
    assert not Callback.objects.get().attempts.exists()


@pytest.mark.parametrize("text", BAD_TEXTS[2:], ids=BAD_TEXT_IDS[2:])
def test_a_note_that_cannot_be_kept_is_refused(people: dict[str, User], text: str) -> None:
    complaint, by = factories.resolved(people["agent"]), person(people["callback"])
    data = {**factories.SATISFIED, "note": text}
    assert wrong_fields(lambda: calls.record_callback(complaint, data, by=by, at=LATER)) == {"note"}


def test_the_customers_own_rating_counts_once(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"])
    rating.rate(complaint, factories.SATISFIED, by=CUSTOMER, at=LATER)
    assert complaint.stage == "review"
    assert status_of(lambda: rating.rate(complaint, factories.SATISFIED, by=CUSTOMER, at=LATER)) == 409
