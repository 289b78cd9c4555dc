"""The severity matrix in force and its history, for managers."""

from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import for_roles
from complaints.forms.severity import MatrixForm
from complaints.models import SeverityMatrix
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.terms.stages import Reach
from complaints.triage import severity_matrix
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

SHOWN = 50


@for_roles(*duties.EDIT_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: Request) -> HttpResponse:
    """Show the grid; a POST makes a new version."""
    current = severity_matrix.current_matrix()
    cells, version = (current.cells, current.version) if current else (severity_matrix.default_cells(), 0)
    if request.method != "POST":
        return _page(request, MatrixForm(cells=cells, initial={"version": version}))
    form, at, by = MatrixForm(request.POST, cells=cells), doors.now(), person(request.user)

    def step() -> None:
        seen = form.seen_version
        severity_matrix.new_version(
            form.cells(),
            seen=version if seen is None else seen,
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )

    result = doors.attempt(form, step)
    if not result.done:
        return _page(request, form, result)
    return done_at(
        request, _("The new matrix applies to complaints received from now on."), "complaints:severity"
    )


def _page(request: Request, form: MatrixForm, result: Attempt = doors.FINE) -> HttpResponse:
    versions = list(SeverityMatrix.objects.select_related("created_by")[: SHOWN + 1])
    context: dict[str, Any] = {
        "form": form,
        "reaches": [reach.label for reach in Reach],
        "history": _history(versions)[:SHOWN],
        "refusal": result.message,
    }
    return render(request, "complaints/severity/page.html", context, status=result.status)


def _history(versions: list[SeverityMatrix]) -> list[tuple[SeverityMatrix, list[severity_matrix.Difference]]]:
    """Return (version, differences), newest first. The first version has no differences."""
    found = [(new, severity_matrix.differences(old.cells, new.cells)) for new, old in pairwise(versions)]
    return [*found, *((first, []) for first in versions[-1:])]
