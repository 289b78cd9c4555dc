"""Signing in and out, and the settings of one's own account."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.views.account import TOUR

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-1"
LOGIN = "/accounts/login/"


@pytest.fixture
def person() -> User:
    return User.objects.create_user(
        "lin", email="lin@example.org", password=PASSWORD, name_en="Lin Xiao", name_zh="林晓"
    )


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def sign_in(client: Client, username: str, password: str, goal: str = "") -> object:
    return client.post(LOGIN, {"username": username, "password": password, "next": goal})


# --- Sign-in ---
def test_the_right_password_signs_in_and_leads_to_the_page_asked_for(client: Client, person: User) -> None:
    response = sign_in(client, "lin", PASSWORD, "/accounts/settings/")
    assert response.status_code == 302
    assert response.url == "/accounts/settings/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_refusal_does_not_tell_which_part_was_wrong(client: Client, person: User) -> None:
    known, unknown = sign_in(client, "lin", "wrong"), sign_in(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 400
    known_errors, unknown_errors = (each.context["form"].non_field_errors() for each in (known, unknown))
    assert (
        known_errors
        == unknown_errors
        == ["The username and password do not match. Check both and try again."]
    )


def test_a_name_that_nobody_can_have_is_refused_and_not_written_down(client: Client, person: User) -> None:
    refused = sign_in(client, "x" * 10_000, PASSWORD)
    assert refused.status_code == 400
    assert "do not match" in refused.content.decode()
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/complaints/%00/", 404), ("/settings/teams/a%00/", 404), ("/complaints/?team=%00", 200)],
)
def test_nul_in_an_address_reaches_no_query(signed_in: Client, address: str, status: int) -> None:
    answer = signed_in.get(address)
    assert answer.status_code == status
    assert "\x00" not in answer.wsgi_request.GET.get("team", "")


def test_an_inactive_account_gets_the_same_refusal(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    errors = sign_in(client, "lin", PASSWORD).context["form"].non_field_errors()
    assert errors == ["The username and password do not match. Check both and try again."]


def test_too_many_failures_lock_even_the_right_password_and_say_how_long(
    client: Client, person: User
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "lin", "wrong")
    response = sign_in(client, "lin", PASSWORD)
    assert response.status_code == 429
    assert "Try again in 15 minutes." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_does_not_lead_to_another_site(client: Client, person: User) -> None:
    assert sign_in(client, "lin", PASSWORD, "https://evil.example/").url == settings.LOGIN_REDIRECT_URL


def test_sign_out_needs_post(signed_in: Client) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 405
    assert signed_in.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in signed_in.session


def test_demo_accounts_are_listed_in_the_demo_only(client: Client, settings: object) -> None:
    settings.DEMO_ACCOUNTS = [
        ("agent", "Lin Xiao", "林晓", "agent", "FL-PHONE"),
        ("boss", "Gao Yuan", "高远", "manager"),
    ]
    assert "Lin Xiao" not in client.get(LOGIN).content.decode()
    settings.DEMO = True
    page = client.get(LOGIN).content.decode()
    assert "Lin Xiao" in page
    assert "Manager" in page
    assert "redress-demo" in page


def test_the_demo_without_a_list_still_shows_the_form(client: Client, settings: object) -> None:
    settings.DEMO = True
    settings.DEMO_ACCOUNTS = []
    assert client.get(LOGIN).status_code == 200


def demo_sign_in(client: Client, language: str) -> None:
    credentials = {"username": "lin", "password": PASSWORD}
    assert client.post(LOGIN, credentials, headers={"accept-language": language}).status_code == 302


def test_the_demo_greets_in_the_language_of_the_browser(
    client: Client, person: User, settings: object
) -> None:
    settings.DEMO = True
    for language, kept in (("zh-TW,zh;q=0.9", "zh-hant"), ("zh-CN", "zh-hans"), ("en-GB", "en")):
        demo_sign_in(client, language)
        person.refresh_from_db()
        assert person.language == kept
        client.post("/accounts/logout/")


def test_outside_the_demo_the_chosen_language_stays_and_there_is_no_tour(
    client: Client, person: User
) -> None:
    demo_sign_in(client, "zh-CN")
    person.refresh_from_db()
    assert person.language == "en"
    assert TOUR not in client.session


def test_the_tour_is_for_the_first_sign_in(client: Client, person: User, settings: object) -> None:
    settings.DEMO = True
    demo_sign_in(client, "en")
    assert client.session[TOUR]
    client.post("/accounts/logout/")
    demo_sign_in(client, "en")
    assert TOUR not in client.session


# --- Settings ---
def test_settings_need_sign_in(client: Client) -> None:
    response = client.get("/accounts/settings/")
    assert response.status_code == 302
    assert response.url == f"{LOGIN}?next=/accounts/settings/"


def test_settings_are_kept_and_shown_in_the_new_language(signed_in: Client, person: User) -> None:
    choice = {"language": "zh-hans", "timezone": "Europe/London", "theme": "dark"}
    response = signed_in.post("/accounts/settings/", choice, follow=True)
    person.refresh_from_db()
    assert (person.language, person.timezone, person.theme) == ("zh-hans", "Europe/London", "dark")
    page = response.content.decode()
    assert 'lang="zh-Hans"' in page
    assert 'data-bs-theme="dark"' in page
    assert "林晓" in page
    assert signed_in.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"


@pytest.mark.parametrize("zone", ["Mars/Base", "Asia", "../../etc/passwd", ""])
def test_an_unknown_time_zone_is_refused_beside_the_field(signed_in: Client, person: User, zone: str) -> None:
    choice = {"language": "zh-hans", "timezone": zone, "theme": "dark"}
    response = signed_in.post("/accounts/settings/", choice)
    assert response.status_code == 400
    assert response.context["form"].errors["timezone"]
    page = response.content.decode()
    assert 'id="id_timezone_errors"' in page
    assert 'lang="en"' in page
    person.refresh_from_db()
    assert (person.language, person.timezone) == ("en", "Asia/Shanghai")


def test_the_automatic_theme_is_left_to_the_device(signed_in: Client) -> None:
    page = signed_in.get("/accounts/settings/").content.decode()
    assert 'data-theme-choice="auto"' in page
    assert "data-bs-theme=" not in page


def test_a_zone_that_the_machine_lost_does_not_break_the_page(signed_in: Client) -> None:
    User.objects.update(timezone="Gone/Away")
    assert signed_in.get("/accounts/settings/").status_code == 200


# --- Language ---
def test_a_signed_in_choice_of_language_is_kept_with_the_account(signed_in: Client, person: User) -> None:
    response = signed_in.post("/accounts/language/", {"language": "zh-hans", "next": "/accounts/settings/"})
    assert response.url == "/accounts/settings/"
    person.refresh_from_db()
    assert person.language == "zh-hans"
    assert signed_in.get("/accounts/settings/")["Content-Language"] == "zh-hans"


def test_an_anonymous_choice_of_language_is_kept_in_a_cookie(client: Client) -> None:
    client.post("/accounts/language/", {"language": "zh-hans", "next": LOGIN})
    assert 'lang="zh-Hans"' in client.get(LOGIN).content.decode()


def test_an_unknown_language_changes_nothing(signed_in: Client, person: User) -> None:
    signed_in.post("/accounts/language/", {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_language_switch_does_not_lead_to_another_site(client: Client, goal: str) -> None:
    assert client.post("/accounts/language/", {"language": "en", "next": goal}).url == LOGIN


def test_the_language_switch_needs_post(client: Client) -> None:
    assert client.get("/accounts/language/").status_code == 405


# --- Passwords ---
def test_a_reset_mail_is_in_its_readers_language_and_leads_to_our_address(
    client: Client, person: User
) -> None:
    User.objects.update(language="zh-hans")
    response = client.post("/accounts/reset/", {"email": "lin@example.org"}, headers={"host": "localhost"})
    assert response.url == "/accounts/reset/sent/"
    (message,) = mail.outbox
    assert "林晓" in message.body  # the name is in the reader's language, although the page was in English
    assert f"{settings.SITE_URL}/accounts/reset/" in message.body
    assert "\n" not in message.subject


def test_a_reset_for_an_unknown_address_looks_the_same_and_sends_nothing(client: Client) -> None:
    assert client.post("/accounts/reset/", {"email": "no@example.org"}).url == "/accounts/reset/sent/"
    assert mail.outbox == []


def test_the_link_sets_a_new_password_once(client: Client, person: User) -> None:
    client.post("/accounts/reset/", {"email": "lin@example.org"})
    path = next(line for line in mail.outbox[0].body.splitlines() if "/reset/" in line).removeprefix(
        settings.SITE_URL
    )
    form_path = client.get(path).url
    new = {"new_password1": "another-long-one-2", "new_password2": "another-long-one-2"}
    assert client.post(form_path, {**new, "new_password2": "typo"}).status_code == 400
    assert client.post(form_path, new).url == "/accounts/reset/complete/"
    person.refresh_from_db()
    assert person.check_password("another-long-one-2")
    assert "no longer works" in client.get(path).content.decode()


def test_changing_the_password_needs_the_old_one(signed_in: Client, person: User) -> None:
    new = {"new_password1": "another-long-one-2", "new_password2": "another-long-one-2"}
    assert signed_in.post("/accounts/password/", {"old_password": "wrong", **new}).status_code == 400
    assert signed_in.post("/accounts/password/", {"old_password": PASSWORD, **new}).status_code == 302
    assert signed_in.get(reverse("accounts:password_change_done")).status_code == 200


@pytest.mark.parametrize(
    "name", ["login", "password_reset", "password_reset_done", "password_reset_complete"]
)
def test_every_entry_page_opens(client: Client, name: str) -> None:
    assert client.get(reverse(f"accounts:{name}")).status_code == 200


# --- Errors ---
@pytest.mark.parametrize("template", ["400", "403", "404", "500", "403_csrf"])
def test_error_pages_need_no_context(template: str) -> None:
    from django.template.loader import render_to_string

    assert "<h1>" in render_to_string(f"{template}.html")


def test_a_refused_fragment_is_a_short_message(signed_in: Client) -> None:
    from django.shortcuts import render
    from django.test import RequestFactory
    from django_htmx.middleware import HtmxDetails

    request = RequestFactory().get("/", headers={"hx-request": "true"})
    request.htmx = HtmxDetails(request)
    page = render(request, "403.html", status=403).content.decode()
    assert page.lstrip().startswith('<div class="flash late"')
    assert "<html" not in page


def test_the_short_address_of_the_settings_leads_there(client: Client) -> None:
    assert client.get("/settings/").headers["Location"] == "/accounts/settings/"
