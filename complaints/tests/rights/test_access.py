"""Checks who sees a complaint (docs/lifecycle.md, "People and visibility")."""

from datetime import timedelta

import pytest
from django.http import Http404

from accounts.models import User
from complaints.lifecycle import assign, diagnose, engine, escalate
from complaints.lifecycle.callback import calls
from complaints.lifecycle.remedies import carry_out
from complaints.models import Complaint, ParticipantRole
from complaints.rights import access, links, standings
from complaints.rights.actors import person
from complaints.tests import factories
from complaints.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def who_sees(complaint: Complaint, people: dict[str, User]) -> set[str]:
    return {name for name, user in people.items() if access.visible_to(user).filter(pk=complaint.pk).exists()}


def test_a_complaint_of_the_phone_team_is_seen_by_its_team_its_supervisor_and_managers(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"])
    assert who_sees(complaint, people) == {"agent", "agent2", "supervisor", "manager", "manager2"}


def test_who_logged_it_still_sees_it_in_another_team(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], channel="web", category="LOG-DMG")
    assert complaint.team.code == "FL-ONLINE"
    assert who_sees(complaint, people) == {"agent", "online", "supervisor", "manager", "manager2"}


def test_who_handled_it_and_the_supervisor_it_left_still_see_it(people: dict[str, User]) -> None:
    complaint = factories.receive(people["online"], channel="web")
    assign.take(complaint, by=person(people["online"]), at=MONDAY)
    escalate.escalate(complaint, by=person(people["supervisor"]), at=LATER, reason="R", tried="T", ask="A")
    assert complaint.team.code == "SL-LOGI"
    assert who_sees(complaint, people) == {
        "online",
        "specialist",
        "supervisor",
        "supervisor2",
        "manager",
        "manager2",
    }


def test_a_callback_team_sees_what_is_in_callback_and_a_quality_team_what_is_in_review(
    people: dict[str, User],
) -> None:
    complaint = factories.resolved(people["agent"])
    assert {"callback", "supervisor"} <= who_sees(complaint, people)
    assert "quality" not in who_sees(complaint, people)
    calls.record_callback(complaint, factories.SATISFIED, by=person(people["agent2"]), at=LATER)
    assert complaint.stage == "review"
    assert "quality" in who_sees(complaint, people)
    assert "callback" not in who_sees(complaint, people), "nobody of the team made the call"


def test_who_called_back_keeps_sight(people: dict[str, User]) -> None:
    complaint = factories.called_back(people["agent"], people["callback"])
    assert "callback" in who_sees(complaint, people)


def test_experts_see_every_complaint_with_a_risk_on(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"], risk_flags=["vulnerable"])
    assert complaint.tier == 2
    assert "expert" in who_sees(complaint, people)
    complaint.flags.update(cleared_at=MONDAY)
    assert "expert" not in who_sees(complaint, people)


def test_a_department_sees_its_task_but_no_complaint(people: dict[str, User]) -> None:
    complaint = factories.diagnosed(people["agent"])
    team = people["warehouse"].teams.get()
    task = carry_out.add_task(complaint, by=person(people["agent"]), at=LATER, title="Look", team=team)
    assert "warehouse" not in who_sees(complaint, people)
    assert access.get_task_for(people["warehouse"], task.pk) == task
    with pytest.raises(Http404):
        access.get_task_for(people["online"], task.pk)


def test_an_administrator_and_somebody_who_left_see_nothing(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    people["agent"].is_active = False
    people["agent"].save()
    assert not {"admin", "agent"} & who_sees(complaint, people)


def test_who_is_named_does_not_see_it_whatever_their_role(people: dict[str, User]) -> None:
    named = ["agent2", "supervisor", "manager"]
    complaint = factories.receive(people["agent"], about_staff=named)
    assert complaint.confidential
    assert who_sees(complaint, people) == {"agent", "manager2"}
    for name in named:
        assert standings.has_conflict(people[name], complaint)
        assert standings.allowed_moves(person(people[name]), complaint) == set()


def test_a_confidential_one_is_for_the_assignee_supervisors_managers_and_who_is_admitted(
    people: dict[str, User],
) -> None:
    complaint = factories.receive(people["agent"], about_staff=["online"])
    assert who_sees(complaint, people) == {"agent", "supervisor", "manager", "manager2"}
    engine.involve(complaint, ParticipantRole.ADMITTED, at=MONDAY, user=people["agent2"])
    assert "agent2" in who_sees(complaint, people)
    assign.release(complaint, by=person(people["supervisor"]), at=LATER)
    assert "agent" not in who_sees(complaint, people), "they are no longer the assignee"


def test_a_quality_supervisor_sees_a_confidential_one_in_review(people: dict[str, User]) -> None:
    complaint = factories.resolved(people["agent"], confidential=True)
    assert "callback" not in who_sees(complaint, people)
    calls.record_callback(complaint, factories.SATISFIED, by=person(people["supervisor"]), at=LATER)
    assert "quality" in who_sees(complaint, people)


def test_a_declared_conflict_bars_from_moves_but_not_from_sight(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    engine.involve(complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people["agent"])
    assert "agent" in who_sees(complaint, people)
    with pytest.raises(Exception, match="conflict of interest"):
        diagnose.start_diagnosis(complaint, by=person(people["agent"]), at=LATER)


def test_not_there_and_not_yours_are_the_same_404(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    assert complaint.number
    assert access.get_complaint_for(people["agent"], complaint.number.lower()) == complaint
    for number in (complaint.number, "RD-1"):
        with pytest.raises(Http404, match="no such complaint"):
            access.get_complaint_for(people["specialist"], number)


def test_a_private_link_opens_its_own_complaint_until_revoked(people: dict[str, User]) -> None:
    complaint = factories.receive(people["agent"])
    mine = links.token_of(links.current(complaint, at=MONDAY))
    assert len(mine) >= 16
    assert access.get_complaint_by_token(mine, at=MONDAY) == complaint
    links.revoke(complaint, at=MONDAY)
    for token in (mine, "", "x", "x" * 5000, "\ud800"):
        with pytest.raises(Http404):
            access.get_complaint_by_token(token, at=MONDAY)


@pytest.mark.parametrize("few", [0, 1, 2_000])
def test_a_page_in_order_has_what_may_be_seen(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(access, "FEW", few)
    for made in (factories.diagnosed, factories.resolved):
        made(people["agent"])
        made(people["agent"], confidential=True)
        made(people["online"], channel="web")
    factories.called_back(people["agent"], people["callback"])
    flagged = factories.receive(people["online"], channel="web", risk_flags=["vulnerable"])
    escalate.escalate(
        factories.diagnosed(people["agent"]),
        by=person(people["supervisor"]), at=LATER, reason="R", tried="T", ask="A",
    )  # fmt: skip
    engine.involve(flagged, ParticipantRole.NAMED, at=MONDAY, user=people["supervisor2"])
    for user in people.values():
        seen = access.visible_to(user).values_list("pk", flat=True)
        assert set(access.visible_in_order(user).values_list("pk", flat=True)) == set(seen), user.username
