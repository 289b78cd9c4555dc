"""Complaints in review."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from complaints.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    Complaint,
)
from complaints.reads import approvals, queue
from complaints.rights import access
from complaints.terms.stages import Stage


def reviews_for(user: User) -> QuerySet[Complaint]:
    """Return the complaints in review that the user may see.

    `decision_asked` is True where the review waits for an approval.
    """
    pending = Approval.objects.filter(
        complaint=OuterRef("pk"), kind=ApprovalKind.REVIEW, state=ApprovalState.PENDING
    )
    found = access.visible_to(user).filter(stage=Stage.REVIEW).annotate(decision_asked=Exists(pending))
    return queue.with_rows(found).order_by(F("decision_asked"), "received_at", "id")


def page_of_reviews(user: User, number: str | None) -> Any:
    return Paginator(reviews_for(user), queue.PAGE).get_page(number)


def review_requests(user: User, at: datetime) -> int:
    """Return how many reviews wait for this user's decision."""
    return approvals.approvals_for(user, at).filter(kind=ApprovalKind.REVIEW).count()
