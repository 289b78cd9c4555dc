"""Deciders are asked level by level, and a stand-in takes the place of somebody who is away."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Absence, User
from complaints.lifecycle import engine
from complaints.lifecycle.approvals import decisions
from complaints.lifecycle.remedies import offers
from complaints.models import Approval, ApprovalKind, Clock, Complaint, ParticipantRole
from complaints.reads import approvals, rail
from complaints.rights import deciders
from complaints.rights.actors import person
from complaints.sweeps.due_clocks import sweep
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import status_of, wrong_fields

pytestmark = pytest.mark.django_db
People = dict[str, User]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + HOUR


@pytest.fixture
def third(people: People) -> User:
    """Return another supervisor, who is in no team of the complaint."""
    user = User.objects.create(username="supervisor3", name_en="Qin Yu", role="supervisor")
    people["supervisor3"] = user
    return user


def away(
    user: User, delegate: User, since: datetime = MONDAY - DAY, until: datetime = MONDAY + DAY
) -> Absence:
    return Absence.objects.create(
        user=user, delegate=delegate, since=since, until=until, created_at=MONDAY - 2 * DAY
    )


def asked_of(
    people: People, kind: str = ApprovalKind.ESCALATION, amount: int = 0, at: datetime = LATER
) -> tuple[str, list[str]] | None:
    complaint = Complaint.objects.first() or factories.diagnosed(people["agent"])
    found = deciders.who_decides(deciders.Question(complaint, kind, people["agent"], amount), at)
    return (found.level.value, sorted(user.username for user in found.people)) if found else None


def money(people: People, amount: str = "1299.00") -> Approval:
    offer = {
        "options": [{"kind": "FULL", "amount": amount, "description": "D"}],
        "single_option_reason": "R",
    }
    complaint = factories.found(people["agent"])
    offers.offer(complaint, offer, by=person(people["agent"]), at=LATER)
    return Approval.objects.get()


def bar(people: People, *names: str) -> None:
    complaint = Complaint.objects.first() or factories.diagnosed(people["agent"])
    for name in names:
        engine.involve(complaint, ParticipantRole.CONFLICT, at=MONDAY, user=people[name])


def test_the_levels_one_after_the_other(people: People) -> None:
    assert asked_of(people) == ("supervisor", ["supervisor"])
    bar(people, "supervisor")
    assert asked_of(people) == ("deputy", ["supervisor2"])
    bar(people, "supervisor2")
    assert asked_of(people) == ("manager", ["manager", "manager2"])
    bar(people, "manager")
    assert asked_of(people) == ("manager", ["manager2"])
    bar(people, "manager2")
    assert asked_of(people) is None


def test_a_review_is_for_quality_first(people: People) -> None:
    assert asked_of(people, ApprovalKind.REVIEW) == ("quality", ["quality"])
    bar(people, "quality")
    assert asked_of(people, ApprovalKind.REVIEW) == ("supervisor", ["supervisor"])


def test_the_stand_in_is_asked_in_the_place_of_who_is_away(people: People, third: User) -> None:
    away(people["supervisor"], third)
    assert asked_of(people) == ("supervisor", ["supervisor3"])


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (LATER - timedelta(seconds=1), "supervisor"),
        (LATER, "supervisor3"),
        (LATER + HOUR - timedelta(seconds=1), "supervisor3"),
        (LATER + HOUR, "supervisor"),
    ],
)
def test_only_from_the_first_moment_until_before_the_last(
    people: People, third: User, at: datetime, asked: str
) -> None:
    away(people["supervisor"], third, since=LATER, until=LATER + HOUR)
    assert asked_of(people, at=at) == ("supervisor", [asked])


@pytest.mark.parametrize(
    ("ended", "asked"), [(timedelta(0), "supervisor"), (HOUR, "supervisor3"), (-2 * DAY, "supervisor")]
)
def test_an_absence_that_ended_early_no_longer_counts(
    people: People, third: User, ended: timedelta, asked: str
) -> None:
    Absence.objects.filter(pk=away(people["supervisor"], third).pk).update(ended_at=LATER + ended)
    assert asked_of(people) == ("supervisor", [asked])


def test_a_stand_in_with_a_conflict_is_not_asked_but_the_next_level(people: People, third: User) -> None:
    away(people["supervisor"], third)
    bar(people, "supervisor3")
    assert asked_of(people) == ("deputy", ["supervisor2"])


def test_stand_ins_do_not_chain(people: People, third: User) -> None:
    away(people["supervisor"], third)
    away(third, people["quality"])
    assert asked_of(people) == ("deputy", ["supervisor2"])


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "agent", "tier": 1}])
def test_a_stand_in_who_left_or_changed_role_is_not_asked(
    people: People, third: User, change: dict[str, object]
) -> None:
    away(people["supervisor"], third)
    User.objects.filter(pk=third.pk).update(**change)
    assert asked_of(people) == ("deputy", ["supervisor2"])


def test_a_deputy_is_away_too_and_somebody_stands_in(people: People, third: User) -> None:
    bar(people, "supervisor")
    away(people["supervisor2"], third)
    assert asked_of(people) == ("deputy", ["supervisor3"])


def test_with_everybody_away_or_barred_nobody_is_asked(people: People) -> None:
    bar(people, "supervisor", "supervisor2", "manager2")
    away(people["manager"], people["manager2"])
    assert asked_of(people) is None


def test_the_stand_in_of_somebody_with_a_conflict_has_no_place_to_fill(people: People, third: User) -> None:
    away(people["supervisor"], third)
    bar(people, "supervisor")
    assert asked_of(people) == ("deputy", ["supervisor2"])


def test_of_two_managers_one_away_needs_a_third(people: People) -> None:
    User.objects.create(username="manager3", role="manager")
    away(people["manager"], people["manager2"])
    assert asked_of(people, ApprovalKind.COMPENSATION, 2_000_001) == ("manager", ["manager2", "manager3"])
    User.objects.filter(username="manager3").update(is_active=False)
    assert asked_of(people, ApprovalKind.COMPENSATION, 2_000_001) is None


def test_the_stand_in_decides_and_the_request_says_for_whom(people: People, third: User) -> None:
    away(people["supervisor"], third)
    approval = money(people)
    assert [user.username for user in approval.asked.all()] == ["supervisor3"]
    (entry,) = approval.snapshot["stand_ins"]
    assert (entry["name_en"], entry["by"]) == ("Wang Min", "supervisor3")
    assert decisions.decide(approval, by=person(third), at=LATER, approve=True).state == "approved"


def test_who_is_away_and_was_not_asked_does_not_decide(people: People, third: User) -> None:
    away(people["supervisor"], third)
    approval = money(people)
    act = lambda: decisions.decide(approval, by=person(people["supervisor"]), at=LATER, approve=True)  # noqa: E731
    assert status_of(act) == 403


def test_what_waits_goes_to_the_stand_in_when_somebody_leaves(people: People, third: User) -> None:
    approval = money(people)
    assert not approvals.approvals_for(third, LATER).exists()
    away(people["supervisor"], third, since=LATER + HOUR)
    at = LATER + HOUR
    assert list(approvals.approvals_for(third, at)) == [approval]
    assert approvals.get_approval_for(third, approval.pk, at) == approval
    assert rail.navigation_counts(third, at)["approvals"] == 1
    assert decisions.decide(approval, by=person(third), at=at, approve=True).state == "approved"


def test_a_stand_in_who_is_away_too_gets_nothing(people: People, third: User) -> None:
    approval = money(people)
    away(people["supervisor"], third)
    away(third, people["quality"])
    assert not approvals.approvals_for(third, LATER).exists()
    assert not approvals.approvals_for(people["quality"], LATER).exists()
    act = lambda: decisions.decide(approval, by=person(third), at=LATER, approve=True)  # noqa: E731
    assert status_of(act) == 403


def test_climbing_asks_stand_ins_as_well(people: People, third: User) -> None:
    approval = money(people)
    away(people["supervisor2"], third)
    Clock.objects.exclude(kind="approval").delete()
    assert approval.due_at is not None
    sweep(approval.due_at)
    assert sorted(user.username for user in approval.asked.all()) == ["supervisor", "supervisor3"]


def test_nobody_left_is_said_at_once(people: People) -> None:
    complaint = factories.found(people["agent"])
    bar(people, "supervisor", "supervisor2", "manager", "manager2")
    act = lambda: offers.offer(complaint, factories.BIG_OFFER, by=person(people["agent"]), at=LATER)  # noqa: E731
    assert wrong_fields(act) == {"reason"}
