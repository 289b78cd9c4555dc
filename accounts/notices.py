"""The kinds of notices that people can choose, and which of them are sent by mail by default."""

from datetime import time

from django.db import models
from django.utils.translation import pgettext_lazy


class NoticeKind(models.TextChoices):
    """The kinds by which people choose. Each notice belongs to one of them."""

    WARNING = "warning", pgettext_lazy("notice", "Half or three quarters of the time has passed")
    LAST_WARNING = "last_warning", pgettext_lazy("notice", "A deadline is near (90 %)")
    BREACH = "breach", pgettext_lazy("notice", "A deadline has passed")
    APPROVAL = "approval", pgettext_lazy("notice", "Requests for a decision")
    TASK = "task", pgettext_lazy("notice", "Tasks")
    CUSTOMER = "customer", pgettext_lazy("notice", "The customer wrote or chose")
    OTHER = "other", pgettext_lazy("notice", "Everything else")


QUIET_FROM, QUIET_UNTIL = time(22), time(8)


def mailed_by_default() -> list[str]:
    """Return the kinds sent by mail by default: missed deadlines and requests for a decision."""
    return [NoticeKind.BREACH.value, NoticeKind.APPROVAL.value]
