"""Tasks: the list of a department, and the moves of a task from there or from the complaint."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.base import StepForm
from complaints.forms.carry_out import TaskDoneForm, TaskReasonForm
from complaints.lifecycle.remedies import carry_out
from complaints.models import Task
from complaints.reads import one_complaint, queue, task_lists
from complaints.rights import access, duties
from complaints.rights.actors import Actor, person
from complaints.views import detail, doors
from complaints.views.doors import Attempt, Request
from ui.answers import see_other

DONE_SHOWN = timedelta(days=7)
DONE_AT_MOST = 20


@for_roles(*duties.WORK_ON_TASKS)
@require_safe
def listing(request: Request) -> HttpResponse:
    return _show(request)


@login_required
@require_safe
def record(request: Request, pk: int) -> HttpResponse:
    """Show the record that a team needs for its task. The customer's contacts are not in it."""
    task = access.get_task_for(request.user, pk)
    if not access.may_read_record(request.user, task):
        raise PermissionDenied
    complaint = task.complaint
    context = {
        "task": task,
        "complaint": complaint,
        "claims": list(complaint.claims.all()),
        "finding": one_complaint.problem_statement(complaint),
        "now": doors.now(),
    }
    return render(request, "complaints/tasks/record.html", context)


@login_required
@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    return _run(
        request, pk, "accept", StepForm(request.POST), carry_out.accept_task, _("Accepted: %(title)s")
    )


@login_required
@require_POST
def finish(request: Request, pk: int) -> HttpResponse:
    form = TaskDoneForm(request.POST)
    return _run(request, pk, "done", form, carry_out.finish_task, _("Done: %(title)s"))


@login_required
@require_POST
def reject_back(request: Request, pk: int) -> HttpResponse:
    form = TaskReasonForm(request.POST)
    return _run(request, pk, "reject-back", form, carry_out.reject_back_task, _("Sent back: %(title)s"))


@login_required
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    form = TaskReasonForm(request.POST)
    return _run(request, pk, "cancel", form, carry_out.cancel_task, _("Cancelled: %(title)s"))


def _run(
    request: Request, pk: int, key: str, form: StepForm, step: Callable[..., Task], text: str
) -> HttpResponse:
    """Run a step with the input of its form. If it is refused, the page shows the input again at the task."""
    task = access.get_task_for(request.user, pk)
    by, at = person(request.user), doors.now()
    attempt = doors.attempt(form, lambda: _step(step, task, form, by, at))
    refused = {"task": pk, "key": key, "form": form}
    if not access.visible_to(request.user).filter(pk=task.complaint_id).exists():
        # Users who help without seeing the complaint return to the list of tasks instead.
        if not attempt.done:
            return _show(request, refused, attempt)
        messages.success(request, text % {"title": task.label})
        return see_other("complaints:tasks")
    if attempt.done:
        return detail.done(request, task.complaint, text % {"title": task.label})
    bound: dict[str, Any] = {"task_step": refused} | ({"task_done": form} if key == "done" else {})
    return detail.show(request, task.complaint, bound=bound, attempt=attempt)


def _step(step: Callable[..., Task], task: Task, form: StepForm, by: Actor, at: datetime) -> Task:
    words = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    return step(task, by=by, at=at, version=form.seen_version, **words)


def _show(
    request: Request, refused: dict[str, Any] | None = None, attempt: Attempt = doors.FINE
) -> HttpResponse:
    at = doors.now()
    page = Paginator(task_lists.tasks_of(request.user), queue.PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "now": at,
        "page": page,
        "rows": [{"task": task, "waits": task_lists.is_waiting(task)} for task in page],
        "done": list(task_lists.tasks_done_of(request.user, at - DONE_SHOWN)[:DONE_AT_MOST]),
        "refused": refused,
        "refusal": attempt.message,
    }
    return render(request, "complaints/tasks/page.html", context, status=attempt.status)
