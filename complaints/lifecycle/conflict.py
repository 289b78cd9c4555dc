"""Conflicts of interest (回避): people declare one and are barred.

This module also admits people to a confidential complaint.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine
from complaints.lifecycle.approvals import climbing
from complaints.models import Approval, ApprovalState, ClockKind, Complaint, ParticipantRole, Task
from complaints.notices import notify
from complaints.rights import duties, standings
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.terms.errors import MoveNotAllowed, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import ESCALATING_STAGES


def declare_conflict(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    task: Task | None = None,
    version: int | None = None,
) -> Complaint:
    """Bar the actor from handling, deciding, calling back and reviewing this complaint from now on.

    If the actor is the assignee, the complaint is taken from them. Their tasks and requests go to others.
    """
    with engine.move("declare-conflict", complaint, by=by, at=at, version=version, task=task) as turn:
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        problems.check()
        user = turn.user
        assert user is not None
        engine.involve(turn.complaint, ParticipantRole.CONFLICT, at=at, user=user)
        taken_off = turn.complaint.assignee_id == user.pk
        if taken_off:
            take_off(turn)
        event = turn.event("conflict_declared", reason)
        hand_on(turn, user)
        people = notify.supervisors_of(turn.complaint.team)
        if taken_off:
            people += notify.responsible(turn.complaint)
        others = [person for person in people if person.pk != user.pk]
        notify.tell_users(others, "conflict", complaint=turn.complaint, at=at, event=event)
    return complaint


def take_off(turn: engine.Turn) -> None:
    """Unassign the complaint. In intake, diagnose and resolve a new pick-up clock starts."""
    turn.change(assignee=None)
    if turn.complaint.stage in ESCALATING_STAGES:
        clocks.cancel(turn.complaint, ClockKind.PICKUP, at=turn.at)
        clocks.start(turn.complaint, ClockKind.PICKUP, turn.at)


def hand_on(turn: engine.Turn, user: User) -> None:
    """Give this person's tasks back to the team, and remove them from requests they were asked to decide.

    If nobody else was asked, the request climbs to the next level.
    """
    theirs = Task.objects.filter(complaint=turn.complaint, owner=user)
    theirs.exclude(state__in=[Task.State.DONE, Task.State.CANCELLED]).update(owner=None)
    pending = Approval.objects.filter(complaint=turn.complaint, state=ApprovalState.PENDING, asked=user)
    for approval in pending:
        approval.asked.remove(user)
        if not approval.asked.exists():
            climbing.climb(turn, approval)


def admit(
    complaint: Complaint, *, by: Actor, at: datetime, user: User | None, version: int | None = None
) -> Complaint:
    """Let one more agent or supervisor see a confidential complaint."""
    with engine.move("admit", complaint, by=by, at=at, version=version, ready=_confidential) as turn:
        problems = Problems()
        if user is None or not user.is_active or user.role not in duties.SEE_CONFIDENTIAL_IF_ADMITTED:
            problems.add("user", _("Choose an active agent or supervisor."))
        elif standings.has_conflict(user, turn.complaint):
            problems.add("user", _("This person has a conflict of interest in this complaint."))
        problems.check()
        assert user is not None
        engine.involve(turn.complaint, ParticipantRole.ADMITTED, at=at, user=user)
        event = turn.event("admitted", who=user.username)
        notify.tell_users([user], "admitted", complaint=turn.complaint, at=at, event=event)
    return complaint


def _confidential(turn: engine.Turn) -> None:
    if not turn.complaint.confidential:
        raise MoveNotAllowed(_("This complaint is not confidential, so its teams can see it anyway."))
