"""Keys and decisions: nothing is done by accident, and a decision can be taken back before it leaves."""

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from complaints.lifecycle import converse
from complaints.models import Approval, Complaint
from complaints.rights.actors import person
from complaints.tests.views import desk_cases as cases
from tests.browser.typed.conftest import Enter, show

numbers = count(1)


@pytest.fixture
def approval(transactional_db: None) -> Approval:
    Approval.objects.filter(state="pending").update(state="withdrawn", decided_at=cases.ago(hours=1))
    return cases.money_asked(User.objects.get(username="agent"), number=next(numbers))


def decided(approval: Approval) -> str:
    approval.refresh_from_db()
    return approval.state


def desk(enter: Enter, **options: Any) -> Page:
    page = enter("supervisor", **options)
    page.clock.install()
    page.goto("/approvals/")
    page.clock.run_for(1000)
    return page


def bar(page: Page) -> Locator:
    return page.locator(".undo-bar")


def test_a_reason_opened_by_key_takes_the_letters_that_follow(enter: Enter, approval: Approval) -> None:
    page = desk(enter)
    page.keyboard.press("r")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("a bad idea")
    expect(page.locator("[name=reason]")).to_have_value("a bad idea")
    page.locator("h2.askbig").click()  # nothing is focused now, but the reason is still open
    page.keyboard.press("a")
    expect(bar(page)).to_have_count(0)
    page.locator("[name=reason]").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[name=reason]")).to_be_hidden()
    assert decided(approval) == "pending"
    page.keyboard.press("o")
    expect(page.locator("[name=limit]")).to_be_focused()


def test_a_held_key_decides_once_and_the_decision_can_be_taken_back(enter: Enter, approval: Approval) -> None:
    page = desk(enter)
    page.keyboard.down("a")
    page.keyboard.down("a")
    expect(bar(page)).to_contain_text("Approved.")
    expect(bar(page).locator("button").first).to_be_focused()
    for key in ("a", "r", "n"):  # no letter acts while it waits
        page.keyboard.press(key)
    page.clock.run_for(7000)
    expect(bar(page)).to_contain_text("Undo (1 s)")
    page.keyboard.press("Enter")  # on the button that takes it back
    expect(bar(page)).to_have_count(0)
    page.clock.run_for(9000)
    assert decided(approval) == "pending"
    expect(page.locator("button[value=approve]")).to_be_focused()


def test_a_decision_leaves_when_the_time_is_over(enter: Enter, approval: Approval) -> None:
    other = cases.money_asked(User.objects.get(username="agent"), number=next(numbers))
    page = desk(enter)
    page.goto(f"/approvals/{approval.pk}/")
    page.clock.run_for(1000)
    page.keyboard.press("a")
    page.clock.run_for(9000)
    expect(page.locator("#messages")).to_contain_text("Approved")
    page.keyboard.press("a")  # into a page that has just come: the next request never inherits the key
    expect(bar(page)).to_have_count(0)
    assert (decided(approval), decided(other)) == ("approved", "pending")


def test_a_decision_leaves_with_the_page_and_once(enter: Enter, approval: Approval) -> None:
    page = desk(enter)
    page.keyboard.press("r")
    page.keyboard.type("Too dear")
    page.keyboard.press("Control+Enter")
    expect(bar(page)).to_contain_text("Rejected.")
    assert decided(approval) == "pending"
    page.goto("/")
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_function("() => document.cookie.includes('rd-sent')")
    assert (decided(approval), approval.decision_note) == ("rejected", "Too dear")
    page.goto("/approvals/")
    expect(page.locator("#messages")).to_contain_text("Refused")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('rd-draft'))") == []


def test_a_reason_that_is_missing_is_asked_for_at_once(enter: Enter, approval: Approval) -> None:
    page = desk(enter)
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=reason][aria-invalid=true]")).to_be_focused()
    expect(bar(page)).to_have_count(0)
    assert decided(approval) == "pending"


def test_without_script_the_form_decides(enter: Enter, approval: Approval) -> None:
    page = enter("supervisor", java_script_enabled=False)
    page.goto("/approvals/")
    page.locator("button[value=approve]").click()
    expect(page.locator("#messages")).to_contain_text("Approved")
    assert decided(approval) == "approved"


def test_no_letter_acts_while_a_form_is_open_or_something_is_under_way(
    enter: Enter, transactional_db: None
) -> None:
    complaint: Complaint = cases.received(User.objects.get(username="agent"), number=next(numbers))
    page = enter("supervisor")
    show(page, complaint)
    page.keyboard.press("a")  # "Assign" opens and takes the focus
    expect(page.locator("[name=assignee]")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    for key in ("e", "n", "m"):
        page.keyboard.press(key)
    expect(page.locator("details.drop[open]")).to_have_count(1)
    assert page.url.endswith(f"/{complaint.number}/")
    page.keyboard.press("Escape")
    page.route("**/clocks/*/", lambda route: None)  # the answer never comes
    page.locator(".clocklist a").first.click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    expect(page.locator("details.drop[open]")).to_have_count(0)


def test_the_complaint_is_written_to_by_key(enter: Enter, transactional_db: None) -> None:
    agent = User.objects.get(username="agent")
    complaint = cases.received(agent, number=next(numbers))
    converse.note(complaint, by=person(agent), at=cases.ago(minutes=5), body="Seen")
    page = enter("agent")
    show(page, complaint)
    page.locator("label.ctab", has_text="Internal note").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("r")
    expect(page.locator("#id_reply_body")).to_be_focused()
