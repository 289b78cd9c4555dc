"""How we know that a decision which binds the customer is really theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.terms.stages import Channel


class KnownBy(models.TextChoices):
    LINK = "link", _("known by the private link")
    CODE = "code", _("known by a one-time code")
    CHANGED_CONTACT = "changed_contact", _("known by a code to a contact that staff had changed")
    CALL = "call", _("said on the phone")
    VISIT = "visit", _("said in person")
    MESSAGE = "message", _("in writing")
    STAFF = "staff", _("as recorded by staff")


_OF_CHANNELS = {Channel.PHONE: KnownBy.CALL, Channel.STORE: KnownBy.VISIT}


def of_channel(channel: str) -> str:
    """Return how we know that a word is the customer's if staff record it and it came by this channel."""
    return _OF_CHANNELS.get(Channel(channel), KnownBy.MESSAGE).value if channel else KnownBy.STAFF.value
