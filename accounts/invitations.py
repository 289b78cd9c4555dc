"""Links with which people set their password: issue, send, accept and cancel them.

A link works once and for seven days. Only the digest of its key is stored, as with tokens.
"""

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import changes
from accounts.models import Invitation, User
from accounts.tokens import digest

VALID_FOR = timedelta(days=7)
logger = logging.getLogger(__name__)


def issue(user: User, at: datetime) -> tuple[Invitation, str]:
    """Return a new invitation and its key, which cannot be read again later. Earlier links stop working.

    The caller holds the lock on the user's row.
    """
    cancel(user, at)
    key = secrets.token_urlsafe(32)
    made = Invitation.objects.create(user=user, digest=digest(key), created_at=at, expires_at=at + VALID_FOR)
    return made, key


def open_one(user: User) -> Invitation | None:
    """Return the invitation that was neither used nor cancelled, even if it has expired, or None."""
    return Invitation.objects.filter(user=user, used_at__isnull=True, cancelled_at__isnull=True).first()


def cancel(user: User, at: datetime) -> bool:
    """Cancel the open invitation. Return False if there is none."""
    found = Invitation.objects.filter(user=user, used_at__isnull=True, cancelled_at__isnull=True)
    return bool(found.update(cancelled_at=at))


def find(key: str, at: datetime) -> Invitation | None:
    """Return the invitation with this key if it can still be accepted, or None."""
    found = Invitation.objects.select_related("user").filter(
        digest=digest(key), used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=at
    )
    return found.first()


def accept(invitation: Invitation, password: str, at: datetime) -> bool:
    """Set the password and let the person sign in. Return False if the link has stopped working meanwhile."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=invitation.user_id)
        used = Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=at
        ).update(used_at=at)
        if not used:
            return False
        before = {"may_sign_in": user.is_active}
        user.set_password(password)
        user.is_active, user.version = True, user.version + 1
        user.save(update_fields=["password", "is_active", "version"])
        changes.record("person", user.username, before, {"may_sign_in": True}, by=user, at=at)
    return True


def link_of(key: str) -> str:
    return _site(reverse("accounts:invitation", kwargs={"key": key}))


def send(user: User, key: str) -> bool:
    """Mail the link to the person, in their language. Return False if the mail could not be handed over."""
    return _mail(user, "invitation", {"link": link_of(key), "days": VALID_FOR.days})


def send_reset(user: User) -> bool:
    """Mail the same link to set a new password that the person could ask for on the sign-in page."""
    parts = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    link = _site(reverse("accounts:password_reset_confirm", kwargs=parts))
    return _mail(user, "reset_by_administrator", {"link": link})


def _mail(user: User, template: str, context: dict[str, object]) -> bool:
    with translation.override(user.language):
        subject, body = (
            render_to_string(f"accounts/email/{template}_{part}.txt", {"user": user, **context})
            for part in ("subject", "body")
        )
    try:
        send_mail(" ".join(subject.split()), body, None, [user.email])
    except OSError:  # any failure of a mail server, also the refusal of the recipient
        logger.exception("The mail %s to %s could not be sent.", template, user.username)
        return False
    return True


def _site(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def with_invitations(users: QuerySet[User]) -> QuerySet[User]:
    """Add `invited_until` to each person: when their open invitation ends or has ended, or None."""
    opened = Invitation.objects.filter(
        user=OuterRef("pk"), used_at__isnull=True, cancelled_at__isnull=True
    ).values("expires_at")
    return users.annotate(invited_until=Subquery(opened[:1]))


def state_of(user: User, at: datetime) -> str:
    """Return "active", "invited", "expired" or "inactive" for a person read by `with_invitations`."""
    until: datetime | None = getattr(user, "invited_until", None)
    if user.is_active:
        return "active"
    if until is None:
        return "inactive"
    return "invited" if at < until else "expired"
