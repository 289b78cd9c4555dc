"""The pages on which administrators invite, change and deactivate people."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tokens
from accounts.models import Invitation, SettingsChange, Team, User
from complaints.models import Complaint
from complaints.tests import factories

People = dict[str, User]
LIST = "/settings/people/"
PASSWORD = "Long-enough-31"
NEW: dict[str, Any] = {
    "username": "lin",
    "name_en": "Lin",
    "name_zh": "林",
    "email": "lin@example.com",
    "role": "agent",
    "tier": "1",
    "teams": ["FL-PHONE"],
    "language": "zh-hans",
    "timezone": "Asia/Shanghai",
}
OTHERS = ["agent", "supervisor", "manager", "warehouse"]


@pytest.fixture
def admin(people: People, client: Client) -> Client:
    client.force_login(people["admin"])
    return client


def url(user: User, part: str = "") -> str:
    return f"{LIST}{user.pk}/{part}"


def form(user: User, **given: Any) -> dict[str, Any]:
    names = ("name_en", "name_zh", "email", "role", "language", "timezone", "version")
    own = {name: getattr(user, name) for name in names}
    return own | {"tier": user.tier or "", "teams": [team.code for team in user.teams.all()]} | given


def page(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def link(number: int = -1) -> str:
    return re.search(r"https?://[^/]+(/accounts/\S+)", mail.outbox[number].body)[1]  # type: ignore[index]


def set_password(path: str, password: str = PASSWORD) -> Any:
    return Client().post(path, {"new_password1": password, "new_password2": password})


@pytest.mark.parametrize("name", OTHERS)
def test_other_roles_are_refused(people: People, client: Client, name: str) -> None:
    client.force_login(people[name])
    for path in (LIST, f"{LIST}new/", url(people["agent2"]), url(people["agent2"], "deactivate/")):
        assert client.get(path).status_code == 403
    assert client.post(f"{LIST}new/", NEW).status_code == 403
    assert client.post(url(people["agent2"]), form(people["agent2"], role="admin")).status_code == 403
    for part in ("deactivate/", "invite/", "cancel-invitation/", "reset/", "unlock/"):
        assert client.post(url(people["agent2"], part)).status_code == 403
    people["agent2"].refresh_from_db()
    assert (people["agent2"].role, people["agent2"].is_active) == ("agent", True)
    assert not SettingsChange.objects.exists()


def test_signed_out_goes_to_sign_in(people: People, client: Client) -> None:
    assert client.get(LIST).status_code == 302
    assert client.post(url(people["agent"], "deactivate/")).status_code == 302


# --- The list ---
def test_the_list_names_everybody_and_finds_some(people: People, admin: Client) -> None:
    assert all(user.username in page(admin.get(LIST)) for user in people.values())
    found = page(admin.get(LIST, {"q": "warehouse"}))
    assert "warehouse" in found
    assert "agent2" not in found
    assert admin.get(LIST, {"q": "x\x00%", "page": "z"}).status_code == 200


def test_the_list_costs_no_query_for_each_person(people: People, admin: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            admin.get(LIST)
        return len(seen)

    few = queries()
    team = Team.objects.get(code="FL-PHONE")
    for number in range(40):
        User.objects.create_user(f"more{number}").teams.add(team)
    assert queries() == few <= 12


# --- Invitations ---
def test_somebody_is_invited_and_sets_a_password(admin: Client, people: People) -> None:
    answer = admin.post(f"{LIST}new/", NEW)
    user = User.objects.get(username="lin")
    assert (answer.status_code, answer["Location"]) == (303, url(user))
    assert (user.is_active, user.has_usable_password(), user.tier) == (False, False, 1)
    assert [team.code for team in user.teams.all()] == ["FL-PHONE"]
    assert "invited" in page(admin.get(url(user)))
    assert mail.outbox[-1].to == ["lin@example.com"]
    path = link()
    assert not Invitation.objects.filter(digest__in=path.split("/")).exists()
    assert Client().get(path).status_code == 200
    assert set_password(path, "short").status_code == 400
    assert set_password(path).status_code == 303
    user.refresh_from_db()
    assert user.is_active
    entry = Client().post("/accounts/login/", {"username": "lin", "password": PASSWORD})
    assert (entry.status_code, entry["Location"]) == (302, "/")
    assert [Client().get(path).status_code, set_password(path, "Another-one-77").status_code] == [410, 410]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    made, entered = SettingsChange.objects.order_by("seq")
    assert (made.before, made.key, made.by) == (None, "lin", people["admin"])
    assert (entered.by, entered.after) == (user, {"may_sign_in": True})


def test_the_mail_is_in_the_language_of_its_reader(admin: Client) -> None:
    admin.post(f"{LIST}new/", NEW | {"language": "en"})
    assert "Your username is lin" in mail.outbox[-1].body
    assert "within 7 days" in mail.outbox[-1].body
    assert mail.outbox[-1].subject == "Your account in Redress"


def test_a_new_link_ends_the_old_one_and_a_cancelled_one_is_useless(admin: Client) -> None:
    admin.post(f"{LIST}new/", NEW)
    user, first = User.objects.get(username="lin"), link()
    assert admin.post(url(user, "invite/")).status_code == 303
    second = link()
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    assert admin.post(url(user, "cancel-invitation/")).status_code == 303
    assert set_password(second).status_code == 410
    assert admin.post(url(user, "cancel-invitation/")).status_code == 409
    user.refresh_from_db()
    assert not user.is_active


def test_a_link_expires(admin: Client, people: People) -> None:
    admin.post(f"{LIST}new/", NEW)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert set_password(link()).status_code == 410
    user = User.objects.get(username="lin")
    assert "Has not set a password in time" in page(admin.get(url(user)))
    assert Client().get("/accounts/invitation/nonsense/").status_code == 410


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "AGENT"}, "username"),
        ({"username": "me"}, "username"),
        ({"username": "a b"}, "username"),
        ({"name_en": "", "name_zh": " "}, "name_en"),
        ({"name_en": "x" * 81}, "name_en"),
        ({"email": ""}, "email"),
        ({"email": "lin"}, "email"),
        ({"role": "king"}, "role"),
        ({"tier": ""}, "tier"),
        ({"tier": "9"}, "tier"),
        ({"teams": ["NOWHERE"]}, "teams"),
        ({"timezone": "Mars/One"}, "timezone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_wrong_input_is_told_beside_its_field(admin: Client, wrong: dict[str, Any], field: str) -> None:
    answer = admin.post(f"{LIST}new/", NEW | wrong)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {field}
    assert not User.objects.filter(username="lin").exists()
    assert not mail.outbox


def test_a_mail_that_cannot_be_sent_is_told(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise OSError("no mail server")

    monkeypatch.setattr("accounts.invitations.send_mail", broken)
    answer = admin.post(f"{LIST}new/", NEW, follow=True)
    assert "could not be sent" in page(answer)
    assert User.objects.filter(username="lin").exists()


def test_an_administrator_sends_a_link_for_a_new_password(admin: Client, people: People) -> None:
    assert admin.post(url(people["agent"], "reset/")).status_code == 303
    assert "set a new password" in mail.outbox[-1].body
    answer = Client().get(link(), follow=True)
    assert answer.status_code == 200
    assert "This link no longer works" not in page(answer)
    User.objects.filter(pk=people["agent"].pk).update(is_active=False)
    assert admin.post(url(people["agent"], "reset/")).status_code == 409


# --- Changes ---
def test_role_tier_teams_and_names_are_saved_and_written_down(people: People, admin: Client) -> None:
    user = people["agent2"]
    teams = [team.code for team in user.teams.all()]
    answer = admin.post(url(user), form(user, tier="2", name_en="Someone", teams=[*teams, "SL-GOODS"]))
    assert (answer.status_code, answer["Location"]) == (303, url(user))
    user.refresh_from_db()
    assert (user.tier, user.name_en, user.version) == (2, "Someone", 1)
    change = SettingsChange.objects.get()
    assert (change.subject, change.key, change.by) == ("person", "agent2", people["admin"])
    old = {"tier": 1, "name_en": "Zhou Ning", "teams": sorted(teams)}
    assert change.before == old
    assert change.after == {"tier": 2, "name_en": "Someone", "teams": sorted([*teams, "SL-GOODS"])}


def test_nothing_changed_is_nothing_written(people: People, admin: Client) -> None:
    assert admin.post(url(people["agent2"]), form(people["agent2"])).status_code == 303
    assert not SettingsChange.objects.exists()


def test_only_agents_have_a_tier(people: People, admin: Client) -> None:
    assert admin.post(url(people["agent2"]), form(people["agent2"], role="supervisor")).status_code == 303
    people["agent2"].refresh_from_db()
    assert (people["agent2"].role, people["agent2"].tier) == ("supervisor", None)


def test_wrong_input_changes_nothing_and_keeps_what_was_typed(people: People, admin: Client) -> None:
    answer = admin.post(url(people["agent2"]), form(people["agent2"], name_en="Typed", role="king"))
    assert answer.status_code == 400
    assert 'value="Typed"' in answer.content.decode()
    people["agent2"].refresh_from_db()
    assert people["agent2"].name_en != "Typed"


def test_the_second_of_two_administrators_is_told(people: People, admin: Client) -> None:
    seen = form(people["agent2"])
    assert admin.post(url(people["agent2"]), seen | {"name_en": "First"}).status_code == 303
    answer = admin.post(url(people["agent2"]), seen | {"name_en": "Second"})
    assert answer.status_code == 409
    assert "Somebody changed this account while you were working on it." in page(answer)
    assert admin.post(url(people["agent2"], "deactivate/"), {"version": "0"}).status_code == 409
    people["agent2"].refresh_from_db()
    assert (people["agent2"].name_en, people["agent2"].is_active) == ("First", True)


def test_leaving_a_team_is_confirmed_and_gives_its_work_back(people: People, admin: Client) -> None:
    complaint = factories.diagnosed(people["agent"])
    asked = admin.post(url(people["agent"]), form(people["agent"], teams=[]))
    assert asked.status_code == 200
    assert "1 open complaint" in page(asked)
    complaint.refresh_from_db()
    assert complaint.assignee == people["agent"]
    done = admin.post(url(people["agent"]), form(people["agent"], teams=[], confirmed="1"), follow=True)
    assert "Given back: 1 open complaint" in page(done)
    complaint.refresh_from_db()
    assert complaint.assignee is None


# --- Deactivating ---
def test_an_agent_who_leaves(people: People, admin: Client) -> None:
    """The agent's complaint is back with the team, and neither session nor token works any longer."""
    complaint = factories.diagnosed(people["agent"])
    factories.chosen(people["agent"])
    theirs = Client()
    theirs.force_login(people["agent"])
    _token, key = tokens.issue(people["agent"], at=timezone.now(), days=9)
    headers = {"Authorization": f"Token {key}"}
    assert theirs.get("/complaints/").status_code == 200
    assert "2 open complaints, 1 task" in page(admin.get(url(people["agent"], "deactivate/")))
    people["agent"].refresh_from_db()
    assert people["agent"].is_active
    done = admin.post(url(people["agent"], "deactivate/"), {"version": "0"}, follow=True)
    assert "Given back: 2 open complaints, 1 task" in page(done)
    assert theirs.get("/complaints/").status_code == 302
    assert Client().get("/api/v1/users/me/", headers=headers).status_code == 401
    assert Complaint.objects.get(pk=complaint.pk).assignee is None
    change = SettingsChange.objects.get()
    assert (change.before, change.after) == ({"may_sign_in": True}, {"may_sign_in": False})


def test_whoever_comes_back_needs_a_new_password(people: People, admin: Client) -> None:
    theirs = Client()
    theirs.force_login(people["agent"])
    _token, key = tokens.issue(people["agent"], at=timezone.now(), days=9)
    admin.post(url(people["agent"], "deactivate/"))
    assert admin.post(url(people["agent"], "invite/")).status_code == 303
    people["agent"].refresh_from_db()
    assert not people["agent"].is_active
    set_password(link())
    people["agent"].refresh_from_db()
    assert people["agent"].is_active
    assert theirs.get("/complaints/").status_code == 302
    headers = {"Authorization": f"Token {key}"}
    assert Client().get("/api/v1/users/me/", headers=headers).status_code == 401
    assert admin.post(url(people["agent"], "invite/")).status_code == 409


@pytest.mark.parametrize("change", [{"role": "manager"}, {"role": "agent", "tier": "1"}])
def test_an_administrator_stays_one(people: People, admin: Client, change: dict[str, str]) -> None:
    assert admin.post(url(people["admin"]), form(people["admin"], **change)).status_code == 409
    assert admin.post(url(people["admin"], "deactivate/")).status_code == 409
    people["admin"].refresh_from_db()
    assert (people["admin"].role, people["admin"].is_active) == ("admin", True)


def test_somebody_deactivated_is_no_deputy(people: People, admin: Client) -> None:
    User.objects.filter(pk=people["quality"].pk).update(deputy=people["supervisor"])
    admin.post(url(people["supervisor"], "deactivate/"))
    people["quality"].refresh_from_db()
    assert people["quality"].deputy is None


def test_unlock(people: People, admin: Client) -> None:
    AccessAttempt.objects.create(
        username="agent", ip_address="10.0.0.1", failures_since_start=8, attempt_time=timezone.now()
    )
    assert "locked out" in page(admin.get(LIST))
    assert admin.get(url(people["agent"], "unlock/")).status_code == 405
    assert admin.post(url(people["agent"], "unlock/")).status_code == 303
    assert not AccessAttempt.objects.filter(username="agent").exists()
