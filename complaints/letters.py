"""The words of a message to a customer, in their language: own words, a team, a time, their private link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from accounts.formats import money
from complaints.models import ClockKind, Complaint, Outbox
from complaints.sla import clocks

PROMISES = (ClockKind.FIRST_RESPONSE, ClockKind.UPDATE, ClockKind.CALLBACK)


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str
    link: str

    @property
    def short(self) -> str:
        """As a text message: the subject, and the link to the rest."""
        return f"{self.subject} {self.link}".strip()


def write(row: Outbox) -> Letter:
    """Render the two templates of this notice."""
    context = _context(row)
    with translation.override(row.language):
        subject, body = (
            render_to_string(f"complaints/email/{row.template}_{part}.txt", context)
            for part in ("subject", "body")
        )
    return Letter(" ".join(subject.split()), body.strip() + "\n", context["link"])


def _context(row: Outbox) -> dict[str, Any]:
    complaint = row.complaint
    assert complaint is not None
    text = getattr(row.event, "text", None)
    details = dict(text.details) if text else {}
    return {
        **row.context,
        "name": complaint.customer.name,
        "number": complaint.number,
        "team": complaint.team,
        "link": "" if complaint.token_revoked_at else complaint.portal_url,
        "words": text.body if text else "",
        "options": [_option(option) for option in details.get("options", ())],
        "next_word": next_word(complaint, row.created_at),
    }


def _option(option: dict[str, Any]) -> dict[str, Any]:
    amount = option.get("amount")
    return {
        "letter": option["letter"],
        "description": option["description"],
        "amount": money(amount) if amount else "",
    }


def next_word(complaint: Complaint, after: datetime) -> datetime | None:
    """By when the customer hears from us next: the earliest promise of it that runs and is still to come."""
    running = [clock.due_at for clock in clocks.live(complaint, *PROMISES) if not clock.paused_since]
    return min((due for due in running if due > after), default=None)
