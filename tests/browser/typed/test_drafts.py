"""What is typed comes back: after a reload, in a second tab, after a refusal, without network or session."""

from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from accounts.models import User
from complaints.demo import organisation
from complaints.models import Complaint
from complaints.tests.portal import page_of
from complaints.tests.views import desk_cases as cases
from tests.browser.typed.conftest import Enter, drafts, show, tab

numbers = count(100)
REPLY, NOTE = "#id_reply_body", "#id_note_body"
A_WEEK_LATER = """() => {
    for (const [key, text] of Object.entries({...localStorage})) {
        const draft = JSON.parse(text);
        localStorage[key] = JSON.stringify({...draft, at: draft.at - 8 * 86400000});
    }
}"""


@pytest.fixture
def complaint(transactional_db: None) -> Complaint:
    return cases.received(User.objects.get(username="agent"), number=next(numbers))


def write(page: Page, field: str, text: str) -> None:
    """Type a text and wait until the device keeps it."""
    before = page.evaluate("localStorage.length")
    page.locator(field).press_sequentially(text)
    page.wait_for_function("n => localStorage.length > n", arg=before)


def cookies_gone(window: BrowserContext, name: str | None = None) -> None:
    window.clear_cookies(name=name) if name else window.clear_cookies()


def test_sending_one_form_leaves_the_others_alone(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    write(page, REPLY, "Dear customer")
    page.locator("summary[data-key=e]").click()
    write(page, "[name=tried]", "Two calls")
    page.keyboard.press("Escape")
    tab(page, "Internal note")
    page.fill(NOTE, "Compare the video")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#messages")).to_contain_text("Note added.")
    expect(page.locator(NOTE)).to_have_value("")
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    expect(page.locator(REPLY)).to_be_visible()
    expect(page.locator("[name=tried]")).to_have_value("Two calls")
    expect(page.locator("summary[data-key=e].has-draft")).to_be_visible()
    assert drafts(page) == 2


def test_a_refusal_keeps_every_text_and_what_was_open(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    page.get_by_role("button", name="Start the diagnosis").click()
    expect(page.locator("#stage [name=scene]")).to_be_visible()
    page.fill(REPLY, "Dear customer")
    page.fill("#stage [name=scene]", "At home")
    page.locator("summary[data-key=e]").click()
    page.fill("[name=tried]", "Two calls")
    page.locator("[name=tried]").press("Control+Enter")  # refused: the reason is missing
    expect(page.locator("form[action$='/escalate/'] .errsum")).to_be_visible()
    for field, text in (
        (REPLY, "Dear customer"),
        ("#stage [name=scene]", "At home"),
        ("[name=tried]", "Two calls"),
    ):
        expect(page.locator(field)).to_have_value(text)
    page.keyboard.press("Escape")
    Complaint.objects.filter(pk=complaint.pk).update(version=99)
    page.get_by_role("button", name="Confirm the finding").click()  # somebody was faster
    expect(page.locator(".conflict")).to_be_visible()
    expect(page.locator("#stage [name=scene]")).to_have_value("At home")
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    page.locator(".conflict a").click()
    expect(page.locator(".conflict")).to_have_count(0)
    expect(page.locator("#stage [name=scene]")).to_have_value("At home")
    assert page.locator("form[action$='/finding/'] [name=version]").input_value() == "99"


def test_a_draft_survives_reload_and_back_and_can_be_discarded(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    write(page, REPLY, "Dear customer")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    expect(page.locator("body")).to_be_focused()  # the focus is not stolen
    page.goto("/")
    page.go_back()
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator(REPLY)).to_have_value("")
    assert drafts(page) == 0


def test_a_second_tab_has_the_draft_and_cannot_send_it_again(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    write(page, REPLY, "Dear customer")
    second = page.context.new_page()
    show(second, complaint)
    expect(second.locator(REPLY)).to_have_value("Dear customer")
    page.locator(REPLY).press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Sent to the customer.")
    expect(second.locator(REPLY)).to_have_value("")
    assert drafts(second) == 0


def test_without_network_it_says_so_keeps_the_text_and_tries_again(
    enter: Enter, complaint: Complaint
) -> None:
    page = enter("agent")
    show(page, complaint)
    page.fill(REPLY, "Dear customer")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send reply").click()
    notice = page.locator("#rd-notice")
    expect(notice).to_contain_text("Not sent: no connection. Your text is kept.")
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    page.context.set_offline(False)
    notice.get_by_role("button").click()
    expect(page.locator("#messages")).to_contain_text("Sent to the customer.")
    page.fill(REPLY, "And one more")
    page.route("**/message/", lambda route: route.abort())  # the network fails on the way
    page.get_by_role("button", name="Send reply").click()
    expect(notice).to_contain_text("Not sent: no connection.")
    expect(page.get_by_role("button", name="Send reply")).to_be_enabled()
    page.unroute("**/message/")
    notice.get_by_role("button").click()
    expect(page.locator("#timeline")).to_contain_text("And one more")
    expect(page.locator(".msg.us")).to_have_count(2)


@pytest.mark.parametrize("lost", ["sessionid", None])
def test_after_the_session_ended_one_signs_in_and_goes_on(
    enter: Enter, complaint: Complaint, lost: str | None
) -> None:
    page = enter("agent")
    show(page, complaint)
    page.fill(REPLY, "Dear customer")
    cookies_gone(page.context, lost)
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator("form [name=password]")).to_be_visible()
    expect(page.locator("#workspace")).to_have_count(0)
    expect(page.locator("body")).to_contain_text("What you typed is kept on this device.")
    page.fill("[name=username]", "agent")
    page.fill("[name=password]", organisation.PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator(REPLY)).to_have_value("Dear customer")
    page.locator(REPLY).press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Sent to the customer.")
    assert "password" not in str(page.evaluate("Object.entries({...localStorage, ...sessionStorage})"))


def test_a_look_up_without_session_interrupts_nobody(enter: Enter, transactional_db: None) -> None:
    page = enter("agent")
    page.goto("/complaints/new/")
    page.context.clear_cookies()
    page.locator("[name=name]").press_sequentially("Tan Jia")
    notice = page.locator("#rd-notice")
    expect(notice).to_contain_text("Your session has ended.")
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type(" Hao")
    notice.get_by_role("button", name="Sign in").click()
    page.fill("[name=username]", "agent")
    page.fill("[name=password]", organisation.PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("[name=name]")).to_have_value("Tan Jia Hao")


def test_a_page_form_survives_the_end_of_the_session_too(enter: Enter, transactional_db: None) -> None:
    page = enter("manager")
    page.goto("/settings/severity/")
    page.fill("[name=reason]", "As agreed")
    cookies_gone(page.context)
    page.locator("main .btn-primary").click()
    page.fill("[name=username]", "manager")
    page.fill("[name=password]", organisation.PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("[name=reason]")).to_have_value("As agreed")


def test_signing_out_asks_and_clears_and_a_week_is_the_longest(enter: Enter, complaint: Complaint) -> None:
    page = enter("agent")
    show(page, complaint)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    write(page, REPLY, "Dear customer")
    page.goto("/")
    assert asked == ["beforeunload"]
    page.evaluate(A_WEEK_LATER)
    page.reload()
    assert drafts(page) == 0
    show(page, complaint)
    write(page, REPLY, "Dear customer")
    page.locator(".rd-me").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[name=password]")).to_be_visible()
    assert (drafts(page), asked) == (0, ["beforeunload"] * 2)


def test_a_customers_words_come_back_in_their_tab_and_go_once(enter: Enter, complaint: Complaint) -> None:
    page = enter()
    page.goto(page_of(complaint))
    page.locator("summary", has_text="Add a message").click()
    page.locator("[name=body]").press_sequentially("It is still broken")
    page.wait_for_function("() => sessionStorage.length > 0")
    page.reload()
    expect(page.locator("[name=body]")).to_have_value("It is still broken")
    page.locator("summary", has_text="Add a message").click()
    page.locator("form[action$='/message/'] button.btn").dblclick()
    expect(page.locator("#messages")).to_contain_text("Your message has arrived.")
    expect(page.locator(".said .m", has_text="It is still broken")).to_have_count(1)
    assert drafts(page) == 0
