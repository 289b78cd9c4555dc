"""Pages where managers edit playbooks, their steps, and the checklist of each category."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import for_roles
from complaints.forms.edit_playbooks import Items, PlaybookForm, RecordForm, Steps
from complaints.lifecycle.remedies import keep_playbooks
from complaints.models import Category, Playbook, ProblemType
from complaints.rights import duties
from complaints.rights.actors import person
from complaints.views import doors
from complaints.views.doors import Request
from ui.answers import done_at

managers = for_roles(*duties.EDIT_RULES)


@managers
@require_safe
def listing(request: Request) -> HttpResponse:
    playbooks = Playbook.objects.select_related("category").annotate(step_count=Count("steps"))
    checked = Count("checklist", filter=Q(checklist__is_active=True))
    context = {
        "playbooks": playbooks.order_by("-is_active", "code"),
        "types": dict(ProblemType.choices),
        "categories": Category.objects.filter(is_active=True).annotate(item_count=checked),
    }
    return render(request, "complaints/edit_playbooks/list.html", context)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int | None = None) -> HttpResponse:
    # The playbook is loaded twice, so that a refused name does not change the heading of the page.
    shown = get_object_or_404(Playbook, pk=pk) if pk is not None else None
    instance = get_object_or_404(Playbook, pk=pk) if pk is not None else Playbook()
    data = request.POST if request.method == "POST" else None
    form, steps = PlaybookForm(data, instance=instance), Steps(data, instance=instance, prefix="steps")
    if data is not None and form.is_valid() and steps.is_valid():
        kept, removed = steps.in_order()
        by, at = person(request.user), doors.now()
        keep_playbooks.save_playbook(form.instance, kept, removed, by=by, at=at)
        return _saved(request, form.instance.name)
    context = {"form": form, "steps": steps, "playbook": shown}
    return _show(request, "complaints/edit_playbooks/edit.html", context)


@managers
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: Request, code: str) -> HttpResponse:
    category = get_object_or_404(Category.objects.select_related("parent"), code=code)
    data = request.POST if request.method == "POST" else None
    form, items = RecordForm(data, instance=category), Items(data, instance=category, prefix="items")
    if data is not None and form.is_valid() and items.is_valid():
        kept, _none = items.in_order()
        keep_playbooks.save_checklist(category, kept, by=person(request.user), at=doors.now())
        return _saved(request, category.name)
    context = {"form": form, "items": items, "category": category}
    return _show(request, "complaints/edit_playbooks/checklist.html", context)


def _saved(request: Request, name: str) -> HttpResponse:
    return done_at(request, _("Saved: %(name)s.") % {"name": name}, "complaints:playbooks")


def _show(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=400 if request.method == "POST" else 200)
