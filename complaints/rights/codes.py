"""One-time codes: how their digits are derived, and on which devices a customer has already typed one.

Nothing here sends or changes anything; `lifecycle/known.py` does.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from complaints.models import Complaint, PortalCode
from complaints.rights import links

DIGITS = 6
KEY = "complaints.portal.code"
DEVICE = Signer(salt="complaints.portal.device")


def digits_of(code: PortalCode) -> str:
    """Return the six digits of a code: a keyed digest of its nonce."""
    keyed = salted_hmac(KEY, f"{code.complaint_id}:{code.nonce}", algorithm="sha256").digest()
    return f"{int.from_bytes(keyed[:8]) % 10**DIGITS:0{DIGITS}}"


def sign_device(code: PortalCode) -> str:
    """Return the cookie value that marks the device on which this code was typed."""
    return DEVICE.sign(str(code.pk))


def code_of_device(complaint: Complaint, value: str, *, at: datetime) -> PortalCode | None:
    """Return the code that was once typed on this device for this complaint, or None.

    Revoking the links of a complaint makes this return None for all its devices.
    """
    try:
        pk = int(DEVICE.unsign(value))
    except (BadSignature, ValueError):
        return None
    code = PortalCode.objects.filter(pk=pk, complaint=complaint, used_at__isnull=False).first()
    if code is None or code.used_at is None or at >= code.used_at + timedelta(days=settings.PORTAL_LINK_DAYS):
        return None
    revoked = links.last_revoked(complaint)
    return None if revoked is not None and revoked >= code.used_at else code
