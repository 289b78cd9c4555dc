"""What people can be told of, and what leaves the desk by mail unless they choose otherwise."""

from datetime import time

from django.db import models
from django.utils.translation import pgettext_lazy


class NoticeKind(models.TextChoices):
    """As a person chooses by it; the text of each notice belongs to one kind."""

    WARNING = "warning", pgettext_lazy("notice", "Half or three quarters of the time has passed")
    LAST_WARNING = "last_warning", pgettext_lazy("notice", "A deadline is near (90 %)")
    BREACH = "breach", pgettext_lazy("notice", "A deadline has passed")
    APPROVAL = "approval", pgettext_lazy("notice", "Requests for a decision")
    TASK = "task", pgettext_lazy("notice", "Tasks")
    CUSTOMER = "customer", pgettext_lazy("notice", "The customer wrote or chose")
    OTHER = "other", pgettext_lazy("notice", "Everything else")


QUIET_FROM, QUIET_UNTIL = time(22), time(8)


def mailed_by_default() -> list[str]:
    """Missed deadlines, and decisions that somebody waits for."""
    return [NoticeKind.BREACH.value, NoticeKind.APPROVAL.value]
