"""The application that the web server imports."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
application = get_wsgi_application()

# These imports come last, because the settings and models are loaded only now.
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from complaints.setup import codes  # noqa: E402

codes.announce(timezone.now())
connections.close_all()
