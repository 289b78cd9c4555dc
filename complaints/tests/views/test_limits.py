"""The managers' page of limits."""

from itertools import product
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from complaints.models import AuthorityKindLimit, AuthorityLimit, Remedy
from complaints.rights import authority, limits
from complaints.rights.actors import person
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_AMOUNTS, status_of, wrong_fields

People = dict[str, User]
URL = "/settings/authority/"
FRONT = f"{URL}front_line/"


def as_it_stands(client: Client) -> dict[str, Any]:
    """Return what the front line's form would send unchanged."""
    form = client.get(FRONT).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in given.items() if value not in {None, False, ""}}


@pytest.mark.parametrize("name", ["agent", "supervisor", "warehouse", "admin"])
def test_only_managers_see_and_change_limits(people: People, client: Client, name: str) -> None:
    client.force_login(people[name])
    for url in (URL, FRONT):
        assert client.get(url).status_code == 403
    assert client.post(FRONT, {"limit": "1"}).status_code == 403
    assert URL not in client.get("/accounts/settings/").content.decode()
    assert (
        status_of(lambda: limits.change("front_line", {"limit": "1"}, by=person(people[name]), at=MONDAY))
        == 403
    )


def test_the_table_shows_every_grade(people: People, client: Client) -> None:
    AuthorityKindLimit.objects.create(
        authority=AuthorityLimit.objects.get(grade="second_line"),
        remedy=Remedy.objects.get(code="GIFT"),
        limit_minor=5_000,
    )
    client.force_login(people["manager"])
    page = client.get(URL).content.decode()
    for words in ("Frontline", "Ride safety", "¥20,000", "Extra gift up to ¥50", "at most 3 cash remedies"):
        assert words in page
    assert URL in client.get("/accounts/settings/").content.decode()


def test_sent_unchanged_nothing_changes(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    before = authority.authority_of(people["agent"])
    assert client.post(FRONT, as_it_stands(client)).status_code == 303
    assert authority.authority_of(people["agent"]) == before


def test_limit_kinds_kind_limits_and_cash_are_changed(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    changed = as_it_stands(client) | {
        "limit": "300.50",
        "kind_MED": "on",
        "kind_limits_PART": "99.90",
        "cash_remedies": "5",
        "cash_days": "30",
    }
    del changed["kind_FULL"]
    assert client.post(FRONT, changed).status_code == 303
    own = authority.authority_of(people["agent"])
    assert own.limit_minor == 30_050
    assert own.kinds is not None
    assert ("MED" in own.kinds, "FULL" in own.kinds) == (True, False)
    assert own.kind_limits == {"PART": 9_990}
    assert own.cash == authority.CashRule(5, 30)
    del changed["cash_remedies"], changed["kind_limits_PART"]
    client.post(FRONT, changed)
    own = authority.authority_of(people["agent"])
    assert (own.cash, own.kind_limits) == (None, {})


@pytest.mark.parametrize(
    ("field", "amount"),
    [("limit", ""), *product(("limit", "kind_limits_PART"), filter(str.strip, BAD_AMOUNTS))],
)
def test_a_bad_amount_is_refused_beside_its_field(
    people: People, client: Client, field: str, amount: str
) -> None:
    client.force_login(people["manager"])
    answer = client.post(FRONT, as_it_stands(client) | {field: amount})
    assert answer.status_code == 400
    assert authority.authority_of(people["agent"]).limit_minor == 20_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind_limits": {"PART": "200.01"}}, "kind_limits.PART"),
        ({"kind_limits": {"EXCH": "10"}}, "kind_limits.EXCH"),
        ({"kind_limits": {"NONE": "10"}}, "kinds"),
        ({"kinds": ["PART", "NONE"]}, "kinds"),
        ({"cash_remedies": "-1"}, "cash_remedies"),
        ({"cash_remedies": "三"}, "cash_remedies"),
        ({"cash_remedies": "9" * 5000}, "cash_remedies"),
        ({"cash_days": "0"}, "cash_days"),
    ],
)
def test_what_does_not_fit_together_is_refused(people: People, change: dict[str, Any], field: str) -> None:
    data = {"limit": "200", "kinds": ["PART"], **change}
    act = lambda: limits.change("front_line", data, by=person(people["manager"]), at=MONDAY)  # noqa: E731
    assert wrong_fields(act) == {field}


def test_grades_that_make_no_offers_have_no_rule_for_cash(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    assert "cash_remedies" not in client.get(f"{URL}manager/").context["form"].fields
    data = {"limit": "200", "every_kind": True, "cash_remedies": "3"}
    act = lambda: limits.change("manager", data, by=person(people["manager"]), at=MONDAY)  # noqa: E731
    assert wrong_fields(act) == {"cash_remedies"}


def test_an_unknown_grade_is_not_found(people: People, client: Client) -> None:
    client.force_login(people["manager"])
    assert client.get(f"{URL}king/").status_code == 404
    assert client.put(FRONT).status_code == 405


def test_a_grade_without_limits_can_be_given_some(people: People, client: Client) -> None:
    AuthorityLimit.objects.filter(grade="expert").delete()
    client.force_login(people["manager"])
    assert "must ask every time" in client.get(URL).content.decode()
    assert client.post(f"{URL}expert/", {"limit": "5000", "every_kind": "on"}).status_code == 303
    assert authority.authority_of(people["expert"]).covers("COMP", 500_000)
