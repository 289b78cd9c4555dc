"""The moves under “More” and on the customer's page: shown to those who may make them, refused to others."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from complaints.lifecycle import intake
from complaints.lifecycle.ending import merge
from complaints.models import Complaint, Outbox, Promise
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.portal import let_in, page_of
from complaints.tests.views.test_inbox import signed_in
from complaints.views.more import ENTRIES

pytestmark = pytest.mark.django_db
OTHER = intake.CustomerData(name="王丽", phone="100-0000-0099", email="wang@example.com")
HTMX = {"HTTP_HX_REQUEST": "true"}


def url(complaint: Complaint, move: str) -> str:
    return f"/complaints/{complaint.number}/{move}/"


def now() -> Any:
    return timezone.now() - timedelta(minutes=30)


@pytest.mark.parametrize("move", sorted(ENTRIES))
def test_nobody_reaches_a_move_of_a_complaint_they_do_not_see(people: dict[str, User], move: str) -> None:
    complaint = factories.receive(people["agent"], at=now())
    for who in ("online", "warehouse", "admin"):
        assert signed_in(people[who]).get(url(complaint, move)).status_code == 404
        assert signed_in(people[who]).post(url(complaint, move)).status_code == 404
    assert Client().get(url(complaint, move)).status_code == 302


@pytest.mark.parametrize("move", ["conclude", "de-escalate", "admit", "confirm-risk", "reopen", "unmerge"])
def test_an_agent_is_refused_what_is_a_supervisors(people: dict[str, User], move: str) -> None:
    complaint = factories.receive(people["agent"], at=now())
    assert signed_in(people["agent"]).get(url(complaint, move)).status_code == 403
    assert signed_in(people["agent"]).post(url(complaint, move)).status_code in {403, 409}


def test_htmx_gets_the_form_alone_and_a_browser_the_whole_page(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    desk = signed_in(people["agent"])
    part = desk.get(url(complaint, "promise"), **HTMX)
    assert part["Vary"].count("HX-Request") == 1
    assert b"<html" not in part.content
    assert b'name="due_at"' in part.content
    page = desk.get(url(complaint, "promise"))
    assert b"<html" in page.content
    assert b'name="due_at"' in page.content
    assert desk.get(url(complaint, "nap")).status_code == 404


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    answer = signed_in(people["agent"]).post(url(complaint, "promise"), {"text": "I call you at noon"})
    assert answer.status_code == 400
    assert b"I call you at noon" in answer.content
    assert not Promise.objects.exists()


def test_a_question_goes_out_from_the_menu_and_waiting_can_be_ended(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    desk = signed_in(people["agent"])
    assert b"resume/" not in desk.get(complaint.get_absolute_url()).content
    assert desk.post(url(complaint, "wait"), {"question": "Which order?"}).status_code == 303
    complaint.refresh_from_db()
    assert complaint.waiting_on == "customer"
    assert b"resume/" in desk.get(complaint.get_absolute_url()).content
    assert desk.post(url(complaint, "resume")).status_code == 303


def test_merging_by_number_and_undoing_it(people: dict[str, User]) -> None:
    first = factories.receive(people["agent"], at=now())
    second = factories.receive(people["agent"], at=now())
    desk = signed_in(people["agent"])
    assert desk.post(url(first, "merge"), {"into": "RD-0"}).status_code == 400
    foreign = factories.receive(people["online"], channel="web", at=now())
    assert desk.post(url(first, "merge"), {"into": foreign.number}).status_code == 400
    assert desk.post(url(first, "merge"), {"into": str(second.number).lower()}).status_code == 303
    first.refresh_from_db()
    assert first.merged_into == second
    boss = signed_in(people["supervisor"])
    assert b"unmerge/" in boss.get(first.get_absolute_url()).content
    assert boss.post(url(first, "unmerge"), {"reason": "Another pot"}).status_code == 303


def test_a_stale_form_is_refused_with_409(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    answer = signed_in(people["agent"]).post(
        url(complaint, "flag-risk"), {"flag": "legal", "reason": "Lawyer", "version": "1"}
    )
    assert answer.status_code == 409


def test_whoever_declares_a_conflict_gets_no_more_moves(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    desk = signed_in(people["agent"])
    assert desk.post(url(complaint, "declare-conflict"), {"reason": "My cousin"}).status_code == 303
    page = desk.get(complaint.get_absolute_url())
    assert page.status_code == 200
    assert b"declare-conflict/" not in page.content


def test_the_customer_withdraws_and_opens_again_on_their_page(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"], at=now())
    link, anybody = page_of(complaint), let_in(Client(), complaint)
    assert anybody.post(link + "reopen/", {"reason": "Broken"}).status_code == 409
    assert anybody.post(link + "withdraw/", {}).status_code == 303
    complaint.refresh_from_db()
    assert (complaint.stage, complaint.outcome) == ("review", "withdrawn")
    done = factories.closed(people["agent"], people["agent2"], at=now(), customer=OTHER)
    link = page_of(done)
    let_in(anybody, done)
    assert b"reopen/" in anybody.get(link).content
    assert anybody.post(link + "reopen/", {"reason": " "}).status_code == 400
    assert anybody.post(link + "reopen/", {"reason": "Broken again"}).status_code == 303
    done.refresh_from_db()
    assert (done.stage, done.round) == ("diagnose", 2)
    assert Outbox.objects.filter(complaint=done, template="reopened").exists()


def test_the_page_of_a_merged_complaint_says_so_and_names_no_other(people: dict[str, User]) -> None:
    source = factories.receive(people["agent"], customer=OTHER, at=now())
    survivor = factories.receive(people["agent"], at=now())
    merge.merge(source, survivor, by=person(people["supervisor"]), at=timezone.now())
    page = Client().get(page_of(source)).content.decode()
    assert str(survivor.number) not in page
    assert "reopen/" not in page
