"""The whole beat table: which task, how often, on which queue, and why.

Every run expires with its period. Runs that could not be delivered in time are dropped instead of piling up
behind a stopped worker, because the next one does the same work.
"""

from typing import Any

SWEEP_SECONDS = 5
OUTBOX_SECONDS = 5
RETARGET_SECONDS = 5
WEBHOOK_SECONDS = 10
FORGET_SECONDS = 3600

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Clocks, callbacks and breaches. They have their own queue, so that nothing on `default` delays them.
    "sweep": {
        "task": "complaints.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"queue": "sweep", "expires": SWEEP_SECONDS},
    },
    # Notices wait in the outbox for a mail server that may be slow, so this is not on the sweep's queue.
    "send-outbox": {
        "task": "complaints.tasks.send_outbox",
        "schedule": OUTBOX_SECONDS,
        "options": {"queue": "default", "expires": OUTBOX_SECONDS},
    },
    # Other people's servers may be slow or gone, so this is not the same task as mail.
    "send-webhooks": {
        "task": "complaints.tasks.send_webhooks",
        "schedule": WEBHOOK_SECONDS,
        "options": {"queue": "default", "expires": WEBHOOK_SECONDS},
    },
    # The answer to a request is kept for a day, so that a repeat gets the same one. This deletes older ones.
    "forget-answers": {
        "task": "complaints.tasks.forget_answers",
        "schedule": FORGET_SECONDS,
        "options": {"queue": "default", "expires": FORGET_SECONDS},
    },
    # Rarely started by a manager. Each run works for some seconds and leaves the rest to the next one.
    "retarget": {
        "task": "complaints.tasks.retarget",
        "schedule": RETARGET_SECONDS,
        "options": {"queue": "default", "expires": RETARGET_SECONDS},
    },
}
