"""Check that no timeline was changed after the fact."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from complaints import timeline
from complaints.models import Complaint, EventText


class Command(BaseCommand):
    help = "Verify every complaint's chain of events, its head and its texts; name the first fault."

    def handle(self, *args: Any, **options: Any) -> None:
        checked = events = 0
        for complaint in Complaint.objects.order_by("pk").iterator(chunk_size=500):
            if first_fault(complaint) and (fault := _fault_at_rest(complaint)):
                raise CommandError(fault)
            checked += 1
            events += complaint.event_count
        self.stdout.write(f"{checked} complaints with {events} events: no fault")


def first_fault(complaint: Complaint) -> str | None:
    try:
        return next(timeline.faults(complaint), None)
    except EventText.DoesNotExist:
        return f"{complaint.number}: the text of an event is missing"


def _fault_at_rest(complaint: Complaint) -> str | None:
    """Look again with the complaint held: it may have been written to between its head and its events."""
    with transaction.atomic():
        return first_fault(Complaint.objects.select_for_update().get(pk=complaint.pk))
