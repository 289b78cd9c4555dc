"""Check that nobody altered a timeline, or the record of a settings change, after it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import changes
from complaints.models import Complaint
from complaints.rows import timeline


class Command(BaseCommand):
    help = (
        "Verify every complaint's chain of events, its head and its texts, and the chain of changes of"
        " settings; name the first fault."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        checked = events = 0
        for head, fault in timeline.verify(Complaint.objects.all()):
            if fault and (confirmed := fault_at_rest(head.id)):
                raise CommandError(confirmed)
            checked += 1
            events += head.event_count
        with transaction.atomic():
            changed, fault = changes.verify()
        if fault:
            raise CommandError(fault)
        self.stdout.write(f"{checked} complaints with {events} events: no fault")
        self.stdout.write(f"{changed} changes of settings: no fault")


def fault_at_rest(complaint_id: int) -> str | None:
    """Check a complaint again while holding its lock, and return the fault or None.

    The first check may have read the head before a write and the events after it.
    """
    with transaction.atomic():
        complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
        return next(timeline.faults(complaint), None)
