"""Anybody tries any move in any order: the product does what the model says, and what always holds holds."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from complaints.tests.lifecycle.stateful.machine import Machine

EXAMPLES, STEPS = 25, 40


@pytest.mark.django_db
def test_whatever_is_tried_the_product_does_what_the_model_says(people: dict[str, User]) -> None:
    budget = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=budget)
