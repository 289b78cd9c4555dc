"""Break the rules of the moves one at a time and check that a test notices each: `make mutants`.

Two kinds of mutants are tried. A row of the move table loses one role, stage or standing: then somebody who
may make the move must get another answer. A state check or a guard is left out: then one of the tests that
trigger it must fail. All this runs in one process with one database.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

TESTS = [
    "complaints/tests/lifecycle",
    "complaints/tests/sweeps",
    "complaints/tests/rights/test_deciders.py",
    "complaints/tests/rights/test_access.py",
    "complaints/tests/api/test_customers.py",
    "complaints/tests/views/test_set_aside.py",
]
SLOW = ["test_invariants.py", "test_moves_table.py"]
EXPLAINED: dict[str, str] = {
    "lifecycle.approvals.decisions.withdraw: not … or (by.user is None)": (
        "a customer is refused earlier because of the role"
    ),
    "lifecycle.extend.when_approved: not … or (not clock.is_live)": (
        "a request for more time expires together with its clock"
    ),
    "lifecycle.callback.calls._open_make_good: not … or (last is None)": (
        "a complaint in the stage callback always has a callback"
    ),
    "lifecycle.callback.calls._open_make_good: not … or (last.make_good_done_at)": (
        "finishing a make-good opens another callback"
    ),
    "lifecycle.ending.merge.unmerge: not (fresh.undone_at is not None)": (
        "if two undo at the same time, the second is refused because the stage has changed"
    ),
    "lifecycle.improve._user_of: not … or (by.user is None)": (
        "who has no user has a role that the other half refuses"
    ),
    "lifecycle.resolve._may_be_explained: not … or (diagnosis is None)": (
        "a complaint in the stage resolve always has a finding"
    ),
}
"""Mutants that no test can notice, each with the reason."""


class Runner:
    """Replaces pytest's loop: runs every test once without a mutant, then some of them for each mutant."""

    def __init__(self) -> None:
        self.met: dict[object, dict[pytest.Item, None]] = defaultdict(dict)
        self.with_state: set[str] = set()
        self.survivors: list[str] = []
        self.killers: dict[pytest.Item, None] = {}
        self.unsound: list[str] = []
        """Tests that killed a mutant but also fail at the end without one, so their kills prove nothing."""
        self.total = 0
        self.finished = False
        self.running: pytest.Item | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or session.config.option.collectonly:
            return True
        with self._listening():
            failed = [item.nodeid for item in session.items if not self._passes(item, session)]
        if failed:
            raise SystemExit(f"fail without any mutant: {failed}")
        from pytest_django.plugin import blocking_manager_key

        with session.config.stash[blocking_manager_key].unblock():
            self._rows()
        self._guards(session)
        self.unsound = [item.nodeid for item in self.killers if not self._passes(item, session)]
        self.finished = True
        return True

    # --- Running tests ---
    def _passes(self, item: pytest.Item, session: pytest.Session) -> bool:
        from _pytest.runner import runtestprotocol

        self.running = item
        item._initrequest()  # type: ignore[attr-defined]
        # With the session as the next item pytest keeps the database and tears down the fixtures of this
        # test.
        reports = runtestprotocol(item, log=False, nextitem=session)  # type: ignore[arg-type]
        return not any(report.failed for report in reports)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """While this is open, note which test triggers which refusal, and which moves have a state check."""
        from complaints.lifecycle import engine
        from complaints.terms import errors
        from tests.mutations import HOME, module_name, put

        check, begin = engine._check, errors.LifecycleError.__init__

        def checking(row: Any, turn: Any, *, ready: Any, task: Any) -> None:
            if ready is not None:
                self.with_state.add(row.name)
            check(row, turn, ready=self._noting(row.name, ready), task=task)

        def beginning(error: errors.LifecycleError, message: str) -> None:
            begin(error, message)
            frame: Any = sys._getframe(1)
            while frame.f_code.co_filename == errors.__file__:
                frame = frame.f_back
            if HOME in (path := Path(frame.f_code.co_filename).resolve()).parents:
                self._meets((module_name(path), frame.f_lineno))

        with ExitStack() as stack:
            stack.enter_context(put(engine, "_check", checking))
            stack.enter_context(put(errors.LifecycleError, "__init__", beginning))  # type: ignore[arg-type]
            yield

    def _noting(self, name: str, ready: Callable[[Any], object] | None) -> Any:
        if ready is None:
            return None

        def noting(turn: Any) -> object:
            from complaints.terms.errors import LifecycleError

            try:
                return ready(turn)
            except LifecycleError:
                self._meets(name)
                raise

        return noting

    def _meets(self, what: object) -> None:
        if self.running is not None:
            self.met[what][self.running] = None

    # --- Mutants ---
    def _say(self, name: str, killer: str | None) -> None:
        self.total += 1
        if killer is None:
            self.survivors.append(name)
        print(f"{name}: {'SURVIVED' if killer is None else f'killed by {killer}'}", flush=True)

    def _rows(self) -> None:
        from django.db import transaction

        from accounts.models import User
        from complaints.demo import organisation
        from complaints.terms.stages import Stage
        from complaints.tests.lifecycle import test_moves_table as table
        from tests.mutations import row_mutants

        mutants, killers = row_mutants(), {}
        with transaction.atomic():
            organisation.load_people()
            people = {user.username: user for user in User.objects.all()}
            for stage in Stage.values:
                with transaction.atomic():
                    complaint = table.in_stage(stage, people)
                    for mutant in mutants:
                        if stage in mutant.stages and mutant.name not in killers:
                            with mutant.applied():
                                killers[mutant.name] = self._difference(
                                    mutant.row.name, stage, complaint, people
                                )
                            if killers[mutant.name] is None:
                                del killers[mutant.name]
                    transaction.set_rollback(True)
            transaction.set_rollback(True)
        for mutant in mutants:
            self._say(mutant.name, killers.get(mutant.name))

    def _difference(self, move: str, stage: str, complaint: Any, people: Any) -> str | None:
        """Return the first person who may make the move but is answered differently now, or None."""
        from complaints.tests.lifecycle import test_moves_table as table

        for name in [move, *(variant for variant, of in table.VARIANT_OF.items() if of == move)]:
            if wrong := table.wrong_for(name, stage, complaint, people, only={"ok"}):
                return wrong[0]
        return None

    def _guards(self, session: pytest.Session) -> None:
        from tests.mutations import ReadyMutant, guard_mutants

        for name in sorted(self.with_state):
            mutant = ReadyMutant(f"{name} without its state check", name)
            self._run(mutant, self.met[name], session)
        for guard in guard_mutants():
            met = [item for line in guard.lines for item in self.met[guard.module, line]]
            self._run(guard, met, session)

    def _run(self, mutant: Any, items: Iterable[pytest.Item], session: pytest.Session) -> None:
        # test_guards quotes the text of every refusal, so it is the most likely to notice and runs first.
        likeliest = sorted(items, key=lambda item: "test_guards" not in item.nodeid)
        with mutant.applied():
            killer = next((item for item in likeliest if not self._passes(item, session)), None)
        if killer is not None:
            self.killers[killer] = None
        self._say(mutant.name, killer and killer.name)


def main() -> int:
    runner, begun = Runner(), time.monotonic()
    ignored = [f"--ignore=complaints/tests/lifecycle/{name}" for name in SLOW]
    code = pytest.main(
        [*TESTS, *ignored, "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not postgres"], [runner]
    )
    if not runner.finished:
        return int(code) or 1
    unexplained = [name for name in runner.survivors if name not in EXPLAINED]
    killed, took = runner.total - len(runner.survivors), time.monotonic() - begun
    print(f"\n{runner.total} mutants, {killed} killed, {len(runner.survivors)} survived, {took:.0f} s")
    for name in runner.survivors:
        print(f"  {name}: {EXPLAINED.get(name, 'NOT EXPLAINED')}")
    for name in EXPLAINED.keys() - set(runner.survivors):
        print(f"  explained, but killed or gone: {name}")
    for name in runner.unsound:
        print(f"  fails without any mutant too: {name}")
    return 1 if unexplained or runner.unsound or EXPLAINED.keys() - set(runner.survivors) else 0


if __name__ == "__main__":
    sys.exit(main())
