"""Celery tasks that start the sweeps. A task only says "look"; the rows say what is due."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from complaints.api import idempotency
from complaints.notices import outbox, webhooks
from complaints.sweeps import due_clocks, retarget_job
from complaints.views import once
from config.schedule import RETARGET_SECONDS


@shared_task(name="complaints.tasks.sweep")
def sweep() -> str:
    """Fire the clocks that are due now."""
    return str(due_clocks.sweep(timezone.now()))


@shared_task(name="complaints.tasks.send_outbox")
def send_outbox() -> str:
    """Send the messages that wait in the outbox."""
    return str(outbox.send_queued(timezone.now()))


@shared_task(name="complaints.tasks.send_webhooks", soft_time_limit=60, time_limit=90)
def send_webhooks() -> str:
    """Post the webhooks that are due."""
    return str(webhooks.send_queued(timezone.now()))


@shared_task(name="complaints.tasks.forget_answers")
def forget_answers() -> int:
    """Delete answers to requests that can no longer be repeated, and the keys of forms sent long ago."""
    at = timezone.now()
    return idempotency.forget_old(at) + once.forget_old(at)


@shared_task(name="complaints.tasks.retarget", soft_time_limit=60, time_limit=90)
def retarget(helpers: int | None = None) -> int:
    """Continue the open re-target job, if there is one. Return how many clocks were looked at.

    `helpers` is the number of further workers asked to join in; by default it comes from the settings.
    """
    if helpers is None:
        helpers = settings.RETARGET_WORKERS - 1
    if helpers and retarget_job.is_under_way():
        for _number in range(helpers):
            retarget.apply_async(kwargs={"helpers": 0}, queue="default", expires=RETARGET_SECONDS)
    return retarget_job.go_on(timezone.now())
