"""The code keeps to its layers, and the functions that say so notice when it does not."""

import ast
from collections.abc import Callable, Iterator

import pytest

from config.tests import layers
from config.tests.layers import sources


def test_imports_point_the_right_way() -> None:
    found = [
        line
        for module, tree, is_package in sources()
        for line in layers.wrong_imports(module, tree, is_package=is_package)
    ]
    assert found == []


@pytest.mark.parametrize("rule", layers.RULES, ids=lambda rule: rule.__name__)
def test_nothing_breaks_the_rule(rule: Callable[[str, ast.AST], Iterator[str]]) -> None:
    assert [line for module, tree, _ in sources() for line in rule(module, tree)] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert layers.circles(layers.arrows()) == []


def test_a_circle_is_noticed() -> None:
    assert layers.circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert layers.circles({"a": {"b"}, "b": set()}) == []


def test_the_rooms_are_few_and_the_root_is_small() -> None:
    home = layers.ROOT / "complaints"
    rooms = [path for path in home.iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    assert len(rooms) <= 21
    assert len(list(home.glob("*.py"))) <= 6


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
        ("ui.formats", "from accounts.models import User"),
        ("accounts.views.account", "from complaints.models import Complaint"),
        ("accounts.models", "import reporting"),
        ("complaints.sweeps.due_clocks", "from reporting.metrics import breaches"),
        ("complaints.sweeps.due_clocks", "def late():\n    import reporting.exports"),
        ("complaints.models.complaint", "from complaints.rights import access"),
        ("complaints.models.complaint", "from ..lifecycle import engine"),
        ("complaints.terms.moves", "from complaints.models import Complaint"),
        ("complaints.workdays.working_time", "from complaints.sla import clocks"),
        ("complaints.rights.access", "from complaints.lifecycle.engine import move"),
        ("complaints.sla.clocks", "from complaints.notices import notify"),
        ("complaints.lifecycle.engine", "from complaints.lifecycle import resolve"),
        ("complaints.lifecycle.turn", "from complaints.lifecycle import head"),
        ("complaints.lifecycle.resolve", "from complaints.sweeps import due_clocks"),
        ("complaints.reads.story", "from complaints.lifecycle import resolve"),
        ("complaints.forms.base", "from complaints.views.doors import now"),
        ("complaints.sweeps.due_clocks", "from complaints import tasks"),
        ("complaints.sweeps.due_clocks", "from complaints.views.detail import page"),
        ("complaints.views.detail", "from complaints.api.doors import Door"),
        ("complaints.terms.stages", "from complaints.workdays import working_time"),
        ("complaints.unheard_of", "x = 1"),
    ],
)
def test_a_wrong_import_is_noticed(module: str, source: str) -> None:
    assert list(layers.wrong_imports(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("reporting.views", "from complaints.models import Complaint"),
        ("accounts.models", "from ui.names import in_language"),
        ("complaints.models.complaint", "from complaints.terms.stages import Stage"),
        ("complaints.lifecycle.engine", "from complaints.sla import clocks"),
        ("complaints.lifecycle.engine", "from complaints.lifecycle import tiers"),
        ("complaints.lifecycle.review", "from complaints.lifecycle import resolve"),
        ("complaints.tasks", "from complaints.sweeps import due_clocks"),
        ("complaints.management.commands.sweep", "from complaints.sweeps.due_clocks import sweep"),
        ("complaints.tests.sweeps.test_due_clocks", "from complaints import tasks"),
    ],
)
def test_a_right_import_is_left_alone(module: str, source: str) -> None:
    assert not list(layers.wrong_imports(module, ast.parse(source)))


def test_an_import_inside_a_function_is_noticed() -> None:
    tree = ast.parse("def late():\n    from complaints import checks")
    assert list(layers.late_imports("complaints.rights.access", tree))
    assert not list(layers.late_imports("complaints.apps", tree))


@pytest.mark.parametrize(
    "source",
    [
        "clock.save()",
        "Clock.objects.filter(pk=1).update(ended_as=None)",
        "found.update(read_at=at)",
        "Complaint.objects.select_for_update()",
        "Event.objects.create(kind='x')",
        "row.delete()",
    ],
)
def test_a_write_in_a_read_is_noticed(source: str) -> None:
    tree = ast.parse(source)
    assert list(layers.writes_in_reads("complaints.reads.queue", tree))
    assert list(layers.writes_in_reads("reporting.metrics.volume", tree))
    assert not list(layers.writes_in_reads("complaints.lifecycle.resolve", tree))


def test_a_set_or_a_dict_may_grow_in_a_read() -> None:
    assert not list(layers.writes_in_reads("complaints.reads.queue", ast.parse("seen.update(more)")))


@pytest.mark.parametrize(
    "source",
    [
        "user.role == Role.AGENT",
        "by.role not in {Role.SUPERVISOR, Role.MANAGER}",
        "User.objects.filter(role=Role.AGENT)",
        "User.objects.filter(role__in=[Role.AGENT, Role.MANAGER])",
    ],
)
def test_a_comparison_of_roles_outside_the_rights_is_noticed(source: str) -> None:
    tree = ast.parse(source)
    assert list(layers.role_comparisons("complaints.lifecycle.resolve", tree))
    assert not list(layers.role_comparisons("complaints.rights.access", tree))


def test_a_role_of_a_participant_is_no_role_of_a_person() -> None:
    tree = ast.parse("Participant.objects.filter(role=ParticipantRole.NAMED)")
    assert not list(layers.role_comparisons("complaints.reads.queue", tree))


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
