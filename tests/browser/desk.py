"""The steps that people take on the pages. Each step ends when the page says that it is done."""

from datetime import datetime

from playwright.sync_api import Page, expect


def pick(page: Page, name: str, value: str) -> None:
    """Choose a value in a row of buttons by clicking it, as a person would."""
    page.locator(f"label:has(input[name={name}][value='{value}'])").first.click()


def flash(page: Page, text: str) -> None:
    expect(page.locator("#messages")).to_contain_text(text)


def number_of(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def log_call(page: Page, *, received_at: datetime | None = None, **fields: str) -> str:
    """Fill in the log form, press Ctrl+Enter, and return the number of the complaint."""
    page.goto("/complaints/new/")
    if channel := fields.pop("channel", ""):
        page.select_option("[name=channel]", channel)
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    if received_at is not None:
        page.locator("details:has([name=received_at]) > summary").click()
        page.fill("[name=received_at]", received_at.strftime("%Y-%m-%dT%H:%M:%S"))
    page.press("[name=description]", "Control+Enter")
    flash(page, "is logged.")
    return number_of(page)


def open_complaint(page: Page, number: str) -> None:
    page.goto(f"/complaints/{number}/")
    expect(page.locator(".ws-head")).to_contain_text(number)


def stage_is(page: Page, name: str) -> None:
    expect(page.locator(".stages [aria-current=step]")).to_contain_text(name)


def press(page: Page, text: str) -> None:
    page.locator("button:visible", has_text=text).first.click()


def start_diagnosis(page: Page) -> None:
    press(page, "tart the diagnosis")
    stage_is(page, "Diagnose")


def find(page: Page, statement: str) -> None:
    words = {
        "scene": "Opened at home on Monday evening; photos are in the mail.",
        "desired_outcome": "Money back",
        "problem_statement": statement,
        "reasons": "Order, photos and the packing video were compared.",
    }
    for name, value in words.items():
        page.fill(f"#stage [name={name}]", value)
    choices = {
        "reported_before": "no",
        "nature": "fact",
        "customer_state": "solution_seeking",
        "problem_type": "compensation",
        "grounds": "yes",
        "demand": "yes",
        "responsibility": "own",
        "finding": "upheld",
    }
    for name, value in choices.items():
        pick(page, name, value)
    press(page, "Confirm the finding")
    flash(page, "The finding is recorded.")
    stage_is(page, "Resolve")


def offer(page: Page, options: list[tuple[str, str, str]], said: str) -> None:
    for row, (kind, amount, words) in enumerate(options, start=1):
        page.select_option(f"[name=options_{row}_kind]", kind)
        page.fill(f"[name=options_{row}_amount]", amount)
        page.fill(f"[name=options_{row}_description]", words)
    press(page, "Send these options")
    flash(page, said)


def carry_out(page: Page, final_answer: str) -> None:
    """Record the customer's choice, finish its task, tell the customer, and give the final answer."""
    page.locator("label.choice").first.click()
    page.fill("#stage [name=evidence]", "Said yes on the phone")
    press(page, "Record the choice")
    flash(page, "The choice is recorded")
    page.fill(".done-form [name=evidence]", "Refund 8812")
    page.locator(".done-form button").click()
    flash(page, "Done: ")
    page.select_option(".comp [name=purpose]", "progress")
    page.fill("#id_reply_body", "The refund 8812 left us today and is with you on Thursday.")
    press(page, "Send reply")
    flash(page, "Sent to the customer.")
    page.fill("[name=final_answer]", final_answer)
    press(page, "Mark as carried out")
    flash(page, "Resolved.")
    stage_is(page, "Callback")


def call_back(page: Page, *, resolved: bool, solution: int, still_wrong: str = "") -> None:
    pick(page, "result", "reached")
    pick(page, "resolved", "yes" if resolved else "no")
    pick(page, "csat_solution", str(solution))
    pick(page, "csat_attitude", "5")
    if still_wrong:
        page.fill("[name=still_wrong]", still_wrong)
    page.locator(".cb-go button").click()
    flash(page, "The call is recorded.")


def review(page: Page) -> None:
    pick(page, "attribution", "product")
    pick(page, "scope", "systemic")
    for name, value in {
        "lesson": "Glass needs a second layer",
        "why_1": "It broke on the way",
        "why_2": "There was one layer of paper",
        "fishbone_material": "thin paper",
        "no_action_reason": "The padded carton is in use since this week",
    }.items():
        page.fill(f"[name={name}]", value)
    press(page, "Send the review for approval")
    flash(page, "is waiting for approval")


def approve_first(page: Page, text: str) -> None:
    page.goto("/approvals/")
    expect(page.locator("#approvals")).to_contain_text(text)
    page.locator("button[value=approve]").click()
    page.locator(".undo-bar button", has_text="Send now").click()
    flash(page, "Approved")


def reload_until(page: Page, selector: str, text: str, tries: int = 400) -> None:
    """Reload until the page shows the text. Each try waits for the server's answer."""
    for _look in range(tries):
        if page.locator(selector, has_text=text).count():
            return
        page.reload()
    raise AssertionError(f"{selector} never showed {text!r}")
