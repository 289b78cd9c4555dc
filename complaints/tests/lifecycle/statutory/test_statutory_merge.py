"""Statutory clocks of complaints that are merged."""

from typing import Any

import pytest

from complaints.lifecycle import resolve
from complaints.lifecycle.ending import merge
from complaints.models import Complaint, Customer, Outbox
from complaints.rights.actors import person
from complaints.sweeps import due_clocks
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.invariants import always_holds
from complaints.tests.lifecycle.statutory.test_statutory import BY_AUTHORITY, DAY, DUE, HOUR, People, of, only

pytestmark = pytest.mark.django_db


def other(people: People, days: int, **extra: Any) -> Complaint:
    return factories.receive(people["supervisor"], at=MONDAY + days * DAY, **{**BY_AUTHORITY, **extra})


def test_the_survivor_takes_the_earliest_and_the_sources_own_runs_on(people: People) -> None:
    first, later = other(people, 0), other(people, 4)
    merge.merge(first, later, by=person(people["supervisor2"]), at=MONDAY + 5 * DAY)
    assert (only(later).started_at, only(later).due_at) == (MONDAY, DUE)
    assert (only(first).state, only(first).due_at) == ("running", DUE)
    first.refresh_from_db()
    assert first.next_due_at is None
    for complaint in (first, later):
        always_holds(Complaint.objects.get(pk=complaint.pk))


def test_the_survivor_without_a_pack_takes_the_clock(people: People) -> None:
    source, survivor = other(people, 0), factories.receive(people["supervisor"], at=MONDAY + DAY)
    merge.merge(source, survivor, by=person(people["supervisor2"]), at=MONDAY + 2 * DAY)
    assert (only(survivor).due_at, only(survivor).subject_type) == (DUE, "pack")


def test_of_a_merged_one_people_hear_at_the_survivor_only(people: People) -> None:
    source, survivor = other(people, 0), other(people, 1)
    merge.merge(source, survivor, by=person(people["supervisor2"]), at=MONDAY + 2 * DAY)
    Outbox.objects.all().delete()
    due_clocks.sweep(DUE + HOUR)
    assert [only(complaint).breached_at for complaint in (source, survivor)] == [DUE, DUE]
    told = Outbox.objects.filter(channel="in_app", template="breach", context__clock="statutory")
    assert [row.complaint_id for row in told.filter(user=people["manager"])] == [survivor.pk]


def test_one_final_response_answers_all_that_were_merged(people: People) -> None:
    source, survivor = other(people, 0), factories.carried_out(people["specialist"], **BY_AUTHORITY)
    merge.merge(source, survivor, by=person(people["supervisor2"]), at=MONDAY + HOUR)
    for claim in source.claims.all():
        by = person(people["specialist"])
        resolve.settle_claim(
            survivor, claim.pk, by=by, at=MONDAY + HOUR, disposition="declined", reason="Same"
        )
    at = MONDAY + 2 * HOUR
    resolve.resolve(survivor, by=person(people["specialist"]), at=at, final_answer="Refunded")
    assert [only(each).stopped_at for each in (source, survivor)] == [at, at]
    merge.unmerge(source, by=person(people["supervisor2"]), at=at + HOUR, reason="Two things")
    assert (only(source).state, only(source).due_at) == ("running", DUE)
    assert only(source).next_fire_at is not None
    assert only(survivor).state == "met"
    always_holds(Complaint.objects.get(pk=source.pk))


def test_unmerge_puts_both_back(people: People) -> None:
    source, survivor = other(people, 0), other(people, 4)
    plain = factories.receive(people["supervisor"], at=MONDAY)
    before = {each.pk: only(each).due_at for each in (source, survivor)}
    by = person(people["supervisor2"])
    merge.merge(source, survivor, by=by, at=MONDAY + 5 * DAY)
    merge.unmerge(source, by=by, at=MONDAY + 6 * DAY, reason="Two things")
    assert {each.pk: only(each).due_at for each in (source, survivor)} == before
    assert all(only(each).is_live for each in (source, survivor))
    source.refresh_from_db()
    merge.merge(source, plain, by=by, at=MONDAY + 6 * DAY)
    merge.unmerge(source, by=by, at=MONDAY + 6 * DAY + HOUR, reason="Two things")
    assert [clock.state for clock in of(plain)] == ["cancelled"]
    assert only(source).is_live
    for complaint in (source, survivor, plain):
        always_holds(Complaint.objects.get(pk=complaint.pk))


def test_an_answer_given_already_counts_for_what_is_merged_into_it(people: People) -> None:
    survivor, source = factories.resolved(people["specialist"], **BY_AUTHORITY), other(people, 1)
    merge.merge(source, survivor, by=person(people["supervisor2"]), at=MONDAY + 2 * DAY)
    assert (only(source).state, only(survivor).state) == ("met", "met")


def test_merging_another_customers_complaint_keeps_the_earlier_deadline(people: People) -> None:
    source = other(people, 0, customer=factories.nobody())
    survivor = other(people, 3)
    assert Customer.objects.count() >= 2
    merge.merge(source, survivor, by=person(people["supervisor2"]), at=MONDAY + 4 * DAY)
    assert only(survivor).due_at == DUE
