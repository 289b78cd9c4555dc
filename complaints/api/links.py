"""OpenAPI links: from an answer to the operations that can follow it."""

from typing import Any

COMPLAINT = {"number": "$response.body#/number"}
FIRST = {"number": "$response.body#/results/0/number"}
OPTION = COMPLAINT | {"option": "$response.body#/plan/options/0/id"}
CLAIM = COMPLAINT | {"claim": "$response.body#/claims/0/id"}
FIRST_ROW = {"id": "$response.body#/results/0/id"}
MADE = {"id": "$response.body#/id"}
HERE = MADE | {"number": "$request.path.number"}
ASKED = {"id": "$response.body#/plan/approval/id"}
DECISIONS = ("approvals_approve", "approvals_reject", "approvals_withdraw")
OF_A_TASK = ("tasks_accept", "tasks_done", "tasks_reject_back", "tasks_cancel")
OF_AN_OPTION = ("complaints_remedies_accept", "complaints_remedies_reject")
LINKS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    ("complaints_remedies", "200"): dict.fromkeys(OF_AN_OPTION, OPTION),
    ("complaints_remedies", "202"): dict.fromkeys(DECISIONS, ASKED),
    ("complaint_tasks_add", "201"): dict.fromkeys(OF_A_TASK, MADE),
    ("attachments_add", "201"): {"attachments_read": HERE},
    ("customers_add", "201"): dict.fromkeys(("customers_read", "customers_edit", "customers_history"), MADE),
    ("approvals_list", "200"): dict.fromkeys(DECISIONS, FIRST_ROW),
    ("tasks_list", "200"): dict.fromkeys(OF_A_TASK, FIRST_ROW),
    ("callbacks_list", "200"): {"complaints_callback": {"number": "$response.body#/results/0/complaint"}},
}
"""(operation, status): the operations that can follow, and where their parameters are found."""


def add(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add LINKS to the schema.

    Each received or listed complaint also gets a link to every operation that takes its number.
    """
    operations = {
        operation["operationId"]: (path, operation)
        for path, methods in result["paths"].items()
        for operation in methods.values()
    }
    of_one = [
        name
        for name, (path, _operation) in operations.items()
        if path.count("{") == path.count("{number}") == 1
    ]
    links = LINKS | {
        ("complaints_receive", "201"): dict.fromkeys(of_one, COMPLAINT) | {"complaints_claims_settle": CLAIM},
        ("complaints_list", "200"): dict.fromkeys(of_one, FIRST),
    }
    for (name, status), targets in links.items():
        response = operations[name][1]["responses"][status]
        response["links"] = {
            target: {"operationId": target, "parameters": dict(found)} for target, found in targets.items()
        }
    return result
