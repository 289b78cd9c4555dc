"""Severity: gravity × reach by a versioned matrix that managers keep (docs/organisation.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import changes
from complaints.models import SeverityMatrix
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text
from complaints.terms.stages import CRITICAL_FLAGS, SEVERITY_MATRIX, Gravity, Reach, Severity

Cells = dict[str, dict[str, str]]
ORDER = (Severity.MINOR, Severity.NORMAL, Severity.MAJOR, Severity.CRITICAL)


def default_cells() -> Cells:
    """Return the matrix of the sample organisation. It applies while there is no version."""
    return {gravity: {reach: SEVERITY_MATRIX[gravity, reach].value for reach in Reach} for gravity in Gravity}


def current_matrix() -> SeverityMatrix | None:
    return SeverityMatrix.objects.order_by("-version").first()


def severity_of(gravity: str, reach: str, matrix: SeverityMatrix | None) -> Severity:
    """Return the severity by a version of the matrix, or by the default without one."""
    cells = matrix.cells if matrix else default_cells()
    return Severity(cells[gravity][reach])


def with_flags(graded: str, flags: Iterable[str]) -> Severity:
    """Return critical while a grave risk flag is set, else the severity as graded."""
    return Severity.CRITICAL if CRITICAL_FLAGS.intersection(flags) else Severity(graded)


def is_lower(severity: str, than: str) -> bool:
    return ORDER.index(Severity(severity)) < ORDER.index(Severity(than))


@dataclass(frozen=True)
class Grade:
    """The result of grading.

    `graded_severity` follows from the matrix or was set by hand; `severity` also considers the risk flags.
    """

    gravity: str
    reach: str
    graded_severity: Severity
    severity: Severity
    matrix: SeverityMatrix | None
    by_hand: bool

    @property
    def head(self) -> dict[str, Any]:
        names = ("gravity", "reach", "graded_severity", "severity", "matrix")
        return {name: getattr(self, name) for name in names}


def grade(gravity: str, reach: str, *, by_hand: str | None, flags: Iterable[str]) -> Grade:
    """Grade by the newest version of the matrix.

    `by_hand` is a severity that a person sets instead of the matrix. `flags` are the names of the risk flags
    that are set.
    """
    matrix = current_matrix()
    graded = Severity(by_hand) if by_hand else severity_of(gravity, reach, matrix)
    return Grade(gravity, reach, graded, with_flags(graded, flags), matrix, bool(by_hand))


def new_version(
    cells: Mapping[str, Any], *, seen: int, reason: str, by: Actor, at: datetime
) -> SeverityMatrix:
    """Make a new version of the matrix. Complaints that are graded already keep theirs.

    `seen` is the version that was edited (0: the default). Raises RoleMayNot (403), StaleComplaint (409) if
    there is a newer version, MissingDetail for wrong cells.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change the matrix."))
    last = SeverityMatrix.objects.aggregate(last=Max("version"))["last"] or 0
    if last != seen:
        raise StaleVersion(_("Somebody changed the matrix while you were working on it."))
    problems = Problems()
    given = check_cells(problems, cells)
    reason = clean_text(problems, "reason", reason, limit=300, required=True)
    matrix = current_matrix()
    if not problems.errors and given == (matrix.cells if matrix else default_cells()):
        problems.add("cells", _("Nothing is different from the version in force."))
    problems.check()
    try:
        with transaction.atomic():
            made = SeverityMatrix.objects.create(
                version=last + 1, cells=given, reason=reason, created_at=at, created_by=by.user
            )
            before = _flat(matrix.cells if matrix else default_cells())
            after = _flat(given) | {"reason": reason}
            changes.record("severity", f"v{made.version}", before, after, by=by.user, at=at)
            return made
    except IntegrityError:
        raise StaleVersion(_("Somebody changed the matrix while you were working on it.")) from None


def _flat(cells: Cells) -> dict[str, str]:
    """Return the cells as {"S1 one": "minor"}, so that a change names only those that differ."""
    return {f"{gravity} {reach}": cells[gravity][reach] for gravity in Gravity for reach in Reach}


def check_cells(problems: Problems, cells: Mapping[str, Any]) -> Cells:
    """Return all twelve cells. Note a problem for a missing or unknown one."""
    given: Cells = {gravity: {} for gravity in Gravity.values}
    for gravity in Gravity.values:
        row = cells.get(gravity)
        row = row if isinstance(row, Mapping) else {}
        for reach in Reach.values:
            problems.one_of(f"cells.{gravity}.{reach}", row.get(reach), Severity.values)
            given[gravity][reach] = str(row.get(reach))
        if set(row) - set(Reach.values):
            problems.add("cells", _("Choose one of the values offered."))
    if set(cells) - set(Gravity.values):
        problems.add("cells", _("Choose one of the values offered."))
    return given


@dataclass(frozen=True)
class Difference:
    """One cell that a version changed."""

    gravity: Gravity
    reach: Reach
    before: Severity
    after: Severity


def differences(before: Cells, after: Cells) -> list[Difference]:
    """Return the cells that differ between two versions."""
    return [
        Difference(gravity, reach, Severity(before[gravity][reach]), Severity(after[gravity][reach]))
        for gravity in Gravity
        for reach in Reach
        if before[gravity][reach] != after[gravity][reach]
    ]
