"""The preview of the HTTP interface says what the record would get; thanks are marked by a move."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import converse
from complaints.models import Clock, Complaint
from complaints.rights.actors import CUSTOMER, person
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
PREVIEW, COMPLAINTS = "/api/v1/triage/preview/", "/api/v1/complaints/"


def test_a_preview_is_what_the_record_gets(people: dict[str, User]) -> None:
    caller = Caller(people["online"])
    given = {
        "description": "My parcel is three days late",
        "channel": "web",
        "customer": {"name": "Ann", "email": "ann@example.com", "segment": "loyal"},
        "region": "international",
        "gravity": "S3",
        "risk_flags": ["media"],
    }
    said = caller.call("POST", PREVIEW, given)
    assert said.status_code == 200 and not Complaint.objects.exists()
    made = caller.call("POST", COMPLAINTS, given).json()
    told = said.json()
    assert (told["tier"], told["team"], told["severity"]) == (made["tier"], made["team"], made["severity"])
    assert told["assignee"] is None and told["emotion"] is None and made["triage"]["emotion"] is None
    kinds = {clock["kind"] for clock in made["clocks"]}
    assert {each["kind"] for each in told["deadlines"]} == kinds


@pytest.mark.parametrize(
    "more", [{"gravity": "S9"}, {"category": "NONE"}, {"description": ""}, {"region": "moon"}]
)
def test_a_preview_refuses_what_the_record_would(people: dict[str, User], more: dict[str, str]) -> None:
    given = {"description": "Late", "channel": "web", **more}
    answer = Caller(people["online"]).call("POST", PREVIEW, given)
    assert answer.status_code == 400 and set(answer.json()["errors"]) == set(more)


def test_thanks_are_marked_and_a_clock_beyond_the_lists_is_marked_too(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(minutes=5))
    complaint = factories.diagnosed(people["agent"])
    converse.message(complaint, by=person(people["agent"]), at=MONDAY, body="We look into it")
    said = converse.write_in(complaint, by=CUSTOMER, at=MONDAY, body="You are very kind")
    caller, path = Caller(people["agent"]), f"{COMPLAINTS}{complaint.number}/"
    assert caller.call("POST", f"{path}mark-thanks/", {}).status_code == 400
    answer = caller.call("POST", f"{path}mark-thanks/", {"message": said.pk})
    assert answer.status_code == 200
    assert {clock["kind"]: clock["state"] for clock in answer.json()["clocks"]}["reply"] == "cancelled"
    assert caller.call("POST", f"{path}mark-thanks/", {"message": said.pk}).status_code == 409
    listed = caller.call("GET", f"{path}messages/").json()["results"]
    assert [message["thanks"] for message in listed if message["id"] == said.pk] == [True]
    Clock.objects.filter(complaint=complaint, kind="resolution").update(due_at="2029-01-05T09:00Z")
    clocks = {clock["kind"]: clock for clock in caller.call("GET", path).json()["clocks"]}
    assert clocks["resolution"]["beyond_official_list"] and not clocks["reply"]["beyond_official_list"]
