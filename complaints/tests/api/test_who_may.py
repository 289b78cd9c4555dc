"""Tries every endpoint as every person on every kind of object and compares with `who_may.csv`.

The table was typed from docs/lifecycle.md, "Moves" and "People and visibility", and is not made from the
code. `own` belongs to the team of agent and agent2 and is assigned to agent; `foreign` belongs to another
team; `confidential` is agent's; `about` names the caller. A call has the body in `given`, which is usually
empty. `ok` is a 2xx, or the 400 that comes after all checks that could forbid the call.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from complaints.models import Participant, ParticipantRole
from complaints.tests.api.kit import Caller
from complaints.tests.api.states import Made, make
from complaints.tests.conftest import MONDAY

People = dict[str, User]
ABOUT = "about"
AGENTS = ("agent", "agent2", "specialist", "expert", "callback")
WHO = (*AGENTS, "supervisor", "quality", "manager", "warehouse", "admin")


def table() -> list[dict[str, str]]:
    with Path(__file__).with_name("who_may.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = table()
SITUATIONS = sorted({(row["state"], row["object"]) for row in ROWS})


def operations() -> dict[str, tuple[str, str]]:
    """Return the method and address of each operation."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


OPERATIONS = operations()


def test_the_table_knows_every_endpoint_and_person() -> None:
    assert {row["operation"] for row in ROWS} == OPERATIONS.keys()
    for row in ROWS:
        assert set(row) == {"operation", "state", "given", "object", *WHO}
    for name, (_method, path) in OPERATIONS.items():
        objects = {row["object"] for row in ROWS if row["operation"] == name}
        wanted = {"own", "foreign", "confidential", ABOUT} if "{" in path else {"-"}
        assert objects == wanted, name


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "kind"), SITUATIONS)
def test_endpoints_are_open_to_whom_the_table_says(state: str, kind: str, people: People) -> None:
    made = make(state, people, kind)
    callers = {name: Caller(people[name]) for name in WHO}
    wrong = []
    for row in ROWS:
        if (row["state"], row["object"]) != (state, kind):
            continue
        for name in WHO:
            answer = tried(row, callers[name], people[name], made)
            got = "ok" if answer.status_code < 300 or answer.status_code == 400 else str(answer.status_code)
            if got != row[name]:
                wrong.append(f"{row['operation']} {row['given']} by {name}: {got}, not {row[name]}")
    assert wrong == []


def tried(row: dict[str, str], caller: Caller, user: User, made: Made) -> HttpResponse:
    """Make the call and return the answer. Nothing that it wrote is kept."""
    method, path = OPERATIONS[row["operation"]]
    given = json.loads(row["given"].replace("$me", user.username)) if row["given"] else {}
    with transaction.atomic():
        if row["object"] == ABOUT:
            named: dict[str, Any] = {"role": ParticipantRole.NAMED, "user": user, "since": MONDAY}
            Participant.objects.create(complaint=made.complaint, **named)
        answer = caller.call(method, made.address(row["operation"], path), given)
        transaction.set_rollback(True)
    return answer
