"""Tokens: users make their own, the key is shown once and stored as a hash, and a token can be revoked."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User

pytestmark = pytest.mark.django_db
URL = "/settings/tokens/"
ME = "/api/v1/users/me/"


@pytest.fixture
def user() -> User:
    return User.objects.create(username="lin", role="agent", language="en")


@pytest.fixture
def other() -> User:
    return User.objects.create(username="zhou", role="agent", language="en")


def call(key: str, method: str = "get", path: str = ME) -> int:
    answer = getattr(Client(), method)(path, headers={"Authorization": f"Token {key}"})
    return int(answer.status_code)


def test_the_key_is_shown_once_and_opens_the_interface(user: User) -> None:
    client = Client()
    client.force_login(user)
    page = client.post(URL, {"name": "Orders", "scope": "read", "days": "30"})
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    key = re.search(r'value="([\w-]{43})"', page.content.decode())[1]
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.scope) == (user, "Orders", "read")
    assert key not in {token.digest, token.hint}
    assert call(key) == 200
    assert key not in client.get(URL).content.decode()


def test_a_read_token_changes_nothing(user: User) -> None:
    _token, key = tokens.issue(user, at=timezone.now(), days=1, scope="read")
    assert call(key) == 200
    assert call(key, "post", "/api/v1/complaints/") == 403


def test_an_intake_token_only_records_complaints(user: User) -> None:
    _token, key = tokens.issue(user, at=timezone.now(), days=1, scope="intake")
    given = {"description": "The cup is cracked", "channel": "web", "customer": {"anonymous_reason": "shy"}}
    headers = {"Authorization": f"Token {key}"}
    answer = Client().post("/api/v1/complaints/", given, "application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    number = answer.json()["number"]
    refused = Client().get("/api/v1/complaints/", headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (403, "This token can only record complaints.")
    assert call(key, "put", "/api/v1/complaints/") == 403
    for path in ("users/me/", "categories/", f"complaints/{number}/", f"complaints/{number}/timeline/", "x/"):
        assert call(key, "get", f"/api/v1/{path}") == 403
    for path in (f"complaints/{number}/messages/", f"complaints/{number}/withdraw/", "customers/", "x/"):
        assert call(key, "post", f"/api/v1/{path}") == 403
    assert call(key, "patch", f"/api/v1/complaints/{number}/") == 403
    assert call(key, "get", "/api/v1/reports/overview/") == 403


def test_an_intake_token_is_made_by_command_and_by_nobody_for_themselves(user: User) -> None:
    """Its answers contain the private link, with which an agent could choose for the customer."""
    client = Client()
    client.force_login(user)
    assert "Record complaints only" not in client.get(URL).content.decode()
    refused = client.post(URL, {"name": "Shop", "scope": "intake", "days": "30"})
    assert (refused.status_code, ApiToken.objects.count()) == (400, 0)
    call_command("issue_token", "lin", "--scope", "intake", stdout=StringIO())
    assert [token.scope for token in ApiToken.objects.all()] == ["intake"]
    assert "Record complaints only" in client.get(URL).content.decode()


def test_an_unknown_expired_or_revoked_one_is_401(user: User) -> None:
    now = timezone.now()
    _old, expired = tokens.issue(user, at=now - timedelta(days=2), days=1)
    token, revoked = tokens.issue(user, at=now, days=1)
    tokens.revoke(token, now)
    for key in (expired, revoked, "", "x", "é" * 50):
        assert call(key) == 401
    assert Client().get(ME).status_code == 401


def test_nobody_inactive_calls(user: User) -> None:
    _token, key = tokens.issue(user, at=timezone.now(), days=1)
    user.is_active = False
    user.save()
    assert call(key) == 401


def test_only_one_s_own_are_listed_and_revoked(user: User, other: User) -> None:
    token, key = tokens.issue(user, at=timezone.now(), days=1, name="Orders")
    client = Client()
    client.force_login(other)
    assert "Orders" not in client.get(URL).content.decode()
    assert client.post(f"{URL}{token.pk}/revoke/").status_code == 404
    assert call(key) == 200
    client.force_login(user)
    for _twice in range(2):
        assert client.post(f"{URL}{token.pk}/revoke/").status_code == 303
    assert call(key) == 401


def test_not_signed_in_goes_to_the_sign_in_page() -> None:
    assert Client().get(URL).status_code == 302
    assert Client().post(f"{URL}1/revoke/").status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 81}, {"scope": "all"}, {"days": "9999"}, {"days": "x"}]
)
def test_a_bad_form_makes_no_token_and_keeps_what_was_typed(user: User, wrong: dict[str, str]) -> None:
    client = Client()
    client.force_login(user)
    page = client.post(URL, {"name": "Orders", "scope": "read", "days": "30"} | wrong)
    assert page.status_code == 400
    assert not ApiToken.objects.exists()


def test_the_command_prints_the_key_last(user: User) -> None:
    out = StringIO()
    call_command("issue_token", "lin", stdout=out)
    key = out.getvalue().split()[-1]
    assert call(key) == 200
    assert ApiToken.objects.get().scope == "write"
    for wrong in (["nobody"], ["lin", "--days", "0"]):
        with pytest.raises(CommandError):
            call_command("issue_token", *wrong)
