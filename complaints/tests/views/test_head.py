"""HEAD is answered as GET, without a body: programs look at links with it before people open them."""

import ast
from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User
from complaints.tests.addresses import addresses
from complaints.tests.views import desk_cases as cases
from config.tests.layers import is_test, sources

CALLERS = ["agent", "supervisor", "manager", "admin"]


@pytest.mark.parametrize("name", CALLERS)
def test_every_page_answers_head_as_get_without_a_body(people: dict[str, User], name: str) -> None:
    complaint = cases.in_callback(people["agent"])
    client = Client()
    client.force_login(people[name])
    found = addresses(complaint)
    differ = []
    for address in (*found.pages, *found.objects):
        shown = client.get(address)
        asked = client.head(address)
        if (shown.status_code, b"") != (asked.status_code, asked.content):
            differ.append((address, shown.status_code, asked.status_code))
    assert differ == []


def _methods(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "require_GET":
            yield f"{node.lineno}: require_GET"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require_http_methods":
            allowed = ast.literal_eval(node.args[0])
            if "GET" in allowed and "HEAD" not in allowed:
                yield f"{node.lineno}: {allowed}"
        elif isinstance(node, ast.Compare) and ast.unparse(node) == "request.method == 'GET'":
            yield f"{node.lineno}: treats HEAD unlike GET"


def test_no_view_takes_get_without_head() -> None:
    found = [
        f"{module} {fault}"
        for module, tree, _is_package in sources()
        if not is_test(module)
        for fault in _methods(tree)
    ]
    assert found == []
