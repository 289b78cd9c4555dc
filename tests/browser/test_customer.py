"""The customer's page in a browser: staff with the link have no power, the customer types a code."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Complaint
from complaints.tests import factories
from complaints.tests.portal import code_sent, page_of
from tests.browser.conftest import SignIn

ANN = intake.CustomerData(name="Ann Lee", phone="13912345678", email="ann@example.com", language="en")


@pytest.fixture
def asked(org: None) -> Complaint:
    """Return a complaint whose customer has two offers to choose from."""
    agent = User.objects.get(username="agent")
    complaint, _plan = factories.offered(agent, at=timezone.now() - timedelta(hours=1), customer=ANN)
    return complaint


def test_an_agent_with_the_link_cannot_choose(sign_in: SignIn, asked: Complaint) -> None:
    page = sign_in("agent")
    page.goto(page_of(asked))
    expect(page.get_by_text("Preview for staff.")).to_be_visible()
    expect(page.get_by_text("A voucher of ¥50", exact=True)).to_be_visible()
    expect(page.locator("main form, main input")).to_have_count(0)
    answer = page.request.post(page_of(asked, "choose/"), form={"option": "1"})
    assert answer.status == 403
    asked.refresh_from_db()
    assert asked.waiting_on == "customer"


def test_the_customer_chooses_with_a_code(page: Page, live_server: LiveServer, asked: Complaint) -> None:
    page.goto(live_server.url + page_of(asked))
    page.get_by_text("Full refund").first.click()
    page.get_by_role("button", name="Choose A").click()
    expect(page.get_by_text("a•••@example.com")).to_be_visible()
    page.fill("[name=code]", "12")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This is not the code that we sent.")).to_be_visible()
    page.fill("[name=code]", code_sent(asked))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("You chose", exact=True)).to_be_visible()
