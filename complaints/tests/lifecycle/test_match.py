"""Who a complaint belongs to: two people are never taken for one, one person is not taken for two."""

from dataclasses import replace

import pytest

from accounts.models import User
from complaints.lifecycle import customers, intake
from complaints.lifecycle.receipt import CustomerData
from complaints.models import Complaint, Customer, Outbox
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

People = dict[str, User]
SHARED = "021-62345678"
ONE = CustomerData(name="Person One", phone=SHARED, email="one@example.com")
TWO = CustomerData(name="Person Two", phone=SHARED, email="two@example.com")


def received(people: People, data: CustomerData) -> Complaint:
    return factories.receive(people["agent"], customer=data, channel="web")


def letters_to(complaint: Complaint) -> set[str]:
    """Return the addresses to which letters to the customer go."""
    rows = Outbox.objects.filter(complaint=complaint, user__isnull=True)
    return set(rows.values_list("recipient", flat=True))


def test_two_people_behind_one_switchboard_are_two_and_each_is_answered_alone(people: People) -> None:
    one, two = received(people, ONE), received(people, TWO)
    assert one.customer != two.customer
    assert (letters_to(one), letters_to(two)) == ({"email:one@example.com"}, {"email:two@example.com"})
    assert two.customer.perhaps_same == one.customer
    assert one.customer.perhaps_same is None
    assert [received(people, data).customer for data in (TWO, ONE)] == [two.customer, one.customer]


def test_another_id_of_a_crm_under_a_shared_number_is_another_customer(people: People) -> None:
    received(people, ONE)
    three = replace(ONE, name="Person Three", email="", external_id="CRM-3")
    made = received(people, three).customer
    assert (made.name, made.external_id) == ("Person Three", "CRM-3")
    assert received(people, three).customer == made
    again = received(people, replace(three, external_id="CRM-4")).customer
    assert again.external_id == "CRM-4" and again.perhaps_same is not None


@pytest.mark.parametrize(
    "spelling",
    [
        "13912345678",
        "+86 13912345678",
        "0086-13912345678",
        "139 1234 5678",
        "8613912345678",
        "１３９１２３４５６７８",
    ],
)
def test_one_caller_in_many_spellings_is_one_customer(people: People, spelling: str) -> None:
    four = CustomerData(name="Person Four", phone="139-1234-5678")
    first = received(people, four).customer
    assert received(people, replace(four, phone=spelling)).customer == first
    assert Customer.objects.count() == 1


def test_another_name_under_a_shared_number_gets_nothing_by_mail(people: People) -> None:
    """The number was given by both, the address only by the first: no letter may go there."""
    one = received(people, ONE)
    second = received(people, CustomerData(name="Somebody Else", phone=SHARED))
    assert second.customer == one.customer, "only the name differs, and names are written in many ways"
    assert letters_to(second) == {f"text:{SHARED}"}
    assert letters_to(received(people, replace(ONE, email=""))) == {"email:one@example.com"}


def test_a_shared_mailbox_with_another_name_and_number_is_two_people(people: People) -> None:
    one = CustomerData(name="Ann", phone="13912345678", email="family@example.com")
    two = replace(one, name="Ben", phone="13812345678")
    first, second = received(people, one).customer, received(people, two).customer
    assert second.perhaps_same == first
    assert received(people, replace(one, phone="13712345678")).customer == first, "the same name: a new phone"


@pytest.mark.parametrize("number", ["12315", "138****8000"])
def test_what_belongs_to_many_joins_only_the_same_name(people: People, number: str) -> None:
    one = CustomerData(name="Ann", phone=number)
    first = received(people, one).customer
    assert received(people, one).customer == first
    other = received(people, replace(one, name="Ben")).customer
    assert other != first and other.perhaps_same == first


@pytest.mark.parametrize("number", ["0000000000", "无", "N/A", "1.39E+10", "11111111111"])
def test_a_placeholder_joins_nobody_and_is_not_kept(people: People, number: str) -> None:
    made = [received(people, CustomerData(name="Ann", phone=number)).customer for _ in range(2)]
    assert made[0] != made[1]
    assert {customer.phone for customer in made} == {""}
    assert not made[0].can_be_reached


def test_who_wants_to_stay_unnamed_is_not_given_a_name(people: People) -> None:
    received(people, ONE)
    unnamed = CustomerData(anonymous_reason="Did not want to say", phone=SHARED)
    assert received(people, unnamed).customer.name == ""


def test_an_id_wins_over_everything_and_a_match_is_not_overwritten(people: People) -> None:
    one = received(people, ONE).customer
    told = CustomerData(id=one.pk, name="Changed", phone="13912345678", email="new@example.com")
    same = received(people, told).customer
    assert (same.pk, same.name, same.phone, same.email) == (one.pk, ONE.name, ONE.phone, ONE.email)


def test_a_number_alone_finds_its_customer_while_somebody_types(people: People) -> None:
    one = received(people, ONE).customer
    assert intake.find_customer(CustomerData(phone="+86 21 6234 5678-12")) == one


def test_a_correction_says_who_and_what_and_moves_the_normal_form(people: People) -> None:
    one = received(people, ONE).customer
    changed = customers.change(
        one, {"phone": "+86 139 1234 5678", "name": "One"}, by=person(people["agent"]), at=MONDAY
    )
    assert (changed.phone_key, changed.phone_changed_at, changed.email_changed_at) == (
        "+8613912345678",
        MONDAY,
        None,
    )
    entry = changed.entries.get()
    assert (entry.kind, entry.fields, entry.by) == ("changed", ["name", "phone"], people["agent"])
