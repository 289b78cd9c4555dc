"""A form is taken once, however often it is sent; without a session it leads to the sign-in page and back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.models import Message, SentForm
from complaints.tests.portal import page_of
from complaints.tests.views import desk_cases as cases
from complaints.tests.views.test_inbox import signed_in
from complaints.views import once

pytestmark = pytest.mark.django_db
People = dict[str, User]
NOTE = {"kind": "note", "body": "Compare the packing video", "once": "key-1"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/complaints/RD-7/?a=1"}


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_repeated_form_gets_the_first_answer_and_does_nothing(people: People) -> None:
    complaint = cases.received(people["agent"])
    client, address = signed_in(people["agent"]), f"/complaints/{complaint.number}/message/"
    before = Message.objects.count()
    first, again = client.post(address, NOTE), client.post(address, NOTE)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first["Location"] == again["Location"] == complaint.get_absolute_url()
    assert told(again)[-1] == "Note added."
    assert Message.objects.count() == before + 1
    assert first.cookies[once.COOKIE].value == again.cookies[once.COOKIE].value == "key-1"


def test_a_repeat_by_htmx_is_led_there_too(people: People) -> None:
    complaint = cases.received(people["agent"])
    client, address = signed_in(people["agent"]), f"/complaints/{complaint.number}/message/"
    client.post(address, NOTE)
    again = client.post(address, NOTE, headers=HTMX)
    assert (again.status_code, again["HX-Redirect"]) == (204, complaint.get_absolute_url())


def test_another_text_another_person_or_another_address_is_another_form(people: People) -> None:
    one, two = cases.received(people["agent"]), cases.received(people["agent"])
    before = Message.objects.count()
    for username, complaint, body in (
        ("agent", one, "a"),
        ("agent", one, "b"),
        ("agent", two, "a"),
        ("agent2", one, "a"),
    ):
        signed_in(people[username]).post(f"/complaints/{complaint.number}/message/", NOTE | {"body": body})
    assert Message.objects.count() == before + 4


def test_a_refused_form_may_be_sent_again(people: People) -> None:
    complaint = cases.received(people["agent"])
    client, address = signed_in(people["agent"]), f"/complaints/{complaint.number}/message/"
    for _twice in range(2):
        refused = client.post(address, NOTE | {"body": ""})
        assert refused.status_code == 400
        assert once.COOKIE not in refused.cookies
    assert not SentForm.objects.exists()


def test_the_customers_form_is_taken_once(people: People, client: Client) -> None:
    complaint = cases.received(people["agent"])
    before = Message.objects.count()
    for _twice in range(2):
        answer = client.post(page_of(complaint, "message/"), {"body": "Hello", "once": "k"})
        assert answer.status_code == 303
    assert Message.objects.count() == before + 1
    assert SentForm.objects.get().user is None


def test_every_form_that_changes_something_has_a_key_of_its_own(people: People, client: Client) -> None:
    complaint = cases.offered(people["agent"])
    for page in (
        signed_in(people["agent"]).get(complaint.get_absolute_url()).content.decode(),
        signed_in(people["manager"]).get("/settings/policies/1/").content.decode(),
        client.get(page_of(complaint)).content.decode(),
    ):
        forms = re.findall(r'<form\b[^>]*method="post".*?</form>', page, re.DOTALL)
        keys = [re.search(r'name="once" value="([\w-]{20,})"', form) for form in forms]
        assert forms and all(keys)
        assert len({found[1] for found in keys if found}) == len(forms)


def test_keys_are_forgotten_after_a_week(people: People) -> None:
    complaint = cases.received(people["agent"])
    signed_in(people["agent"]).post(f"/complaints/{complaint.number}/message/", NOTE)
    now = timezone.now()
    assert once.forget_old(now + timedelta(days=6)) == 0
    assert once.forget_old(now + timedelta(days=8)) == 1


def test_without_a_session_a_part_is_401_and_leads_to_the_sign_in_page(people: People) -> None:
    complaint = cases.received(people["agent"])
    answer = Client().post(f"/complaints/{complaint.number}/message/", NOTE, headers=HTMX)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=/complaints/RD-7/%3Fa%3D1"
    assert not answer.content


@pytest.mark.parametrize(
    ("referer", "goal"),
    [
        ("http://testserver/complaints/RD-7/", "/complaints/RD-7/"),
        ("https://evil.example/x", "/"),
        ("", "/"),
    ],
)
@pytest.mark.parametrize("checks", [True, False])
def test_without_a_session_a_form_leads_back_to_its_page(
    people: People, referer: str, goal: str, checks: bool
) -> None:
    complaint = cases.received(people["agent"])
    client = Client(enforce_csrf_checks=checks)
    answer = client.post(f"/complaints/{complaint.number}/message/", NOTE, headers={"Referer": referer})
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={goal}")
    assert "What you typed is kept" in told(answer)[0]


def test_the_sign_in_form_itself_may_fail_its_check(people: People) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "agent"})
    assert answer.status_code == 403
