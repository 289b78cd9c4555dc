"""What most tests of the complaints app start from."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from complaints.demo import organisation

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def org(db: None) -> None:
    """The sample organisation: teams, people, catalogues, calendars, policies."""
    organisation.load(MONDAY)


@pytest.fixture
def people(org: None) -> dict[str, User]:
    return {user.username: user for user in User.objects.all()}
