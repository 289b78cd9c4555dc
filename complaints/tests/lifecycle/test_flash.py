"""The flash squad: one click calls one person per seat, with 15 minutes to fill three fields (R-025)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Team, User
from complaints.lifecycle import engine, flash
from complaints.lifecycle.ending import merge, withdraw
from complaints.models import (
    Clock,
    Complaint,
    Outbox,
    ParticipantRole,
    PolicyRule,
    Squad,
    SquadMember,
    SquadSeat,
)
from complaints.notices import inbox
from complaints.rights import access
from complaints.rights.actors import CUSTOMER, person
from complaints.sweeps import due_clocks
from complaints.terms.errors import MissingDetail, MoveNotAllowed, NotYours
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.invariants import always_holds

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = MONDAY + HOUR
TEAM = ["specialist", "supervisor2", "warehouse"]
"""The members who are called: nobody is in the tech team, and logistics has only its supervisor left."""
People = dict[str, User]


def called(people: People, **extra: Any) -> Complaint:
    """Return a complaint whose assignee called the squad an hour after receipt."""
    complaint = factories.diagnosed(people["agent"], **extra)
    flash.call(complaint, by=person(people["agent"]), at=LATER)
    return complaint


def clock_of(complaint: Complaint) -> Clock:
    return Clock.objects.get(complaint=complaint, kind="flash")


def members(complaint: Complaint) -> list[str]:
    rows = SquadMember.objects.filter(squad__complaint=complaint, squad__ended_at=None)
    return sorted(rows.values_list("user__username", flat=True))


def fill(complaint: Complaint, by: User, at: Any = LATER + MINUTE, **given: str) -> Squad:
    return flash.fill(complaint, by=person(by), at=at, **given)


def test_one_click_gathers_tells_and_starts_fifteen_minutes(people: People) -> None:
    complaint = called(people)
    assert members(complaint) == TEAM
    clock = clock_of(complaint)
    assert (clock.due_at - clock.started_at, clock.subject_type) == (15 * MINUTE, "squad")
    assert clock.calendar.calendar.code == "ALWAYS"
    told = Outbox.objects.filter(complaint=complaint, template="squad_called", channel="in_app")
    assert sorted(told.values_list("user__username", flat=True)) == TEAM
    always_holds(Complaint.objects.get(pk=complaint.pk))


def test_the_policy_may_say_another_time(people: People) -> None:
    rule = PolicyRule.objects.get(order=9)
    rule.targets["flash"] = [30, "ALWAYS"]
    rule.save()
    clock = clock_of(called(people))
    assert clock.due_at - clock.started_at == 30 * MINUTE


def test_one_person_a_seat_and_each_once(people: People) -> None:
    logistics = User.objects.create(username="logistics", role="agent", tier=2)
    tech = User.objects.create(username="tech", role="department")
    logistics.teams.add(Team.objects.get(code="SL-LOGI"))
    tech.teams.add(Team.objects.get(code="TECH"))
    assert members(called(people)) == ["logistics", "specialist", "tech", "warehouse"]


def test_who_is_on_call_comes_first_and_who_is_barred_never(people: People) -> None:
    seat = SquadSeat.objects.get(team__code="SL-GOODS")
    seat.on_call = people["supervisor2"]
    seat.save()
    assert "supervisor2" in members(called(people))
    other = factories.diagnosed(people["agent"])
    engine.involve(other, ParticipantRole.CONFLICT, at=LATER, user=people["specialist"])
    seat.on_call = people["specialist"]
    seat.save()
    flash.call(other, by=person(people["supervisor"]), at=LATER)
    assert members(other) == ["supervisor2", "warehouse"]


def test_who_is_in_fewest_squads_comes_first(people: People) -> None:
    second = User.objects.create(username="second", role="agent", tier=2)
    second.teams.add(Team.objects.get(code="SL-GOODS"))
    SquadSeat.objects.exclude(team__code="SL-GOODS").update(is_active=False)
    assert [members(called(people)) for _time in range(3)] == [["specialist"], ["second"], ["specialist"]]


def test_nobody_free_is_said_and_nothing_happens(people: People) -> None:
    SquadSeat.objects.update(is_active=False)
    complaint = factories.diagnosed(people["agent"])
    with pytest.raises(MoveNotAllowed):
        flash.call(complaint, by=person(people["agent"]), at=LATER)
    assert not Squad.objects.exists() and not Clock.objects.filter(kind="flash").exists()


def test_one_open_squad_a_complaint_by_constraint_too(people: People) -> None:
    complaint = called(people)
    with pytest.raises(MoveNotAllowed):
        flash.call(complaint, by=person(people["supervisor"]), at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Squad.objects.create(complaint=complaint, called_at=LATER, called_by=people["agent"])
    for name in ("diagnosis", "plan", "resources"):
        fill(complaint, people["agent"], **{name: "Known"})
    flash.call(complaint, by=person(people["agent"]), at=LATER + HOUR)
    assert Squad.objects.filter(complaint=complaint).count() == 2


# --- The three fields ---
def test_the_clock_stops_only_when_all_three_are_there(people: People) -> None:
    complaint = called(people)
    fill(complaint, people["warehouse"], plan="Send one tonight")
    fill(complaint, people["specialist"], diagnosis="Corner foam is missing")
    assert clock_of(complaint).is_live
    squad = fill(complaint, people["supervisor"], LATER + 14 * MINUTE, resources="A van")
    clock = clock_of(complaint)
    assert (clock.state, clock.stopped_at) == ("met", LATER + 14 * MINUTE)
    assert (squad.diagnosis, squad.plan, squad.resources) == (
        "Corner foam is missing",
        "Send one tonight",
        "A van",
    )
    assert squad.ended_at == LATER + 14 * MINUTE
    told = Outbox.objects.filter(template="squad_done", channel="in_app")
    assert set(told.values_list("user__username", flat=True)) == {"agent", *TEAM}
    with pytest.raises(MoveNotAllowed):
        fill(complaint, people["agent"], plan="Another")


def test_blank_and_unsaid_fields_stay_and_every_text_is_in_the_timeline(people: People) -> None:
    complaint = called(people)
    fill(complaint, people["agent"], plan="One", diagnosis="  ")
    squad = fill(complaint, people["agent"], plan="Two")
    assert (squad.plan, squad.diagnosis) == ("Two", "")
    events = complaint.events.filter(kind="squad_filled").order_by("seq")
    assert [event.text.body for event in events] == ["One", "Two"]


@pytest.mark.parametrize("given", [{"plan": " "}, {"plan": "a\x00b"}, {"plan": "x" * 4001}])
def test_what_is_no_text_is_refused_beside_the_field(people: People, given: dict[str, str]) -> None:
    complaint = called(people)
    with pytest.raises(MissingDetail) as refused:
        fill(complaint, people["agent"], **given)
    assert list(refused.value.errors) == ["plan"]


def test_two_may_write_at_once_without_a_version_between_them(people: People) -> None:
    complaint = called(people)
    before = Complaint.objects.get(pk=complaint.pk).version
    fill(complaint, people["specialist"], plan="One")
    assert Complaint.objects.get(pk=complaint.pk).version == before


# --- The clock ---
def test_a_missed_quarter_of_an_hour_is_told_to_the_squad_and_does_not_move_up(people: People) -> None:
    complaint = called(people)
    Clock.objects.filter(complaint=complaint).exclude(kind="flash").delete()
    due_clocks.sweep(LATER + 16 * MINUTE)
    clock = clock_of(complaint)
    assert (clock.state, clock.breached_at) == ("breached", LATER + 15 * MINUTE)
    told = Outbox.objects.filter(template="breach", channel="in_app", context__clock="flash")
    names = set(told.values_list("user__username", flat=True))
    assert names == {"agent", "supervisor", *TEAM}
    complaint.refresh_from_db()
    assert complaint.tier == 1


def test_it_ends_with_the_complaint(people: People) -> None:
    complaint = called(people)
    withdraw.withdraw(complaint, by=CUSTOMER, at=LATER + MINUTE)
    assert clock_of(complaint).state == "cancelled"
    assert flash.open_squad(complaint) is None
    always_holds(Complaint.objects.get(pk=complaint.pk))


def test_a_merge_dissolves_it_and_unmerge_gathers_it_again(people: People) -> None:
    source = called(people)
    survivor = factories.receive(people["agent"], at=MONDAY)
    by = person(people["supervisor"])
    merge.merge(source, survivor, by=by, at=LATER + MINUTE)
    assert flash.open_squad(source) is None and not access.visible_to(people["warehouse"]).exists()
    merge.unmerge(source, by=by, at=LATER + 2 * MINUTE, reason="Two things")
    assert members(source) == TEAM
    assert (clock_of(source).state, clock_of(source).due_at) == ("running", LATER + 15 * MINUTE)
    assert access.visible_to(people["warehouse"]).get() == source
    always_holds(Complaint.objects.get(pk=source.pk))


# --- Who sees ---
def test_the_squad_sees_the_complaint_a_department_only_while_it_works(people: People) -> None:
    other = factories.diagnosed(people["agent"])
    complaint = called(people)
    for name in ("specialist", "warehouse"):
        assert list(access.visible_to(people[name])) == [complaint]
    row = inbox.readable(people["warehouse"]).get(template="squad_called")
    assert inbox.link_of(row, people["warehouse"]) == complaint.get_absolute_url()
    fill(complaint, people["agent"], diagnosis="D", plan="P", resources="R")
    assert list(access.visible_to(people["specialist"])) == [complaint]
    assert not access.visible_to(people["warehouse"]).exists()
    assert other not in access.visible_to(people["specialist"])


def test_of_a_confidential_one_the_supervisor_calls(people: People) -> None:
    complaint = factories.diagnosed(people["agent"], about_staff=["agent2"])
    with pytest.raises(NotYours):
        flash.call(complaint, by=person(people["agent"]), at=LATER)
    flash.call(complaint, by=person(people["supervisor"]), at=LATER)
    assert access.visible_to(people["specialist"]).get() == complaint
    assert access.visible_to(people["warehouse"]).get() == complaint


def test_whom_a_complaint_names_is_not_gathered(people: People) -> None:
    complaint = factories.receive(people["agent"], about_staff=["specialist"])
    flash.call(complaint, by=person(people["supervisor"]), at=LATER)
    assert "specialist" not in members(complaint)
    assert not access.visible_to(people["specialist"]).exists()
