"""What the organisation calls itself and counts in: the environment's values until somebody sets others."""

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import SettingsChange, User
from complaints.models import Outbox
from complaints.notices import letters
from complaints.reads import start
from complaints.rights.actors import person
from complaints.setup import organisation as settings_of
from complaints.sla import contact
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY
from complaints.tests.portal import page_of
from ui import formats, organisation

People = dict[str, User]
pytestmark = pytest.mark.django_db
GIVEN = {"brand_name": "Harbour Stores", "language": "en", "time_zone": "Europe/London", "currency": "gbp"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_what_is_not_set_is_as_the_environment_says(people: People) -> None:
    organisation.forget()
    assert organisation.current() == organisation.of_environment()
    settings_of.change({"currency": "GBP"}, by=person(people["admin"]), at=MONDAY)
    assert organisation.current().currency == "GBP"
    assert organisation.current().brand_name == organisation.of_environment().brand_name
    settings_of.change({"currency": ""}, by=person(people["admin"]), at=MONDAY)
    assert organisation.current() == organisation.of_environment()


@pytest.mark.parametrize("name", ["manager", "admin"])
def test_the_page_changes_it_everywhere(people: People, name: str) -> None:
    complaint = factories.receive(people["agent"])
    assert signed_in(people[name]).post("/settings/organisation/", GIVEN).status_code == 303
    written = SettingsChange.objects.filter(subject="organisation").get()
    assert (written.by, (written.after or {})["currency"]) == (people[name], "GBP")
    assert formats.money(129_900) == "£1,299"
    shown = Client().get(page_of(complaint)).content.decode()
    assert "Harbour Stores" in shown
    letter = letters.write(
        Outbox.objects.filter(complaint=complaint, template="acknowledgement")[0], at=MONDAY
    )
    assert letter.body.rstrip().endswith("Harbour Stores")
    assert letters.sender().startswith("Harbour Stores <")
    amount: dict[str, Any] = {"amount": "5.00", "currency": "CNY"}
    body = {"name_en": "X", "name_zh": "X", "code": "X", "type": "any", "cost": amount}
    refused = Caller(people["manager"]).post("remedies/", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["cost"])
    assert "£" in signed_in(people["manager"]).get("/settings/authority/front_line/").content.decode()
    assert mail.outbox == []


def test_customers_see_times_where_their_clocks_run_whatever_zone_the_organisation_has(
    people: People,
) -> None:
    settings_of.change(GIVEN, by=person(people["admin"]), at=MONDAY)
    complaint = factories.receive(people["agent"])
    page = Client().get(page_of(complaint) + "?lang=en").content.decode()
    assert "23 Nov 10:00" in page and "02:00" not in page
    assert contact.contact_hours() is not None
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/X"), ("currency", "POUND"), ("language", "xx"), ("brand_name", "x" * 81)],
)
def test_wrong_values_are_refused_at_their_field(people: People, field: str, value: str) -> None:
    answer = signed_in(people["admin"]).post("/settings/organisation/", GIVEN | {field: value})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert organisation.current() == organisation.of_environment()


def test_the_list_of_what_is_left_to_do_knows_the_sample_organisation(people: People) -> None:
    open_steps = {str(step.what) for step in start.steps(MONDAY) if not step.done}
    assert "A second administrator" in open_steps
    assert "The official public holidays of 2027" in open_steps
    assert "The official public holidays of 2026" not in open_steps
    assert "An agent in a callback team" not in open_steps
    people["callback"].teams.clear()
    assert "An agent in a callback team" in {str(step.what) for step in start.steps(MONDAY) if not step.done}


def test_on_an_empty_database_each_gap_has_its_page(one_of_each: People) -> None:
    steps = {str(step.what): step for step in start.steps(MONDAY)}
    assert not steps["A routing rule for each tier that says which team gets all the rest"].done
    admin = signed_in(one_of_each["admin"]).get("/settings/start/").content.decode()
    assert "A manager does this" in admin
    assert "/settings/categories/" in admin
    assert "/settings/routing/" not in admin
    assert "/settings/routing/" in signed_in(one_of_each["manager"]).get("/settings/start/").content.decode()


def test_customers_and_new_people_get_the_language_and_the_zone_of_the_organisation(people: People) -> None:
    settings_of.change(GIVEN, by=person(people["admin"]), at=MONDAY)
    receipt = {
        "customer": {"name": "Ann", "email": "ann@example.com"},
        "channel": "web",
        "description": "Late",
    }
    assert Caller(people["agent"]).post("complaints/", receipt).json()["customer"]["language"] == "en"
    page = signed_in(people["agent"]).get("/complaints/new/").content.decode()
    assert '<option value="en" selected>' in page
    new = {"username": "lin", "name_en": "Lin", "email": "lin@example.com", "role": "manager"}
    assert Caller(people["admin"]).post("users/", new).json()["timezone"] == "Europe/London"
    assert "Europe/London" in signed_in(people["admin"]).get("/settings/people/new/").content.decode()
    call_command("invite_person", "ben", "--email", "ben@example.com", stdout=StringIO())
    assert User.objects.get(username="ben").timezone == "Europe/London"
