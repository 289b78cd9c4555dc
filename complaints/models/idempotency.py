"""Repeated requests: a client that sends the same key again gets the first answer again."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """The first answer to a caller's key. It is written in the same transaction as the change it answers."""

    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """The digest of method, address and body. It tells a repeated request from a different one."""
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="kept_answer_key_once")]


class SentForm(models.Model):
    """A form of a page that was sent and taken. Sent again it gets the same answer and does nothing.

    The row is written in the transaction of what the form did, so there is neither without the other.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    """None for a customer on their own page, whose private address is part of the digest."""
    digest = models.CharField(max_length=64, unique=True)
    """The digest of user, one-time key, address and what was filled in."""
    location = models.CharField(max_length=2000, default="", db_default="")
    """The address to which the first answer led."""
    told = models.JSONField(default=list)
    """The messages of the first answer: [level, text] each."""
    created_at = models.DateTimeField(db_index=True)
