"""The first administrator and the starting sets, by command and by page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import SettingsChange, Team, User
from accounts.roles import Role
from complaints.lifecycle import intake
from complaints.models import Calendar, CalendarVersion, Category, SetupCode
from complaints.reads import missing
from complaints.rights.actors import person
from complaints.setup import codes, install, sections, starting
from complaints.setup.install import Wish
from complaints.terms.errors import MissingDetail
from complaints.tests.conftest import MONDAY
from complaints.tests.setup.conftest import PASSWORD
from ui import organisation

OPTIONS: dict[str, Any] = {
    "noinput": True,
    "admin": "root",
    "email": "root@example.com",
    "starting_set": "empty",
    "language": "en",
    "time_zone": "Europe/London",
    "currency": "GBP",
}


def counts() -> dict[str, int]:
    return {section.name: len(section.current()) for section in sections.ALL}


@pytest.mark.parametrize("name", list(starting.TITLES))
def test_each_set_lets_a_complaint_be_received(bare: None, name: str) -> None:
    install.install(Wish("root", "root@example.com", PASSWORD, name, "en", "Asia/Taipei", "TWD"), MONDAY)
    assert missing.for_receipt() == []
    agent = User.objects.create_user("agent", role=Role.AGENT)
    agent.teams.add(Team.objects.get(code="FRONT"))
    for channel in ("phone", "store", "web"):
        receipt = intake.Receipt(intake.CustomerData(name="Li Mei"), channel, "It broke and nobody answered")
        complaint = intake.receive(receipt, by=person(agent), at=MONDAY)
        assert complaint.clocks.exists()
    assert not Category.objects.filter(name_hant="").exists()
    assert not Team.objects.filter(name_zh="").exists()


def test_office_hours_follow_the_public_holidays_of_the_zone(bare: None) -> None:
    install.install(Wish("root", "root@example.com", PASSWORD, "empty", "en", "Europe/London"), MONDAY)
    office = CalendarVersion.objects.get(calendar__code="OFFICE")
    assert (office.country, office.definition["timezone"]) == ("GB-ENG", "Europe/London")
    assert {"2026-12-25", "2026-04-06", "2026-08-31"} <= set(office.definition["closed"])


def test_a_zone_without_a_country_gives_no_holidays(bare: None) -> None:
    install.install(Wish("root", "root@example.com", PASSWORD, "empty", "en", "UTC"), MONDAY)
    assert CalendarVersion.objects.get(calendar__code="OFFICE").country == ""


def test_the_command_installs_and_a_second_run_changes_nothing(
    bare: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDRESS_ADMIN_PASSWORD", PASSWORD)
    call_command("setup", **OPTIONS)
    root = User.objects.get()
    assert (root.role, root.language, root.timezone, root.check_password(PASSWORD)) == (
        *(Role.ADMIN, "en", "Europe/London"),
        True,
    )
    assert organisation.current().currency == "GBP"
    before, written = counts(), SettingsChange.objects.count()
    Team.objects.filter(code="FRONT").update(name_en="The desk")
    capsys.readouterr()
    call_command("setup", **OPTIONS)
    said = capsys.readouterr().out
    assert "already  Administrator: root" in said
    assert "made" not in said
    assert (counts(), SettingsChange.objects.count()) == (before, written)
    assert Team.objects.get(code="FRONT").name_en == "The desk"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("email", "", "--email: This is required."),
        ("email", "nowhere", "--email"),
        ("admin", "", "--admin"),
        ("time_zone", "Mars/Olympus", "--time-zone"),
        ("currency", "POUND", "--currency"),
    ],
)
def test_the_command_says_what_is_wrong_and_makes_nothing(
    bare: None, monkeypatch: pytest.MonkeyPatch, option: str, value: str, words: str
) -> None:
    monkeypatch.setenv("REDRESS_ADMIN_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=words):
        call_command("setup", **OPTIONS | {option: value})
    assert not User.objects.exists()
    assert not Team.objects.exists()


def test_the_command_refuses_a_weak_password(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_ADMIN_PASSWORD", "root")
    with pytest.raises(CommandError, match="REDRESS_ADMIN_PASSWORD: This password is too short"):
        call_command("setup", **OPTIONS)


def test_on_a_terminal_the_command_asks(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["root", "root@example.com", "retail", "zh-hans", "Asia/Shanghai", "CNY", "Heguang"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda question: PASSWORD)
    call_command("setup")
    assert User.objects.get().language == "zh-hans"
    assert organisation.current().brand_name == "Heguang"
    assert Category.objects.filter(code="LOG-LATE").exists()


def test_createsuperuser_makes_an_administrator(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="root", email="root@example.com", interactive=False)
    assert User.objects.get().role == Role.ADMIN


def made_code() -> str:
    code = codes.make(timezone.now())
    assert code is not None
    return code


def filled(code: str, **other: str) -> dict[str, str]:
    return {
        "code": code,
        "username": "root",
        "email": "root@example.com",
        "password": PASSWORD,
        "again": PASSWORD,
        "starting_set": "empty",
        "language": "en",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
        "brand_name": "",
    } | other


def test_the_first_visit_leads_to_the_page_and_the_code_opens_it(bare: None, client: Client) -> None:
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/setup/"
    code = made_code()
    answer = client.post("/setup/", filled(code.lower().replace("-", " ")))
    assert (answer.status_code, answer["Location"]) == (303, "/settings/start/")
    assert client.get("/settings/start/").status_code == 200
    assert User.objects.get().is_administrator
    assert Calendar.objects.count() == 4
    assert client.get("/setup/").status_code == 404
    assert Client().post("/setup/", filled(code)).status_code == 404
    assert not SetupCode.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "ABCD-EFGH-JKLM-NPQR", "not the code"),
        ("password", "short", "differ"),
        ("email", "nowhere", "valid"),
        ("username", "", "blank"),
        ("starting_set", "moon", "moon"),
        ("time_zone", "Mars/Olympus", "time zone"),
    ],
)
def test_the_page_keeps_what_was_typed_when_something_is_wrong(
    bare: None, client: Client, field: str, value: str, words: str
) -> None:
    answer = client.post("/setup/", filled(made_code()) | {"brand_name": "Heguang", field: value})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert words in said
    assert 'value="Heguang"' in said
    assert PASSWORD not in said
    assert not User.objects.exists()


def test_a_code_ends_after_ten_attempts_and_after_a_day(bare: None, client: Client) -> None:
    code = made_code()
    for _attempt in range(codes.MOST_ATTEMPTS):
        assert client.post("/setup/", filled("wrong")).status_code == 400
    assert "no longer valid" in client.post("/setup/", filled(code)).content.decode()
    SetupCode.objects.update(attempts=0, expires_at=timezone.now() - timedelta(seconds=1))
    assert "no longer valid" in client.post("/setup/", filled(code)).content.decode()
    assert not User.objects.exists()


def test_the_page_exists_only_while_there_is_no_active_administrator(bare: None, client: Client) -> None:
    root = User.objects.create_user("root", role=Role.ADMIN)
    assert client.get("/setup/").status_code == 404
    User.objects.filter(pk=root.pk).update(is_active=False)
    assert client.get("/setup/").status_code == 200


def test_the_right_code_survives_any_number_of_other_mistakes(bare: None) -> None:
    at = timezone.now()
    code = codes.make(at)
    assert code is not None
    for _attempt in range(2 * codes.MOST_ATTEMPTS):
        codes.check(code, at)
    with pytest.raises(MissingDetail):
        codes.check("wrong", at)
    assert SetupCode.objects.get().attempts == 1


def test_the_server_writes_one_code_for_all_its_workers(bare: None, caplog: pytest.LogCaptureFixture) -> None:
    start = timezone.now()
    codes.announce(start)
    codes.announce(start + timedelta(seconds=2))
    (first,) = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", caplog.text)
    assert first not in str(SetupCode.objects.values_list("digest", flat=True))
    caplog.clear()
    codes.announce(start + timedelta(minutes=5))
    (second,) = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", caplog.text)
    assert first != second
    caplog.clear()
    User.objects.create_user("root", role=Role.ADMIN)
    codes.announce(start + timedelta(hours=1))
    assert caplog.text == ""
