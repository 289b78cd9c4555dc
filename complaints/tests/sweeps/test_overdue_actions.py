"""An improvement that is not done in time is told of once, to its owner and to those who lead and verify."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.models import Event, ImprovementAction, Outbox
from complaints.sweeps import due_clocks, overdue_actions
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]
DUE = MONDAY + timedelta(days=3)


@pytest.fixture
def action(people: People) -> ImprovementAction:
    complaint = factories.resolved(people["agent"])
    Outbox.objects.all().delete()
    return ImprovementAction.objects.create(
        complaint=complaint, title="Check every seal", owner=people["agent2"], due_at=DUE, created_at=MONDAY
    )


def told() -> set[str]:
    rows = Outbox.objects.filter(template="action_overdue", channel="in_app")
    return {row.user.username for row in rows if row.user}


def test_nothing_is_told_before_its_date(action: ImprovementAction) -> None:
    assert overdue_actions.tell(DUE - timedelta(seconds=1)) == 0
    assert told() == set()


def test_at_its_date_owner_supervisor_and_quality_are_told_once(action: ImprovementAction) -> None:
    swept = due_clocks.sweep(DUE)
    assert swept.fired["overdue improvement"] == 1
    assert told() == {"agent2", "supervisor", "quality"}
    count = Outbox.objects.count()
    assert overdue_actions.tell(DUE + timedelta(hours=1)) == 0
    assert Outbox.objects.count() == count
    assert Event.objects.filter(complaint=action.complaint, kind="action_overdue").count() == 1


def test_what_is_done_or_belongs_to_a_refused_review_is_not_overdue(action: ImprovementAction) -> None:
    ImprovementAction.objects.filter(pk=action.pk).update(done_at=MONDAY)
    assert overdue_actions.tell(DUE) == 0


def test_two_workers_tell_once(action: ImprovementAction) -> None:
    seen = ImprovementAction.objects.select_related("complaint", "owner").get(pk=action.pk)
    assert overdue_actions.tell(DUE) == 1
    assert overdue_actions._tell(seen, DUE) is False
