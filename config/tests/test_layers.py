"""The code keeps to its layers, and the functions that say so notice when it does not."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.tests import layers

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("ui", "accounts", "complaints", "reporting", "config")


def sources() -> Iterator[tuple[str, ast.AST, bool]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            yield module, ast.parse(path.read_text(encoding="utf-8")), is_package


def test_imports_point_the_right_way() -> None:
    found = [
        line
        for module, tree, is_package in sources()
        for line in layers.wrong_imports(module, tree, is_package=is_package)
    ]
    assert found == []


@pytest.mark.parametrize("rule", [layers.head_writes, layers.clock_reads, layers.django_imports])
def test_nothing_breaks_the_rule(rule: Callable[[str, ast.AST], Iterator[str]]) -> None:
    assert [line for module, tree, _ in sources() for line in rule(module, tree)] == []


def test_package_files_stay_empty() -> None:
    full = [
        module
        for module, tree, is_package in sources()
        if is_package and module != "complaints.models" and ast.unparse(tree).strip()
    ]
    assert full == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("accounts.views.account", "from complaints.models import Complaint"),
        ("accounts.models", "import reporting"),
        ("complaints.sweeps.due_clocks", "from reporting.metrics import breaches"),
        ("complaints.sweeps.due_clocks", "def late():\n    import reporting.exports"),
        ("complaints.models.complaint", "from complaints import access"),
        ("complaints.models.complaint", "from ..lifecycle import engine"),
        ("complaints.terms.moves", "from complaints.models import Complaint"),
        ("complaints.workdays.working_time", "from complaints.sla import clocks"),
        ("complaints.rights.access", "from complaints.lifecycle.engine import move"),
        ("complaints.lifecycle.engine", "from complaints.lifecycle import resolve"),
        ("complaints.lifecycle.resolve", "from complaints import sweeps"),
        ("complaints.sweeps.due_clocks", "from complaints import tasks"),
        ("complaints.sweeps.due_clocks", "from complaints.views.detail import page"),
        ("complaints.unheard_of", "x = 1"),
    ],
)
def test_a_wrong_import_is_noticed(module: str, source: str) -> None:
    assert list(layers.wrong_imports(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("reporting.views", "from complaints.models import Complaint"),
        ("complaints.models.complaint", "from complaints.terms.stages import Stage"),
        ("complaints.lifecycle.engine", "from complaints.sla import clocks"),
        ("complaints.lifecycle.review", "from complaints.lifecycle import resolve"),
        ("complaints.tasks", "from complaints import sweeps"),
        ("complaints.management.commands.sweep", "from complaints.sweeps.due_clocks import sweep"),
        ("complaints.tests.sweeps.test_due_clocks", "from complaints import tasks"),
    ],
)
def test_a_right_import_is_left_alone(module: str, source: str) -> None:
    assert not list(layers.wrong_imports(module, ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "complaint.stage = 'closed'",
        "self.complaint.tier += 1",
        "fresh.assignee, x = user, 1",
        "complaint.team_id = 3",
        "Complaint.objects.filter(pk=1).update(stage='closed')",
        "models.Complaint.objects.create(tier=2)",
        "Complaint(stage='new')",
        "customer.complaints.filter(x=1).exclude(y=2).update(round=2)",
        "setattr(complaint, 'stage', 'closed')",
        "setattr(complaint, name, value)",
        "class Complaint:\n    def close(self):\n        self.stage = 'closed'",
    ],
)
def test_a_write_outside_the_engine_is_noticed(source: str) -> None:
    tree = ast.parse(source)
    assert list(layers.head_writes("complaints.sweeps.due_clocks", tree))
    assert not list(layers.head_writes("complaints.lifecycle.engine", tree))
    assert not list(layers.head_writes("complaints.tests.factories", tree))


@pytest.mark.parametrize(
    "source",
    [
        "user.tier = 2",
        "self.team = team",
        "task.team = team",
        "complaint.stage == 'closed'",
        "Task.objects.create(complaint=complaint, team=team)",
        "Complaint.objects.filter(stage='closed').update(summary='x')",
        "turn.change(stage='closed')",
    ],
)
def test_other_writes_are_left_alone(source: str) -> None:
    assert not list(layers.head_writes("complaints.sweeps.due_clocks", ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "django.utils.timezone.now()",
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "field(default=timezone.now)",
        "date.today()",
        "time.time()",
    ],
)
def test_a_look_at_the_clock_is_noticed(source: str) -> None:
    tree = ast.parse(source)
    assert list(layers.clock_reads("complaints.lifecycle.resolve", tree))
    for door in ("complaints.views.detail", "complaints.tasks", "complaints.management.commands.sweep"):
        assert not list(layers.clock_reads(door, tree))


def test_django_in_the_working_time_is_noticed() -> None:
    tree = ast.parse("from django.utils import timezone")
    assert list(layers.django_imports("complaints.workdays.working_time", tree))
    assert not list(layers.django_imports("complaints.sla.clocks", tree))
