"""Administrators keep people by the HTTP interface, by the same rules as on the pages."""

from typing import Any

import pytest
from django.core import mail

from accounts.models import SettingsChange, User
from complaints.tests import factories
from complaints.tests.api.kit import Caller

pytestmark = pytest.mark.django_db
People = dict[str, User]
NEW: dict[str, Any] = {
    "username": "lin",
    "name_en": "Lin",
    "email": "lin@example.com",
    "role": "agent",
    "tier": 1,
    "teams": ["FL-PHONE"],
}


@pytest.fixture
def admin(people: People) -> Caller:
    return Caller(people["admin"])


def test_a_person_is_made_and_invited(admin: Caller, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post("users/", NEW)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["teams"], made["language"]) == ("invited", ["FL-PHONE"], "en")
    assert answer["ETag"] == '"0"'
    assert mail.outbox[-1].to == ["lin@example.com"]
    key = mail.outbox[-1].body.split("/accounts/invitation/")[1].split("/")[0]
    assert key not in answer.content.decode()
    assert admin.get("users/lin/").json() == made
    assert admin.get("users/?q=lin@").json()["results"] == [made]


def test_wrong_input_is_told_by_field(admin: Caller) -> None:
    answer = admin.post("users/", {"username": "agent", "role": "king", "teams": ["X"], "colour": "red"})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) >= {"username", "role", "teams", "colour", "email"}
    assert admin.post("users/", NEW | {"tier": None}).json()["errors"].keys() == {"tier"}
    assert admin.post("users/", NEW | {"username": "me"}).json()["errors"].keys() == {"username"}


def test_only_what_is_sent_changes(admin: Caller, people: People) -> None:
    before = admin.get("users/agent2/").json()
    answer = admin.patch("users/agent2/", {"name_en": "Someone"}, If_Match='"0"')
    assert answer.status_code == 200, answer.content
    given = answer.json()
    assert given.pop("given_back")["complaints"] == 0
    assert given == before | {"name_en": "Someone", "name": "Someone", "version": 1}
    assert admin.patch("users/agent2/", {"name_en": "Other"}, If_Match='"0"').status_code == 409
    assert admin.patch("users/agent2/", {"name_en": 5}).status_code == 400
    assert SettingsChange.objects.get().after == {"name_en": "Someone"}


def test_who_leaves_a_team_gives_its_work_back(admin: Caller, people: People) -> None:
    complaint = factories.diagnosed(people["agent"])
    answer = admin.patch("users/agent/", {"teams": []})
    assert answer.json()["given_back"]["complaints"] == 1
    complaint.refresh_from_db()
    assert complaint.assignee is None


def test_deactivated_and_invited_again(
    admin: Caller, people: People, django_capture_on_commit_callbacks: Any
) -> None:
    factories.chosen(people["agent"])
    theirs = Caller(people["agent"])
    answer = admin.post("users/agent/deactivate/")
    assert (answer.status_code, answer.json()["state"]) == (200, "inactive")
    assert answer.json()["given_back"] == {
        "complaints": 1, "callbacks": 0, "reviews": 0, "tasks": 1, "requests": 0, "actions": 0,
    }  # fmt: skip
    assert theirs.get("users/me/").status_code == 401
    again = admin.post("users/agent/deactivate/")
    assert (again.status_code, again.json()["version"]) == (200, 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post("users/agent/invite/").json()["state"] == "invited"
    assert mail.outbox[-1].to == [people["agent"].email]
    assert admin.post("users/agent2/invite/").status_code == 409


def test_nobody_deactivates_themselves(admin: Caller) -> None:
    assert admin.post("users/admin/deactivate/").status_code == 409
    assert admin.patch("users/admin/", {"role": "manager"}).status_code == 409


def test_a_token_that_only_reads_or_records_changes_nobody(people: People) -> None:
    for scope in ("read", "intake"):
        caller = Caller(people["admin"], scope)
        assert caller.post("users/", NEW).status_code == 403
        assert caller.patch("users/agent/", {"name_en": "X"}).status_code == 403
        assert caller.post("users/agent/deactivate/").status_code == 403
    assert Caller(people["admin"], "read").get("users/").status_code == 200


@pytest.mark.parametrize("name", ["agent", "supervisor", "manager", "warehouse"])
def test_others_learn_and_change_nothing(people: People, name: str) -> None:
    caller = Caller(people[name])
    for path in ("users/", "users/agent2/", "users/nobody/"):
        assert caller.get(path).status_code == 403
    assert caller.post("users/", NEW).status_code == 403
    assert caller.patch("users/agent2/", {"role": "admin"}).status_code == 403
    assert caller.post("users/agent2/deactivate/").status_code == 403
    assert caller.post("users/agent2/invite/").status_code == 403


def test_an_unknown_person_is_404(admin: Caller) -> None:
    assert admin.get("users/nobody/").status_code == 404
    assert admin.post("users/nobody/deactivate/").status_code == 404
