"""The marks of a test in which threads race."""

import pytest
from django.db import connection

RACING = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time: nothing can race"
    ),
]
