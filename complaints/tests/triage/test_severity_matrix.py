"""The severity matrix in versions."""

from typing import Any

import pytest

from accounts.models import User
from complaints.models import SeverityMatrix
from complaints.rights.actors import person
from complaints.terms.stages import SEVERITY_MATRIX, Gravity, Reach
from complaints.tests.conftest import MONDAY
from complaints.tests.lifecycle.words import BAD_TEXT_IDS, BAD_TEXTS, status_of, wrong_fields
from complaints.triage import severity_matrix

pytestmark = pytest.mark.django_db


def changed(**cells: Any) -> dict[str, Any]:
    new: dict[str, Any] = severity_matrix.default_cells()
    for name, severity in cells.items():
        gravity, _, reach = name.partition("_")
        new[gravity][reach] = severity
    return new


def put(by: User, cells: Any, *, seen: int = 1, reason: str = "Too many were normal") -> SeverityMatrix:
    return severity_matrix.new_version(cells, seen=seen, reason=reason, by=person(by), at=MONDAY)


def test_the_first_version_is_the_matrix_of_the_organisation(org: None) -> None:
    first = severity_matrix.current_matrix()
    assert first is not None and first.version == 1
    for (gravity, reach), severity in SEVERITY_MATRIX.items():
        assert severity_matrix.severity_of(gravity, reach, first) == severity
        assert severity_matrix.severity_of(gravity, reach, None) == severity


def test_a_new_version_is_in_force_and_says_what_changed(people: dict[str, User]) -> None:
    second = put(people["manager"], changed(S1_one="normal", S2_many="major"))
    assert (second.version, second.created_by) == (2, people["manager"])
    assert severity_matrix.current_matrix() == second
    assert severity_matrix.severity_of(Gravity.S1, Reach.ONE, second) == "normal"
    found = severity_matrix.differences(severity_matrix.default_cells(), second.cells)
    assert [(d.gravity, d.reach, d.before, d.after) for d in found] == [
        ("S1", "one", "minor", "normal"),
        ("S2", "many", "critical", "major"),
    ]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (changed(S1_one="worst"), "cells.S1.one"),
        (changed(S1_one=""), "cells.S1.one"),
        (changed(S1_one=None), "cells.S1.one"),
        (changed(S1_all="minor"), "cells"),
        ({**changed(S1_one="normal"), "S5": {}}, "cells"),
        (changed(), "cells"),
    ],
)
def test_an_incomplete_wrong_or_unchanged_grid_is_refused(
    people: dict[str, User], cells: Any, field: str
) -> None:
    assert wrong_fields(lambda: put(people["manager"], cells)) == {field}
    assert SeverityMatrix.objects.count() == 1


@pytest.mark.parametrize("cells", [{}, {"S1": None}, {"S1": "minor"}])
def test_nothing_is_filled_in(people: dict[str, User], cells: Any) -> None:
    assert len(wrong_fields(lambda: put(people["manager"], cells))) == 12


@pytest.mark.parametrize("text", BAD_TEXTS, ids=BAD_TEXT_IDS)
def test_it_needs_a_reason(people: dict[str, User], text: str) -> None:
    assert wrong_fields(lambda: put(people["manager"], changed(S1_one="normal"), reason=text)) == {"reason"}


def test_a_version_that_is_not_the_newest_any_more_is_stale(people: dict[str, User]) -> None:
    put(people["manager"], changed(S1_one="normal"))
    assert status_of(lambda: put(people["manager2"], changed(S1_one="major"))) == 409


@pytest.mark.parametrize("name", ["agent", "supervisor", "warehouse", "admin"])
def test_only_managers_change_it(people: dict[str, User], name: str) -> None:
    assert status_of(lambda: put(people[name], changed(S1_one="normal"))) == 403


def test_flags_raise_and_nothing_lowers() -> None:
    assert severity_matrix.with_flags("minor", {"media"}) == "critical"
    assert severity_matrix.with_flags("minor", {"vulnerable", "external"}) == "minor"
    assert severity_matrix.is_lower("minor", "normal") and not severity_matrix.is_lower("major", "major")
