"""Rows that are changed together are each compared with what was read, and a pass reads things once."""

from datetime import timedelta

import pytest

from accounts.models import User
from complaints.models import Clock
from complaints.rows import lookups
from complaints.rows.bulk import update_rows
from complaints.tests import factories
from complaints.tests.conftest import MONDAY


@pytest.fixture
def clocks(people: dict[str, User]) -> list[Clock]:
    factories.receive(people["agent"])
    return list(Clock.objects.live().order_by("pk"))


def test_each_row_gets_values_of_its_own(clocks: list[Clock]) -> None:
    rows = [(clock.pk, MONDAY + timedelta(days=number), None) for number, clock in enumerate(clocks)]
    assert update_rows(Clock, ("id",), ("due_at", "next_fire_at"), rows) == len(clocks) > 1
    found = list(Clock.objects.live().order_by("pk").values_list("pk", "due_at", "next_fire_at"))
    assert found == rows


def test_what_is_not_as_it_was_seen_stays_and_is_not_counted(clocks: list[Clock]) -> None:
    first, second, *_rest = clocks
    Clock.objects.filter(pk=first.pk).update(generation=7)
    rows = [(clock.pk, clock.generation, clock.set_aside_at, 99) for clock in (first, second)]
    assert update_rows(Clock, ("id", "generation", "set_aside_at"), ("next_level",), rows) == 1
    levels = dict(Clock.objects.filter(pk__in=[first.pk, second.pk]).values_list("pk", "next_level"))
    assert levels == {first.pk: first.next_level, second.pk: 99}


def test_nothing_to_change_asks_nothing(db: None) -> None:
    assert update_rows(Clock, ("id",), ("next_level",), []) == 0


def test_a_thing_is_read_once_within_the_outermost_pass_only() -> None:
    read: list[int] = []

    def look() -> int:
        read.append(len(read))
        return len(read)

    def ask() -> int:
        return lookups.once("thing", look)

    assert (ask(), ask()) == (1, 2)
    with lookups.shared():
        assert ask() == 3
        with lookups.shared():
            assert ask() == 3
        assert ask() == 3
    assert ask() == 4
