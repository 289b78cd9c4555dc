"""Sentences that an agent reads out to a customer, in the customer's language and time zone."""

from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Clock, ClockKind, Complaint
from complaints.sla import zones

TOLD = (ClockKind.FIRST_RESPONSE, ClockKind.PLAN, ClockKind.RECOVERY, ClockKind.UPDATE, ClockKind.RESOLUTION)
"""The clocks whose earliest deadline says when the customer hears from the next person."""


def handed_on(complaint: Complaint) -> str:
    """Return what the agent says if another team takes over: the number, and when the customer hears from us.

    Without a running clock no time is named.
    """
    running = Clock.objects.live().filter(complaint=complaint, kind__in=TOLD, paused_since__isnull=True)
    first = running.select_related("calendar", "rule").order_by("due_at").first()
    with translation.override(complaint.customer.language):
        words = {"number": complaint.number}
        if first is None:
            return _("Your complaint is registered as %(number)s. A colleague will contact you.") % words
        words["time"] = zones.promised(first).words
        return (
            _("Your complaint is registered as %(number)s. A colleague will contact you by %(time)s.") % words
        )
