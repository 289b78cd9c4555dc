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
    """A submitted form that has had its effect. If sent again, it gets the same answer and does nothing.

    The row is written in the same transaction as the effect, so neither exists without the other.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    """None for a customer on their own page, whose private address is part of the digest."""
    digest = models.CharField(max_length=64, unique=True)
    """The digest of user, one-time key, address and input."""
    location = models.CharField(max_length=2000, default="", db_default="")
    """The address to which the first answer redirected."""
    told = models.JSONField(default=list)
    """The messages that the first answer showed, as [level, text]."""
    created_at = models.DateTimeField(db_index=True)
