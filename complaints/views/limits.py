"""The limits of authority, for managers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import for_roles
from complaints.forms.limits import LimitsForm, initial_of
from complaints.models import AuthorityGrade
from complaints.rights import authority, duties, limits
from complaints.rights.actors import person
from complaints.views import doors
from complaints.views.doors import Request
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    return render(request, "complaints/limits/list.html", {"rows": authority.grade_rows()})


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, grade: str) -> HttpResponse:
    if grade not in AuthorityGrade.values:
        raise Http404("no such grade")
    label = AuthorityGrade(grade).label
    if request.method != "POST":
        form, attempt = LimitsForm(grade=grade, initial=initial_of(grade)), doors.FINE
    else:
        form = LimitsForm(request.POST, grade=grade)
        by, at = person(request.user), doors.now()
        step = lambda: limits.change(grade, form.limits_data(), by=by, at=at)  # noqa: E731
        attempt = doors.attempt(form, step)
        if attempt.done:
            return done_at(request, _("Limits saved: %(grade)s.") % {"grade": label}, "complaints:authority")
    context = {"form": form, "label": label, "refusal": attempt.message}
    return render(request, "complaints/limits/edit.html", context, status=attempt.status)
