"""The whole beat table: which task, how often, on which queue, and why.

Every tick expires with its period: ticks that could not be delivered in time are dropped instead of
piling up behind a stopped worker, since the next one does the same work.
"""

from typing import Any

SWEEP_SECONDS = 5
OUTBOX_SECONDS = 5
RETARGET_SECONDS = 5
WEBHOOK_SECONDS = 10
FORGET_SECONDS = 3600

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Clocks, callbacks and breaches: on a queue of its own, so that nothing on `default` delays it.
    "sweep": {
        "task": "complaints.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"queue": "sweep", "expires": SWEEP_SECONDS},
    },
    # Notices wait in the outbox for a mail server that may be slow: not on the sweep's queue.
    "send-outbox": {
        "task": "complaints.tasks.send_outbox",
        "schedule": OUTBOX_SECONDS,
        "options": {"queue": "default", "expires": OUTBOX_SECONDS},
    },
    # Other people's servers may be slow or gone: not in the same task as mail.
    "send-webhooks": {
        "task": "complaints.tasks.send_webhooks",
        "schedule": WEBHOOK_SECONDS,
        "options": {"queue": "default", "expires": WEBHOOK_SECONDS},
    },
    # Keys of the HTTP interface are remembered for a day; the rows would pile up.
    "forget-answers": {
        "task": "complaints.tasks.forget_answers",
        "schedule": FORGET_SECONDS,
        "options": {"queue": "default", "expires": FORGET_SECONDS},
    },
    # Begun by a manager, rarely; each tick works for some seconds and leaves the rest to the next.
    "retarget": {
        "task": "complaints.tasks.retarget",
        "schedule": RETARGET_SECONDS,
        "options": {"queue": "default", "expires": RETARGET_SECONDS},
    },
}
