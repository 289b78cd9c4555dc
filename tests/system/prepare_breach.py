"""Prepares a promise that runs out soon, and slow webhooks.

`manage.py shell` runs it on the launched database. It prints the number of the complaint and when its first
reply is due.
"""

import os
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.notices import NoticeKind
from complaints.lifecycle import intake
from complaints.models import Clock
from complaints.notices import notify
from complaints.rights.actors import person

PROMISE, LEFT = timedelta(minutes=5), timedelta(seconds=float(os.environ["LEFT"]))
"""The time for a first reply in a store by the sample policy, at any hour, and how much of it is left."""

now = timezone.now()
receipt = intake.Receipt(
    customer=intake.CustomerData(name="Tan Jia", phone="100-0000-0002", language="en"),
    channel="store",
    description="I bought a yoghurt this morning and its date was the day before yesterday.",
    received_at=now - PROMISE + LEFT,
)
complaint = intake.receive(receipt, by=person(User.objects.get(username="online")), at=now)
everybody = User.objects.filter(is_active=True)
everybody.update(
    webhook_url=f"https://127.0.0.1:{os.environ['SILENT_PORT']}/",
    webhook_secret="whsec_" + "c2VjcmV0" * 4,
    webhook_kinds=[kind.value for kind in NoticeKind],
    quiet_from=None,
    quiet_until=None,
)
event = complaint.events.order_by("-seq")[0]
who = User.objects.filter(is_active=True, role__in=["agent", "supervisor", "manager"])
notify.tell_users(who, "new_complaint", complaint=complaint, at=now, event=event)
clock = Clock.objects.get(complaint=complaint, kind="first_response")
print(complaint.number, clock.pk, clock.due_at.isoformat())
