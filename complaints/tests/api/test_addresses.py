"""Unknown addresses are refused in the usual form, and the links of answers lead to operations."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from complaints.tests.api.kit import Caller

People = dict[str, User]


@pytest.mark.parametrize(
    "path", ["complaint/", "complaints", "tasks/x/done/", "customers/-1/", "complaints/%C2%A5/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_is_refused_in_the_usual_form(people: People, method: str, path: str) -> None:
    answer = Caller(people["manager"]).call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Caller(None).call(method, path).status_code == 401


def test_an_unknown_calendar_is_wrong_input(people: People) -> None:
    answer = Caller(people["manager"]).call("PUT", "sla/calendars/", {"code": "MOON", "reason": "Why not"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["code"])


def test_links_lead_to_operations_by_parameters_that_they_have() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    operations = {each["operationId"]: each for methods in paths.values() for each in methods.values()}
    links = [
        link
        for operation in operations.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) > 40
    for link in links:
        of_path = {
            each["name"] for each in operations[link["operationId"]]["parameters"] if each["in"] == "path"
        }
        assert set(link["parameters"]) == of_path
