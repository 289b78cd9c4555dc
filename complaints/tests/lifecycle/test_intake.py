"""Receiving a complaint: it is recorded, graded, routed and acknowledged once, and its clocks start."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint, Customer, Outbox
from complaints.rights.actors import CUSTOMER, SYSTEM, person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db


def refused_fields(people: dict[str, User], **given: Any) -> set[str]:
    return wrong_fields(lambda: factories.receive(people["agent"], **given))


def test_a_call_stays_with_the_agent_who_took_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert complaint.number == f"RD-{10_000 + complaint.pk}"
    assert (complaint.stage, complaint.tier, complaint.round) == ("intake", 1, 1)
    assert (complaint.assignee, complaint.team.code) == (people["agent"], "FL-PHONE")
    assert complaint.claims.get().text == complaint.description
    assert Outbox.objects.get(channel="email").template == "acknowledgement"


@pytest.mark.parametrize(
    ("given", "tier", "team"),
    [
        ({"channel": "web"}, 1, "FL-ONLINE"),
        ({"channel": "store"}, 1, "FL-STORE"),
        ({"channel": "phone", "category": "RID-FARE"}, 1, "FL-RIDE"),
        ({"channel": "phone", "region": "international"}, 1, "FL-INTL"),
        ({"channel": "web", "gravity": "S3"}, 2, "SL-LOGI"),
        ({"channel": "web", "gravity": "S3", "category": "PRC-INV"}, 2, "SL-PRICE"),
        ({"channel": "web", "gravity": "S3", "category": "RID-FARE"}, 2, "SL-RIDE"),
        ({"channel": "web", "gravity": "S3", "category": "DIG-APP"}, 2, "SL-GOODS"),
        ({"channel": "web", "risk_flags": ["vulnerable"]}, 2, "SL-LOGI"),
        ({"channel": "web", "risk_flags": ["safety"]}, 3, "EX-PANEL"),
    ],
)
def test_it_goes_where_the_routing_says(
    people: dict[str, User], given: dict[str, Any], tier: int, team: str
) -> None:
    complaint = factories.receive(people["supervisor"], **given)
    assert (complaint.tier, complaint.team.code, complaint.assignee) == (tier, team, None)


def test_a_known_customers_region_routes_too(people: dict[str, User]) -> None:
    Customer.objects.create(
        name="Ann", phone="5", phone_key="5550001", region="international", created_at=MONDAY
    )
    customer = intake.CustomerData(name="Somebody", phone="555-0001")
    complaint = factories.receive(people["supervisor"], customer=customer)
    assert (complaint.region, complaint.team.code) == ("international", "FL-INTL")
    assert complaint.customer.name == "Ann", "the stored customer is not overwritten"


@pytest.mark.parametrize("flag", ["legal", "media", "safety"])
def test_a_grave_risk_makes_it_critical_whatever_was_graded(people: dict[str, User], flag: str) -> None:
    assert factories.receive(people["agent"], risk_flags=[flag], gravity="S1").severity == "critical"


def test_about_a_colleague_is_confidential_and_not_theirs(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], about_staff=["agent"])
    assert complaint.confidential
    assert complaint.assignee is None


@pytest.mark.parametrize("name", ["manager", "warehouse", "admin"])
def test_roles_that_do_not_record_are_refused(people: dict[str, User], name: str) -> None:
    assert status_of(lambda: factories.receive(people[name])) == 403


def test_customers_and_mail_may_record(org: None) -> None:
    for actor in (CUSTOMER, SYSTEM):
        assert factories.receive(actor, channel="web").logged_by is None


def test_the_same_form_sent_twice_is_one_complaint(people: dict[str, User]) -> None:
    keys = ["k1", "k1", "x" * 500, "x" * 500, "\x00", "\x00", "\ud800", "\ud800"]
    made = [factories.receive(people["agent"], submission_key=key).pk for key in keys]
    assert made[::2] == made[1::2]
    assert Complaint.objects.count() == len(set(made)) == 4


def test_without_a_key_two_complaints_are_two(people: dict[str, User]) -> None:
    assert factories.receive(people["agent"]) != factories.receive(people["agent"])


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_a_description_that_cannot_be_kept_is_refused(people: dict[str, User], text: str) -> None:
    assert refused_fields(people, description=text) == {"description"}
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("text", BAD_TEXTS[2:], ids=BAD_TEXT_IDS[2:])
@pytest.mark.parametrize(
    "name", ["subject", "place", "order_reference", "desired_outcome", "external_reference", "external_id"]
)
def test_no_other_text_that_cannot_be_kept_is_taken(people: dict[str, User], name: str, text: str) -> None:
    assert refused_fields(people, **{name: text}) == {name}


@pytest.mark.parametrize("text", BAD_TEXTS[2:], ids=BAD_TEXT_IDS[2:])
@pytest.mark.parametrize("name", ["name", "phone", "email", "external_id", "anonymous_reason"])
def test_nor_about_the_customer(people: dict[str, User], name: str, text: str) -> None:
    customer = intake.CustomerData(**{"name": "Ann", name: text})
    assert refused_fields(people, customer=customer) - {"name"} <= {name}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"received_at": MONDAY + timedelta(seconds=1)}, "received_at"),
        ({"received_at": datetime(2026, 11, 23, 9)}, "received_at"),
        ({"occurred_at": MONDAY + timedelta(days=1)}, "occurred_at"),
        ({"occurred_at": MONDAY - timedelta(days=51 * 366)}, "occurred_at"),
        ({"received_at": MONDAY - timedelta(days=51 * 366)}, "received_at"),
        ({"channel": "fax"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"category": "NONE"}, "category"),
        ({"category": "LOG"}, "category"),
        ({"gravity": "S9"}, "gravity"),
        ({"reach": "all"}, "reach"),
        ({"severity": "urgent", "severity_reason": "R"}, "severity"),
        ({"severity": "minor"}, "severity_reason"),
        ({"region": "moon"}, "region"),
        ({"risk_flags": ["ufo"]}, "risk_flags"),
        ({"loss_minor": -1}, "loss_amount"),
        ({"about_staff": ["nobody"]}, "about_staff"),
        ({"claims": [{"text": ""}]}, "claims"),
        ({"claims": [{"text": "A", "category": "NONE"}]}, "claims"),
        ({"customer": intake.CustomerData()}, "name"),
        ({"customer": intake.CustomerData(id=99)}, "customer"),
        ({"customer": intake.CustomerData(name="A", segment="vip")}, "segment"),
        ({"customer": intake.CustomerData(name="A", email="nonsense")}, "email"),
        ({"customer": intake.CustomerData(name="A", language="xx")}, "language"),
    ],
)
def test_wrong_input_is_named_by_its_field(
    people: dict[str, User], given: dict[str, Any], field: str
) -> None:
    assert refused_fields(people, **given) == {field}


def test_everything_wrong_is_named_at_once(people: dict[str, User]) -> None:
    given = {"description": "", "channel": "fax", "customer": intake.CustomerData()}
    assert refused_fields(people, **given) == {"description", "channel", "name"}


def test_what_the_words_do_not_say_waits_for_triage(people: dict[str, User]) -> None:
    complaint = intake.receive(
        intake.Receipt(customer=intake.CustomerData(name="A"), channel="web", description="Hm."),
        by=person(people["agent"]),
        at=MONDAY,
    )
    assert (complaint.category.code, complaint.severity, complaint.needs_triage) == ("OTHER", "normal", True)
