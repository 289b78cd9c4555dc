"""Improvement actions: a user's own, and all of them for quality and managers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.base import StepForm
from complaints.forms.improve import ActionDoneForm, VerifyForm
from complaints.lifecycle import improve
from complaints.models import ImprovementAction
from complaints.reads import queue
from complaints.rights import access, duties
from complaints.rights.actors import person
from complaints.views import doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

everybody = for_roles(*duties.OWN_IMPROVEMENTS)


@everybody
@require_safe
def listing(request: Request) -> HttpResponse:
    return _show(request)


@everybody
@require_POST
def done(request: Request, pk: int) -> HttpResponse:
    action, form = _find(request, pk), ActionDoneForm(request.POST)
    by, at = person(request.user), doors.now()
    attempt = doors.attempt(
        form, lambda: improve.mark_done(action, by=by, at=at, note=form.cleaned_data["note"])
    )
    return _answer(request, action, form, attempt, _("Done: %(title)s. Quality verifies it."))


@everybody
@require_POST
def verify(request: Request, pk: int) -> HttpResponse:
    action, form = _find(request, pk), VerifyForm(request.POST)
    by, at = person(request.user), doors.now()

    def step() -> None:
        data = form.cleaned_data
        improve.verify(action, by=by, at=at, works=data["works"], note=data["verification"])

    attempt = doors.attempt(form, step)
    works = attempt.done and form.cleaned_data["works"]
    text = _("It works: %(title)s.") if works else _("Not working yet, so it continues: %(title)s.")
    return _answer(request, action, form, attempt, text)


def _find(request: Request, pk: int) -> ImprovementAction:
    """Return an action that the user has in their list, or that belongs to a visible complaint; else 404."""
    listed = improve.actions_for(request.user).filter(pk=pk).first()
    if listed is not None:
        return listed
    visible = access.visible_to(request.user)
    return get_object_or_404(improve.current().select_related("complaint"), pk=pk, complaint__in=visible)


def _answer(
    request: Request, action: ImprovementAction, form: StepForm, attempt: Attempt, text: str
) -> HttpResponse:
    if not attempt.done:
        return _show(request, {"action": action.pk, "form": form}, attempt)
    return done_at(request, text % {"title": action.title}, "complaints:improvements")


def _show(
    request: Request, refused: dict[str, Any] | None = None, attempt: Attempt = doors.FINE
) -> HttpResponse:
    user = request.user
    page = Paginator(improve.actions_for(user), queue.PAGE).get_page(request.GET.get("page"))
    looker = improve.looker(user, page)
    rows = [
        {
            "action": action,
            "visible": action.complaint_id in looker.visible,
            "may_do": action.done_at is None and looker.may_mark_done(action),
            "may_verify": bool(action.done_at and not action.verified_at) and looker.may_verify(action),
        }
        for action in page
    ]
    context = {
        "now": doors.now(),
        "page": page,
        "rows": rows,
        "sees_all": looker.sees_all,
        "refused": refused,
        "refusal": attempt.message,
    }
    return render(request, "complaints/improve/page.html", context, status=attempt.status)
