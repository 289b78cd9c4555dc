"""Who complains: found while the form is filled in, without showing anybody whom the user may not see."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import Complaint, Customer
from complaints.tests.views import desk_cases as cases
from complaints.tests.views.test_inbox import signed_in
from complaints.tests.views.test_intake import GOOD

pytestmark = pytest.mark.django_db
People = dict[str, User]


def look_up(user: User, **given: str) -> str:
    return signed_in(user).post("/complaints/new/caller/", given).content.decode()


def log(user: User, **changes: Any) -> Any:
    return signed_in(user).post("/complaints/new/", GOOD | changes)


@pytest.fixture
def known(people: People) -> Complaint:
    complaint = cases.received(people["agent"])
    Complaint.objects.filter(pk=complaint.pk).update(order_reference="A-778")
    return complaint


@pytest.mark.parametrize(
    "given",
    [{"find": "美玲"}, {"find": "00-0001"}, {"find": "a-778"}, {"name": "周美玲1"}, {"phone": "0000001"}],
)
def test_a_customer_is_found_by_name_order_or_part_of_a_number(
    people: People, known: Complaint, given: dict[str, str]
) -> None:
    page = look_up(people["agent"], **given)
    assert f'id="customer-{known.customer_id}"' in page
    assert "100••••0001" in page and "100-0000-0001" not in page


@pytest.mark.parametrize(
    "given", [{"find": "美"}, {"find": "001"}, {"find": ""}, {"name": "x"}, {"find": "a\x00b"}]
)
def test_too_little_finds_nobody(people: People, known: Complaint, given: dict[str, str]) -> None:
    assert "customer-" not in look_up(people["agent"], **given)


@pytest.mark.parametrize("given", [{"find": "美玲"}, {"find": "a-778"}, {"order_reference": "A-778"}])
def test_those_who_may_not_see_the_complaint_do_not_find_the_customer(
    people: People, known: Complaint, given: dict[str, str]
) -> None:
    page = look_up(people["online"], **given)
    assert "周美玲" not in page and str(known.number) not in page


def test_a_customer_found_by_phone_needs_no_name(people: People, known: Complaint) -> None:
    assert log(people["agent"], name="").status_code == 303
    assert Customer.objects.count() == 1
    assert Complaint.objects.latest("pk").customer == known.customer


def test_a_chosen_customer_needs_neither_name_nor_phone(people: People, known: Complaint) -> None:
    answer = log(people["agent"], name="", phone="", customer=str(known.customer_id))
    assert answer.status_code == 303
    assert Complaint.objects.latest("pk").customer == known.customer


def test_somebody_else_needs_a_name(people: People, known: Complaint) -> None:
    page = look_up(people["agent"], phone="100-0000-0001", customer="", looked_up="100-0000-0001")
    assert 'id="customer-new" value="" checked' in " ".join(page.split())
    assert log(people["agent"], name="", customer="").status_code == 400
    assert Complaint.objects.count() == 1


def test_another_number_is_looked_up_anew(people: People, known: Complaint) -> None:
    page = look_up(people["agent"], phone="100-0000-0001", customer="", looked_up="100")
    assert f'value="{known.customer_id}" checked' in " ".join(page.split())


@pytest.mark.parametrize("pk", ["999999", "-1", "x", "9" * 30])
def test_nobody_logs_for_a_customer_who_is_not_there(people: People, known: Complaint, pk: str) -> None:
    assert log(people["agent"], customer=pk).status_code == 400
    assert Complaint.objects.count() == 1


def test_nobody_logs_for_a_customer_known_only_from_a_complaint_about_them(people: People) -> None:
    log(people["supervisor"], about_staff="agent")
    customer = Customer.objects.get()
    answer = log(people["agent"], key="form-2", customer=str(customer.pk))
    assert answer.status_code == 400 and "There is no such customer." in answer.content.decode()
    assert "Found by phone" not in look_up(people["agent"], phone=GOOD["phone"])
    assert Complaint.objects.count() == 1


def test_what_may_be_the_same_matter_is_shown_with_a_link(people: People, known: Complaint) -> None:
    for given in ({"order_reference": "a-778"}, {"phone": "100-0000-0001"}):
        page = look_up(people["agent"], **given)
        assert "Perhaps already logged" in page
        assert f'href="{known.get_absolute_url()}"' in page
    assert "Perhaps already logged" not in look_up(people["agent"], order_reference="B-1")


def test_a_phone_complaint_without_phone_and_address_warns_and_is_logged(people: People) -> None:
    words = "nobody can call back"
    assert words in look_up(people["agent"], channel="phone", name="Tan Jia")
    assert words not in look_up(people["agent"], channel="phone", name="Tan Jia", email="a@example.com")
    assert words not in look_up(people["agent"], channel="web", name="Tan Jia")
    client = signed_in(people["agent"])
    answer = client.post("/complaints/new/", GOOD | {"phone": "", "name": "Tan Jia"}, follow=True)
    assert words in answer.content.decode()
    assert Complaint.objects.count() == 1


def test_a_form_that_was_logged_says_so_and_logs_nothing_more(people: People) -> None:
    client = signed_in(people["agent"])
    client.post("/complaints/new/", GOOD)
    answer = client.post("/complaints/new/", GOOD | {"description": "Something else"}, follow=True)
    assert "nothing new has been recorded" in answer.content.decode()
    assert Complaint.objects.count() == 1
