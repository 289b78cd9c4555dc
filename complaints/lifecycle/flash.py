"""The flash squad: one click gathers a person for each seat; they find diagnosis, plan and resources (R-025).

The squad has 15 minutes. Its members see the complaint and write into the squad's three fields. Members from
departments lose sight of the complaint when the squad ends; others keep it, like everybody who was involved.
"""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import people
from accounts.models import User
from accounts.roles import Role
from complaints.lifecycle import engine
from complaints.models import (
    ClockKind,
    Complaint,
    Participant,
    ParticipantRole,
    Squad,
    SquadMember,
    SquadSeat,
)
from complaints.models.squad import SQUAD_FIELDS
from complaints.notices import notify
from complaints.rights import authority, duties
from complaints.rights.actors import Actor
from complaints.sla import clocks
from complaints.sla.clocks import Subject
from complaints.terms.errors import MoveNotAllowed, NotYours, Problems
from complaints.terms.input import clean_text

SUBJECT = "squad"


def call(complaint: Complaint, *, by: Actor, at: datetime, version: int | None = None) -> Squad:
    """Gather the squad and start its clock.

    A seat for which nobody is free stays empty. Raises MoveNotAllowed if all stay empty or a squad is already
    at work. Of a confidential complaint only a supervisor may do this (NotYours), since it admits people to
    it.
    """
    with engine.move("call-squad", complaint, by=by, at=at, version=version, ready=_none_open) as turn:
        if turn.complaint.confidential and not by.is_supervisor:
            raise NotYours(_("This complaint is confidential, so a supervisor has to call the squad."))
        gathered = _gather(turn.complaint)
        if not gathered:
            raise MoveNotAllowed(_("Nobody on the rota of the flash squad is free."))
        assert turn.user is not None
        squad = Squad.objects.create(complaint=turn.complaint, called_at=at, called_by=turn.user)
        for seat, user in gathered:
            SquadMember.objects.create(squad=squad, seat=seat, user=user)
            turn.involve(ParticipantRole.SQUAD, user=user)
            if turn.complaint.confidential:
                turn.involve(ParticipantRole.ADMITTED, user=user)
        clocks.start(turn.complaint, ClockKind.FLASH, at, subject=Subject(SUBJECT, squad.pk))
        event = turn.event("squad_called", count=len(gathered), squad=squad.pk)
        turn.tell([user for _seat, user in gathered], "squad_called", event=event)
    return squad


def open_squad(complaint: Complaint) -> Squad | None:
    return Squad.objects.filter(complaint=complaint, ended_at__isnull=True).first()


def latest_squad(complaint: Complaint) -> Squad | None:
    """Return the last squad with its members, as the complaint's page shows it."""
    found = Squad.objects.filter(complaint=complaint).select_related("called_by")
    return found.prefetch_related("members__user", "members__seat").order_by("-pk").first()


def _none_open(turn: engine.Turn) -> None:
    if open_squad(turn.complaint) is not None:
        raise MoveNotAllowed(_("A flash squad is already at work."))


def _gather(complaint: Complaint) -> list[tuple[SquadSeat, User]]:
    """Return a different person for each seat that can be filled, leaving out people who are barred."""
    found: list[tuple[SquadSeat, User]] = []
    barred = set(authority.barred_ids(complaint))
    for seat in SquadSeat.objects.filter(is_active=True).select_related("on_call", "team"):
        taken = barred | {user.pk for _seat, user in found}
        user = _on_call(seat, taken) or _first_of_team(seat, taken, complaint)
        if user is not None:
            found.append((seat, user))
    return found


def _on_call(seat: SquadSeat, taken: set[int]) -> User | None:
    user = seat.on_call
    fits = user is not None and user.is_active and user.role in duties.JOIN_SQUAD and user.pk not in taken
    return user if fits else None


def _first_of_team(seat: SquadSeat, taken: set[int], complaint: Complaint) -> User | None:
    """Return the team's free member who is in the fewest squads.

    The assignee, who works with the squad anyway, and supervisors are chosen only if there is nobody else.
    """
    members = people.with_roles(*duties.JOIN_SQUAD).filter(teams=seat.team)
    free = list(members.exclude(pk__in=taken))
    at_work = SquadMember.objects.filter(squad__ended_at__isnull=True, user__in=free)
    busy = Counter(at_work.values_list("user", flat=True))

    def rank(user: User) -> tuple[bool, int, int]:
        return user.is_supervisor or user.pk == complaint.assignee_id, busy[user.pk], user.pk

    return min(free, key=rank, default=None)


def fill(
    complaint: Complaint,
    *,
    by: Actor,
    at: datetime,
    diagnosis: str | None = None,
    plan: str | None = None,
    resources: str | None = None,
    version: int | None = None,
) -> Squad:
    """Write one or more of the three fields. Fields that are left out or blank stay as they are.

    When all three are filled the squad's clock is met and the squad ends. Raises MissingDetail if nothing is
    given.
    """
    with engine.move("fill-squad", complaint, by=by, at=at, version=version, ready=_one_open) as turn:
        turn.is_move = False
        squad: Squad = turn.found
        problems = Problems()
        given = {"diagnosis": diagnosis, "plan": plan, "resources": resources}
        texts = {name: clean_text(problems, name, given[name]) for name in SQUAD_FIELDS}
        written = {name: text for name, text in texts.items() if text}
        asked = [name for name in SQUAD_FIELDS if given[name] is not None] or list(SQUAD_FIELDS)
        if not written and not problems.errors:
            for name in asked:
                problems.require(name, "")
        problems.check()
        for name, text in written.items():
            setattr(squad, name, text)
            turn.event("squad_filled", text, field=name, squad=squad.pk)
        squad.save(update_fields=[*written])
        if squad.is_complete:
            _finish(turn, squad)
    return squad


def _one_open(turn: engine.Turn) -> Squad:
    squad = open_squad(turn.complaint)
    if squad is None:
        raise MoveNotAllowed(_("No flash squad is at work on this complaint."))
    return squad


def _finish(turn: engine.Turn, squad: Squad) -> None:
    clocks.meet(turn.complaint, ClockKind.FLASH, at=turn.at, subject=Subject(SUBJECT, squad.pk))
    _end(turn, squad)
    event = turn.event("squad_done", squad=squad.pk)
    people = [member.user for member in squad.members.select_related("user")]
    everybody = [*people, *notify.responsible(turn.complaint), *notify.supervisors_of(turn.complaint.team)]
    turn.tell([user for user in everybody if user != turn.user], "squad_done", event=event)


def _end(turn: engine.Turn, squad: Squad) -> None:
    """End the squad. Its texts stay; members from departments again see only their own tasks."""
    squad.ended_at = turn.at
    squad.save(update_fields=["ended_at"])
    visiting = Participant.objects.filter(complaint=turn.complaint, role=ParticipantRole.SQUAD)
    visiting.filter(user__role=Role.DEPARTMENT).delete()


def dissolve(turn: engine.Turn) -> None:
    """End the squad because the complaint ends. Its clock is cancelled together with the others."""
    squad = open_squad(turn.complaint)
    if squad is not None:
        _end(turn, squad)


def gather_again(turn: engine.Turn, squad_ids: list[int]) -> None:
    """Put these squads back to work, because the end of the complaint was undone."""
    for squad in Squad.objects.filter(pk__in=squad_ids):
        squad.ended_at = None
        squad.save(update_fields=["ended_at"])
        for member in squad.members.select_related("user"):
            turn.involve(ParticipantRole.SQUAD, user=member.user)
