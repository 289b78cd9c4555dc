"""Whoever has declared a conflict of interest still sees the complaint and can do nothing to it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from complaints.api.moves import MOVES as API_MOVES
from complaints.lifecycle import conflict, engine, improve
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import carry_out
from complaints.models import Approval, Complaint, ImprovementAction, ParticipantRole, Task
from complaints.rights import standings
from complaints.rights.actors import person
from complaints.terms.errors import NotYours
from complaints.terms.moves import MOVES
from complaints.tests import factories
from complaints.tests.api.kit import Caller
from complaints.tests.conftest import MONDAY
from complaints.tests.rights.test_betrayal import routes
from complaints.views.more import ENTRIES

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
READ_ONLY = {"detail", "reviewed", "clock", "look", "as-customer"}
STAGES = ["intake", "diagnose", "resolve", "callback", "review", "closed"]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


def with_conflict(stage: str, people: People, name: str) -> Complaint:
    complaint = factories.in_stage(stage, people["agent"], people["agent2"])
    engine.involve(complaint, ParticipantRole.CONFLICT, at=LATER, user=people[name])
    return complaint


def move_doors(complaint: Complaint) -> dict[str, str]:
    """Return every address below a complaint by the name of its move."""
    fill = {"number": complaint.number, "claim": complaint.claims.order_by("pk")[0].pk, "item": 1}
    doors = {}
    for name, parameters in routes():
        app, _colon, word = name.partition(":")
        if (
            app == "api"
            or "number" not in parameters
            or word in {"detail", "reviewed", "clock", "look", "as-customer"}
        ):
            continue
        for move in ENTRIES if "move" in parameters else [word]:
            values = fill | {"playbook_id": 1, "move": move}
            doors[move] = reverse(name, kwargs={key: values[key] for key in parameters})
    return doors


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("agent", "diagnose"),
        ("agent2", "intake"),
        ("supervisor", "resolve"),
    ],
)
def test_every_door_is_shut_and_the_page_is_open(
    people: People, client: Client, name: str, stage: str
) -> None:
    complaint = with_conflict(stage, people, name)
    me = person(people[name])
    version, events = complaint.version, complaint.events.count()
    client.force_login(people[name])
    assert standings.allowed_moves(me, complaint) == set()
    assert client.get(complaint.get_absolute_url()).status_code == 200
    for move, url in move_doors(complaint).items():
        status = client.post(url, {"kind": "note", "body": "Hello"}).status_code
        never = move in MOVES and me.role not in MOVES[move].roles
        assert status in ({403} if never else {403, 409}), (move, status)
    complaint.refresh_from_db()
    assert (complaint.version, complaint.events.count()) == (version, events)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", ["agent", "agent2", "supervisor", "manager"])
def test_no_move_of_the_table_passes_the_engine(people: People, name: str, stage: str) -> None:
    """The engine itself refuses each move with 403, whatever a view forgets to check."""
    complaint, by = with_conflict(stage, people, name), person(people[name])
    for move, row in MOVES.items():
        if by.role in row.roles and stage in row.sources:
            with pytest.raises(NotYours), engine.move(move, complaint, by=by, at=LATER):
                pytest.fail(f"{move} went through")


def test_no_decision_task_or_improvement_either(people: People, client: Client) -> None:
    complaint, _plan = factories.offered(people["agent"], offer=factories.BIG_OFFER)
    task = carry_out.add_task(
        complaint,
        by=person(people["agent"]),
        at=LATER,
        title="Look",
        team=people["warehouse"].teams.get(),
    )
    action = ImprovementAction.objects.create(
        complaint=complaint,
        title="Foam",
        kind="process",
        owner=people["supervisor"],
        due_at=LATER,
        created_at=LATER,
    )
    approval = Approval.objects.get()
    conflict.declare_conflict(complaint, by=person(people["supervisor"]), at=LATER, reason="My cousin")
    engine.involve(complaint, ParticipantRole.CONFLICT, at=LATER, user=people["warehouse"])
    refused = [
        lambda: decisions.decide(approval, by=person(people["supervisor"]), at=LATER, approve=True),
        lambda: carry_out.cancel_task(task, by=person(people["supervisor"]), at=LATER, reason="No"),
        lambda: carry_out.finish_task(task, by=person(people["warehouse"]), at=LATER, evidence="Seen"),
        lambda: improve.mark_done(action, by=person(people["supervisor"]), at=LATER, note="Done"),
    ]
    for step in refused:
        with pytest.raises(NotYours):
            step()
    client.force_login(people["supervisor"])
    assert client.get(f"/approvals/{approval.pk}/").status_code == 200
    assert client.post(f"/approvals/{approval.pk}/", {"decision": "approve"}).status_code == 403
    assert client.post(f"/tasks/{task.pk}/cancel/", {"reason": "No"}).status_code == 403
    client.force_login(people["warehouse"])
    assert client.post(f"/tasks/{task.pk}/done/", {"evidence": "Seen"}).status_code == 404
    assert Task.objects.get(pk=task.pk).state == "open"


@pytest.mark.parametrize(
    ("name", "stage"), [("agent", "resolve"), ("agent2", "intake"), ("supervisor", "resolve")]
)
def test_every_door_of_the_interface_is_shut(people: People, name: str, stage: str) -> None:
    complaint = with_conflict(stage, people, name)
    caller, version, events = Caller(people[name]), complaint.version, complaint.events.count()
    assert caller.get(f"complaints/{complaint.number}/").status_code == 200
    for move in API_MOVES:
        status = caller.post(f"complaints/{complaint.number}/{move}/", {"reason": "x"}).status_code
        assert status in {403, 409}, (move, status)
    for path in ("messages/", "tasks/"):
        body = {"direction": "internal", "body": "Hello"}
        assert caller.post(f"complaints/{complaint.number}/{path}", body).status_code in {403, 409}
    assert caller.patch(f"complaints/{complaint.number}/", {"subject": "x"}).status_code in {403, 409}
    complaint.refresh_from_db()
    assert (complaint.version, complaint.events.count()) == (version, events)
