"""Tasks: requested, then finished once, by the people they belong to."""

from datetime import timedelta

import pytest

from accounts.models import Team, User
from complaints.lifecycle.remedies import carry_out
from complaints.models import Clock, Complaint, Task
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def asked(complaint: Complaint, by: User) -> Task:
    team = Team.objects.get(code="WAREHOUSE")
    return carry_out.add_task(complaint, by=person(by), at=LATER, title="Find the parcel", team=team)


def test_a_department_is_waited_for_until_it_is_done_and_pauses_nothing(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    task = asked(complaint, people["agent"])
    complaint.refresh_from_db()
    assert complaint.waiting_on == "department"
    assert not Clock.objects.filter(paused_since__isnull=False).exists()
    assert Clock.objects.live().get(kind="task", subject_id=task.pk).due_at == task.due_at
    carry_out.finish_task(task, by=person(people["warehouse"]), at=LATER, note="Found")
    complaint.refresh_from_db()
    assert (task.state, complaint.waiting_on) == ("done", None)
    assert status_of(lambda: carry_out.finish_task(task, by=person(people["warehouse"]), at=LATER)) == 409


@pytest.mark.parametrize(
    ("name", "status"), [("agent2", 403), ("callback", 403), ("manager", 403), ("admin", 403)]
)
def test_others_do_not_finish_it(people: dict[str, User], name: str, status: int) -> None:
    task = asked(factories.diagnosed(people["agent"]), people["agent"])
    assert status_of(lambda: carry_out.finish_task(task, by=person(people[name]), at=LATER)) == status


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_a_remedy_is_done_with_evidence_that_can_be_kept(people: dict[str, User], text: str) -> None:
    factories.chosen(people["agent"])
    task = Task.objects.get()
    act = lambda: carry_out.finish_task(task, by=person(people["agent"]), at=LATER, evidence=text)  # noqa: E731
    assert wrong_fields(act) == {"evidence"}


def test_a_task_has_a_title_a_team_its_owner_is_in_and_a_future_date(people: dict[str, User]) -> None:
    complaint, by = factories.diagnosed(people["agent"]), person(people["agent"])
    act = lambda: carry_out.add_task(complaint, by=by, at=LATER, title="", team=None, due_at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"title", "team", "due_at"}
    team = Team.objects.get(code="TECH")
    act = lambda: carry_out.add_task(  # noqa: E731
        complaint, by=by, at=LATER, title="Look", team=team, owner=people["warehouse"]
    )
    assert wrong_fields(act) == {"owner"}


def test_its_own_date_is_its_deadline(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    due = LATER + timedelta(days=2)
    team = Team.objects.get(code="TECH")
    task = carry_out.add_task(
        complaint, by=person(people["agent"]), at=LATER, title="Look", team=team, due_at=due
    )
    assert (task.due_at, Clock.objects.get(kind="task").due_at) == (due, due)
