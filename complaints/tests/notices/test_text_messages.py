"""Text messages: how many parts they have, and that the acknowledgement fits into one."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from complaints.lifecycle.receipt import CustomerData
from complaints.models import Complaint, Outbox, PortalLink
from complaints.notices import letters, text_messages
from complaints.rights import links
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from ui import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = "https://help.example.com"
    monkeypatch.setattr(
        organisation, "current", lambda: organisation.Organisation("Redress", "en", "Asia/Shanghai", "CNY")
    )


@pytest.mark.parametrize(
    ("characters", "parts"),
    [(0, 1), (61, 1), (62, 2), (125, 2), (126, 3), (192, 3), (193, 4)],
)
def test_the_signature_counts_and_later_parts_hold_67(characters: int, parts: int) -> None:
    assert text_messages.parts("字" * characters) == parts


def test_a_rare_character_takes_two() -> None:
    assert text_messages.length("a字🙂𠮷") == 6
    assert text_messages.parts("🙂" * 31) == 2


def test_the_fullest_wording_that_fits_is_taken() -> None:
    wordings = ("w" * 60, "v" * 50, "u" * 5)
    assert text_messages.fitting(wordings, "l" * 10) == f"{'v' * 50} {'l' * 10}"
    assert text_messages.fitting(wordings, "l" * 90) == f"{'u' * 5} {'l' * 90}"


def texted(people: dict[str, User], language: str = "en") -> Complaint:
    who = CustomerData(name="Ada", phone="13900001234", language=language)
    return factories.receive(people["agent"], channel="web", customer=who)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_acknowledgement_fits_into_one_part(people: dict[str, User], language: str) -> None:
    complaint = texted(people, language)
    row = Outbox.objects.get(template="acknowledgement", complaint=complaint)
    words = letters.write(row, at=MONDAY).short
    assert str(complaint.number) in words
    assert words.endswith(links.address_of(PortalLink.objects.get()))
    assert text_messages.parts(words) == 1


def test_the_parts_are_known_before_and_without_a_link(people: dict[str, User]) -> None:
    complaint = texted(people)
    assert letters.text_parts(complaint, "acknowledgement") == 1
    assert letters.text_parts(complaint, "message") == 1
    assert not PortalLink.objects.exists()
    by_mail = factories.receive(
        people["agent"], customer=CustomerData(name="Ben", phone="13900001235", email="ben@example.com")
    )
    assert letters.text_parts(by_mail, "message") is None
    assert (
        letters.text_parts(factories.receive(people["agent"], customer=factories.nobody()), "message") is None
    )


def test_the_composer_shows_the_parts(people: dict[str, User], settings: Settings) -> None:
    complaint = factories.diagnosed(
        people["agent"], customer=CustomerData(name="Ada", phone="13900001234", language="en")
    )
    client = Client()
    client.force_login(people["agent"])
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "Goes as a text message with a link, in 1 part" in page
    settings.SITE_URL = "https://a-very-long-name-of-a-house.example.com"
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert "Goes as a text message with a link, in 2 parts" in page
