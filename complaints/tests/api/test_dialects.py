"""Clients spell the same thing differently.

An optional field that is null or "" counts as left out, a boolean in a form may be "True" or "1", and the
Authorization header may say Bearer instead of Token. A moment without a UTC offset is refused.
"""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from complaints.api import bodies_intake, bodies_moves
from complaints.api.bodies import Body, Given
from complaints.models import Complaint
from complaints.tests import factories
from complaints.tests.api.kit import RECEIPT, Caller

pytestmark = pytest.mark.django_db
People = dict[str, User]
OPTIONAL = [name for name, field in bodies_intake.ReceiveBody._declared_fields.items() if not field.required]
OF_CUSTOMER = ["id", "phone", "email", "external_id", "segment", "language", "anonymous_reason"]
BODIES = [
    body
    for module in (bodies_intake, bodies_moves)
    for body in vars(module).values()
    if isinstance(body, type) and issubclass(body, Body) and body is not Body
]


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_value_of_a_receipt_is_one_that_was_left_out(people: People, nothing: Any) -> None:
    caller = Caller(people["agent"])
    customer = {**dict.fromkeys(OF_CUSTOMER, nothing), "name": "Ines Blank", "phone": "100-0000-0044"}
    sent = {**dict.fromkeys(OPTIONAL, nothing), "channel": "web", "description": "Late", "customer": customer}
    answer = caller.post("complaints/", sent)
    assert answer.status_code == 201, answer.json()
    bare = {"channel": "web", "description": "Late", "customer": {"name": "Otto", "phone": "100-0000-0045"}}
    other = caller.post("complaints/", bare).json()
    differing = {"id", "number", "customer", "claims", "clocks", "received_at", "created_at", "next_due_at"}
    told = answer.json()
    assert {k: told[k] for k in told if k not in differing} == {
        k: other[k] for k in other if k not in differing
    }


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_no_body_refuses_an_empty_optional_field(body: type[Body], nothing: Any) -> None:
    optional = [name for name, field in body().fields.items() if not field.required]
    given = Given(body, dict.fromkeys(optional, nothing))
    assert not given.errors.keys() & set(optional)
    left_out = Given(body, {})
    for name in optional:
        assert (given[name] or None) == (left_out[name] or None) or nothing is None, name


def test_a_correction_clears_what_it_sends_empty(people: People) -> None:
    complaint = factories.receive(people["agent"], order_reference="A-1", subject="Cup")
    answer = Caller(people["agent"]).patch(
        f"complaints/{complaint.number}/", {"order_reference": None, "subject": "", "region": ""}
    )
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["order_reference"], answer.json()["subject"]) == ("", "")


def test_a_required_field_that_is_empty_is_still_missing(people: People) -> None:
    answer = Caller(people["agent"]).post("complaints/", RECEIPT | {"description": "", "channel": None})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"description", "channel"})


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-02T09:30:00",
        "2026-11-02 09:30:00",
        "2026-11-02t09:30",
        "2026-11-02",
        "20261102",
        "2026-W45-1",
        "2026W451",
        "2026-306",
        "2026-11",
        "20261102T0930",
    ],
)
def test_a_moment_without_an_offset_is_refused(people: People, moment: str) -> None:
    answer = Caller(people["agent"]).post("complaints/", RECEIPT | {"received_at": moment})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["received_at"])
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "moment", ["2026-11-02T09:30:00+08:00", "2026-11-02 09:30:00+0800", "2026-11-02T01:30:00.000Z"]
)
def test_a_moment_with_an_offset_is_that_moment(people: People, moment: str) -> None:
    answer = Caller(people["agent"]).post("complaints/", RECEIPT | {"received_at": moment})
    assert answer.status_code == 201
    assert Complaint.objects.get().received_at.isoformat() == "2026-11-02T01:30:00+00:00"


@pytest.mark.parametrize(
    ("word", "shared"),
    [
        ("True", True),
        ("TRUE", True),
        ("true", True),
        ("1", True),
        ("False", False),
        ("0", False),
        ("", False),
    ],
)
def test_booleans_of_forms(people: People, word: str, shared: bool) -> None:
    complaint = factories.receive(people["agent"])
    caller = Caller(people["agent"])
    answer = caller.client.post(
        f"/api/v1/complaints/{complaint.number}/attachments/",
        {"file": SimpleUploadedFile("note.txt", b"Broken"), "shared": word},
        headers=caller.headers,
    )
    assert (answer.status_code, answer.json().get("shared")) == (201, shared)


def test_other_words_are_no_booleans(people: People) -> None:
    complaint = factories.receive(people["agent"])
    caller = Caller(people["agent"])
    answer = caller.client.post(
        f"/api/v1/complaints/{complaint.number}/attachments/",
        {"file": SimpleUploadedFile("note.txt", b"Broken"), "shared": "perhaps"},
        headers=caller.headers,
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["shared"])


@pytest.mark.parametrize("word", ["Token", "Bearer", "bearer", "BEARER"])
def test_the_token_may_be_called_bearer(people: People, word: str) -> None:
    caller = Caller(people["agent"])
    caller.headers["Authorization"] = caller.headers["Authorization"].replace("Token", word)
    assert caller.get("users/me/").status_code == 200


def test_a_wrong_bearer_is_refused(people: People) -> None:
    caller = Caller(people["agent"])
    caller.headers["Authorization"] = "Bearer 123456"
    assert caller.get("users/me/").status_code == 401
