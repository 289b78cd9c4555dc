"""The overview, and the lists behind its numbers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import for_roles
from complaints.rights import duties
from complaints.views.doors import Request
from reporting import figures, period

readers = for_roles(*duties.READ_REPORTS)


@readers
@require_safe
def overview(request: Request) -> HttpResponse:
    at = timezone.now()
    chosen, problem = period.read(request.GET.dict(), at)
    context = figures.overview(request.user, chosen, at) | {
        "period": chosen,
        "choices": [(days, period.last_days(days, at) == chosen) for days in period.CHOICES],
        "problem": problem,
        "now": at,
    }
    return render(request, "reporting/page.html", context, status=400 if problem else 200)


@readers
@require_safe
def rows(request: Request, figure: str) -> HttpResponse:
    at = timezone.now()
    chosen, problem = period.read(request.GET.dict(), at)
    found = figures.FIGURES.get(figure)
    part = request.GET.get("part", "")
    if found is None or problem:
        raise Http404("no such figure or period")
    part = part or next(iter(found.labels))
    if part not in found.labels:
        raise Http404("no such part")
    page = figures.page_of_rows(request.user, found, part, chosen, at, request.GET.get("page"))
    context = {
        "figure": found,
        "part": part,
        "part_label": found.labels[part],
        "period": chosen,
        "page": page,
        "lines": list(figures.lines(page)),
        "now": at,
    }
    return render(request, "reporting/list.html", context)
