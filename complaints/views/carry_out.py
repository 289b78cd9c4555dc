"""Tasks: the list of a department, and marking one done from there or from the complaint."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import for_roles
from accounts.roles import Role
from complaints import access, selectors
from complaints.actors import person
from complaints.forms.carry_out import TaskDoneForm
from complaints.lifecycle import carry_out
from complaints.models import Task
from complaints.views import detail, doors
from complaints.views.doors import Attempt, Request


@for_roles(Role.DEPARTMENT)
@require_GET
def listing(request: Request) -> HttpResponse:
    return _show(request)


@login_required
@require_POST
def finish(request: Request, pk: int) -> HttpResponse:
    task = access.get_task_for(request.user, pk)
    form = TaskDoneForm(request.POST)
    attempt = doors.attempt(
        form,
        lambda: carry_out.finish_task(
            task,
            by=person(request.user),
            at=doors.now(),
            evidence=form.cleaned_data["evidence"],
            note=form.cleaned_data["note"],
            version=form.seen_version,
        ),
    )
    return _answer(request, task, form, attempt)


def _answer(request: Request, task: Task, form: TaskDoneForm, attempt: Attempt) -> HttpResponse:
    if request.user.role == Role.DEPARTMENT:
        if not attempt.done:
            return _show(request, task, form, attempt)
        messages.success(request, _("Done: %(title)s") % {"title": task.title})
        answer = redirect("complaints:tasks")
        answer.status_code = 303
        return answer
    if not attempt.done:
        return detail.show(request, task.complaint, bound={"task_done": form}, attempt=attempt)
    return detail.done(request, task.complaint, _("The task is done."))


def _show(
    request: Request,
    task: Task | None = None,
    form: TaskDoneForm | None = None,
    attempt: Attempt = doors.FINE,
) -> HttpResponse:
    context: dict[str, Any] = {
        "now": doors.now(),
        "tasks": list(selectors.tasks_of(request.user)),
        "refused": task.pk if task else None,
        "form": form,
        "refusal": attempt.message,
    }
    return render(request, "complaints/tasks/page.html", context, status=attempt.status)
