"""Requests that a client may send twice: the same key again is answered as the first time."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """The first answer to a key of a caller. Made in the transaction of what was asked for."""

    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    """Of the method, the address and the body, to tell the same request from another."""
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="kept_answer_key_once")]
