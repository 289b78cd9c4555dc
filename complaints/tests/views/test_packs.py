"""Statutory packs on pages: only managers may change them, and a deadline is explained."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from complaints.forms.moves import ExtendForm
from complaints.lifecycle import converse, extend
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.ending import withdraw
from complaints.models import CalendarVersion, Clock, Complaint, PolicyRule, StatutoryPack
from complaints.rights.actors import CUSTOMER, person
from complaints.sla import targets
from complaints.sla.deadlines import simulate
from complaints.sla.deadlines.days import explain_days
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.statutory.test_statutory import BY_AUTHORITY, DAY, DUE, HOUR, only, taken
from complaints.tests.portal import page_of
from complaints.tests.views.test_inbox import signed_in

pytestmark = pytest.mark.django_db
PACK = {
    "version": "0",
    "code": "cn-12315",
    "name_en": "12315",
    "name_zh": "12315 投诉",
    "order": "1",
    "channel": "regulator",
    "unit": "business_days",
    "length": "7",
    "timezone": "Asia/Shanghai",
    "calendar": "CN-OFFICE",
    "receipt": "business_day",
    "extensions": "7 × 2",
    "holding_day": "5",
    "clauses_en": "Go to the authority.\nWithin six months.",
    "clauses_zh": "可向主管部门反映。\n六个月内。",
    "effective_from": "2026-01-01",
    "reason": "Order 121",
}


def pack(code: str) -> StatutoryPack:
    return StatutoryPack.objects.filter(code=code).order_by("-version")[0]


def wrong(page: str) -> set[str]:
    return set(re.findall(r'id="pack_(\w+)_errors"', page))


@pytest.mark.parametrize("name", ["agent", "supervisor", "quality", "warehouse", "admin"])
def test_only_managers_see_and_change_packs(people: dict[str, User], name: str) -> None:
    client = signed_in(people[name])
    for path in ("", "new/", "UK-8W/"):
        assert client.get(f"/settings/packs/{path}").status_code == 403
        if path:
            assert client.post(f"/settings/packs/{path}", PACK).status_code == 403
    assert StatutoryPack.objects.count() == 3


def test_nobody_without_signing_in(client: Any, org: None) -> None:
    assert client.get("/settings/packs/").status_code == 302


def test_a_manager_puts_a_pack_in_force(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    assert client.post("/settings/packs/new/", PACK).status_code == 303
    made = pack("CN-12315")
    assert (made.version, made.steps, made.holding_day, made.match) == (
        1,
        [7, 7],
        5,
        {"channel": "regulator"},
    )
    assert made.clauses[0] == {"en": "Go to the authority.", "zh": "可向主管部门反映。"}
    assert (made.created_by, made.reason) == (people["manager"], "Order 121")
    page = client.get("/settings/packs/").content.decode()
    assert "7 business days" in page and "CN-12315" in page
    page = client.get("/settings/packs/CN-12315/").content.decode()
    assert "7 × 2" in page and "Order 121" in page
    clock = only(factories.receive(people["supervisor"], at=MONDAY - DAY, **BY_AUTHORITY))
    # Received on a Sunday, so day 0 is Monday 23 November and day 7 is Wednesday 2 December.
    assert f"{clock.due_at.astimezone(MONDAY.tzinfo):%Y-%m-%d %H:%M:%S}" == "2026-12-02 23:59:59"


def test_a_change_is_a_new_version_and_a_stale_one_is_refused(people: dict[str, User]) -> None:
    client, first = signed_in(people["manager"]), pack("CN-GENERIC-15D")
    page = client.get("/settings/packs/CN-GENERIC-15D/").content.decode()
    given = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page)) | {
        "name_zh": first.name_zh,
        "unit": "calendar_days",
        "receipt": "receipt",
        "external_authority": "yes",
        "length": "20",
        "reason": "A new rule",
    }
    assert client.post("/settings/packs/CN-GENERIC-15D/", given).status_code == 303
    newest = pack("CN-GENERIC-15D")
    assert (newest.version, newest.length, newest.steps) == (2, 20, [15, 30])
    answer = client.post("/settings/packs/CN-GENERIC-15D/", given | {"length": "21"})
    assert answer.status_code == 409 and 'value="21"' in answer.content.decode()
    answer = client.post("/settings/packs/CN-GENERIC-15D/", given | {"version": "2"})
    assert answer.status_code == 400 and "Nothing is different" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"code": "UK-8W"}, {"code"}),
        ({"code": "a b"}, {"code"}),
        ({"code": ""}, {"code"}),
        ({"name_en": "", "name_zh": ""}, {"name_en", "name_zh"}),
        ({"length": ""}, {"length"}),
        ({"length": "0"}, {"length"}),
        ({"length": "999"}, {"length"}),
        ({"length": "many"}, {"length"}),
        ({"unit": "fortnights"}, {"unit"}),
        ({"timezone": "Mars/Olympus"}, {"timezone"}),
        ({"calendar": ""}, {"calendar"}),
        ({"calendar": "", "unit": "weeks", "receipt": "business_hours"}, {"calendar"}),
        ({"receipt": "sometime"}, {"receipt"}),
        ({"holding_day": "8"}, {"holding_day"}),
        ({"extensions": "soon"}, {"extensions"}),
        ({"extensions": "0"}, {"extensions"}),
        ({"extensions": ",".join(["1"] * 11)}, {"extensions"}),
        ({"clauses_zh": "只有一条"}, {"clauses_zh"}),
        ({"clauses_en": "x" * 501 + "\nb"}, {"clauses_en"}),
        ({"effective_from": "2026-02-01", "effective_to": "2026-01-01"}, {"effective_to"}),
        ({"effective_from": "31 February"}, {"effective_from"}),
        ({"order": "0"}, {"order"}),
        ({"channel": "pigeon"}, {"channel"}),
        ({"reason": ""}, {"reason"}),
        ({"name_en": "a\x00b"}, {"name_en"}),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_stays_typed(
    people: dict[str, User], given: dict[str, str], fields: set[str]
) -> None:
    answer = signed_in(people["manager"]).post("/settings/packs/new/", PACK | given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert wrong(page) == fields
    assert "Within six months." in page or "clauses_en" in given
    assert StatutoryPack.objects.count() == 3


def test_a_pack_that_is_not_there(people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    assert client.get("/settings/packs/NOWHERE/").status_code == 404
    assert client.post("/settings/packs/NOWHERE/", PACK).status_code == 404


def test_the_list_asks_no_more_for_more_packs(people: dict[str, User]) -> None:
    client, counts = signed_in(people["manager"]), []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/settings/packs/")
        counts.append(len(queries))
        for number in range(5):
            client.post("/settings/packs/new/", PACK | {"code": f"X{number}"})
    assert counts[0] == counts[1]


# --- Explained ---
def explained(complaint: Complaint, user: User) -> str:
    client = signed_in(user)
    return client.get(f"/complaints/{complaint.number}/clocks/{only(complaint).pk}/").content.decode()


def test_calendar_days_are_explained(people: dict[str, User]) -> None:
    page = explained(taken(people), people["specialist"])
    assert "15 calendar days" in page and "Mon Nov. 23, 2026" in page and "the end of Dec. 8, 2026" in page
    assert "the day of receipt" in page and "May be extended by" in page
    assert "It never pauses" in page


def test_business_days_are_numbered_and_the_others_named(people: dict[str, User]) -> None:
    """Example E11 of docs/clocks.md: day 7 is the worked Saturday."""
    signed_in(people["manager"]).post("/settings/packs/new/", PACK | {"extensions": ""})
    received = MONDAY.replace(month=9, day=23)
    complaint = factories.receive(people["supervisor"], at=received, **BY_AUTHORITY)
    found = explain_days(only(complaint), [])
    assert found is not None
    rows = [(f"{row.first:%m-%d}", f"{row.last:%m-%d}", row.numbers, row.why) for row in found.rows]
    assert rows == [
        ("09-24", "09-24", (1, 1), None),
        ("09-25", "09-27", None, "holiday"),
        ("09-28", "09-30", (2, 4), None),
        ("10-01", "10-07", None, "holiday"),
        ("10-08", "10-10", (5, 7), None),
    ]
    assert found.count.day.isoformat() == "2026-10-10" and not found.earlier and not found.moved
    assert explained(complaint, people["supervisor2"]).count('class="none"') == 2


def test_every_day_left_out_or_counted_is_told_once(people: dict[str, User]) -> None:
    calendar = CalendarVersion.objects.filter(calendar__code="CN-OFFICE").latest("version")
    signed_in(people["manager"]).post("/settings/packs/new/", PACK | {"length": "60", "holding_day": ""})
    complaint = factories.receive(people["supervisor"], at=MONDAY.replace(month=1, day=4), **BY_AUTHORITY)
    found = explain_days(only(complaint), [])
    assert found is not None
    days = [
        row.first + timedelta(days=n) for row in found.rows for n in range((row.last - row.first).days + 1)
    ]
    span = (found.count.day - found.count.day_zero).days
    assert days == [found.count.day_zero + timedelta(days=n) for n in range(1, span + 1)]
    assert sum(calendar.working.is_working_day(day) for day in days) == 60


def test_an_extension_and_a_deadline_of_an_authority_are_explained(people: dict[str, User]) -> None:
    PolicyRule.objects.update(escalate=False)  # keep the complaint with its assignee for a day
    complaint, at = taken(people), MONDAY + DAY
    by = person(people["specialist"])
    message = converse.message(complaint, by=by, at=at, body="Longer", purpose="holding")
    request = extend.extend(
        complaint, by=by, at=at, clock="statutory", due_at=None, reason="Search", customer_told=message.pk
    )
    decisions.decide(request, by=person(people["supervisor2"]), at=at, approve=True)
    page = explained(complaint, people["specialist"])
    assert "30 calendar days" in page and "More time was granted" in page
    email = factories.receive(people["supervisor"], channel="email", authority_due_at=MONDAY + DAY)
    assert "set by an authority" in explained(email, people["manager"])


# --- Where it shows ---
def test_the_complaints_page_names_it_and_the_form_offers_the_step(people: dict[str, User]) -> None:
    complaint = taken(people)
    page = signed_in(people["specialist"]).get(complaint.get_absolute_url()).content.decode()
    assert "China: 15 days for what an authority sends" in page
    form = ExtendForm(complaint=complaint, user=people["specialist"])
    assert str(form.fields["due_at"].help_text) == "The statutory deadline moves to the end of Dec. 23, 2026."
    assert "statutory" in dict(form.fields["clock"].choices)  # type: ignore[attr-defined]
    email = factories.diagnosed(people["agent"], authority_due_at=MONDAY + DAY)
    form = ExtendForm(complaint=email, user=people["agent"])
    assert "statutory" not in dict(form.fields["clock"].choices)  # type: ignore[attr-defined]
    assert "A final response is still owed by law." not in page


def test_after_a_withdrawal_the_page_says_what_is_owed_and_takes_it(people: dict[str, User]) -> None:
    complaint = taken(people)
    withdraw.withdraw(complaint, by=CUSTOMER, at=MONDAY + HOUR)
    client = signed_in(people["specialist"])
    assert (
        "A final response is still owed by law." in client.get(complaint.get_absolute_url()).content.decode()
    )
    given = {"kind": "reply", "purpose": "final", "body": "Our answer"}
    assert client.post(f"{complaint.get_absolute_url()}message/", given).status_code == 303
    assert only(complaint).ended_as == "met"
    assert "still owed by law" not in client.get(complaint.get_absolute_url()).content.decode()


def test_the_customers_page_tells_the_day(people: dict[str, User], client: Any) -> None:
    complaint = taken(people)
    for at, told in ((MONDAY + HOUR, True), (DUE + HOUR, False)):
        with time_machine.travel(at, tick=False):
            page = client.get(f"{page_of(complaint)}?lang=en").content.decode()
        assert ("By the rules for such complaints, you will have our final answer by" in page) is told


def test_the_form_takes_the_authoritys_deadline_and_refuses_a_wrong_one(people: dict[str, User]) -> None:
    client = signed_in(people["agent"])
    given = {
        "channel": "regulator",
        "name": "周",
        "description": "转办",
        "authority_due_at": "2020-01-01T10:00",
    }
    answer = client.post("/complaints/new/", given)
    assert answer.status_code == 400 and "authority_due_at_errors" in answer.content.decode()
    far = client.post("/complaints/new/", given | {"authority_due_at": "2999-01-01T10:00"})
    assert far.status_code == 400 and "authority_due_at_errors" in far.content.decode()
    next_year = f"{timezone.now().year + 1}-01-01T10:00"
    assert client.post("/complaints/new/", given | {"authority_due_at": next_year}).status_code == 303
    clock = Clock.objects.get(kind="statutory", subject_type="")
    assert clock.due_at == Complaint.objects.get().authority_due_at


def test_the_simulator_shows_it_as_it_is_set(people: dict[str, User]) -> None:
    complaint = factories.receive(people["supervisor"], **BY_AUTHORITY)
    policy = targets.policy_now()
    assert policy is not None
    found = simulate.simulate(simulate.case_of(complaint), list(policy.rules.all()))
    (promise,) = [each for each in found.promises if each.kind == "statutory"]
    assert (promise.due_at, promise.breach.why_not) == (DUE, "law")
    page = signed_in(people["manager"]).get(
        "/settings/policies/try/",
        {"channel": "regulator", "severity": "normal", "received_at": "2026-11-23T10:00"},
    )
    assert page.status_code == 200
    assert "15 calendar days" in page.content.decode()
