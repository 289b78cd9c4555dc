"""The Celery application: `celery -A config.celery worker`."""

import os
import warnings
from pathlib import Path

from celery import Celery
from celery.exceptions import SecurityWarning
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
app = Celery("redress")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# The filesystem transport reads folders, but does not create them.
for folder in ("data_folder_in", "control_folder"):
    if folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS:
        Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[folder]).mkdir(parents=True, exist_ok=True)

if settings.DEMO:  # the demo may run as root in a container; in production the warning still appears
    warnings.filterwarnings("ignore", category=SecurityWarning)
