"""The list of complaints in review, and the review itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.review import ReviewForm
from complaints.lifecycle import improve, review
from complaints.models import Complaint
from complaints.reads import reviews
from complaints.rights import access, duties
from complaints.views import doors
from complaints.views.doors import Request
from complaints.views.steps import on_complaint

staff = for_roles(*duties.HANDLE)


@staff
@require_safe
def listing(request: Request) -> HttpResponse:
    at = doors.now()
    context = {
        "now": at,
        "actions_open": improve.actions_for(request.user).filter(verified_at__isnull=True).count(),
        "page": reviews.page_of_reviews(request.user, request.GET.get("page")),
        "requests": reviews.review_requests(request.user, at),
    }
    return render(request, "complaints/review/list.html", context)


@staff
@require_safe
def page(request: Request, number: str) -> HttpResponse:
    """Show the recorded review at full width."""
    complaint = access.get_complaint_for(request.user, number)
    found = review.current_review(complaint)
    if found is None:
        raise Http404("no review recorded")
    context = {"now": doors.now(), "complaint": complaint, "review": found}
    return render(request, "complaints/review/page.html", context)


@staff
@require_POST
def record(request: Request, number: str) -> HttpResponse:
    def said(complaint: Complaint, _result: object) -> str:
        if complaint.is_open:
            return _("The review is waiting for approval.")
        return _("The review is recorded.")

    return on_complaint(
        request,
        number,
        ReviewForm(request.POST),
        lambda c, form, who: review.record_review(c, form.review_data(), **who.versioned),
        key="review",
        said=said,
    )
