"""One day of two complaints on real pages: one is settled in two rounds, nobody touches the other."""

import subprocess
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import BreachEscalation
from tests.browser import desk
from tests.browser.conftest import SignIn

PROMISE = timedelta(minutes=5)
"""The time for a first reply to a complaint in a store, by the sample policy, at any hour."""
LEFT = timedelta(seconds=25)
ALONE = "The yoghurt was two days past its date"
VASE = "Wants ¥260 back for a broken vase"


def leave_alone(page: Page) -> str:
    """Log a complaint whose first reply is due in a few seconds and that nobody will touch."""
    received_at = (timezone.now() - PROMISE + LEFT).astimezone(ZoneInfo("Asia/Shanghai"))
    return desk.log_call(
        page,
        received_at=received_at,
        channel="store",
        name="Tan Jia",
        phone="100-0000-0002",
        subject=ALONE,
        description="I bought a yoghurt this morning and its date was the day before yesterday.",
    )


def first_round(sign_in: SignIn, agent: Page) -> str:
    """Log a complaint, diagnose it, offer above the agent's authority, have it approved and carry it out."""
    number = desk.log_call(
        agent,
        name="Isla Merrick",
        phone="100-0000-0001",
        email="isla@example.com",
        subject=VASE,
        description="The vase I ordered has a piece missing, there was one sheet of paper around it.",
        desired_outcome="Refund of ¥260",
    )
    desk.start_diagnosis(agent)
    desk.find(agent, "The vase was packed in one layer of paper.")
    options = [("PART", "260", "¥260 back"), ("COUP50", "", "A voucher of ¥50")]
    desk.offer(agent, options, "This is above your limit, so a decision has been requested.")
    desk.approve_first(sign_in("supervisor"), "¥260")
    desk.open_complaint(agent, number)
    desk.carry_out(agent, "¥260 was refunded.")
    return number


def second_round(sign_in: SignIn, number: str) -> Page:
    """The customer is not satisfied in the callback, so the second line takes over with its own authority."""
    colleague = sign_in("agent2")
    desk.open_complaint(colleague, number)
    desk.call_back(colleague, resolved=False, solution=1, still_wrong="The money never came.")
    specialist = sign_in("specialist")
    desk.open_complaint(specialist, number)
    expect(specialist.locator(".ws-meta")).to_contain_text("Second handling, round 2")
    desk.start_diagnosis(specialist)
    desk.find(specialist, "The refund went to a card that has expired.")
    options = [("PART", "300", "¥300 to another card"), ("COUP50", "", "A voucher of ¥50")]
    desk.offer(specialist, options, "The offer is with the customer.")
    desk.carry_out(specialist, "¥300 was paid to the new card.")
    return specialist


def closed(sign_in: SignIn, specialist: Page, number: str) -> None:
    """The customer is satisfied in the callback. The review is full, because it took two rounds."""
    caller = sign_in("callback")
    caller.goto(f"/callbacks/?open={number}")
    desk.call_back(caller, resolved=True, solution=5)
    desk.open_complaint(specialist, number)
    desk.stage_is(specialist, "Review")
    desk.review(specialist)
    desk.approve_first(sign_in("quality"), VASE)
    desk.open_complaint(specialist, number)
    expect(specialist.locator("#stage")).to_contain_text("Closed")


def test_one_day_through_the_pages(sign_in: SignIn, worker: subprocess.Popen[bytes]) -> None:
    agent = sign_in("agent")
    alone = leave_alone(agent)
    number = first_round(sign_in, agent)
    specialist = second_round(sign_in, number)
    closed(sign_in, specialist, number)
    _overview_shows_it(sign_in("manager"), number)
    _went_up_by_itself(agent, alone)
    assert worker.poll() is None, "the worker has stopped"


def _overview_shows_it(manager: Page, number: str) -> None:
    manager.goto("/reports/")
    expect(manager.locator("a.kpi-v[href*='/volume/']")).to_have_text("2")
    manager.goto("/reports/list/volume/?part=all")
    row = manager.locator("a.rowlink", has_text=number)
    expect(row).to_contain_text("Closed")


def _went_up_by_itself(page: Page, number: str) -> None:
    """The worker escalated it, once, without anybody clicking."""
    desk.open_complaint(page, number)
    desk.reload_until(page, "#timeline .ev", "Escalated automatically to Specialist")
    page.reload()
    expect(page.locator("#timeline .ev", has_text="Escalated automatically")).to_have_count(1)
    expect(page.locator("#timeline .ev", has_text="Promise missed: First reply")).to_have_count(1)
    expect(page.locator(".ws-meta")).to_contain_text("nobody yet, Second line")
    assert BreachEscalation.objects.filter(complaint__number=number).count() == 1
