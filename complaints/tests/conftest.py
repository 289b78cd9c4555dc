"""Fixtures that most tests of the complaints app use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from complaints.demo import organisation
from complaints.models import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def org(db: None) -> None:
    """Load the sample organisation.

    Its tables are already in the database, unless a test has emptied them.
    """
    if Policy.objects.exists():
        organisation.load_people()
    else:
        organisation.load(MONDAY)


@pytest.fixture
def people(org: None) -> dict[str, User]:
    return {user.username: user for user in User.objects.all()}
