"""Private links to the customer's page: make, find, end them.

A link is valid until it is revoked; otherwise as long as its complaint is open, and PORTAL_LINK_DAYS days
after that. It is never valid for less than these days from when it was made.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils.crypto import salted_hmac

from complaints.models import Complaint, PortalLink

LONGEST_TOKEN = 100
TOKEN_BYTES = 12
KEY = "complaints.portal.link"


def _days() -> timedelta:
    return timedelta(days=settings.PORTAL_LINK_DAYS)


def digest_of(token: str) -> str:
    """Return what is stored of a token. A token is 96 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_of(link: PortalLink) -> str:
    """Return the token of a link: the beginning of a keyed digest of its nonce.

    With 16 characters the link fits into one part of a text message, and nobody can guess it.
    """
    keyed = salted_hmac(KEY, link.nonce, algorithm="sha256").digest()[:TOKEN_BYTES]
    return urlsafe_b64encode(keyed).rstrip(b"=").decode()


def address_of(link: PortalLink) -> str:
    """Return the absolute address of the customer's page."""
    return _address(token_of(link))


def like_any() -> str:
    """Return an address as long as every private link, to measure texts with. It leads nowhere."""
    return _address("0" * (TOKEN_BYTES * 4 // 3))


def _address(token: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}/p/{token}/"


def make(complaint: Complaint, *, at: datetime) -> PortalLink:
    """Make a new link of this complaint for its customer."""
    link = PortalLink(
        complaint=complaint,
        customer=complaint.customer,
        nonce=secrets.token_urlsafe(32),
        made_at=at,
        expires_at=at + _days(),
    )
    link.digest = digest_of(token_of(link))
    link.save(force_insert=True)
    return link


def current(complaint: Complaint, *, at: datetime) -> PortalLink:
    """Return the link for the next letter: the newest valid one, or else a new one.

    A link whose token cannot be derived with the server's present key is skipped, so that changing the key
    needs no further steps.
    """
    for link in _not_revoked(complaint).exclude(nonce="").order_by("-pk"):
        if is_valid(link, at) and hmac.compare_digest(digest_of(token_of(link)), link.digest):
            return link
    return make(complaint, at=at)


def _not_revoked(complaint: Complaint) -> QuerySet[PortalLink]:
    return PortalLink.objects.filter(
        complaint=complaint, customer=complaint.customer_id, revoked_at__isnull=True
    ).select_related("complaint")


def find(token: str, *, at: datetime) -> PortalLink:
    """Return the valid link with this token. Raises the same 404 for an unknown, revoked or expired one."""
    link = None
    if len(token) <= LONGEST_TOKEN:
        link = (
            PortalLink.objects.select_related(
                "complaint__customer", "complaint__team", "complaint__assignee", "complaint__category"
            )
            .filter(digest=digest_of(token))
            .first()
        )
    if link is None or not is_valid(link, at):
        raise Http404("no such link")
    return link


def is_valid(link: PortalLink, at: datetime) -> bool:
    """Return True unless the link is revoked, expired, or was made for another customer."""
    complaint = link.complaint
    if link.revoked_at is not None or link.customer_id != complaint.customer_id:
        return False
    while complaint.merged_into is not None:
        complaint = complaint.merged_into
    if complaint.closed_at is None:
        return True
    return at < max(link.expires_at, complaint.closed_at + _days())


def valid_links(complaint: Complaint, *, at: datetime) -> list[PortalLink]:
    """Return the links that open the customer's page now, newest first."""
    return [link for link in _not_revoked(complaint).order_by("-pk") if is_valid(link, at)]


def mark_used(link: PortalLink, *, at: datetime) -> None:
    """Store that something was sent through the link."""
    PortalLink.objects.filter(pk=link.pk).update(last_used_at=at)


def revoke(complaint: Complaint, *, at: datetime) -> int:
    """End all links of this complaint for its customer. Return how many."""
    return int(_not_revoked(complaint).select_related(None).update(revoked_at=at))


def last_revoked(complaint: Complaint) -> datetime | None:
    """Return when links of this complaint were last revoked, or None."""
    found = PortalLink.objects.filter(complaint=complaint).aggregate(last=Max("revoked_at"))
    last: datetime | None = found["last"]
    return last
