"""Requests for a decision that a user may decide or see."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from complaints.models import (
    Approval,
    ApprovalState,
    ApprovalVote,
    Participant,
    ParticipantRole,
)
from complaints.rights import access, deciders


def approvals_for(user: User, at: datetime | None = None) -> QuerySet[Approval]:
    """Return the pending requests that this user is asked to decide, next deadline first.

    Requests about the user are left out. With `at`, requests of people who are away and named this user as
    their stand-in are included.
    """
    asked = _asked_themselves_or_for_others(user, at)
    voted = ApprovalVote.objects.filter(approval=OuterRef("pk"), by=user)
    named = Participant.objects.filter(complaint=OuterRef("complaint"), user=user, role=ParticipantRole.NAMED)
    return (
        Approval.objects.filter(Exists(asked), ~Exists(voted), ~Exists(named), state=ApprovalState.PENDING)
        .exclude(complaint__assignee=user)
        .select_related("complaint__customer", "complaint__category", "requested_by", "complaint__assignee")
        .prefetch_related("votes__by")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )


def _asked_themselves_or_for_others(user: User, at: datetime | None) -> QuerySet[Any]:
    places = Q(user=user)
    if at is not None:
        places |= Q(user__in=deciders.stands_in_for(user, at).values("user"))
    found: QuerySet[Any] = Approval.asked.through.objects.filter(places, approval=OuterRef("pk"))
    return found


def get_approval_for(user: User, pk: int, at: datetime) -> Approval | None:
    """Return a request that the user is asked to decide, also as a stand-in, or whose complaint they see."""
    approval = (
        Approval.objects.select_related(
            "complaint__customer", "complaint__category", "requested_by", "decided_by", "plan", "handling"
        )
        .prefetch_related("votes__by")
        .filter(pk=pk)
        .first()
    )
    if approval is None:
        return None
    if access.visible_to(user).filter(pk=approval.complaint_id).exists():
        return approval
    named = Participant.objects.filter(
        complaint=approval.complaint_id, user=user, role=ParticipantRole.NAMED
    ).exists()
    # Somebody who was asked still learns who decided, even if the complaint has left their view by then.
    asked = Approval.objects.filter(Exists(_asked_themselves_or_for_others(user, at)), pk=pk)
    return approval if not named and asked.exists() else None


def approvals_seen_by(user: User, at: datetime) -> QuerySet[Approval]:
    """Return requests that the user is asked to decide, also as a stand-in, or whose complaint they see."""
    named = Participant.objects.filter(complaint=OuterRef("complaint"), user=user, role=ParticipantRole.NAMED)
    seen = Q(complaint__in=access.visible_to(user))
    return Approval.objects.filter(seen | Q(Exists(_asked_themselves_or_for_others(user, at)))).exclude(
        Exists(named)
    )
