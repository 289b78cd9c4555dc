"""The inbox of requests: what is asked, and the decision on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.approvals import DecisionForm
from complaints.lifecycle.approvals import decisions
from complaints.models import Approval, ApprovalState
from complaints.reads import approval_facts, approvals, load
from complaints.rights import access, duties
from complaints.rights.actors import person
from complaints.views import detail, doors
from complaints.views.doors import Attempt, Request
from ui.answers import done_at

deciders = for_roles(*duties.DECIDE)
askers = for_roles(*duties.ASK_FOR_DECISION)


@deciders
@require_safe
def inbox(request: Request) -> HttpResponse:
    return _show(request, None)


@deciders
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    approval = _find(request, pk)
    if request.method != "POST":
        return _show(request, approval)
    form = DecisionForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: decisions.decide(approval, by=person(request.user), at=doors.now(), **form.decision_data()),
    )
    if "left" in request.POST:
        return _tell_later(request, approval, form, attempt)
    if not attempt.done:
        return _show(request, _find(request, pk), form, attempt)
    approval.refresh_from_db()
    return done_at(request, _outcome(approval), "complaints:approvals")


def _tell_later(request: Request, approval: Approval, form: DecisionForm, attempt: Attempt) -> HttpResponse:
    """Answer a decision that was sent while its page was left. The next page shows what happened."""
    if attempt.done:
        approval.refresh_from_db()
        messages.success(request, _outcome(approval))
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("complaints:approvals")})
    wrong = [attempt.message, *(error for errors in form.errors.values() for error in errors)]
    words = {"number": approval.complaint.number, "why": " ".join(filter(None, map(str, wrong)))}
    messages.error(request, _("%(number)s: your decision was not recorded. %(why)s") % words)
    return HttpResponse(status=attempt.status)


@askers
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    approval = _find(request, pk)
    complaint = approval.complaint
    attempt = doors.attempt(
        None, lambda: decisions.withdraw(approval, by=person(request.user), at=doors.now())
    )
    if attempt.done:
        return detail.done(request, complaint, _("The request has been withdrawn."))
    if access.visible_to(request.user).filter(pk=complaint.pk).exists():
        return detail.show(request, complaint, attempt=attempt)
    return _show(request, _find(request, pk), attempt=attempt)


def _find(request: Request, pk: int) -> Approval:
    approval = approvals.get_approval_for(request.user, pk, doors.now())
    if approval is None:
        raise Http404("no such request")
    return approval


def _outcome(approval: Approval) -> str:
    words = {"number": approval.complaint.number, "state": approval.get_state_display()}
    if approval.state == ApprovalState.PENDING:
        return _("%(number)s: your approval is recorded. One more manager must approve.") % words
    return _("%(number)s: %(state)s.") % words


def _show(
    request: Request, chosen: Approval | None, form: DecisionForm | None = None, attempt: Attempt = doors.FINE
) -> HttpResponse:
    at = doors.now()
    waiting = list(approvals.approvals_for(request.user, at))
    shown = chosen or (waiting[0] if waiting else None)
    context: dict[str, Any] = {
        "now": at,
        "rows": [approval_facts.request_row(approval) for approval in waiting],
        "chosen": chosen,
        "approval": shown,
        "facts": approval_facts.request_facts(shown, request.user) if shown else None,
        "form": form or DecisionForm(),
        "refusal": attempt.message,
        "load": load.load_rows(request.user, at),
    }
    return doors.page_or_part(
        request,
        "complaints/approvals/page.html",
        "complaints/approvals/_panes.html",
        context,
        status=attempt.status,
    )
