"""Ways to break the table of moves and the guards of the steps, one at a time."""

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from complaints.lifecycle import engine
from complaints.terms.moves import MOVES, Move

HOME = Path(engine.__file__).parent.parent
STEPS = [
    *sorted((HOME / "lifecycle").rglob("*.py")),
    *sorted((HOME / "sweeps").glob("*.py")),
    HOME / "rights/limits.py",
]
"""The files in which moves and entries are refused."""
REFUSALS = {"MoveNotAllowed", "NotYours", "RoleMayNot", "StaleVersion", "StaleComplaint", "AlreadyDecided"}
Function = ast.FunctionDef


def module_name(path: str | Path) -> str:
    """Return the dotted name of a file within `complaints`, such as "lifecycle.ending.merge"."""
    return ".".join(Path(path).resolve().relative_to(HOME).with_suffix("").parts)


@contextmanager
def put(module: ModuleType, name: str, value: Any) -> Iterator[None]:
    """Replace `module.name` by `value` while the context is open.

    A function is replaced in every other module, and every table of a module, that holds it too.
    """
    before = getattr(module, name)
    held = list(_holders(before)) if callable(before) else []
    setattr(module, name, value)
    for holder, key in held:
        holder[key] = value
    try:
        yield
    finally:
        setattr(module, name, before)
        for holder, key in held:
            holder[key] = before


def _holders(value: Any) -> Iterator[tuple[dict[Any, Any], Any]]:
    """Yield (dictionary, key) for each name of a module, or entry of its tables, that is this function."""
    for name, module in list(sys.modules.items()):
        if name.startswith("complaints.") and ".tests" not in name:
            for key, own in list(vars(module).items()):
                if own is value:
                    yield vars(module), key
                elif isinstance(own, dict):
                    yield from ((own, entry) for entry, kept in own.items() if kept is value)


# --- Rows of the table ---
@dataclass(frozen=True)
class RowMutant:
    """A row of the table that lacks one of its roles, stages or standings."""

    name: str
    row: Move
    stages: frozenset[str]
    """The stages in which the difference can be noticed."""

    @contextmanager
    def applied(self) -> Iterator[None]:
        before = MOVES[self.row.name]
        MOVES[self.row.name] = self.row
        try:
            yield
        finally:
            MOVES[self.row.name] = before


def row_mutants() -> list[RowMutant]:
    found = []
    for row in MOVES.values():
        for part in ("roles", "sources", "standings"):
            for item in sorted(getattr(row, part)):
                less = replace(row, **{part: getattr(row, part) - {item}})
                stages = frozenset({item}) if part == "sources" else frozenset(row.sources)
                found.append(RowMutant(f"{row.name} without {part[:-1]} {item}", less, stages))
    return found


# --- State checks, which a move makes before it checks the actor's standing ---
@dataclass(frozen=True)
class ReadyMutant:
    """A move without its state check."""

    name: str
    move: str

    @contextmanager
    def applied(self) -> Iterator[None]:
        original = engine._check

        def check(row: Move, turn: Any, *, ready: Any, task: Any) -> None:
            original(row, turn, ready=None if row.name == self.move else ready, task=task)

        with put(engine, "_check", check):
            yield


# --- Guards: any `if …: raise` of a refusal in the steps ---
@dataclass(frozen=True)
class GuardMutant:
    """A refusal that never happens, or one operand of its condition that is never true."""

    name: str
    module: str
    function: str
    lines: range
    """The lines of the `raise`, by which the tests that trigger it are found."""
    change: Callable[[Function], None]

    @contextmanager
    def applied(self) -> Iterator[None]:
        module = importlib.import_module(f"complaints.{self.module}")
        function = next(node for node in _functions(self.module) if node.name == self.function)
        self.change(function)
        tree = ast.fix_missing_locations(ast.Module([function], type_ignores=[]))
        space = module.__dict__
        before = space[self.function]
        exec(compile(tree, str(module.__file__), "exec"), space)
        broken, space[self.function] = space[self.function], before
        with put(module, self.function, broken):
            yield


def _functions(module: str) -> list[Function]:
    path = HOME.joinpath(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, Function)]


def _refusal(node: ast.AST) -> ast.Raise | None:
    """Return the `raise` at the end of an `if` that refuses, or None."""
    if not isinstance(node, ast.If) or not isinstance(node.body[-1], ast.Raise):
        return None
    raised = node.body[-1].exc
    thing = raised.func if isinstance(raised, ast.Call) else raised
    return node.body[-1] if isinstance(thing, ast.Name) and thing.id in REFUSALS else None


def _guards(function: Function) -> list[tuple[ast.If, ast.Raise]]:
    found = ((node, _refusal(node)) for node in ast.walk(function))
    return [(node, refusal) for node, refusal in found if isinstance(node, ast.If) and refusal]


def _never(number: int) -> Callable[[Function], None]:
    """Make the whole condition false. It is still evaluated, so that its side effects remain."""

    def change(function: Function) -> None:
        guard, _raise = _guards(function)[number]
        guard.test = ast.BoolOp(ast.And(), [guard.test, ast.Constant(False)])

    return change


def _without_operand(number: int, operand: int) -> Callable[[Function], None]:
    def change(function: Function) -> None:
        guard, _raise = _guards(function)[number]
        assert isinstance(guard.test, ast.BoolOp)
        guard.test.values[operand] = ast.Constant(False)

    return change


def guard_mutants() -> list[GuardMutant]:
    found = []
    for path in STEPS:
        module = module_name(path)
        for function in _functions(module):
            for number, (guard, refusal) in enumerate(_guards(function)):
                lines = range(refusal.lineno, (refusal.end_lineno or refusal.lineno) + 1)
                name = f"{module}.{function.name}: not ({ast.unparse(guard.test)[:90]})"
                base = GuardMutant(name, module, function.name, lines, _never(number))
                found.append(base)
                if isinstance(guard.test, ast.BoolOp) and isinstance(guard.test.op, ast.Or):
                    for index, operand in enumerate(guard.test.values):
                        one = f"{module}.{function.name}: not … or ({ast.unparse(operand)[:80]})"
                        change = _without_operand(number, index)
                        found.append(replace(base, name=one, change=change))
    found.append(_compare_and_set())
    return found


def _compare_and_set() -> GuardMutant:
    """Make a mutant that writes the head whatever its version is by then."""

    def change(function: Function) -> None:
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and node.value == "version":
                node.value = "id"
            elif isinstance(node, ast.Name) and node.id == "seen" and isinstance(node.ctx, ast.Load):
                node.id = "own"
        function.body.insert(0, ast.parse("own = turns[0].complaint.pk").body[0])

    module = "lifecycle.head"
    write = next(function for function in _functions(module) if function.name == "write")
    stale = next(found for found in _guards(write) if "update_rows" in ast.unparse(found[0].test))
    lines = range(stale[1].lineno, (stale[1].end_lineno or 0) + 1)
    return GuardMutant("lifecycle.head.write: no compare-and-set on version", module, "write", lines, change)
