"""Anybody tries any move in any order: the product does what the model says, and the invariants hold."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from complaints.terms.moves import MOVES
from complaints.tests.lifecycle.stateful.base import Totals
from complaints.tests.lifecycle.stateful.budget import fixed_budget
from complaints.tests.lifecycle.stateful.machine import Machine

EXAMPLES, STEPS = 4, 30
LEAST_MOVES = 25
"""With fewer moves made, nearly everything was refused and hardly anything was tested."""
OTHER_NAMES = {
    "finding": "record_finding",
    "remedies": "offer",
    "claim": "settle_claim",
    "playbook": "start_playbook",
}


@pytest.mark.parametrize("name", MOVES)
def test_every_move_is_tried(name: str) -> None:
    assert callable(getattr(Machine, OTHER_NAMES.get(name, name.replace("-", "_"))))


@pytest.mark.django_db
def test_whatever_is_tried_the_product_does_what_the_model_says(people: dict[str, User]) -> None:
    before = Totals.moves
    run_state_machine_as_test(Machine, settings=fixed_budget(EXAMPLES, STEPS))
    assert Totals.moves - before >= LEAST_MOVES
