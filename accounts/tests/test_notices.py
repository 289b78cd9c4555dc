"""One's own choice of notices is saved and checked, and nobody can change another person's."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
URL = "/settings/notices/"
HOOK = "https://hooks.example.com/x"


@pytest.fixture
def lin() -> User:
    return User.objects.create(username="lin", role="agent", language="en", email="lin@example.com")


@pytest.fixture
def signed_in(client: Client, lin: User) -> Client:
    client.force_login(lin)
    return client


def given(**more: Any) -> dict[str, Any]:
    return {"mail": ["breach"], "quiet": "on", "quiet_from": "22:00", "quiet_until": "07:30"} | more


def test_signed_out_goes_to_sign_in_and_an_administrator_has_no_such_page(client: Client) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")
    assert client.post(f"{URL}secret/")["Location"].startswith("/accounts/login/")
    client.force_login(User.objects.create(username="root", role="admin"))
    for answer in (client.get(URL), client.post(URL, given()), client.post(f"{URL}secret/")):
        assert answer.status_code == 403
    assert URL not in client.get("/accounts/settings/").content.decode()


def test_at_first_breaches_and_requests_are_mailed_and_nights_are_quiet(signed_in: Client, lin: User) -> None:
    assert URL in signed_in.get("/accounts/settings/").content.decode()
    page = signed_in.get(URL).content.decode()
    assert lin.mailed_kinds == ["breach", "approval"] and lin.webhook_kinds == []
    assert (lin.quiet_from, lin.quiet_until) == (time(22), time(8))
    assert page.count(" checked") == 3 and 'value="22:00"' in page


def test_a_choice_is_kept_and_shown(signed_in: Client, lin: User) -> None:
    answer = signed_in.post(URL, given(mail=["task", "other"], webhook=["breach"], webhook_url=HOOK))
    assert (answer.status_code, answer["Location"]) == (303, URL)
    lin.refresh_from_db()
    assert (lin.mailed_kinds, lin.webhook_kinds, lin.webhook_url) == (["task", "other"], ["breach"], HOOK)
    assert (lin.quiet_from, lin.quiet_until) == (time(22), time(7, 30))
    assert lin.webhook_secret.startswith("whsec_")
    page = signed_in.get(URL).content.decode()
    assert page.count(" checked") == 4 and lin.webhook_secret in page and HOOK in page


def test_nothing_chosen_is_a_choice_too(signed_in: Client, lin: User) -> None:
    assert signed_in.post(URL, {}).status_code == 303
    lin.refresh_from_db()
    assert (lin.mailed_kinds, lin.webhook_kinds, lin.quiet_from, lin.quiet_until) == ([], [], None, None)


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"webhook": ["breach"]}, "webhook_url", "Enter the address of the webhook"),
        ({"webhook_url": "http://hooks.example.com/"}, "webhook_url", "must begin with https://"),
        ({"webhook_url": "https://10.0.0.1/"}, "webhook_url", "on the public internet"),
        ({"webhook_url": "https://u:p@example.com/"}, "webhook_url", "cannot contain a user name"),
        ({"webhook_url": "https://example.com/" + "x" * 300}, "webhook_url", "at most 300"),
        ({"quiet_from": ""}, "quiet_from", "Enter a time."),
        ({"quiet_until": "22:00"}, "quiet_until", "cannot begin and end at the same time"),
        ({"quiet_until": "25:99"}, "quiet_until", "Enter a valid time."),
        ({"mail": ["breach", "everything"]}, "mail", "everything"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    signed_in: Client, lin: User, more: dict[str, Any], field: str, words: str
) -> None:
    answer = signed_in.post(URL, given(**more))
    assert answer.status_code == 400
    assert words in "".join(answer.context["form"].errors[field])
    assert words in answer.content.decode()
    assert " autofocus" in answer.content.decode()
    assert 'value="07:30"' in answer.content.decode() or field == "quiet_until"
    before = (lin.webhook_url, lin.quiet_until, lin.mailed_kinds)
    lin.refresh_from_db()
    assert (lin.webhook_url, lin.quiet_until, lin.mailed_kinds) == before


def test_only_an_account_with_a_webhook_gets_a_new_secret(signed_in: Client, lin: User) -> None:
    assert signed_in.get(f"{URL}secret/").status_code == 405
    signed_in.post(f"{URL}secret/")
    lin.refresh_from_db()
    assert lin.webhook_secret == ""
    signed_in.post(URL, given(webhook_url=HOOK))
    lin.refresh_from_db()
    first = lin.webhook_secret
    other = User.objects.create(username="ma", role="agent", webhook_url=HOOK, webhook_secret=first)
    assert signed_in.post(f"{URL}secret/").status_code == 303
    lin.refresh_from_db()
    other.refresh_from_db()
    assert lin.webhook_secret not in {"", first} and other.webhook_secret == first


def test_without_a_mail_address_the_page_says_so(client: Client) -> None:
    client.force_login(User.objects.create(username="x", role="department", language="en"))
    assert "You have no mail address here" in client.get(URL).content.decode()
