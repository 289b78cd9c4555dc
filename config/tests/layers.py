"""Which module may import which, and who may write or read what; the rules of the layers as functions.

Each function takes a module's name and its parsed source and returns one line for each breach.
"""

import ast
import re
from collections.abc import Iterator

APPS = ["accounts", "complaints", "reporting"]  # each may import those before it

# Inside `complaints`: the first pattern that fits a module gives its layer; a layer may import itself and
# those before it.
LAYERS: list[tuple[str, list[str]]] = [
    (
        "rules",
        [
            r"lifecycle\.(stages|moves|errors|words)",
            r"sla\.(working_time|day_counting|holidays)",
            r"triage(\..*)?",
        ],
    ),
    ("models", [r"models(\..*)?", r"migrations(\..*)?"]),
    (
        "reads",
        [
            r"sla\.\w+",
            r"actors",
            r"access",
            r"selectors(\..*)?",
            r"(desks|portal|one_complaint|task_lists|queue_state)",
            r"(notify|notice_texts|notices|health)",
            r"(authority|deciders)",
            r"(routing|routing_table|grading)",
            r"(timeline|bulk|lookups)",
            r"search(\..*)?",
        ],
    ),
    ("engine", [r"lifecycle\.(engine|turn|batch)"]),
    ("steps", [r"lifecycle\.\w+", r"checks"]),
    ("sweeps", [r"sweeps(\..*)?", r"(outbox|letters|webhooks)"]),
    (
        "doors",
        [
            r"(apps|tasks|urls|bulk_import|context|admin|middleware|templatetags|views|forms|api|management|demo)(\..*)?"
        ],
    ),
]
HEAD = {"stage", "tier", "round", "assignee", "team", "assignee_id", "team_id"}
WRITERS = {"update", "create", "get_or_create", "update_or_create", "bulk_create"}
COMPLAINT = re.compile(r"^(complaint|fresh|case|current|locked)s?(_\w+)?$|^Complaint$")
ENGINE = {"complaints.lifecycle.engine", "complaints.lifecycle.turn", "complaints.sweeps.batch"}
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
    """Every name an import could load, the submodules that `from x import y` may mean included."""
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


def layer(name: str) -> int | None:
    """The layer of a dotted name inside `complaints`; a name inside a module has the module's layer."""
    inside = name.removeprefix("complaints.")
    while inside:
        for index, (_, patterns) in enumerate(LAYERS):
            if any(re.fullmatch(pattern, inside) for pattern in patterns):
                return index
        inside = inside.rpartition(".")[0]
    return None


def wrong_imports(module: str, tree: ast.AST, *, is_package: bool = False) -> Iterator[str]:
    app = module.split(".")[0]
    if app not in APPS or is_test(module):
        return
    own = layer(module) if app == "complaints" else None
    if app == "complaints" and own is None and "." in module and not is_package:
        yield f"{module}: belongs to no layer; name it in config/tests/layers.py"
    for line, name in imported(module, tree, is_package=is_package):
        target = name.split(".")[0]
        if target in APPS and APPS.index(target) > APPS.index(app):
            yield f"{module}:{line} {app} imports {name}"
        elif target == app == "complaints" and own is not None:
            theirs = layer(name)
            if theirs is not None and theirs > own:
                yield f"{module}:{line} {LAYERS[own][0]} imports {name} of the {LAYERS[theirs][0]}"


def head_writes(module: str, tree: ast.AST) -> Iterator[str]:
    """Writes of a complaint's head outside the engine; migrations and tests apart."""
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
    """Whether an expression's last name says that it is a complaint, or a query for some."""
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
    """Follows a chain such as Complaint.objects.filter(…).exclude(…) to its start."""
    while isinstance(node, ast.Call | ast.Attribute):
        if is_complaint(node):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return is_complaint(node)


def clock_reads(module: str, tree: ast.AST) -> Iterator[str]:
    """Rules are told the moment; only doors ask what time it is."""
    if is_test(module) or CLOCK_READERS.search(module):
        return
    for node in ast.walk(tree):
        # Not only calls: `default=timezone.now` reads the clock as well.
        if isinstance(node, ast.Attribute):
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            if (owner, node.attr) in MARKS_TIME:
                yield f"{module}:{node.lineno} reads the clock"


def django_imports(module: str, tree: ast.AST) -> Iterator[str]:
    if module.endswith((".sla.working_time", ".sla.day_counting")):
        for line, name in imported(module, tree):
            if name.split(".")[0] == "django":
                yield f"{module}:{line} imports Django"
