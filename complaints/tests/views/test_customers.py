"""The pages of customers: who sees whom, the covered number, and corrections."""

import pytest
from django.test import Client

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint, Customer, CustomerEntry, Event
from complaints.tests import factories
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
ANN = intake.CustomerData(name="Ann Lee", phone="13912345678", email="ann@example.com", external_id="C-1")
NUMBER, MASKED = "13912345678", "139••••5678"


@pytest.fixture
def mine(people: People) -> Complaint:
    """Return a complaint assigned to `agent`."""
    return factories.receive(people["agent"], customer=ANN, order_reference="A-77", at=cases.ago(hours=1))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


# --- The number on the page of a complaint ---
def test_who_has_the_complaint_in_hand_sees_a_number_to_call(people: People, mine: Complaint) -> None:
    assert 'href="tel:+8613912345678"' in page(people["agent"], mine.get_absolute_url())


@pytest.mark.parametrize("name", ["agent2", "supervisor", "manager"])
def test_others_see_it_masked_and_uncovering_it_is_written_down(
    people: People, mine: Complaint, name: str
) -> None:
    text = page(people[name], mine.get_absolute_url())
    assert MASKED in text and NUMBER not in text and "tel:" not in text
    client = client_of(people[name])
    assert client.get(f"/complaints/{mine.number}/reveal/").status_code == 405
    shown = client.post(f"/complaints/{mine.number}/reveal/", follow=True).content.decode()
    assert 'href="tel:+8613912345678"' in shown and "Phone number uncovered" in shown
    event = Event.objects.filter(complaint=mine).latest("seq")
    assert (event.kind, event.actor) == ("phone_revealed", people[name])
    CustomerEntry.objects.update(at=cases.ago(minutes=6))
    assert NUMBER not in page(people[name], mine.get_absolute_url()), "it is covered again"


@pytest.mark.parametrize(("name", "status"), [("specialist", 404), ("warehouse", 403), ("admin", 403)])
def test_who_may_not_see_it_uncovers_nothing(people: People, mine: Complaint, name: str, status: int) -> None:
    client, before = client_of(people[name]), Event.objects.count()
    assert client.post(f"/complaints/{mine.number}/reveal/").status_code == status
    assert client.post(f"/customers/{mine.customer_id}/reveal/").status_code == status
    assert (Event.objects.count(), CustomerEntry.objects.count()) == (before, 0)


def test_whoever_calls_back_sees_the_number(people: People) -> None:
    waiting = factories.resolved(people["agent"], customer=ANN, at=cases.ago(hours=1))
    assert 'href="tel:+8613912345678"' in page(people["callback"], f"/callbacks/?open={waiting.number}")
    assert 'href="tel:+8613912345678"' in page(people["callback"], waiting.get_absolute_url())
    assert NUMBER not in page(people["manager"], f"/callbacks/?open={waiting.number}")


# --- The pages of customers ---
@pytest.mark.parametrize(
    "words", ["", "lee", "+86 139 1234 5678", "139-1234-5678", "ANN@example.com", "C-1", "A-77"]
)
def test_a_customer_is_found(people: People, mine: Complaint, words: str) -> None:
    text = page(people["agent"], f"/customers/?q={words.replace('+', '%2B')}")
    assert "Ann Lee" in text and NUMBER not in text


def test_what_matches_nobody_says_so(people: People, mine: Complaint) -> None:
    text = page(people["agent"], "/customers/?q=nobody&before=x")
    assert "Ann Lee" not in text and "No customer that you may see matches" in text


@pytest.mark.parametrize(
    ("name", "reads", "edits"),
    [
        ("agent", 200, 200),
        ("agent2", 200, 200),
        ("supervisor", 200, 200),
        ("manager", 200, 403),
        ("specialist", 404, 404),
        ("quality", 404, 404),
        ("warehouse", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_who_reads_and_who_edits(people: People, mine: Complaint, name: str, reads: int, edits: int) -> None:
    client, address = client_of(people[name]), f"/customers/{mine.customer_id}/"
    assert client.get(address).status_code == reads
    assert client.get(f"{address}edit/").status_code == edits
    refused = client.post(f"{address}edit/", {"name": "X", "language": "en"}).status_code
    assert refused == (303 if edits == 200 else edits)
    listed = client.get("/customers/")
    assert listed.status_code == (403 if reads == 403 else 200)
    assert (b"13912345678" not in listed.content) and (reads == 200 or b"Ann Lee" not in listed.content)


def test_the_page_lists_only_complaints_that_the_reader_may_see(people: People, mine: Complaint) -> None:
    secret = factories.receive(people["agent2"], customer=ANN, confidential=True)
    text = page(people["agent"], f"/customers/{mine.customer_id}/")
    assert str(mine.number) in text and str(secret.number) not in text
    assert MASKED in text and NUMBER not in text and "ann@example.com" not in text


def test_uncovered_on_the_page_of_the_customer(people: People, mine: Complaint) -> None:
    client = client_of(people["supervisor"])
    text = client.post(f"/customers/{mine.customer_id}/reveal/", follow=True).content.decode()
    assert NUMBER in text and "ann@example.com" in text and "Number and address uncovered" in text
    assert NUMBER not in page(people["agent2"], f"/customers/{mine.customer_id}/"), "only for who asked"


def test_perhaps_the_same_is_shown_on_both_pages(people: People, mine: Complaint) -> None:
    data = intake.CustomerData(name="Bo", phone=NUMBER, email="bo@example.com")
    other = factories.receive(people["agent"], customer=data).customer
    assert "Perhaps the same person" in page(people["agent"], f"/customers/{mine.customer_id}/")
    assert f"/customers/{mine.customer_id}/" in page(people["agent"], f"/customers/{other.pk}/")


# --- Corrections ---
def edit(user: User, customer: int, **form: object) -> tuple[int, str]:
    answer = client_of(user).post(
        f"/customers/{customer}/edit/", {"name": "Ann Lee", "language": "en"} | form
    )
    return answer.status_code, answer.content.decode()


def test_a_contact_is_kept_changed_or_taken_away(people: People, mine: Complaint) -> None:
    pk, agent = mine.customer_id, people["agent"]
    assert NUMBER not in page(agent, f"/customers/{pk}/edit/")
    assert edit(agent, pk, segment="vip")[0] in {303, 400}
    assert edit(agent, pk)[0] == 303
    assert Customer.objects.get(pk=pk).phone == NUMBER
    assert edit(agent, pk, phone="138 1234 5678")[0] == 303
    assert Customer.objects.get(pk=pk).phone_key == "+8613812345678"
    assert edit(agent, pk, no_phone="on")[0] == 303
    assert (Customer.objects.get(pk=pk).phone, Customer.objects.get(pk=pk).phone_key) == ("", "")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"phone": "N/A"}, "This is not a phone number."),
        ({"email": "ann@"}, "This is not a valid e-mail address."),
        ({"name": ""}, "or the reason why they stay unnamed"),
        ({"name": "x" * 121}, "x" * 121),
        ({"region": "moon"}, "moon"),
    ],
)
def test_wrong_values_are_refused_and_kept_in_the_form(
    people: People, mine: Complaint, form: dict[str, str], words: str
) -> None:
    status, text = edit(people["agent"], mine.customer_id, **form, external_id="Kept-1")
    assert status == 400
    assert words in text and "Kept-1" in text
    assert Customer.objects.get(pk=mine.customer_id).version == 1


def test_a_stale_form_changes_nothing(people: People, mine: Complaint) -> None:
    assert edit(people["agent"], mine.customer_id, version=1, name="First")[0] == 303
    status, text = edit(people["agent2"], mine.customer_id, version=1, name="Second")
    assert status == 409 and "Second" in text
    assert Customer.objects.get(pk=mine.customer_id).name == "First"


def test_a_colleagues_address_is_not_put_on_a_customers_record(people: People, mine: Complaint) -> None:
    """Letters with the private link go there, so staff could take the customer's place."""
    User.objects.filter(username="agent").update(email="lin.xiao@example.com")
    client = client_of(people["agent"])
    given = {"name": "Ann Lee", "email": "Lin.Xiao@example.com", "language": "en", "version": "1"}
    answer = client.post(f"/customers/{mine.customer_id}/edit/", given)
    assert answer.status_code == 400
    assert "address of a colleague" in answer.content.decode()
    assert Customer.objects.get(pk=mine.customer_id).email == "ann@example.com"
