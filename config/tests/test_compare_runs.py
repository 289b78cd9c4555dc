"""Tests `.ci/compare_runs.py`, because no other test would notice if it let a missing test pass."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

CI = Path(__file__).resolve().parent.parent.parent / ".ci"
JUNIT = """<testsuites><testsuite time="1.5">
<testcase classname="a.test_b" name="test_passes"/>
<testcase classname="a.test_b" name="test_skips"><skipped type="pytest.skip"/></testcase>
<testcase classname="a.test_b" name="test_known"><skipped type="pytest.xfail"/></testcase>
<testcase classname="a.test_b" name="test_fails"><failure/></testcase>
<testcase classname="a.test_b" name="test_breaks"/>
<testcase classname="a.test_b" name="test_breaks"><error/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def compare_runs() -> Iterator[ModuleType]:
    sys.path.insert(0, str(CI))
    import compare_runs as module

    yield module
    sys.path.remove(str(CI))


def test_equal_runs_differ_in_nothing(compare_runs: ModuleType) -> None:
    assert compare_runs.problems({"a": "passed"}, {"a": "passed"}, []) == []


@pytest.mark.parametrize("second", [{"a": "skipped", "b": "passed"}, {"b": "passed"}])
def test_a_test_that_ran_on_sqlite_only_is_found(compare_runs: ModuleType, second: dict[str, str]) -> None:
    (line,) = compare_runs.problems({"a": "passed", "b": "passed"}, second, [])
    assert line.endswith("on PostgreSQL: a")


def test_a_test_skipped_everywhere_is_found(compare_runs: ModuleType) -> None:
    assert compare_runs.problems({"a": "skipped"}, {"a": "skipped"}, []) == ["skipped everywhere: a"]


def test_a_test_of_postgresql_only_is_fine(compare_runs: ModuleType) -> None:
    assert compare_runs.problems({"a": "skipped"}, {"a": "passed"}, []) == []


def test_listed_tests_are_permitted_and_the_list_must_be_needed(compare_runs: ModuleType) -> None:
    runs = {"a.test[x]": "passed"}, {"a.test[x]": "skipped"}
    assert compare_runs.problems(*runs, ["a.test[x]"]) == []
    assert compare_runs.problems(*runs, ["a.*"]) == []
    assert compare_runs.problems(*runs, ["a.test[x]", "old"]) == ["listed but not needed: old"]


def test_an_empty_second_run_is_a_failure(compare_runs: ModuleType) -> None:
    assert "nothing ran on PostgreSQL" in compare_runs.problems({}, {}, [])


def test_outcomes_are_read_from_junit(compare_runs: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "unit.xml").write_text(JUNIT)
    run = compare_runs.read(tmp_path)
    assert {name.split("test_", 2)[-1]: value for name, value in run.outcomes.items()} == {
        "passes": "passed",
        "skips": "skipped",
        "known": "xfailed",
        "fails": "failed",
        "breaks": "error",
    }
    import junit

    assert junit.summary(run) == "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error in 1.50s"


def test_the_list_is_read_without_comments(compare_runs: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# why\n\na::test_b[x # reason\n")
    assert compare_runs.read_list(tmp_path / "list") == ["a::test_b[x"]
