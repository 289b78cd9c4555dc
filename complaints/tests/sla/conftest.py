"""Clocks on the calendar of the worked examples in docs/clocks.md."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from complaints.models import Calendar, CalendarVersion, Clock, Complaint, PolicyRule
from complaints.sla import clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY, SHANGHAI

HOURS = [["09:00", "12:00"], ["13:30", "18:00"]]


def at(text: str) -> datetime:
    """Read `11-23 09:30` as a moment of 2026 in Shanghai."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.fixture
def example_calendar(org: None) -> CalendarVersion:
    definition: dict[str, Any] = {
        "timezone": "Asia/Shanghai",
        "hours": {str(day): HOURS for day in range(5)},
        "closed": [f"2026-10-0{day}" for day in range(1, 8)],
        "special": {"2026-10-10": HOURS},
    }
    calendar = Calendar.objects.create(code="EXAMPLE", name_en="Example", name_zh="示例")
    return CalendarVersion.objects.create(
        calendar=calendar, version=1, definition=definition, created_at=MONDAY
    )


def promise(complaint: Complaint, kind: str, hours: float, start: datetime) -> Clock:
    """Start the only clock of this kind again, with this many hours on the example calendar."""
    Clock.objects.filter(complaint=complaint, kind=kind).delete()
    rule = PolicyRule.objects.get(order=9)
    rule.targets[kind] = [int(hours * 60), "EXAMPLE"]
    rule.save()
    clock = clocks.start(complaint, kind, start)  # type: ignore[arg-type]
    assert clock is not None
    return clock


def bare(by: User, **extra: Any) -> Complaint:
    """Return a complaint without any clocks, received earlier than every moment that the tests use."""
    complaint = factories.receive(by, at=MONDAY - timedelta(days=60), **extra)
    Clock.objects.filter(complaint=complaint).delete()
    return complaint
