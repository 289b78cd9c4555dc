"""Take, release and assign complaints."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import people
from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.lifecycle import engine
from complaints.models import ClockKind, Complaint, Participant, ParticipantRole
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.rights.authority import barred_ids
from complaints.sla import clocks
from complaints.terms.errors import MissingDetail, MoveNotAllowed, NotYours, Problems
from complaints.terms.input import clean_text


def is_barred(user: User, complaint: Complaint) -> bool:
    """Return True if this person may handle the complaint again only when a supervisor assigns it to them."""
    return Participant.objects.filter(complaint=complaint, user=user, role=ParticipantRole.BARRED).exists()


def pick_up(turn: engine.Turn, user: User) -> None:
    """Make `user` the assignee, which meets the pick-up clock."""
    turn.change(assignee=user)
    clocks.meet(turn.complaint, ClockKind.PICKUP, at=turn.at)


def take(complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None) -> Complaint:
    """Let an agent of the team take an unassigned complaint. Raises MoveNotAllowed if somebody has it."""
    with engine.move("take", complaint, by=by, at=at, version=version, ready=_unassigned) as turn:
        user = turn.user
        assert user is not None
        if is_barred(user, turn.complaint):
            raise NotYours(_("You handled the previous round, so somebody else has to take this one."))
        pick_up(turn, user)
        turn.event("taken")
    return complaint


def _unassigned(turn: engine.Turn) -> None:
    holder = turn.complaint.assignee
    if holder is not None:
        raise MoveNotAllowed(_("%(name)s has already taken it.") % {"name": holder.display_name})


def _assigned(turn: engine.Turn) -> None:
    if turn.complaint.assignee is None:
        raise MoveNotAllowed(_("Nobody is assigned."))


def release(
    complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None, reason: str = ""
) -> Complaint:
    """Give the complaint back to its team; the pick-up clock starts."""
    with engine.move("release", complaint, by=by, at=at, version=version, ready=_assigned) as turn:
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=500)
        problems.check()
        turn.change(assignee=None)
        clocks.start(turn.complaint, ClockKind.PICKUP, at)
        event = turn.event("released", reason)
        notify.tell_users(
            notify.responsible(turn.complaint), "new_complaint", complaint=turn.complaint, at=at, event=event
        )
    return complaint


def assign(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    assignee: User | None = None,
    team: Team | None = None,
    reason: str = "",
    version: int | None = None,
) -> Complaint:
    """Let a supervisor give the complaint to a person, or to another handling team of the same tier.

    Whoever is barred after a failed round can be assigned again, but only with a reason; the bar is then
    lifted.
    """
    with engine.move("assign", complaint, by=by, at=at, version=version) as turn:
        reason = _check_assignment(turn.complaint, assignee, team, reason)
        if team is not None and team != turn.complaint.team:
            turn.change(team=team, assignee=None)
            clocks.cancel(turn.complaint, ClockKind.PICKUP, at=at)
            clocks.start(turn.complaint, ClockKind.PICKUP, at)
        if assignee is not None:
            Participant.objects.filter(
                complaint=turn.complaint, user=assignee, role=ParticipantRole.BARRED
            ).delete()
            pick_up(turn, assignee)
        event = turn.event("assigned", reason)
        notify.tell_users(
            notify.responsible(turn.complaint), "assigned", complaint=turn.complaint, at=at, event=event
        )
    return complaint


def _check_assignment(complaint: Complaint, assignee: User | None, team: Team | None, reason: str) -> str:
    problems = Problems()
    reason = clean_text(problems, "reason", reason, limit=500)
    if assignee is None and team is None:
        problems.add("assignee", _("Choose a person or a team."))
    if team is not None and (team.kind != TeamKind.HANDLING or team.tier != complaint.tier):
        problems.add("team", _("Choose a handling team of the same tier."))
    if assignee is not None:
        target = team or complaint.team
        if (
            not assignee.is_agent
            or not assignee.is_active
            or not assignee.teams.filter(pk=target.pk).exists()
        ):
            problems.add("assignee", _("Choose an active agent of the team."))
        elif assignee.pk in barred_ids(complaint):
            problems.add("assignee", _("This person has a conflict of interest in this complaint."))
        elif is_barred(assignee, complaint) and not reason:
            problems.add(
                "reason", _("This person handled the last round. Say why they should handle it again.")
            )
    if problems.errors:
        raise MissingDetail(problems.errors)
    return reason


def assignable(complaint: Complaint) -> list[User]:
    """Return the agents of the team to whom the complaint can be assigned."""
    agents = people.agents().filter(teams=complaint.team_id)
    return list(agents.exclude(pk__in=barred_ids(complaint)).order_by("username"))
