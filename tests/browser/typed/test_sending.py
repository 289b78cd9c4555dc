"""Sending: once, by the keys too, with what is wrong on top and the explanation where one looks."""

from itertools import count

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from complaints.models import Complaint, Message
from complaints.tests.portal import page_of
from complaints.tests.views import desk_cases as cases
from tests.browser.typed.conftest import Enter, show, tab

numbers = count(200)


@pytest.fixture
def complaint(transactional_db: None) -> Complaint:
    return cases.received(User.objects.get(username="agent"), number=next(numbers))


def said(complaint: Complaint, **match: object) -> int:
    return Message.objects.filter(complaint=complaint, **match).count()


def flash(page: Page, text: str) -> None:
    expect(page.locator("#messages")).to_contain_text(text)


def test_each_kind_of_entry_has_its_own_text_and_button(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    page.fill("#id_reply_body", "Only for the customer")
    tab(page, "Phone log")
    expect(page.locator("#id_call_body")).to_have_value("")
    page.fill("#id_call_body", "Rang twice")
    page.get_by_label("Not reached").check()
    page.get_by_role("button", name="Log call").click()
    flash(page, "Call logged.")
    tab(page, "Customer said")
    page.fill("#id_received_body", "I am at home on Friday")
    page.select_option("#id_received_channel", "chat")
    page.fill("#id_received_said_at", "2026-01-05T09:30")
    page.locator("#id_received_said_at").press("Control+Enter")
    flash(page, "What the customer said is recorded.")
    words = page.locator("#timeline .msg", has_text="I am at home on Friday")
    expect(words.locator(".avatar")).to_be_visible()
    expect(words).to_contain_text("said")
    event = Message.objects.get(complaint=complaint, direction="in", channel="chat").event
    assert event.text.details["said_at"].startswith("2026-01-05T09:30:00")
    tab(page, "Reply")
    expect(page.locator("#id_reply_body")).to_have_value("Only for the customer")


def test_a_double_click_and_a_repeated_key_send_once(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    tab(page, "Internal note")
    page.fill("#id_note_body", "Seen")
    before = said(complaint)
    held: list[object] = []
    page.route("**/message/", lambda route: held.append(route))
    button = page.get_by_role("button", name="Add note")
    button.dblclick()
    expect(button).to_be_disabled()
    page.locator("#id_note_body").press("Control+Enter")
    page.wait_for_timeout(100)
    assert len(held) == 1
    held[0].continue_()  # type: ignore[attr-defined]
    flash(page, "Note added.")
    assert said(complaint) == before + 1


def test_the_same_form_of_two_requests_is_answered_twice_and_taken_once(
    enter: Enter, complaint: Complaint
) -> None:
    page = enter("agent")
    show(page, complaint)
    send_twice = """async () => {
        const form = document.querySelector(".c-note");
        form.elements.body.value = "Seen";
        const send = () => fetch(form.action, {method: "POST", body: new FormData(form), redirect: "follow"});
        const answers = await Promise.all([send(), send()]);
        return answers.map(answer => [answer.status, new URL(answer.url).pathname]);
    }"""
    before = said(complaint)
    assert page.evaluate(send_twice) == [[200, f"/complaints/{complaint.number}/"]] * 2
    assert said(complaint) == before + 1


def test_control_enter_sends_the_form_one_is_in(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    page.locator("summary[data-key=m]").click()
    page.locator(".menu.more a[href$='/promise/']").click()
    text = page.locator(".more-slot [name=text]")
    expect(text).to_be_visible()
    text.press("Control+Enter")
    expect(page.locator(".more-slot .errsum")).to_be_visible()
    assert said(complaint, purpose="reply", direction="internal") == 0
    customer = enter()
    customer.goto(page_of(complaint))
    customer.locator("summary", has_text="Add a message").click()
    customer.fill("[name=body]", "Thank you")
    customer.locator("[name=body]").press("Control+Enter")
    flash(customer, "Your message has arrived.")


def test_what_is_wrong_stands_on_top_and_goes_when_it_is_answered(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    page.get_by_role("button", name="Start the diagnosis").click()
    form = page.locator("form[action$='/finding/']")
    form.locator("[name=scene]").press("Control+Enter")
    summary = form.locator(".errsum")
    expect(summary).to_be_visible()
    expect(form.locator("[aria-invalid=true]").first).to_be_focused()
    expect(form.locator("[aria-invalid=true]").first).to_be_in_viewport()
    last = summary.locator("[data-field=reasons] a")
    last.click()
    expect(form.locator("[name=reasons]")).to_be_focused()
    expect(form.locator("[name=reasons]")).to_be_in_viewport()
    page.keyboard.type("The video shows it")
    expect(last).to_have_count(0)
    expect(form.locator("[name=reasons][aria-invalid=true]")).to_have_count(0)
    expect(form.locator("#id_reasons_errors")).to_have_count(0)


def test_a_clock_is_explained_below_itself(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    clock = page.locator(".clocklist a").first
    clock.click()
    why = page.locator(".clocklist .reckon")
    expect(why).to_be_in_viewport()
    expect(why.locator("h2")).to_be_focused()
    gap = page.evaluate(
        """() => document.querySelector('.clocklist .reckon').getBoundingClientRect().top
            - document.querySelector('.clocklist a').getBoundingClientRect().bottom"""
    )
    assert 0 <= gap < 60


def test_an_answer_that_is_no_part_of_the_page_takes_nothing_away(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    page.fill("#id_reply_body", "Dear customer")
    page.route("**/message/", lambda route: route.fulfill(status=403, body="<p>You may not do this</p>"))
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("#rd-notice")).to_contain_text("You may not do this")
    expect(page.locator("#id_reply_body")).to_have_value("Dear customer")
