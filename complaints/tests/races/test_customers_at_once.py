"""Customers at the same moment: one code is used once, and one new person becomes one customer."""

import pytest

from accounts.models import User
from complaints.demo import organisation
from complaints.lifecycle import intake, known
from complaints.lifecycle.receipt import CustomerData
from complaints.models import Complaint, Customer, PortalCode
from complaints.rights import links
from complaints.rights.actors import person
from complaints.terms.errors import MissingDetail
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.portal import code_sent
from complaints.tests.races.marks import RACING
from complaints.tests.races.test_eight import AT_ONCE, race

pytestmark = RACING


@pytest.fixture
def agents(transactional_db: None) -> list[User]:
    organisation.load(MONDAY)
    return [User.objects.get(username="agent")] * AT_ONCE


def test_of_eight_uses_of_one_code_one_succeeds(agents: list[User]) -> None:
    complaint = factories.receive(agents[0])
    known.send_code(complaint, at=MONDAY)
    digits = code_sent(complaint)
    refusals = race(lambda _user: known.use_code(complaint, digits, at=MONDAY), agents)
    assert len(refusals) == AT_ONCE - 1
    assert all(isinstance(refusal, MissingDetail) for refusal in refusals)


def test_guesses_at_once_are_counted_one_by_one(agents: list[User]) -> None:
    complaint = factories.receive(agents[0])
    known.send_code(complaint, at=MONDAY)
    right = code_sent(complaint)
    wrong = "000000" if right != "000000" else "000001"
    assert len(race(lambda _user: known.use_code(complaint, wrong, at=MONDAY), agents)) == AT_ONCE
    assert PortalCode.objects.get().tries == known.TRIES
    with pytest.raises(MissingDetail):
        known.use_code(complaint, right, at=MONDAY)


def test_codes_asked_for_at_once_send_one(agents: list[User]) -> None:
    complaint = factories.receive(agents[0])
    assert race(lambda _user: known.send_code(Complaint.objects.get(), at=MONDAY), agents) == []
    assert PortalCode.objects.filter(complaint=complaint).count() == 1


@pytest.mark.parametrize(
    "told",
    [
        CustomerData(name="Ann", phone="13912345678"),
        CustomerData(name="Ann", email="ann@example.com"),
        CustomerData(name="Ann", external_id="C-1"),
    ],
    ids=["phone", "email", "id"],
)
def test_a_new_person_who_writes_eight_times_is_one_customer(agents: list[User], told: CustomerData) -> None:
    receipt = factories.receipt(customer=told)
    assert race(lambda user: intake.receive(receipt, by=person(user), at=MONDAY), agents) == []
    assert Complaint.objects.count() == AT_ONCE
    assert Customer.objects.count() == 1


def test_letters_at_once_contain_links_that_all_work(agents: list[User]) -> None:
    complaint, tokens = factories.receive(agents[0]), list[str]()
    race(lambda _user: tokens.append(links.token_of(links.current(complaint, at=MONDAY))), agents)
    assert {links.find(token, at=MONDAY).complaint for token in tokens} == {complaint}
