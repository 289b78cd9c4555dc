"""A diagnosis is started once; its finding can be corrected until an offer or explanation is out."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import assign, diagnose, resolve
from complaints.models import Approval, Diagnosis, Plan
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def test_who_starts_an_unassigned_diagnosis_takes_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], channel="web")
    diagnose.start_diagnosis(complaint, by=person(people["online"]), at=LATER)
    assert (complaint.stage, complaint.assignee) == ("diagnose", people["online"])


def test_started_twice_is_refused_and_so_is_who_comes_second(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    for name in ("agent", "agent2", "specialist"):
        act = lambda name=name: diagnose.start_diagnosis(complaint, by=person(people[name]), at=LATER)  # type: ignore[misc]  # noqa: E731
        assert status_of(act) == 409


def test_in_diagnose_while_unassigned_it_is_started_again_by_whoever_takes_it(
    people: dict[str, User],
) -> None:
    complaint = factories.diagnosed(people["agent"])
    assign.release(complaint, by=person(people["agent"]), at=LATER)
    assert (
        status_of(lambda: diagnose.start_diagnosis(complaint, by=person(people["online"]), at=LATER)) == 403
    )
    diagnose.start_diagnosis(complaint, by=person(people["agent2"]), at=LATER)
    assert complaint.assignee == people["agent2"]


def test_a_finding_leads_to_resolve_and_a_correction_keeps_the_earlier_one(people: dict[str, User]) -> None:
    complaint = factories.found(people["agent"])
    assert complaint.stage == "resolve"
    data = {**factories.FINDING, "finding": "not_upheld"}
    diagnose.record_finding(complaint, data, by=person(people["supervisor"]), at=LATER)
    assert list(Diagnosis.objects.order_by("pk").values_list("finding", "superseded_at")) == [
        ("upheld", LATER),
        ("not_upheld", None),
    ]


def test_a_correction_supersedes_what_waits_for_approval(people: dict[str, User]) -> None:
    complaint, plan = factories.offered(people["agent"], offer=factories.BIG_OFFER)
    diagnose.record_finding(complaint, factories.FINDING, by=person(people["agent"]), at=LATER)
    assert Approval.objects.get().state == "superseded"
    assert Plan.objects.get(pk=plan.pk).state == "superseded"
    assert complaint.waiting_on is None


def test_once_an_offer_or_an_explanation_went_out_the_finding_stands(people: dict[str, User]) -> None:
    offered, _plan = factories.offered(people["agent"])
    explained = factories.found(people["agent"], finding={"finding": "not_upheld"})
    resolve.explain(explained, by=person(people["agent"]), at=LATER, body="Worn")
    for complaint in (offered, explained):
        act = lambda c=complaint: diagnose.record_finding(  # type: ignore[misc]  # noqa: E731
            c, factories.FINDING, by=person(people["agent"]), at=LATER
        )
        assert status_of(act) == 409


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
@pytest.mark.parametrize("name", ["scene", "desired_outcome", "problem_statement", "reasons"])
def test_texts_that_are_missing_or_cannot_be_kept_are_refused(
    people: dict[str, User], name: str, text: str
) -> None:
    complaint = factories.diagnosed(people["agent"])
    act = lambda: diagnose.record_finding(  # noqa: E731
        complaint, {**factories.FINDING, name: text}, by=person(people["agent"]), at=LATER
    )
    assert wrong_fields(act) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in diagnose.CHOICES for value in ("", None, "maybe", 7, ["upheld"])],
        ("reported_before", None),
        ("reported_before", "yes"),
    ],
)
def test_choices_are_of_those_offered(people: dict[str, User], name: str, value: Any) -> None:
    complaint = factories.diagnosed(people["agent"])
    act = lambda: diagnose.record_finding(  # noqa: E731
        complaint, {**factories.FINDING, name: value}, by=person(people["agent"]), at=LATER
    )
    assert wrong_fields(act) == {name}


def test_an_earlier_complaint_is_one_of_the_customer_or_one_that_may_be_seen(people: dict[str, User]) -> None:
    by = person(people["agent"])
    earlier, complaint = factories.receive(people["agent"]), factories.diagnosed(people["agent"])
    hidden = factories.receive(
        people["specialist"], channel="web", customer=factories.nobody(), category="RID-FARE"
    )
    for number in (complaint.number, hidden.number, "RD-0"):
        data = {**factories.FINDING, "reported_before": True, "earlier_complaint": number}
        assert wrong_fields(
            lambda data=data: diagnose.record_finding(complaint, data, by=by, at=LATER)  # type: ignore[misc]
        ) == {"earlier_complaint"}
    data = {**factories.FINDING, "reported_before": True, "earlier_complaint": earlier.number}
    diagnose.record_finding(complaint, data, by=by, at=LATER)
    assert Diagnosis.objects.get().earlier_complaint == earlier
