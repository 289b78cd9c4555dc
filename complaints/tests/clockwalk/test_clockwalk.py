"""Whatever happens in whatever order, every clock is where a slow model written from sla.md says it is."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from complaints.tests.clockwalk.base import Totals
from complaints.tests.clockwalk.machine import Machine

EXAMPLES, STEPS = 5, 40
LEAST_MOVES = 100


@pytest.mark.django_db
def test_every_clock_is_where_the_model_says(people: dict[str, User]) -> None:
    budget = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    before = Totals.moves
    run_state_machine_as_test(Machine, settings=budget)
    assert Totals.moves - before >= LEAST_MOVES
