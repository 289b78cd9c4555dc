"""The numbers next to the entries of the navigation rail."""

from datetime import datetime

from accounts.models import User
from complaints.models import (
    Complaint,
)
from complaints.reads import approvals, callbacks
from complaints.rights import duties
from complaints.terms.stages import Stage


def navigation_counts(user: User, at: datetime) -> dict[str, int]:
    """Return the numbers next to the entries of the rail, by the key of the entry."""
    counts = {"approvals": 0, "callbacks": 0, "work": 0}
    if user.role in duties.DECIDE:
        counts["approvals"] = approvals.approvals_for(user, at).count()
    if user.is_agent:
        counts["work"] = Complaint.objects.filter(assignee=user).exclude(stage=Stage.CLOSED).count()
    if user.is_agent or user.is_supervisor:
        counts["callbacks"] = callbacks.on_agenda(user)
    return counts
