"""Details that only a browser can show: languages, input that is kept, keys, widths."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint
from complaints.rights.actors import person
from complaints.tests.portal import page_of
from tests.browser import desk
from tests.browser.conftest import SignIn

SMALL = {"viewport": {"width": 390, "height": 844}}
SIDEWAYS = """() => [document.documentElement, document.getElementById("main")]
    .some(e => e && e.scrollWidth > e.clientWidth + 1)"""
PAGES = ("/", "/complaints/new/", "/callbacks/", "/reviews/", "/accounts/settings/")


@pytest.fixture
def complaint(org: None) -> Complaint:
    receipt = intake.Receipt(
        customer=intake.CustomerData(name="周美玲", phone="100-0000-0001"),
        channel="phone",
        description="电饭煲内胆收到时就碎了，要求退款",
        subject="Wants ¥129 back for a cracked rice cooker that came without any foam around its corners",
    )
    return intake.receive(receipt, by=person(User.objects.get(username="agent")), at=timezone.now())


@pytest.mark.parametrize(
    ("language", "html", "heading"), [("en", "en", "My work"), ("zh-hans", "zh-Hans", "我的工作")]
)
def test_a_person_works_in_their_language(
    sign_in: SignIn, org: None, language: str, html: str, heading: str
) -> None:
    User.objects.filter(username="agent").update(language=language)
    page = sign_in("agent")
    expect(page.locator("html")).to_have_attribute("lang", html)
    expect(page.locator("h1").first).to_have_text(heading)


def test_a_refused_form_keeps_what_was_typed(sign_in: SignIn, console: list[str]) -> None:
    page = sign_in("agent")
    page.goto("/complaints/new/")
    page.fill("[name=description]", "The lid of the kettle does not close")
    page.fill("[name=loss_amount]", "a lot")
    page.press("[name=description]", "Control+Enter")
    expect(page.locator("[name=loss_amount][aria-invalid=true]")).to_be_visible()
    expect(page.locator("[name=description]")).to_have_value("The lid of the kettle does not close")
    expect(page.locator("[name=loss_amount]")).to_have_value("a lot")
    assert Complaint.objects.count() == 0
    assert all("400" in line for line in console)
    console.clear()


def test_a_refused_step_in_the_workspace_keeps_it_too(
    sign_in: SignIn, console: list[str], complaint: Complaint
) -> None:
    page = sign_in("agent")
    desk.open_complaint(page, str(complaint.number))
    desk.start_diagnosis(page)
    page.fill("#stage [name=scene]", "At home, on Monday")
    desk.press(page, "Confirm the finding")
    expect(page.locator("#stage [aria-invalid=true], #stage .is-invalid").first).to_be_visible()
    expect(page.locator("#stage [name=scene]")).to_have_value("At home, on Monday")
    assert all("400" in line for line in console)
    console.clear()


def test_the_suggestion_follows_what_is_typed(sign_in: SignIn) -> None:
    page = sign_in("agent")
    page.goto("/complaints/new/")
    page.locator("[name=description]").press_sequentially("The parcel arrived smashed and the vase is broken")
    expect(page.locator("#triage")).to_contain_text("Damaged")


def test_a_note_is_not_a_reply(sign_in: SignIn, complaint: Complaint) -> None:
    page = sign_in("agent")
    desk.open_complaint(page, str(complaint.number))
    page.locator("label.ctab", has_text="Internal note").click()
    page.fill("#id_note_body", "Compare the packing video first")
    desk.press(page, "Add note")
    desk.flash(page, "Note added.")
    expect(page.locator(".msg.note")).to_contain_text("Compare the packing video first")
    expect(page.locator(".msg.us")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_scrolls_sideways_on_a_phone(sign_in: SignIn, complaint: Complaint, language: str) -> None:
    User.objects.filter(username="agent").update(language=language)
    page: Page = sign_in("agent", **SMALL)
    for path in (*PAGES, f"/complaints/{complaint.number}/", page_of(complaint)):
        page.goto(path)
        assert not page.evaluate(SIDEWAYS), path


def test_on_a_phone_a_refused_reply_stays_on_its_tab(
    sign_in: SignIn, console: list[str], complaint: Complaint
) -> None:
    page = sign_in("agent", **SMALL)
    page.goto(f"/complaints/{complaint.number}/")
    page.locator("[data-tab-for=story]").click()
    desk.press(page, "Send reply")
    expect(page.locator("#id_reply_body[aria-invalid=true]")).to_be_visible()
    expect(page.locator("[data-tab-for=story][aria-selected=true]")).to_have_count(1)
    assert all("400" in line for line in console)
    console.clear()
