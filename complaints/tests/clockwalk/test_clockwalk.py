"""Runs the clock walk: after any moves in any order, each clock is where the model of docs/clocks.md says."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from complaints.tests.clockwalk.base import Totals
from complaints.tests.clockwalk.machine import Machine
from complaints.tests.lifecycle.stateful.budget import fixed_budget

EXAMPLES, STEPS = 5, 40
LEAST_MOVES = 100


@pytest.mark.django_db
def test_every_clock_is_where_the_model_says(people: dict[str, User]) -> None:
    before = Totals.moves
    run_state_machine_as_test(Machine, settings=fixed_budget(EXAMPLES, STEPS))
    assert Totals.moves - before >= LEAST_MOVES
