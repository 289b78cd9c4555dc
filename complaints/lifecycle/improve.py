"""Improvement actions: the owner carries one out; somebody else verifies it, which closes it (R-142).

These steps are not moves of the complaint, because it may be closed by then. Each leaves an event in its
timeline.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from accounts.roles import TeamKind
from complaints.lifecycle import engine
from complaints.models import Complaint, ImprovementAction, Participant, ParticipantRole
from complaints.notices import notify
from complaints.rights import access, duties, standings
from complaints.rights.actors import Actor
from complaints.terms.errors import MoveNotAllowed, NotYours, Problems, RoleMayNot
from complaints.terms.input import clean_text


# --- Who sees them and who may do what ---
def quality_supervisors() -> QuerySet[User]:
    return people.supervisors().filter(teams__kind=TeamKind.QUALITY).distinct()


def _is_quality(user: User) -> bool:
    return user.is_supervisor and user.teams.filter(kind=TeamKind.QUALITY).exists()


def sees_all(user: User) -> bool:
    """Return True if this person sees the actions of all complaints they may see, not only their own."""
    return user.is_manager or _is_quality(user)


def show_to_quality(turn: engine.Turn) -> None:
    """Let quality supervisors see the complaint after it is closed, if they have improvements to verify."""
    if not ImprovementAction.objects.filter(complaint=turn.complaint).exists():
        return
    for user in quality_supervisors():
        engine.involve(turn.complaint, ParticipantRole.QUALITY, at=turn.at, user=user)


def current(actions: QuerySet[ImprovementAction] | None = None) -> QuerySet[ImprovementAction]:
    """Leave out the actions of reviews that were refused."""
    found = ImprovementAction.objects.all() if actions is None else actions
    return found.filter(Q(review__isnull=True) | Q(review__superseded_at__isnull=True))


def actions_for(user: User) -> QuerySet[ImprovementAction]:
    """Return the user's own actions; for quality supervisors and managers also those of complaints they see.

    Unverified ones come first, then the earliest date. Complaints about the user are left out.
    """
    own = Q(owner=user)
    if sees_all(user):
        own |= Q(complaint__in=access.visible_to(user))
    barred = Participant.objects.filter(
        complaint=OuterRef("complaint"), user=user, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT]
    )
    return (
        current()
        .filter(own)
        .exclude(Exists(barred))
        .select_related("complaint", "owner", "done_by", "verified_by")
        .order_by(F("verified_at").asc(nulls_first=True), "due_at", "id")
    )


@dataclass(frozen=True)
class Looker:
    """A person who looks at actions, with the ids of the complaints they may see, fetched once for a page."""

    user: User
    sees_all: bool
    visible: frozenset[int]

    def may_mark_done(self, action: ImprovementAction) -> bool:
        """Return True for the owner, and for supervisors who see the complaint."""
        if self.user.pk == action.owner_id:
            return True
        return self.user.is_supervisor and action.complaint_id in self.visible

    def may_verify(self, action: ImprovementAction) -> bool:
        """Return True for quality supervisors and managers who see the complaint.

        It is never True for the owner or for whoever marked the action as done (four eyes).
        """
        involved = self.user.pk in {action.owner_id, action.done_by_id}
        return self.sees_all and not involved and action.complaint_id in self.visible


def looker(user: User, actions: Iterable[ImprovementAction]) -> Looker:
    complaints = {action.complaint_id for action in actions}
    visible = access.visible_to(user).filter(pk__in=complaints).values_list("pk", flat=True)
    return Looker(user, sees_all(user), frozenset(visible))


# --- Steps ---
def mark_done(action: ImprovementAction, *, by: Actor, at: datetime, note: str) -> ImprovementAction:
    """Record that an action is done, as its owner or a supervisor says, and ask quality to verify it."""
    user = _user_of(by)
    with engine.recording(action.complaint, by=by, at=at) as turn:
        fresh = _fresh(action)
        if fresh.done_at is not None:
            name = fresh.done_by.display_name if fresh.done_by else ""
            raise MoveNotAllowed(_("%(name)s has already marked it as done.") % {"name": name})
        _check_person(turn.complaint, user, looker(user, [fresh]).may_mark_done(fresh))
        note = _text("note", note)
        fresh.done_at, fresh.done_by, fresh.done_note = at, user, note
        fresh.save()
        event = turn.event("action_done", note, action=fresh.pk, title=fresh.title)
        people = [person for person in quality_supervisors() if person.pk != user.pk]
        notify.tell_users(people, "action_done", complaint=turn.complaint, at=at, event=event)
    action.refresh_from_db()
    return action


def verify(
    action: ImprovementAction, *, by: Actor, at: datetime, works: bool, note: str
) -> ImprovementAction:
    """Record how the action was verified. If it works it is closed, otherwise it is open again."""
    user = _user_of(by)
    if by.role not in duties.VERIFY_IMPROVEMENTS:
        raise RoleMayNot(_("Only quality supervisors and managers can verify improvements."))
    with engine.recording(action.complaint, by=by, at=at) as turn:
        fresh = _fresh(action)
        if fresh.verified_at is not None:
            raise MoveNotAllowed(_("This improvement has already been verified."))
        if fresh.done_at is None:
            raise MoveNotAllowed(_("This improvement is not marked as done."))
        _check_person(turn.complaint, user, looker(user, [fresh]).may_verify(fresh))
        fresh.verification = _text("verification", note)
        if works:
            fresh.verified_at, fresh.verified_by = at, user
        else:
            fresh.done_at = None
        fresh.save()
        kind = "action_verified" if works else "action_failed"
        event = turn.event(kind, fresh.verification, action=fresh.pk, title=fresh.title)
        notify.tell_users([fresh.owner], kind, complaint=turn.complaint, at=at, event=event)
    action.refresh_from_db()
    return action


def _user_of(by: Actor) -> User:
    if by.user is None or by.role not in duties.OWN_IMPROVEMENTS:
        raise RoleMayNot(_("Your role cannot do this."))
    return by.user


def _fresh(action: ImprovementAction) -> ImprovementAction:
    found = current().select_related("owner", "done_by").filter(pk=action.pk).first()
    if found is None:
        raise MoveNotAllowed(_("The review that asked for this was refused."))
    return found


def _check_person(complaint: Complaint, user: User, allowed: bool) -> None:
    if standings.has_conflict(user, complaint):
        raise NotYours(_("You have a conflict of interest in this complaint."))
    if not allowed:
        raise NotYours(_("Somebody else has to carry out or verify this improvement."))


def _text(field: str, value: str) -> str:
    problems = Problems()
    text = clean_text(problems, field, value, limit=1000, required=True)
    problems.check()
    return text
