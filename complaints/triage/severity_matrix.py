"""How grave a complaint is: gravity × reach by a matrix that managers keep, in versions (lifecycle.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from complaints.models import SeverityMatrix
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text
from complaints.terms.stages import CRITICAL_FLAGS, SEVERITY_MATRIX, Gravity, Reach, Severity

Cells = dict[str, dict[str, str]]
ORDER = (Severity.MINOR, Severity.NORMAL, Severity.MAJOR, Severity.CRITICAL)


def default_cells() -> Cells:
    """The matrix of the sample organisation, in force where there is no row."""
    return {gravity: {reach: SEVERITY_MATRIX[gravity, reach].value for reach in Reach} for gravity in Gravity}


def current_matrix() -> SeverityMatrix | None:
    """The newest version."""
    return SeverityMatrix.objects.order_by("-version").first()


def severity_of(gravity: str, reach: str, matrix: SeverityMatrix | None) -> Severity:
    """What a version says; without one, what the default says."""
    cells = matrix.cells if matrix else default_cells()
    return Severity(cells[gravity][reach])


def with_flags(graded: str, flags: Iterable[str]) -> Severity:
    """Critical while a grave risk is on, else as graded."""
    return Severity.CRITICAL if CRITICAL_FLAGS.intersection(flags) else Severity(graded)


def is_lower(severity: str, than: str) -> bool:
    return ORDER.index(Severity(severity)) < ORDER.index(Severity(than))


@dataclass(frozen=True)
class Grade:
    """Gravity, reach, what they or an override say by a version of the matrix, and the severity in force."""

    gravity: str
    reach: str
    graded_severity: Severity
    severity: Severity
    matrix: SeverityMatrix | None
    by_hand: bool

    @property
    def head(self) -> dict[str, Any]:
        """As columns of a complaint."""
        names = ("gravity", "reach", "graded_severity", "severity", "matrix")
        return {name: getattr(self, name) for name in names}


def grade(gravity: str, reach: str, *, by_hand: str | None, flags: Iterable[str]) -> Grade:
    """Grade by the newest version. `by_hand`: a severity that a person sets against the matrix."""
    matrix = current_matrix()
    graded = Severity(by_hand) if by_hand else severity_of(gravity, reach, matrix)
    return Grade(gravity, reach, graded, with_flags(graded, flags), matrix, bool(by_hand))


def new_version(
    cells: Mapping[str, Any], *, seen: int, reason: str, by: Actor, at: datetime
) -> SeverityMatrix:
    """Put a changed matrix in force for what is graded from now on; what is graded keeps its version.

    `seen`: the version that was changed (0: the default); another one meanwhile is refused as stale.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Managers change the matrix."))
    last = SeverityMatrix.objects.aggregate(last=Max("version"))["last"] or 0
    if last != seen:
        raise StaleVersion(_("Somebody changed the matrix while you were working on it."))
    problems = Problems()
    given = _check_cells(problems, cells)
    reason = clean_text(problems, "reason", reason, limit=300, required=True)
    matrix = current_matrix()
    if not problems.errors and given == (matrix.cells if matrix else default_cells()):
        problems.add("cells", _("Nothing is different from the version in force."))
    problems.check()
    try:
        with transaction.atomic():
            return SeverityMatrix.objects.create(
                version=last + 1, cells=given, reason=reason, created_at=at, created_by=by.user
            )
    except IntegrityError:
        raise StaleVersion(_("Somebody changed the matrix while you were working on it.")) from None


def _check_cells(problems: Problems, cells: Mapping[str, Any]) -> Cells:
    """All twelve, each a severity, and nothing else."""
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
    return [
        Difference(gravity, reach, Severity(before[gravity][reach]), Severity(after[gravity][reach]))
        for gravity in Gravity
        for reach in Reach
        if before[gravity][reach] != after[gravity][reach]
    ]
