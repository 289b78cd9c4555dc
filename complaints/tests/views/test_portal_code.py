"""What binds on the customer's page asks for a one-time code, once per device and complaint."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from complaints.lifecycle import customers, intake, known
from complaints.models import Complaint, Event, Outbox, PortalCode
from complaints.notices import letters
from complaints.rights import codes
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.portal import code_sent, page_of
from complaints.tests.views import desk_cases as cases

People = dict[str, User]
GOOD = {"resolved": "yes", "csat_solution": "5", "csat_attitude": "5", "note": "Kept <words>"}
ANN = intake.CustomerData(name="Ann", email="ann@example.com", language="en")


@pytest.fixture
def waiting(people: People) -> Complaint:
    """Return a complaint in callback whose customer gave an e-mail address."""
    return factories.resolved(people["agent"], at=cases.ago(hours=2), customer=ANN)


def last_event(complaint: Complaint, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = Event.objects.filter(complaint=complaint, kind=kind).latest("seq").text.details
    return found


def codes_of(complaint: Complaint) -> int:
    return PortalCode.objects.filter(complaint=complaint).count()


def test_the_code_goes_to_the_contact_and_what_was_typed_is_kept(waiting: Complaint, client: Client) -> None:
    rate = page_of(waiting, "rate/")
    asked = client.post(rate, GOOD)
    text = asked.content.decode()
    assert asked.status_code == 200
    assert "a•••@example.com" in text and "ann@example.com" not in text
    assert 'name="note" value="Kept &lt;words&gt;"' in text
    waiting.refresh_from_db()
    assert waiting.stage == "callback", "nothing has been recorded yet"
    digits = code_sent(waiting)
    assert digits not in text
    assert client.post(rate, GOOD | {"code": f" {digits[:3]} {digits[3:]} "}).status_code == 303
    waiting.refresh_from_db()
    assert waiting.stage == "review"
    assert last_event(waiting, "rated")["known_by"] == "code"
    assert last_event(waiting, "callback_done")["known_by"] == "code"


def test_the_letter_has_the_code_and_not_the_link(waiting: Complaint, client: Client) -> None:
    client.post(page_of(waiting, "rate/"), GOOD)
    row = Outbox.objects.get(template="code")
    letter = letters.write(row, at=timezone.now())
    assert code_sent(waiting) in letter.subject and code_sent(waiting) in letter.body
    assert "/p/" not in letter.subject + letter.body + letter.short
    assert row.recipient == "email:ann@example.com"
    assert code_sent(waiting) not in str(row.context), "the outbox does not keep it"


def test_a_device_is_asked_once_per_complaint(people: People, client: Client) -> None:
    one, _plan = factories.offered(people["agent"], at=cases.ago(hours=2), customer=ANN)
    other, _plan = factories.offered(people["agent"], at=cases.ago(hours=2), customer=ANN)
    words = {"reason": "Too little", "counter_proposal": "All"}
    client.post(page_of(one, "reject/"), words)
    answer = client.post(page_of(one, "reject/"), words | {"code": code_sent(one)})
    assert answer.status_code == 303
    cookie = answer.cookies[f"portal_known_{one.pk}"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/p/", True, "Strict")
    assert last_event(one, "offer_rejected")["known_by"] == "code"
    assert client.post(page_of(one, "withdraw/"), {"reason": "Enough"}).status_code == 303
    assert codes_of(one) == 1
    assert last_event(one, "withdrawn")["known_by"] == "code"
    assert client.post(page_of(other, "reject/"), words).status_code == 200, "another complaint asks again"
    assert Client().post(page_of(other, "reject/"), words).status_code == 200, "another device asks"


@pytest.mark.parametrize("value", ["", "1", "1:abc", "x" * 5000])
def test_a_forged_cookie_is_no_device(waiting: Complaint, value: str) -> None:
    client = Client()
    client.cookies[f"portal_known_{waiting.pk}"] = value
    assert client.post(page_of(waiting, "rate/"), GOOD).status_code == 200
    waiting.refresh_from_db()
    assert waiting.stage == "callback"


def test_the_cookie_of_one_complaint_is_worth_nothing_for_another(people: People, waiting: Complaint) -> None:
    client, other = Client(), factories.resolved(people["agent"], at=cases.ago(hours=2), customer=ANN)
    client.post(page_of(other, "rate/"), GOOD)
    client.post(page_of(other, "rate/"), GOOD | {"code": code_sent(other)})
    client.cookies[f"portal_known_{waiting.pk}"] = client.cookies[f"portal_known_{other.pk}"].value
    assert client.post(page_of(waiting, "rate/"), GOOD).status_code == 200
    waiting.refresh_from_db()
    assert waiting.stage == "callback"


def test_wrong_codes_are_counted_and_after_five_none_works(waiting: Complaint, client: Client) -> None:
    rate = page_of(waiting, "rate/")
    client.post(rate, GOOD)
    right = code_sent(waiting)
    wrong = "000000" if right != "000000" else "000001"
    for typed in (wrong, "", "x", wrong, "١٢٣٤٥٦"):
        refused = client.post(rate, GOOD | {"code": typed})
        assert refused.status_code == 400
        assert 'value="Kept &lt;words&gt;"' in refused.content.decode()
    assert client.post(rate, GOOD | {"code": right}).status_code == 400
    waiting.refresh_from_db()
    assert waiting.stage == "callback"
    assert codes_of(waiting) == 1, "a wrong code sends no new one"


def test_a_code_ends_after_ten_minutes_and_with_the_next_one(waiting: Complaint) -> None:
    at = timezone.now()
    known.send_code(waiting, at=at)
    old = code_sent(waiting)
    with pytest.raises(known.MissingDetail):
        known.use_code(waiting, old, at=at + timedelta(minutes=10))
    known.send_code(waiting, at=at + timedelta(minutes=2))
    with pytest.raises(known.MissingDetail):
        known.use_code(waiting, old, at=at + timedelta(minutes=3))
    used = known.use_code(waiting, code_sent(waiting), at=at + timedelta(minutes=3))
    assert used.used_at is not None
    with pytest.raises(known.MissingDetail):
        known.use_code(waiting, codes.digits_of(used), at=at + timedelta(minutes=3))


def test_codes_are_sent_no_more_often_than_the_limits_allow(waiting: Complaint, client: Client) -> None:
    at = timezone.now()
    known.send_code(waiting, at=at)
    known.send_code(waiting, at=at + timedelta(seconds=59))
    assert codes_of(waiting) == 1, "one that was just sent is not sent again"
    for minutes in (2, 4, 6, 8):
        known.send_code(waiting, at=at + timedelta(minutes=minutes))
    with pytest.raises(known.TooManyCodes):
        known.send_code(waiting, at=at + timedelta(minutes=10))
    PortalCode.objects.update(made_at=cases.ago(minutes=5))
    assert client.post(page_of(waiting, "rate/"), GOOD).status_code == 429


def test_what_is_wrong_is_said_before_a_code_is_sent(people: People, client: Client) -> None:
    complaint, _plan = factories.offered(people["agent"], at=cases.ago(hours=2), customer=ANN)
    for part, form, status in (
        ("choose/", {"option": "999999"}, 400),
        ("reject/", {"counter_proposal": "x"}, 400),
        ("rate/", GOOD, 409),
        ("reopen/", {"reason": "x"}, 409),
    ):
        assert client.post(page_of(complaint, part), form).status_code == status
    assert codes_of(complaint) == 0
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.waiting_on) == ("resolve", "customer")


def test_a_message_needs_no_code(waiting: Complaint, client: Client) -> None:
    assert client.post(page_of(waiting, "message/"), {"body": "Hello", "key": "k"}).status_code == 303


def test_without_a_contact_it_goes_by_the_link_and_the_event_says_so(people: People, client: Client) -> None:
    complaint = cases.in_callback(people["agent"])
    assert client.post(page_of(complaint, "rate/"), GOOD).status_code == 303
    assert last_event(complaint, "rated")["known_by"] == "link"
    assert codes_of(complaint) == 0
    desk = Client()
    desk.force_login(people["agent"])
    assert "known by the private link" in desk.get(f"/complaints/{complaint.number}/").content.decode()


def test_a_mobile_gets_the_code_by_text_message_where_there_is_a_gateway(
    people: People, settings: Settings, client: Client
) -> None:
    mobile = intake.CustomerData(name="Bo", phone="13912345678", language="en")
    complaint = factories.resolved(people["agent"], at=cases.ago(hours=2), customer=mobile)
    assert known.contacts_of(complaint) == []
    settings.TEXT_MESSAGE_GATEWAY = "complaints.notices.outbox.text_to_file"
    page = client.post(page_of(complaint, "rate/"), GOOD).content.decode()
    assert "139••••5678" in page and "13912345678" not in page
    assert Outbox.objects.get(template="code").recipient == "text:13912345678"


def test_an_address_that_staff_changed_is_not_asked_while_another_stands(
    people: People, settings: Settings
) -> None:
    settings.TEXT_MESSAGE_GATEWAY = "complaints.notices.outbox.text_to_file"
    both = intake.CustomerData(name="Bo", phone="13912345678", email="bo@example.com", language="en")
    complaint = factories.resolved(people["agent"], at=cases.ago(hours=2), customer=both)
    by, at = person(people["agent"]), cases.ago(hours=1)
    customers.change(complaint.customer, {"email": "agent@example.com"}, by=by, at=at)
    complaint.refresh_from_db()
    assert [contact.way for contact in known.contacts_of(complaint)] == ["phone"]
    customers.change(complaint.customer, {"phone": "13800000001"}, by=by, at=at)
    complaint.refresh_from_db()
    assert {c.way: c.changed_by_staff for c in known.contacts_of(complaint)} == {"email": True, "phone": True}
    client = Client()
    client.post(page_of(complaint, "rate/"), GOOD)
    client.post(page_of(complaint, "rate/"), GOOD | {"code": code_sent(complaint)})
    assert last_event(complaint, "rated")["known_by"] == "changed_contact"


def test_what_staff_record_says_how_they_know(people: People) -> None:
    complaint = factories.called_back(people["agent"], people["agent2"], at=cases.ago(hours=2))
    assert last_event(complaint, "chosen")["known_by"] == "call"
    assert last_event(complaint, "callback_done")["known_by"] == "call"


def test_a_code_that_is_sent_twice_is_taken_once_and_both_see_the_result(
    waiting: Complaint, client: Client
) -> None:
    form = GOOD | {"once": "k1"}
    asked = client.post(page_of(waiting, "rate/"), form).content.decode()
    assert 'name="once" value="k1"' in asked
    code = {"code": code_sent(waiting)}
    answers = [client.post(page_of(waiting, "rate/"), form | code) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(303, page_of(waiting))] * 2
    assert Event.objects.filter(complaint=waiting, kind="rated").count() == 1
