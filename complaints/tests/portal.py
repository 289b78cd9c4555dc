"""The customer's page in tests: the private link of a complaint, and a browser where a code was typed."""

from datetime import datetime
from secrets import token_urlsafe

from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Outbox, PortalCode
from complaints.rights import codes, links


def token_of(complaint: Complaint, at: datetime | None = None) -> str:
    """Return the token of the private link that the next letter contains."""
    return links.token_of(links.current(complaint, at=at or timezone.now()))


def page_of(complaint: Complaint, part: str = "") -> str:
    return f"/p/{token_of(complaint)}/{part}"


def let_in(client: Client, complaint: Complaint) -> Client:
    """Let this browser go without a code for this complaint, as one where a code was typed before."""
    at = timezone.now()
    code = PortalCode.objects.create(
        complaint=complaint, nonce=token_urlsafe(8), channel="email", made_at=at, expires_at=at, used_at=at
    )
    client.cookies[f"portal_known_{complaint.pk}"] = codes.sign_device(code)
    return client


def code_sent(complaint: Complaint) -> str:
    """Return the digits of the code that was sent last."""
    row = Outbox.objects.filter(complaint=complaint, template="code").latest("pk")
    return codes.digits_of(PortalCode.objects.get(pk=row.context["portal_code"]))
