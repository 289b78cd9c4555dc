"""The rules of the layers as functions: which module may import which, and which may write or read what.

Each rule takes a module's dotted name and its parsed source, and yields one line of text for each breach.
`python -m config.tests.layers` prints the floors, from the ground up, and whatever breaks a rule.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["ui", "accounts", "complaints", "reporting"]
"""The apps in order. Each may import the ones before it."""
FOLDERS = (*APPS, "config")

LAYERS: list[tuple[str, list[str]]] = [
    ("vocabulary", ["terms", "workdays"]),
    ("tables", ["models"]),
    ("migrations", ["migrations"]),
    ("rights", ["rights"]),
    ("writing rows well", ["rows"]),
    ("triage", ["triage"]),
    ("search", ["search"]),
    ("clocks", ["sla"]),
    ("telling people", ["notices", "templatetags"]),
    ("reading", ["reads"]),
    ("moves", ["lifecycle"]),
    ("what happens when nobody clicks", ["sweeps"]),
    ("starting and changing the organisation", ["setup"]),
    ("forms", ["forms"]),
    ("doors", ["api", "views", "demo"]),
    ("commands", ["management"]),
    ("addresses and tasks", ["urls", "tasks", "checks"]),
    ("start", ["apps"]),
]
"""Floors inside `complaints`, from the ground up, each with its rooms: folders, or files at the root.

A room may import from rooms on lower floors, but from no room on its own floor or above.
"""
INNER = {
    "complaints.lifecycle": [
        ["turn", "files"],
        ["head", "approvals.requests"],
        ["tiers"],
        ["engine"],
    ],
}
"""Layers within one room (a package), lowest first: a module may import only modules of lower layers.

Modules of the room that are not listed form its top layer.
"""
LATE_IMPORTS = {
    "complaints.apps": "checks register themselves, which needs the models to be loaded",
    "config.apps": "the Celery application and the checks need the settings to be loaded",
}
"""Modules that may import inside a function, each with the reason."""
HEAD = {"stage", "tier", "round", "assignee", "team", "assignee_id", "team_id"}
WRITERS = {"update", "create", "get_or_create", "update_or_create", "bulk_create"}
COMPLAINT = re.compile(r"^(complaint|fresh|case|current|locked)s?(_\w+)?$|^Complaint$")
ENGINE = {"complaints.lifecycle.engine", "complaints.lifecycle.turn", "complaints.lifecycle.head"}
CLOCK_READERS = re.compile(
    r"^config\.|\.(views(_\w+)?|tasks|middleware|context|context_processors|templatetags|forms|api|signals|lockout|authentication)(\.|$)"
    r"|\.management\.|\.migrations\."
)
MARKS_TIME = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("date", "today"),
}


def is_test(module: str) -> bool:
    return "tests" in module.split(".") or module.startswith("tests.")


def imported(module: str, tree: ast.AST, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) for each import. `from x import y` yields x.y, since y may be a submodule."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def room(name: str) -> str:
    """Return the room of a dotted name inside `complaints`: "sla" for complaints.sla.clocks.start."""
    return name.removeprefix("complaints").lstrip(".").partition(".")[0]


def layer(name: str) -> int | None:
    """Return the floor of a dotted name in `complaints`, counted from the ground (0), or None."""
    own = room(name)
    return next((floor for floor, (_, rooms) in enumerate(LAYERS) if own in rooms), None)


def inner(name: str) -> tuple[str, int] | None:
    """Return the room and the floor within it of a dotted name, or None if its room has no inner floors."""
    for place, floors in INNER.items():
        if name.startswith(f"{place}."):
            inside = name.removeprefix(f"{place}.")
            for floor, modules in enumerate(floors):
                if any(inside == module or inside.startswith(f"{module}.") for module in modules):
                    return place, floor
            return place, len(floors)
    return None


def wrong_imports(module: str, tree: ast.AST, *, is_package: bool = False) -> Iterator[str]:
    app = module.split(".")[0]
    if app not in APPS or is_test(module):
        return
    own = layer(module) if app == "complaints" else None
    if app == "complaints" and own is None and "." in module and not is_package:
        yield f"{module}: belongs to no floor; name its room in config/tests/layers.py"
    for line, name in imported(module, tree, is_package=is_package):
        target = name.split(".")[0]
        if target in APPS and APPS.index(target) > APPS.index(app):
            yield f"{module}:{line} {app} imports {name}"
        elif target == app == "complaints" and own is not None:
            theirs = layer(name)
            if theirs is not None and theirs > own:
                yield f"{module}:{line} {LAYERS[own][0]} imports {name} of {LAYERS[theirs][0]}, above it"
            elif theirs == own and room(name) != room(module):
                yield f"{module}:{line} {room(module)} imports {name} of another room on its floor"
            elif (mine := inner(module)) and (other := inner(name)) and other > mine and mine[0] == other[0]:
                yield f"{module}:{line} imports {name}, which stands above it in {mine[0]}"


def late_imports(module: str, tree: ast.AST) -> Iterator[str]:
    """Imports inside functions hide arrows, so they are allowed only in modules that state a reason above."""
    if is_test(module) or module in LATE_IMPORTS:
        return
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{module}:{node.lineno} imports inside a function"


READERS = re.compile(r"^complaints\.reads\.|^reporting\.(metrics|figures|grouped|period)")
WRITING = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def writes_in_reads(module: str, tree: ast.AST) -> Iterator[str]:
    """Modules that read must not save, update, delete or lock any row."""
    if is_test(module) or not READERS.search(module):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        source = ast.unparse(node.func.value)
        queries = node.func.attr == "update" and (".objects" in source or node.keywords)
        if node.func.attr in WRITING | {"select_for_update", "atomic"} or queries:
            yield f"{module}:{node.lineno} writes or locks: .{node.func.attr}()"


ROLE_HOMES = re.compile(r"^accounts\.|^complaints\.(rights|demo)\.|^complaints\.terms\.moves$|\.migrations\.")


def names_role(keyword: ast.keyword) -> bool:
    """Return True for role=Role.AGENT or role__in=[Role.AGENT, …] in a query."""
    return keyword.arg in {"role", "role__in"} and bool(re.search(r"\bRole\.", ast.unparse(keyword.value)))


def role_comparisons(module: str, tree: ast.AST) -> Iterator[str]:
    """Only `rights/` decides what a role may do.

    Other rooms ask for a named duty or a property of the person.
    """
    if is_test(module) or ROLE_HOMES.search(module):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and re.search(r"\bRole\.", ast.unparse(node)):
            yield f"{module}:{node.lineno} compares roles: {ast.unparse(node)}"
        elif isinstance(node, ast.keyword) and names_role(node):
            yield f"{module}:{node.value.lineno} finds people by role: use accounts/people.py"


@cache
def sources() -> list[tuple[str, ast.Module, bool]]:
    """Return (dotted name, parsed source, whether it is a package) for every module of the project."""
    return list(_sources())


def _sources() -> Iterator[tuple[str, ast.Module, bool]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            yield module, ast.parse(path.read_text(encoding="utf-8")), is_package


def arrows() -> dict[str, set[str]]:
    """Return for each module the modules of the project that it imports, without tests and migrations."""
    known = {
        module: (tree, is_package)
        for module, tree, is_package in sources()
        if not is_test(module) and ".migrations" not in module
    }
    found: dict[str, set[str]] = {}
    for module, (tree, is_package) in known.items():
        found[module] = set()
        for _, name in imported(module, tree, is_package=is_package):
            while name and name not in known:
                name = name.rpartition(".")[0]
            if name and name != module:
                found[module].add(name)
    return found


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return groups of modules that import each other in a loop (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        open_.append(module)
        for other in graph[module]:
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in open_:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            group = open_[open_.index(module) :]
            del open_[open_.index(module) :]
            if len(group) > 1:
                found.append(sorted(group))

    for module in graph:
        if module not in order:
            visit(module)
    return found


def head_writes(module: str, tree: ast.AST) -> Iterator[str]:
    """Only the engine writes a complaint's head; migrations and tests are exempt."""
    if module in ENGINE or is_test(module) or ".migrations." in module:
        return
    inside_complaint = {
        id(node)
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef) and cls.name == "Complaint"
        for node in ast.walk(cls)
    }
    for node in ast.walk(tree):
        for target in assigned(node):
            own = (
                isinstance(target.value, ast.Name)
                and target.value.id == "self"
                and id(target) in inside_complaint
            )
            if target.attr in HEAD and (own or is_complaint(target.value)):
                yield f"{module}:{target.lineno} assigns {ast.unparse(target)}"
        if isinstance(node, ast.Call):
            yield from writing_call(module, node)


def assigned(node: ast.AST) -> Iterator[ast.Attribute]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For):
        targets = [node.target]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Tuple | ast.List):
            targets.extend(target.elts)
        elif isinstance(target, ast.Attribute):
            yield target


def is_complaint(node: ast.expr) -> bool:
    """Return True if the last name of an expression says that it is a complaint or a query for complaints."""
    if isinstance(node, ast.Name):
        return bool(COMPLAINT.match(node.id))
    if isinstance(node, ast.Attribute):
        return bool(COMPLAINT.match(node.attr)) or (node.attr == "objects" and is_complaint(node.value))
    return False


def writing_call(module: str, call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
        name = call.args[1]
        fixed = name.value if isinstance(name, ast.Constant) else None
        if is_complaint(call.args[0]) and (fixed is None or fixed in HEAD):
            yield f"{module}:{call.lineno} setattr on {ast.unparse(call.args[0])}"
        return
    named = HEAD.intersection(keyword.arg or "" for keyword in call.keywords)
    if not named:
        return
    func = call.func
    if isinstance(func, ast.Name) and func.id == "Complaint":
        yield f"{module}:{call.lineno} makes a Complaint with {sorted(named)}"
    elif isinstance(func, ast.Attribute) and func.attr in WRITERS and any_complaint(func.value):
        yield f"{module}:{call.lineno} .{func.attr}() writes {sorted(named)}"


def any_complaint(node: ast.expr) -> bool:
    """Return True if a complaint occurs in a chain such as Complaint.objects.filter(…).exclude(…)."""
    while isinstance(node, ast.Call | ast.Attribute):
        if is_complaint(node):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return is_complaint(node)


def clock_reads(module: str, tree: ast.AST) -> Iterator[str]:
    """Rules receive the moment as an argument. Only views, tasks, commands and the like ask for the time."""
    if is_test(module) or CLOCK_READERS.search(module):
        return
    for node in ast.walk(tree):
        # Attributes are checked, not only calls, because `default=timezone.now` reads the clock too.
        if isinstance(node, ast.Attribute):
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            if (owner, node.attr) in MARKS_TIME:
                yield f"{module}:{node.lineno} reads the clock"


def django_imports(module: str, tree: ast.AST) -> Iterator[str]:
    if ".workdays." in module and not is_test(module):
        for line, name in imported(module, tree):
            if name.split(".")[0] == "django":
                yield f"{module}:{line} imports Django"


RULES: list[Callable[[str, ast.AST], Iterator[str]]] = []


def main() -> int:
    """Print the floors and what breaks a rule. Return 1 if anything does, 0 otherwise."""
    print(
        "\n".join(f"{floor:>2}  {name}: {', '.join(rooms)}" for floor, (name, rooms) in enumerate(LAYERS, 1))
    )
    graph = arrows()
    faults = [
        line
        for module, tree, is_package in sources()
        for line in (
            *wrong_imports(module, tree, is_package=is_package),
            *(line for rule in RULES for line in rule(module, tree)),
        )
    ]
    faults += [f"circle: {' -> '.join(group)}" for group in circles(graph)]
    print(f"{len(graph)} modules, {sum(map(len, graph.values()))} arrows, {len(faults)} against the rules")
    print("\n".join(faults))
    return 1 if faults else 0


RULES += [head_writes, clock_reads, django_imports, late_imports, writes_in_reads, role_comparisons]

if __name__ == "__main__":
    raise SystemExit(main())
