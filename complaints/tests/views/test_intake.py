"""Logging a complaint: errors stand at their fields, no input is lost, sending it twice adds nothing."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.models import Complaint
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "key": "form-1",
    "name": "周美玲",
    "phone": "100-0000-0001",
    "channel": "phone",
    "description": "The bowl arrived cracked, I want my money back.",
    "language": "en",
}


def post(client: Client, **changes: Any) -> Any:
    return client.post("/complaints/new/", GOOD | changes)


def test_an_agent_logs_a_call_and_it_is_theirs(people: dict[str, User]) -> None:
    response = post(signed_in(people["agent"]))
    complaint = Complaint.objects.get()
    assert response.status_code == 303 and response["Location"] == complaint.get_absolute_url()
    assert complaint.assignee == people["agent"] and complaint.stage == "intake"


@pytest.mark.parametrize("username", ["manager", "warehouse", "admin"])
def test_roles_that_do_not_record_are_refused(people: dict[str, User], username: str) -> None:
    assert post(signed_in(people[username])).status_code == 403
    assert not Complaint.objects.exists()


def test_nobody_logs_without_signing_in(org: None, client: Client) -> None:
    assert post(client).status_code == 302
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2999-01-01T10:00"),
        ("received_at", "yesterday"),
        ("loss_amount", "-5"),
        ("loss_amount", "12.345"),
        ("description", ""),
        ("description", "x" * 1_000_000),
        ("description", "a\x00b"),
        ("category", "NO-SUCH"),
        ("channel", "pigeon"),
        ("name", ""),
        ("about_staff", "nobody-of-this-name"),
        ("email", "not an address"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(people: dict[str, User], field: str, value: str) -> None:
    response = post(signed_in(people["agent"]), **{"place": "At home, kitchen", field: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert f'id="id_{field}_errors"' in page, "the message stands at its field"
    assert "At home, kitchen" in page, "what was typed is still there"
    assert not Complaint.objects.exists()


def test_a_lone_surrogate_is_told_beside_the_field(people: dict[str, User]) -> None:
    from complaints.lifecycle import intake
    from complaints.rights.actors import person
    from complaints.terms.errors import MissingDetail

    receipt = intake.Receipt(customer=intake.CustomerData(name="A"), channel="phone", description="x\ud800y")
    with pytest.raises(MissingDetail) as refused:
        intake.receive(receipt, by=person(people["agent"]), at=timezone.now())
    assert "description" in refused.value.errors


def test_the_same_submit_twice_is_one_complaint(people: dict[str, User]) -> None:
    client = signed_in(people["agent"])
    first, second = post(client), post(client)
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_errors_are_in_the_language_of_the_user(people: dict[str, User]) -> None:
    people["agent"].language = "zh-hans"
    people["agent"].save()
    page = post(signed_in(people["agent"]), description="").content.decode()
    assert "必填" in page


def test_the_caller_is_found_while_typing_and_the_triage_follows(people: dict[str, User]) -> None:
    client = signed_in(people["agent"])
    post(client)
    assert "周美玲" in client.post("/complaints/new/caller/", {"phone": "10000000001"}).content.decode()
    part = client.post(
        "/complaints/new/triage/", {"description": "洗衣机冒烟了", "channel": "phone"}
    ).content.decode()
    assert "冒烟" in part and "<html" not in part


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A colleague will contact you by"), ("zh-hans", "会有同事在"), ("zh-hant", "會有同事在")],
)
def test_a_call_that_goes_elsewhere_gives_a_sentence_to_read_out(
    people: dict[str, User], language: str, words: str
) -> None:
    """It is in the customer's language and zone, whatever the agent reads."""
    User.objects.update(language="en")
    client = signed_in(people["agent"])
    page = client.post("/complaints/new/", GOOD | {"gravity": "S3", "language": language}, follow=True)
    complaint = Complaint.objects.get()
    assert complaint.assignee is None
    said = page.content.decode()
    assert "Say to the customer:" in said and words in said and str(complaint.number) in said
    kept = post(signed_in(people["agent"]), key="form-2", phone="100-0000-0002")
    assert kept.status_code == 303
    assert "Say to the customer:" not in client.get(kept["Location"]).content.decode()
