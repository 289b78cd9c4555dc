"""Pages of teams, departments, categories and remedies, for managers and administrators."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Team
from accounts.permissions import for_roles
from accounts.roles import TeamKind
from complaints.forms.organisation import CategoryForm, DepartmentForm, RemedyForm, RowForm, TeamForm, row_of
from complaints.models import Category, Remedy
from complaints.reads import organisation
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.setup import edit
from complaints.views import doors
from complaints.views.doors import Request
from ui.answers import done_at

keepers = for_roles(*duties.KEEP_ORGANISATION)


@dataclass(frozen=True)
class Kind:
    """One kind of row that the pages edit: its subject, form, titles, list page and rows."""

    subject: str
    form: type[RowForm]
    title: Promise
    new: Promise
    listing: str
    rows: Any


TEAMS = Kind(
    "teams",
    TeamForm,
    gettext_lazy("Teams"),
    gettext_lazy("New team"),
    "complaints:teams",
    Team.objects.exclude(kind=TeamKind.DEPARTMENT),
)
DEPARTMENTS = Kind(
    "teams",
    DepartmentForm,
    gettext_lazy("Departments"),
    gettext_lazy("New department"),
    "complaints:departments",
    Team.objects.filter(kind=TeamKind.DEPARTMENT),
)
CATEGORIES = Kind(
    "categories",
    CategoryForm,
    gettext_lazy("Categories"),
    gettext_lazy("New category"),
    "complaints:categories",
    Category.objects.all(),
)
REMEDIES = Kind(
    "remedies",
    RemedyForm,
    gettext_lazy("Remedies"),
    gettext_lazy("New remedy"),
    "complaints:remedies",
    Remedy.objects.all(),
)
KINDS = {kind.listing.partition(":")[2]: kind for kind in (TEAMS, DEPARTMENTS, CATEGORIES, REMEDIES)}


@keepers
@require_safe
def listing(request: Request, kind: str) -> HttpResponse:
    context: dict[str, Any] = {"kind": KINDS[kind], "here": kind}
    if kind == "categories":
        context["tree"] = organisation.categories(request.user)
    elif kind == "remedies":
        context["remedies"] = organisation.remedies()
    else:
        context["teams"] = organisation.teams(departments=kind == "departments")
    return render(request, "complaints/setup/list.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, kind: str) -> HttpResponse:
    """Add a row. The branch of a new category may come with the address."""
    chosen = KINDS[kind]
    if request.method != "POST":
        return _page(request, chosen, chosen.form(row=None, initial=request.GET.dict()))
    form, at, by = chosen.form(request.POST, row=None), doors.now(), person(request.user)
    result = doors.attempt(form, lambda: edit.add(chosen.subject, form.given(), by=by, at=at))
    if result.done:
        return done_at(request, _("It is added."), chosen.listing)
    return _page(request, chosen, form, result)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, kind: str, code: str) -> HttpResponse:
    chosen = KINDS[kind]
    row = get_object_or_404(chosen.rows.all(), code=code)
    if request.method != "POST":
        return _page(request, chosen, chosen.form(row=row_of(row)), row=row)
    form, at, by = chosen.form(request.POST, row=row_of(row)), doors.now(), person(request.user)
    result = doors.attempt(
        form,
        lambda: edit.change(
            chosen.subject, code, form.given(), version=form.cleaned_data["seen"], by=by, at=at
        ),
    )
    if result.done:
        return done_at(request, _("Saved: %(name)s.") % {"name": code}, chosen.listing)
    return _page(request, chosen, form, result, row=row)


def _page(
    request: Request, kind: Kind, form: RowForm, result: doors.Attempt = doors.FINE, *, row: Any = None
) -> HttpResponse:
    context = {"kind": kind, "form": form, "row": row, "refusal": result.message}
    return render(request, "complaints/setup/row.html", context, status=result.status)
