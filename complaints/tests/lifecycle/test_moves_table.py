"""Tries every move in every stage as every person, by the real steps with valid input.

The answers are compared with `moves_expected.csv`, which was typed from docs/lifecycle.md and is not made
from the code. 403 and 409 follow the order of checks: first the role, then stage and state, then standing. A
complaint that a person may not even see is 404; that is left to the views and tested in
`rights/test_access.py`.
"""

import csv
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from django.db import transaction

from accounts.models import User
from complaints.lifecycle import engine, intake
from complaints.models import Complaint, ParticipantRole
from complaints.terms.errors import LifecycleError
from complaints.terms.moves import MOVES
from complaints.terms.stages import Stage
from complaints.tests import factories
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.moves_attempts import ATTEMPTS, VARIANT_OF, actor, prepared


def expected() -> dict[tuple[str, str], dict[str, str]]:
    table: dict[tuple[str, str], dict[str, str]] = {}
    with Path(__file__).with_name("moves_expected.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table.setdefault((row["move"], row["stage"]), {})[row["who"]] = row["expected"]
    return table


EXPECTED = expected()


class Undo(Exception):
    """Raised to roll an attempt back."""


def outcome(attempt: Callable[[], object]) -> str:
    """Return `ok` or the status of the refusal. Nothing that the attempt wrote is kept."""
    try:
        with transaction.atomic():
            try:
                attempt()
            except LifecycleError as refusal:
                return str(refusal.status)
            raise Undo
    except Undo:
        return "ok"


def in_stage(stage: str, people: dict[str, User]) -> Complaint:
    complaint = factories.in_stage(stage, people["agent"], people["agent2"])
    engine.involve(complaint, ParticipantRole.LOGGED, at=MONDAY, user=people["online"])
    return complaint


def wrong_for(
    name: str,
    stage: str,
    complaint: Complaint,
    people: dict[str, User],
    only: Collection[str] = ("ok", "403", "409"),
) -> list[str]:
    """Return each person whose answer differs from the table, with both answers.

    `only` limits the check to rows that expect one of these answers.
    """
    found = []
    with transaction.atomic():
        case = prepared(name, stage, complaint, people)
        for who, wanted in EXPECTED[name, stage].items():
            if wanted not in only:
                continue
            fresh = Complaint.objects.get(pk=case.pk)
            got = outcome(lambda who=who, fresh=fresh: ATTEMPTS[name](fresh, actor(who, people)))  # type: ignore[misc]
            if got != wanted:
                found.append(f"{name} by {who} in {stage}: {got} instead of {wanted}")
        transaction.set_rollback(True)
    return found


def test_the_table_knows_every_move() -> None:
    assert {name for name, _stage in EXPECTED} == set(MOVES) | {"receive", "approve"} | set(VARIANT_OF)
    assert set(ATTEMPTS) == set(MOVES) | {"approve"} | set(VARIANT_OF)
    for name in ATTEMPTS:
        assert {stage for move, stage in EXPECTED if move == name} == set(Stage.values)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage.values)
def test_moves_in_a_stage_are_open_to_whom_the_table_says(stage: str, people: dict[str, User]) -> None:
    complaint = in_stage(stage, people)
    assert [line for name in ATTEMPTS for line in wrong_for(name, stage, complaint, people)] == []


@pytest.mark.django_db
def test_complaints_are_received_from_whom_the_table_says(people: dict[str, User]) -> None:
    got = {
        who: outcome(lambda who=who: intake.receive(factories.receipt(), by=actor(who, people), at=MONDAY))  # type: ignore[misc]
        for who in EXPECTED["receive", "-"]
    }
    assert got == EXPECTED["receive", "-"]
