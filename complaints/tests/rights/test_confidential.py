"""Who sees a confidential complaint: its assignee, people who were admitted, supervisors and managers.

Whoever is named in the complaint does not see it.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from complaints.lifecycle import assign, conflict, escalate
from complaints.lifecycle.callback import calls
from complaints.models import Complaint, Outbox
from complaints.notices import notify
from complaints.rights import access, standings
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
People = dict[str, User]
LATER = MONDAY + timedelta(hours=1)
MANAGERS = {"manager", "manager2"}


def who_sees(complaint: Complaint, people: People) -> set[str]:
    return {name for name, user in people.items() if access.visible_to(user).filter(pk=complaint.pk).exists()}


def in_intake(people: People) -> Complaint:
    return factories.receive(people["agent"], about_staff=["online"])


def logged_for_others(people: People) -> Complaint:
    """Return a complaint by web, whose logger is not its assignee."""
    return factories.receive(people["agent2"], channel="web", confidential=True)


def taken_from_another(people: People) -> Complaint:
    complaint = in_intake(people)
    return assign.assign(
        complaint, by=person(people["supervisor"]), at=LATER, assignee=people["agent2"], reason="R"
    )


def flagged(people: People) -> Complaint:
    return factories.receive(people["agent"], about_staff=["online"], risk_flags=["vulnerable"])


def gone_up(people: People) -> Complaint:
    complaint = in_intake(people)
    words = {"reason": "R", "tried": "T", "ask": "A"}
    return escalate.escalate(complaint, by=person(people["supervisor"]), at=LATER, **words)


def in_callback(people: People) -> Complaint:
    return factories.resolved(people["agent"], about_staff=["online"])


def called(people: People) -> Complaint:
    caller = person(people["supervisor"])
    return calls.record_callback(in_callback(people), factories.SATISFIED, by=caller, at=LATER)


def admitted(people: People) -> Complaint:
    by = person(people["supervisor"])
    return conflict.admit(in_intake(people), by=by, at=LATER, user=people["callback"])


def about_a_supervisor(people: People) -> Complaint:
    return factories.receive(people["agent"], about_staff=["supervisor", "manager"])


SEEN_BY: list[tuple[Callable[[People], Complaint], set[str]]] = [
    (in_intake, {"agent", "supervisor", *MANAGERS}),
    (logged_for_others, {"supervisor", *MANAGERS}),
    (taken_from_another, {"agent2", "supervisor", *MANAGERS}),
    (flagged, {"supervisor2", *MANAGERS}),
    (gone_up, {"supervisor", "supervisor2", *MANAGERS}),
    (in_callback, {"agent", "supervisor", *MANAGERS}),
    (called, {"agent", "supervisor", "quality", *MANAGERS}),
    (admitted, {"agent", "callback", "supervisor", *MANAGERS}),
    (about_a_supervisor, {"agent", "manager2"}),
]


@pytest.mark.parametrize(("prepare", "seen_by"), SEEN_BY, ids=[row[0].__name__ for row in SEEN_BY])
def test_who_sees_a_confidential_complaint(
    people: People, prepare: Callable[[People], Complaint], seen_by: set[str]
) -> None:
    complaint = prepare(people)
    assert complaint.confidential
    assert who_sees(complaint, people) == seen_by
    agents = {name for name, user in people.items() if user.role == "agent"}
    hears = {user.username for user in access.among_who_see(complaint, people.values())}
    assert hears & agents == seen_by & agents, "notices go to the agents who see it"
    told = Outbox.objects.filter(complaint=complaint, user__role="agent").exclude(template="assigned")
    assert set(told.values_list("user__username", flat=True)) <= seen_by | {"agent", "agent2"}


def test_who_does_not_see_it_makes_no_move_of_it(people: People) -> None:
    """Membership of the team is not enough when the complaint is confidential."""
    for prepare, seen_by in SEEN_BY:
        complaint = prepare(people)
        for name in people.keys() - seen_by - {"online"}:
            moves = standings.allowed_moves(person(people[name]), complaint)
            assert moves == set(), (prepare.__name__, name, moves)


def test_the_responsible_of_an_unassigned_one_are_the_supervisors(people: People) -> None:
    complaint = gone_up(people)
    assert [user.username for user in notify.responsible(complaint)] == ["supervisor2"]
