"""The inbox of requests: what is asked, and the decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import for_roles
from accounts.roles import Role
from complaints import desks, selectors
from complaints.actors import person
from complaints.forms.approvals import DecisionForm
from complaints.lifecycle import approvals
from complaints.models import Approval
from complaints.views import doors
from complaints.views.doors import Attempt, Request

deciders = for_roles(Role.SUPERVISOR, Role.MANAGER)


@deciders
@require_GET
def inbox(request: Request) -> HttpResponse:
    return _show(request, None)


@deciders
@require_http_methods(["GET", "POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    approval = selectors.get_approval_for(request.user, pk)
    if approval is None:
        raise Http404("no such request")
    if request.method == "GET":
        return _show(request, approval)
    form = DecisionForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: approvals.decide(approval, by=person(request.user), at=doors.now(), **form.decision_data()),
    )
    if not attempt.done:
        return _show(request, selectors.get_approval_for(request.user, pk), form, attempt)
    approval.refresh_from_db()
    text = _("%(number)s: %(state)s.") % {
        "number": approval.complaint.number,
        "state": approval.get_state_display(),
    }
    messages.success(request, text)
    answer = redirect("complaints:approvals")
    answer.status_code = 303
    return answer


def _show(
    request: Request, chosen: Approval | None, form: DecisionForm | None = None, attempt: Attempt = doors.FINE
) -> HttpResponse:
    waiting = list(selectors.approvals_for(request.user))
    shown = chosen or (waiting[0] if waiting else None)
    at = doors.now()
    context: dict[str, Any] = {
        "now": at,
        "rows": [desks.request_row(approval) for approval in waiting],
        "chosen": chosen,
        "approval": shown,
        "facts": desks.request_facts(shown, request.user) if shown else None,
        "form": form or DecisionForm(),
        "refusal": attempt.message,
        "load": desks.load_rows(request.user, at),
    }
    return doors.page_or_part(
        request,
        "complaints/approvals/page.html",
        "complaints/approvals/_panes.html",
        context,
        status=attempt.status,
    )
