"""Make sure who the customer is: one-time codes for steps that bind them, and the end of private links.

A code goes to a contact that the customer gave. A contact that staff have changed since the complaint was
received is used only if there is no other, and the events then say so.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.lifecycle import engine
from complaints.models import Complaint, PortalCode
from complaints.notices import notify
from complaints.rights import codes, links, standings
from complaints.rights.actors import CUSTOMER, Actor
from complaints.terms.errors import LifecycleError, MissingDetail, NotYours, Problems
from complaints.terms.input import clean_text
from complaints.terms.known import KnownBy
from complaints.terms.moves import Standing

VALID_FOR = timedelta(minutes=10)
TRIES = 5
NOT_AGAIN_WITHIN = timedelta(minutes=1)
"""If a code is asked for again within this time, none is sent: the first letter may still be on its way."""
LIMITS = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
"""The most codes that one customer can be sent within a time, for all their complaints together."""


class TooManyCodes(LifecycleError):
    """Too many codes were sent to this customer. No more are sent for some time."""

    code, status = "too_many", 429


@dataclass(frozen=True)
class Contact:
    """A way to send a code: `way` is "email" or "phone"."""

    way: str
    address: str
    masked: str
    changed_by_staff: bool


def contacts_of(complaint: Complaint) -> list[Contact]:
    """Return the contacts to which a code can be sent, best first; empty if there is none."""
    customer = complaint.customer
    masked = {"email": customer.masked_email, "phone": customer.masked_phone}
    can_text = bool(settings.TEXT_MESSAGE_GATEWAY) and customer.takes_texts
    found = [
        Contact(way, address, masked[way], not customer.gave_before(complaint.received_at, way))
        for way, address in complaint.contacts
        if way == "email" or can_text
    ]
    return [contact for contact in found if not contact.changed_by_staff] or found


def send_code(complaint: Complaint, *, at: datetime, way: str = "") -> Contact:
    """Send a code to the contact `way`, or to the best one, and return that contact.

    An earlier code stops working. Raises TooManyCodes above the limits; without any contact, LookupError.
    """
    contacts = contacts_of(complaint)
    if not contacts:
        raise LookupError("there is no contact for a code")
    contact = next((contact for contact in contacts if contact.way == way), contacts[0])
    with engine.recording(complaint, by=CUSTOMER, at=at) as turn:
        last = _latest(complaint)
        if last is not None and last.channel == contact.way and _is_on_its_way(last, at):
            return contact
        _check_limits(complaint, at)
        code = PortalCode.objects.create(
            complaint=complaint,
            nonce=secrets.token_urlsafe(32),
            channel=contact.way,
            changed_by_staff=contact.changed_by_staff,
            made_at=at,
            expires_at=at + VALID_FOR,
        )
        event = turn.event("code_sent", to=contact.masked)
        notify.tell_customer(
            "code",
            complaint=turn.complaint,
            at=at,
            event=event,
            context={"portal_code": code.pk},
            to=(contact.way, contact.address),
            language=get_language() or "",
        )
    return contact


def _latest(complaint: Complaint) -> PortalCode | None:
    return PortalCode.objects.filter(complaint=complaint).order_by("-made_at", "-pk").first()


def _is_on_its_way(code: PortalCode, at: datetime) -> bool:
    return code.used_at is None and code.tries < TRIES and at < code.made_at + NOT_AGAIN_WITHIN


def _check_limits(complaint: Complaint, at: datetime) -> None:
    sent = PortalCode.objects.filter(complaint__customer=complaint.customer_id)
    if any(sent.filter(made_at__gt=at - length).count() >= most for length, most in LIMITS):
        raise TooManyCodes(_("We have sent many codes already. Please try again later, or call us."))


def use_code(complaint: Complaint, typed: str, *, at: datetime) -> PortalCode:
    """Use up the latest code and return it. Raises MissingDetail at `code` if it is not the right one.

    1. The try is counted before anything is compared, so that guesses at the same moment count one by one.
    2. The digits are compared in constant time.
    3. The code is claimed by compare-and-set: of two uses at once only one succeeds.
    """
    code = _latest(complaint)
    if code is None or code.used_at is not None or at >= code.expires_at:
        raise MissingDetail({"code": [_("This code no longer works. Ask for a new one.")]})
    fresh = PortalCode.objects.filter(pk=code.pk, used_at__isnull=True)
    if not fresh.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise MissingDetail({"code": [_("This code was typed wrongly too often. Ask for a new one.")]})
    digits = "".join(str(int(c)) for c in typed if c.isdecimal())
    if not hmac.compare_digest(digits, codes.digits_of(code)):
        raise MissingDetail({"code": [_("This is not the code that we sent. Look again.")]})
    if not fresh.update(used_at=at):
        raise MissingDetail({"code": [_("This code has been used. Ask for a new one.")]})
    code.refresh_from_db()
    return code


def known_by(code: PortalCode) -> KnownBy:
    """Return how we know that a word is the customer's if they typed this code."""
    return KnownBy.CHANGED_CONTACT if code.changed_by_staff else KnownBy.CODE


def revoke_links(complaint: Complaint, *, by: Actor, at: datetime, reason: str = "") -> int:
    """End all private links of a complaint, and make its devices unknown. Return how many links ended.

    The next letter contains a new link. The customer may do this, and so may supervisors of the complaint,
    who must give a reason.
    """
    with engine.recording(complaint, by=by, at=at) as turn:
        if not standings.has_any(by, turn.complaint, {Standing.SUPERVISOR, Standing.CUSTOMER}):
            raise NotYours(_("Only a supervisor of this complaint or the customer can end private links."))
        if by.user is not None and standings.has_conflict(by.user, turn.complaint):
            raise NotYours(_("You have a conflict of interest in this complaint."))
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=300, required=by.user is not None)
        problems.check()
        ended = links.revoke(turn.complaint, at=at)
        turn.event("links_revoked", reason, count=ended)
    return ended
