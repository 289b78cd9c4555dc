"""The form that logs a complaint: it finds the customer, loses no input and logs nothing twice."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from complaints.models import Complaint
from complaints.tests.views import desk_cases as cases
from tests.browser.typed.conftest import Enter

numbers = count(300)
WORDS = "The lid of the kettle does not close"


@pytest.fixture
def known(transactional_db: None) -> Complaint:
    number = next(numbers)
    complaint = cases.received(User.objects.get(username="agent"), number=number)
    Complaint.objects.filter(pk=complaint.pk).update(order_reference=f"A-{number}")
    complaint.refresh_from_db()
    return complaint


def log_page(enter: Enter) -> Page:
    page = enter("agent")
    page.goto("/complaints/new/")
    expect(page.locator("[name=description]")).to_be_focused()
    return page


def test_a_caller_who_is_known_needs_no_name_and_back_logs_nothing_more(
    enter: Enter, known: Complaint
) -> None:
    page = log_page(enter)
    page.fill("[name=description]", WORDS)
    page.locator("[name=phone]").press_sequentially(known.customer.phone)
    expect(page.locator(f"#customer-{known.customer_id}")).to_be_checked()
    expect(page.locator("#perhaps")).to_be_visible()
    expect(page.locator(f"#caller a[href='{known.get_absolute_url()}']")).to_be_visible()
    before = Complaint.objects.count()
    page.locator("[name=description]").press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("is logged.")
    assert Complaint.objects.count() == before + 1
    assert Complaint.objects.latest("pk").customer == known.customer
    page.go_back()
    expect(page.locator("[name=description]")).to_have_value("")
    page.locator("[name=description]").press("Control+Enter")
    expect(page.locator(".errsum")).to_be_visible()
    assert Complaint.objects.count() == before + 1


def test_a_customer_is_found_by_name_and_order_and_the_choice_comes_back(
    enter: Enter, known: Complaint
) -> None:
    page = log_page(enter)
    page.fill("[name=order_reference]", known.order_reference)
    expect(page.locator("#perhaps")).to_be_visible()
    page.locator("[name=find]").press_sequentially(known.customer.name)
    choice = page.locator(f"#customer-{known.customer_id}")
    choice.check()
    expect(page.locator("#caller")).to_contain_text("The name need not be typed.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[name=find]")).to_have_value(known.customer.name)
    expect(choice).to_be_checked()


def test_a_call_without_any_address_warns_and_is_logged(enter: Enter, transactional_db: None) -> None:
    page = log_page(enter)
    page.fill("[name=description]", WORDS)
    page.locator("[name=name]").press_sequentially("Tan Jia")
    expect(page.locator("#caller")).to_contain_text("nobody can call back")
    page.locator("[name=name]").press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("is logged.")
    expect(page.locator("#messages")).to_contain_text("nobody can call back")


def test_solved_on_this_call_is_never_dropped(enter: Enter, transactional_db: None) -> None:
    page = log_page(enter)
    page.fill("[name=description]", WORDS)
    page.fill("[name=name]", "Tan Jia")
    page.locator("summary", has_text="Solved on this call").click()
    page.fill("[name=scene]", "At home")
    page.locator("[name=scene]").press("Control+Enter")  # the part one is in: it asks for the rest of it
    expect(page.locator(".errsum [data-field=acceptance]")).to_be_visible()
    expect(page.locator("[name=scene]")).to_have_value("At home")
    page.locator("[name=description]").press("Control+Enter")  # the whole form would drop that part
    expect(page.locator("[role=alert]", has_text="Solved on this call")).to_be_visible()
    expect(page.locator("[name=scene]")).to_be_visible()
    assert not Complaint.objects.filter(
        customer__name="Tan Jia", description=WORDS, stage="callback"
    ).exists()


def test_what_the_form_promises_is_what_the_record_gets(enter: Enter, transactional_db: None) -> None:
    """Category, severity, team and each deadline of the preview stand on the complaint that is logged."""
    page = log_page(enter)
    page.fill("[name=name]", "Ma Lei")
    page.fill("[name=phone]", f"100-0000-0{next(numbers)}")
    page.locator("[name=description]").press_sequentially("The parcel is lost, the lawyer will call you.")
    shown = page.locator("#triage")
    expect(shown.locator("mark").first).to_be_visible()
    facts = [text.strip() for text in shown.locator("dd b").all_inner_texts()]
    promises = {
        item.locator("span").inner_text(): item.locator("time").get_attribute("datetime")
        for item in shown.locator("ol.dots li").all()
        if item.locator("time").count()
    }
    page.locator("[name=description]").press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("is logged.")
    complaint = Complaint.objects.latest("pk")
    assert facts[0] == complaint.category.name_en
    assert facts[1] == complaint.get_severity_display()
    assert complaint.team.name_en in facts
    got = {clock.get_kind_display(): clock.due_at for clock in complaint.clocks.all()}
    assert promises
    for label, moment in promises.items():
        difference = got[label] - datetime.fromisoformat(str(moment))
        assert abs(difference) <= timedelta(minutes=2), (label, got[label], moment)
