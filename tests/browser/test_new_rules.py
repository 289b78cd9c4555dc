"""A manager who is no administrator changes a policy and a calendar and recalculates open deadlines."""

import subprocess
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from complaints.lifecycle import intake
from complaints.models import Clock, Complaint
from complaints.rights.actors import person
from complaints.sla.targets import calendar_now, policy_now
from tests.browser import desk
from tests.browser.conftest import SignIn

MINUTES = 4800
"""The minutes that the rule grants from now on: ten working days of eight hours."""


def open_complaint() -> Complaint:
    receipt = intake.Receipt(
        customer=intake.CustomerData(name="周美玲", phone="100-0000-0001", language="en"),
        channel="web",
        description="The inner bowl was cracked; I want my money back",
        category="LOG-DMG",
        gravity="S2",
    )
    by = person(User.objects.get(username="online"))
    return intake.receive(receipt, by=by, at=timezone.now())


def change_rule(page: Page, order: int) -> None:
    """Change a rule: try it first, while no complaint depends on it, then save it."""
    page.goto("/settings/policies/")
    page.get_by_label(f"Change rule {order}", exact=True).click()
    page.fill("[name=minutes_resolution]", str(MINUTES))
    page.fill("[name=reason]", "Ten days, as agreed with the customers")
    page.get_by_text("Try it before it is in force").click()
    page.select_option("[name=try-channel]", "web")
    desk.press(page, "Which deadlines would it have?")
    expect(page.locator("main")).to_contain_text("80h")
    desk.press(page, "Put this change in force")
    desk.flash(page, "The new version applies to every clock that starts from now on.")


def open_on_saturdays(page: Page) -> None:
    page.goto("/settings/calendars/CN-OFFICE/")
    page.fill("[name=day_5]", "09:00–12:00")
    page.fill("[name=reason]", "Saturdays before the festival")
    desk.press(page, "Put these hours in force")
    expect(page.locator(".rules")).to_contain_text(["Saturdays before the festival"])


def test_a_manager_recalculates_open_deadlines_by_new_rules(
    sign_in: SignIn, worker_of_all: subprocess.Popen[bytes]
) -> None:
    manager = User.objects.get(username="manager")
    assert not (manager.is_staff or manager.is_superuser)
    number = open_complaint().number
    clock = Clock.objects.select_related("rule").get(kind="resolution")
    assert clock.rule is not None
    before = clock.due_at
    page = sign_in("manager")
    change_rule(page, clock.rule.order)
    open_on_saturdays(page)

    clock.refresh_from_db()
    assert (clock.due_at, clock.calendar.version, clock.rule.policy.version) == (before, 1, 1)
    page.goto("/settings/retarget/")
    row = page.locator("section:has(#would) .version", has_text=str(number))
    expect(row.filter(has_text="Resolve")).to_contain_text("later")
    page.fill("[name=reason]", "The festival is near")
    desk.press(page, "Recalculate them")
    desk.flash(page, "Open deadlines are being recalculated.")
    # The page polls by itself until the job is done.
    expect(page.locator("#jobs .version", has_text="The festival is near")).to_contain_text("done")

    clock = Clock.objects.select_related("rule__policy", "calendar").get(pk=clock.pk)
    assert clock.rule is not None
    assert (clock.calendar, clock.rule.policy) == (calendar_now("CN-OFFICE"), policy_now())
    assert clock.target_seconds == MINUTES * 60
    assert clock.due_at == clock.calendar.working.add(clock.started_at, timedelta(minutes=MINUTES))
    desk.open_complaint(page, str(number))
    expect(page.locator("#timeline .ev", has_text="Deadlines recalculated")).to_have_count(1)
    assert worker_of_all.poll() is None, "the worker has stopped"
