"""The text of outgoing messages, in the language of the reader.

A letter to a customer has their own words, the team, a time and their private link. A letter to staff says
what happened and where to look, and nothing about the customer.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.middleware import known_zone
from accounts.models import User
from complaints.models import Clock, ClockKind, Complaint, Outbox, PortalCode
from complaints.notices import text_messages
from complaints.notices.texts import OF_ACTIONS, OF_SQUADS, due_of, sentence
from complaints.rights import codes, links
from complaints.sla import clocks, zones
from ui import formats, organisation
from ui.formats import money

CODE = "code"
"""The template of the letter with a one-time code."""
WORDED = {"acknowledgement", "message"}
"""Letters that have wordings of their own for text messages (`_text.txt`)."""
PROMISES = (ClockKind.FIRST_RESPONSE, ClockKind.REPLY, ClockKind.UPDATE, ClockKind.CALLBACK)


@dataclass(frozen=True)
class Letter:
    """The finished text of a message, and the customer's private link if there is one."""

    subject: str
    body: str
    link: str
    wordings: tuple[str, ...] = ()
    """Texts that a text message may use, the longest first. If there are none, it uses the subject."""

    @property
    def short(self) -> str:
        """The letter as a text message: a wording that fits into one part, and the link to the rest."""
        return text_messages.fitting(self.wordings or (self.subject,), self.link)


def write(row: Outbox, *, at: datetime) -> Letter:
    """Render the two templates of this notice. A private link is made now if there is no valid one."""
    with translation.override(row.language):
        context = _context(row, at)
        subject, body = (
            render_to_string(f"complaints/email/{row.template}_{part}.txt", context)
            for part in ("subject", "body")
        )
    signed = f"{body.strip()}\n\n{organisation.current().brand_name}\n"
    wordings = _wordings(row.template, row.language, context)
    return Letter(" ".join(subject.split()), signed, context["link"], wordings)


def _wordings(template: str, language: str, context: dict[str, Any]) -> tuple[str, ...]:
    """Return the texts that a text message may use, the longest first."""
    part = "text" if template in WORDED else "subject"
    with translation.override(language):
        rendered = render_to_string(f"complaints/email/{template}_{part}.txt", context)
    lines = (" ".join(line.split()) for line in rendered.splitlines())
    return tuple(line for line in lines if line)


def text_parts(complaint: Complaint, template: str) -> int | None:
    """Return in how many parts this letter to the customer goes as a text message, None if it goes by e-mail.

    No private link is made for this, because all links have the same length.
    """
    if not complaint.contacts or complaint.contacts[0][0] == "email":
        return None
    context = {"number": complaint.number, "name": complaint.customer.name, "team": complaint.team}
    wordings = _wordings(template, complaint.customer.language, context)
    return text_messages.parts(text_messages.fitting(wordings, links.like_any()))


def sender() -> str:
    """Return the address from which mail leaves, with the name that customers know."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or organisation.current().brand_name, address))


def _context(row: Outbox, at: datetime) -> dict[str, Any]:
    complaint = row.complaint
    assert complaint is not None
    text = getattr(row.event, "text", None)
    details = dict(text.details) if text else {}
    return {
        **row.context,
        "name": complaint.customer.name,
        "number": complaint.number,
        "team": complaint.team,
        **_way_in(row, at),
        "words": text.body if text else "",
        "options": [_option(option) for option in details.get("options", ())],
        "next_word": _in_words(next_word(complaint, row.created_at)),
    }


def _way_in(row: Outbox, at: datetime) -> dict[str, str]:
    """Return the private link, or only the code for a code's letter: one letter must not contain both."""
    assert row.complaint is not None
    if row.template != CODE:
        return {"link": links.address_of(links.current(row.complaint, at=at)), "code": ""}
    code = PortalCode.objects.get(pk=row.context["portal_code"])
    return {"link": "", "code": codes.digits_of(code)}


def _option(option: dict[str, Any]) -> dict[str, Any]:
    amount = option.get("amount")
    return {
        "letter": option["letter"],
        "description": option["description"],
        "amount": money(amount) if amount else "",
    }


def next_word(complaint: Complaint, after: datetime) -> Clock | None:
    """Return the clock by which the customer hears from us next: the earliest due after `after`, or None."""
    running = [clock for clock in clocks.live(complaint, *PROMISES) if not clock.paused_since]
    return min(
        (clock for clock in running if clock.due_at > after), key=lambda clock: clock.due_at, default=None
    )


def _in_words(clock: Clock | None) -> str:
    return zones.promised(clock).words if clock is not None else ""


# --- To staff ---
def to_staff(rows: list[Outbox], user: User) -> Letter:
    """Return one letter for one person: a single notice, or several as a list."""
    with translation.override(rows[0].language), timezone.override(known_zone(user.timezone)):
        entries = [
            {
                "number": row.complaint.number if row.complaint else "",
                "sentence": sentence(row.template, row.context),
                "due": formats.full_moment(due) if (due := due_of(row.context)) else "",
                "link": link_of(row, user),
            }
            for row in rows
        ]
        context = {
            "name": user.display_name,
            "entries": entries,
            "all": site("/notices/"),
            "choices": site("/settings/notices/"),
        }
        template = "staff_notice" if len(entries) == 1 else "staff_digest"
        subject, body = (
            render_to_string(f"complaints/email/{template}_{part}.txt", context)
            for part in ("subject", "body")
        )
    return Letter(" ".join(subject.split()), body.strip() + "\n", "")


def link_of(row: Outbox, user: User) -> str:
    """Return the address where the reader sees more: the complaint, or for a department its own lists."""
    if row.template in OF_ACTIONS:
        return site("/improvements/")
    if user.is_department and row.template not in OF_SQUADS:
        return site("/tasks/")
    assert row.complaint is not None
    return site(row.complaint.get_absolute_url())


def site(path: str) -> str:
    """Return the full address of a page of ours."""
    return settings.SITE_URL.rstrip("/") + path
