"""The pages on which an administrator edits accounts."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User

People = dict[str, User]
FORM = {"role": "agent", "tier": "2", "is_active": "on", "language": "en", "timezone": "Asia/Shanghai"}


@pytest.fixture
def people(db: None) -> People:
    roles = ("agent", "supervisor", "manager", "department", "admin")
    return {role: User.objects.create_user(role, password="x", role=role) for role in roles}


def url(user: User, part: str = "") -> str:
    return f"/settings/people/{user.pk}/{part}"


@pytest.mark.parametrize("role", ["agent", "supervisor", "manager", "department"])
def test_other_roles_are_refused(people: People, client: Client, role: str) -> None:
    client.force_login(people[role])
    assert client.get("/settings/people/").status_code == 403
    assert client.get(url(people["agent"])).status_code == 403
    assert client.post(url(people["agent"]), FORM | {"role": "admin"}).status_code == 403
    assert client.post(url(people["agent"], "unlock/")).status_code == 403
    people["agent"].refresh_from_db()
    assert people["agent"].role == "agent"


def test_signed_out_goes_to_sign_in(people: People, client: Client) -> None:
    assert client.get("/settings/people/").status_code == 302


def test_the_list_names_everybody(people: People, client: Client) -> None:
    client.force_login(people["admin"])
    page = client.get("/settings/people/").content.decode()
    assert all(user.username in page for user in people.values())


def test_role_tier_and_teams_are_saved(people: People, client: Client) -> None:
    team = Team.objects.create(code="T1", name_en="One", name_zh="一")
    client.force_login(people["admin"])
    answer = client.post(url(people["agent"]), FORM | {"teams": [str(team.pk)]})
    assert (answer.status_code, answer["Location"]) == (303, "/settings/people/")
    people["agent"].refresh_from_db()
    assert (people["agent"].tier, list(people["agent"].teams.all())) == (2, [team])


@pytest.mark.parametrize(
    "bad", [{"tier": ""}, {"role": "king"}, {"timezone": "Mars/One"}, {"language": "xx"}]
)
def test_bad_input_is_refused(people: People, client: Client, bad: dict[str, str]) -> None:
    client.force_login(people["admin"])
    assert client.post(url(people["agent"]), FORM | bad).status_code == 400


def test_only_agents_have_a_tier(people: People, client: Client) -> None:
    client.force_login(people["admin"])
    assert client.post(url(people["agent"]), FORM | {"role": "supervisor"}).status_code == 303
    people["agent"].refresh_from_db()
    assert (people["agent"].role, people["agent"].tier) == ("supervisor", None)


@pytest.mark.parametrize("change", [{"role": "manager"}, {"is_active": ""}])
def test_an_administrator_stays_one(people: People, client: Client, change: dict[str, str]) -> None:
    client.force_login(people["admin"])
    form = FORM | {"role": "admin"} | change
    assert client.post(url(people["admin"]), form).status_code == 400
    people["admin"].refresh_from_db()
    assert (people["admin"].role, people["admin"].is_active) == ("admin", True)


def test_unlock(people: People, client: Client, settings: object) -> None:
    AccessAttempt.objects.create(
        username="agent", ip_address="10.0.0.1", failures_since_start=8, attempt_time=timezone.now()
    )
    client.force_login(people["admin"])
    assert "locked out" in client.get("/settings/people/").content.decode()
    assert client.get(url(people["agent"], "unlock/")).status_code == 405
    assert client.post(url(people["agent"], "unlock/")).status_code == 303
    assert not AccessAttempt.objects.filter(username="agent").exists()
