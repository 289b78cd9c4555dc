"""How we recognise a customer: private links to their page, and one-time codes for steps that bind them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ui import formats


class PortalLink(models.Model):
    """A private link to one complaint for one customer. Only the digest of its token is stored.

    The token is made from `nonce` with a key of the server, so that a later letter can contain the same link;
    the database alone does not reveal it. Links from before this table have no nonce: they work, but are not
    written into letters any more. `rights/links.py` says until when a link is valid.
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="portal_links")
    customer = models.ForeignKey("Customer", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    nonce = models.CharField(max_length=43, blank=True, db_default="", editable=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """The link is valid at least until then.

    It stays valid longer while its complaint is open, and for some days after that.
    """
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    """When the customer last sent something through the link. Only looking at the page does not count."""

    class Meta:
        indexes = [
            models.Index(
                fields=["complaint", "-id"], name="portal_link_live", condition=Q(revoked_at__isnull=True)
            )
        ]


class PortalCode(models.Model):
    """A one-time code that was sent to a contact of the customer.

    The code is made from `nonce` with a key of the server and is stored nowhere.
    """

    complaint = models.ForeignKey("Complaint", on_delete=models.CASCADE, related_name="portal_codes")
    nonce = models.CharField(max_length=43, editable=False)
    channel = models.CharField(max_length=8)
    changed_by_staff = models.BooleanField(default=False, db_default=False)
    """True if staff had changed this contact after the complaint was received."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["complaint", "-made_at"], name="portal_code_latest")]


FIELD_NAMES = {
    "name": _("Name"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "external_id": _("ID in another system"),
    "segment": _("Segment"),
    "region": _("Region"),
    "language": _("Language"),
    "anonymous_reason": _("Why there is no name"),
}


class CustomerEntry(models.Model):
    """One line of the record of a customer: who changed which fields, or uncovered the number, and when.

    The values themselves are not stored, so that erasing a customer leaves none here.
    """

    class Kind(models.TextChoices):
        CHANGED = "changed"
        REVEALED = "revealed"

    customer = models.ForeignKey("Customer", on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    fields = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "-id"], name="customer_entry_latest")]

    @property
    def field_names(self) -> str:
        """The names of the changed fields in the reader's language."""
        return formats.listed(FIELD_NAMES.get(name, name) for name in self.fields)
