"""The people who complain."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.terms import phones
from complaints.terms.stages import Region, Segment
from ui import organisation


def phone_country() -> str:
    """Return the country of numbers without a country code: PHONE_COUNTRY, else that of our time zone."""
    return settings.PHONE_COUNTRY or phones.country_of_zone(organisation.current().time_zone)


def phone_key(phone: str) -> str:
    """Return the normal form of a phone number, by which callers are recognised; "" if it is none."""
    return phones.key(phone, phone_country())


class Customer(models.Model):
    """A person who complains. An anonymous one has no name but `anonymous_reason`."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=40, blank=True, db_default="", db_index=True, editable=False)
    phone_changed_at = models.DateTimeField(null=True, blank=True)
    """When a member of staff last changed the number; null if it is still the first one."""
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    email_changed_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    segment = models.CharField(max_length=12, choices=Segment.choices, null=True, blank=True)
    region = models.CharField(max_length=16, choices=Region.choices, null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    anonymous_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    perhaps_same = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="perhaps_same_as"
    )
    """A customer with the same number or address whose other data contradicts: perhaps the same person."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customer_named_or_anonymous",
                condition=~models.Q(name="") | ~models.Q(anonymous_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or str(_("Anonymous"))

    @property
    def can_be_reached(self) -> bool:
        """Return True if there is an e-mail address or a phone number that can be dialled."""
        return bool(self.email or self.dial)

    @property
    def masked_name(self) -> str:
        """The first character of the name, for those who help without speaking with the customer."""
        return f"{self.name[0]}••" if self.name else self.label

    @property
    def masked_phone(self) -> str:
        """The phone number with its middle hidden, as it is shown to those who need not call."""
        return phones.masked(self.phone)

    @property
    def masked_email(self) -> str:
        """The e-mail address, with the part before the @ reduced to its first letter."""
        name, at, domain = self.email.partition("@")
        return f"{name[:1]}•••{at}{domain}" if at else ""

    @property
    def dial(self) -> str:
        """What a `tel:` link dials; "" if the number cannot be dialled."""
        return phones.dial(self.phone, phone_country())

    @property
    def takes_texts(self) -> bool:
        """Return True if text messages can be sent to the number, as far as one can tell."""
        return phones.takes_texts(self.phone_key)

    def gave_before(self, moment: datetime, field: str) -> bool:
        """Return True unless staff have changed this contact (`phone` or `email`) since that moment."""
        changed: datetime | None = getattr(self, f"{field}_changed_at")
        return changed is None or changed <= moment
