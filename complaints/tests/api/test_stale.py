"""Every endpoint that changes data refuses a stale If-Match with 409 `stale_version`.

The endpoints come from the schema, which is made from the addresses. A new endpoint without a row here makes
the test fail.
"""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import CalendarVersion, Complaint, Customer, Event, Message, Policy
from complaints.tests.api.kit import Caller
from complaints.tests.api.states import make
from complaints.tests.api.test_who_may import OPERATIONS, ROWS

People = dict[str, User]
MAKING = {
    *("complaints_receive", "customers_add", "triage_preview"),
    *("categories_add", "remedies_add", "teams_add", "users_add"),
}
"""Operations that make something new or change nothing, so they have no version to compare."""
CHANGING = sorted(
    name for name, (method, _path) in OPERATIONS.items() if method != "GET" and name not in MAKING
)
GIVEN = {"calendars_change": {"code": "NIGHT", "reason": "Longer", "hours": {"0": "22:00-24:00"}}}


def row_of(operation: str) -> dict[str, str]:
    """Return a row of the access table in which somebody may make this call, or would but for its state."""
    rows = [row for row in ROWS if row["operation"] == operation and {"ok", "409"} & set(row.values())]
    return next((row for row in rows if "ok" in row.values()), rows[0])


def everything() -> list[Any]:
    """Return all the rows that would show a change."""
    return [
        list(Complaint.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values()),
        *(model.objects.count() for model in (Event, Message, Policy, CalendarVersion)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", CHANGING)
def test_a_stale_version_changes_nothing(operation: str, people: People) -> None:
    row = row_of(operation)
    made = make(row["state"], people, row["object"])
    may = next(name for name, cell in row.items() if cell in {"ok", "409"})
    method, path = OPERATIONS[operation]
    before = everything()
    given = GIVEN.get(operation, {})
    answer = Caller(people[may]).call(method, made.address(operation, path), given, If_Match='"99999"')
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert everything() == before


def test_every_changing_endpoint_says_that_it_takes_a_version() -> None:
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    for methods in schema["paths"].values():
        for operation in methods.values():
            named = {each["name"] for each in operation.get("parameters", [])}
            assert ("If-Match" in named) == (operation["operationId"] in CHANGING), operation["operationId"]
