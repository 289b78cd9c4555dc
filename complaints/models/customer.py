"""The people who complain."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.terms.stages import Region, Segment


def phone_digits(phone: str) -> str:
    """Return only the digits of a phone number. Callers are matched by them."""
    return re.sub(r"\D", "", phone)


class Customer(models.Model):
    """A person who complains. An anonymous one has no name but `anonymous_reason`."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_digits = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    segment = models.CharField(max_length=12, choices=Segment.choices, null=True, blank=True)
    region = models.CharField(max_length=16, choices=Region.choices, null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    anonymous_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

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
        """Return True if there is a phone number or an e-mail address."""
        return bool(self.phone or self.email)

    @property
    def masked_name(self) -> str:
        """The first character of the name, for those who help without speaking with the customer."""
        return f"{self.name[0]}••" if self.name else self.label

    @property
    def masked_phone(self) -> str:
        """The phone number with its middle hidden, as it is shown outside a live call."""
        digits = self.phone
        return f"{digits[:3]}••••{digits[-4:]}" if len(digits) > 7 else digits
