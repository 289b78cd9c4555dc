"""Celery doors to the sweeps. A task only says "look"; what is due stands in rows."""

from celery import shared_task
from django.utils import timezone

from complaints import outbox, sweeps


@shared_task(name="complaints.tasks.sweep")
def sweep() -> str:
    """Fire the clocks that are due now."""
    return str(sweeps.sweep(timezone.now()))


@shared_task(name="complaints.tasks.send_outbox")
def send_outbox() -> str:
    """Send what waits in the outbox."""
    return str(outbox.send_queued(timezone.now()))
