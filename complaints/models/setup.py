"""The organisation's name, language, zone and currency, and the code that opens the installation page."""

from django.conf import settings
from django.db import models


class OrganisationSettings(models.Model):
    """The only row of this table. An empty value means what the server's environment says.

    `brand_name` is the name that customers see on their page and in letters. `language` and `time_zone` are
    those of new accounts and of readers who are not signed in. `currency` is an ISO 4217 code.
    """

    ONLY = 1
    brand_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    language = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=settings.LANGUAGES
    )
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")


class SetupCode(models.Model):
    """The only row of this table: the digest of the code that opens the installation page."""

    ONLY = 1
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
