"""Visibility: the complaints that a user may see, and how the user stands to each.

Lists, single objects, search, counts and notices all ask here (docs/lifecycle.md, "People and visibility").
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import Team, User
from accounts.roles import Role, TeamKind
from complaints.models import Complaint, Participant, ParticipantRole, RiskFlag, Task
from complaints.rights import links
from complaints.terms.stages import Stage

_SEES_AS = (
    ParticipantRole.LOGGED,
    ParticipantRole.HANDLED,
    ParticipantRole.ASSIGNEE,
    ParticipantRole.CALLBACK,
    ParticipantRole.QUALITY,
    ParticipantRole.ADMITTED,
    ParticipantRole.SQUAD,
)


FEW = 2_000
"""Up to this many visible complaints it is cheaper to sort them than to read all complaints in order."""


def _participates(**match: object) -> Exists:
    return Exists(Participant.objects.filter(complaint=OuterRef("pk"), **match))


def _participates_at(**match: object) -> Exists:
    """Match the same rows as `_participates`, but let PostgreSQL look up each row, not all of them first."""
    at = Participant.objects.filter(complaint__gte=OuterRef("pk"), complaint__lte=OuterRef("pk"))
    return Exists(at.filter(**match))


def visible_to(
    user: User,
    complaints: QuerySet[Complaint] | None = None,
    *,
    teams: list[Team] | None = None,
    one_by_one: bool = False,
) -> QuerySet[Complaint]:
    """Return the complaints that this user may see (docs/lifecycle.md, "People and visibility").

    If `complaints` is given, only these are considered. `teams` are the user's teams, if the caller has
    loaded them. With `one_by_one` the teams of each row are looked up when the row is read, instead of those
    of all rows before.
    """
    found = Complaint.objects.all() if complaints is None else complaints
    if user.role == Role.ADMIN or not user.is_active:
        return found.none()
    found = found.exclude(_participates(user=user, role=ParticipantRole.NAMED))
    if user.role == Role.DEPARTMENT:
        # Departments see only their own tasks, unless they are called to the flash squad of a complaint.
        called = found.filter(_participates(user=user, role=ParticipantRole.SQUAD))
        return called.filter(Q(confidential=False) | _participates(user=user, role=ParticipantRole.ADMITTED))
    if user.role == Role.MANAGER:
        return found
    teams = list(user.teams.all()) if teams is None else teams
    own = _participates(user=user, role__in=_SEES_AS)
    led = {"team__in": teams, "role": ParticipantRole.TEAM}
    if user.role != Role.SUPERVISOR:
        reach: Q | Exists = Q(team__in=teams)
    else:
        reach = _participates_at(**led) if one_by_one else _participates(**led)
    sees = own | reach if user.role == Role.SUPERVISOR else reach | Q(own)
    sees = sees | _in_stage_of_team(teams)
    if user.is_expert:
        sees |= Q(Exists(RiskFlag.objects.filter(complaint=OuterRef("pk"), cleared_at__isnull=True)))
    if user.role == Role.SUPERVISOR:
        return found.filter(sees)
    confidential = Q(_participates(user=user, role=ParticipantRole.ADMITTED)) | Q(assignee=user)
    return found.filter(sees).filter(Q(confidential=False) | confidential)


def visible_in_order(user: User) -> QuerySet[Complaint]:
    """Return the complaints of `visible_to` for a query that reads one page in some order.

    For a user who sees few complaints, their ids are looked up first: otherwise the database would read all
    complaints in that order to find them. For a user who sees many, the first page is found soon anyway.
    """
    teams = list(user.teams.all())
    if user.role not in {Role.AGENT, Role.SUPERVISOR}:
        return visible_to(user, teams=teams)
    ids: set[int] = set()
    for source in _sources(user, teams):
        some = list(source[: FEW + 1])
        if len(some) > FEW:
            return visible_to(user, teams=teams, one_by_one=True)
        ids.update(some)
    return visible_to(user, teams=teams).filter(pk__in=ids)


def _sources(user: User, teams: list[Team]) -> list[QuerySet[Any, int]]:
    """Return queries for the ids of all complaints that `visible_to` may find for an agent or a supervisor.

    They may contain other ids too; `visible_to` is applied afterwards.
    """
    of_user = Participant.objects.filter(user=user, role__in=_SEES_AS).values_list("complaint", flat=True)
    of_teams = (
        Participant.objects.filter(team__in=teams, role=ParticipantRole.TEAM).values_list(
            "complaint", flat=True
        )
        if user.role == Role.SUPERVISOR
        else Complaint.objects.filter(team__in=teams).values_list("pk", flat=True)
    )
    of_task = Complaint.objects.filter(_in_stage_of_team(teams)).values_list("pk", flat=True)
    flagged = RiskFlag.objects.filter(cleared_at__isnull=True).values_list("complaint", flat=True)
    expert = user.is_expert
    return [of_user, of_teams, of_task, *([flagged] if expert else [])]


def about(user: User) -> QuerySet[Complaint]:
    """Return the complaints that name this user. Nothing may reveal them to that user, not even a count."""
    return Complaint.objects.filter(_participates(user=user, role=ParticipantRole.NAMED))


def _in_stage_of_team(teams: list[Team]) -> Q:
    """Match complaints in the stages that these teams see as a whole.

    Callback teams see every complaint in callback, quality teams every one in review.
    """
    kinds = {team.kind for team in teams}
    stages = [
        stage
        for kind, stage in ((TeamKind.CALLBACK, Stage.CALLBACK), (TeamKind.QUALITY, Stage.REVIEW))
        if kind in kinds
    ]
    return Q(stage__in=stages) if stages else Q(pk__in=[])


def among_who_see(complaint: Complaint, users: Iterable[User]) -> list[User]:
    """Return those of `users` who may learn of this complaint; nobody who is named in it."""
    return hearers([(complaint, users)])[0]


def hearers(asked: Iterable[tuple[Complaint, Iterable[User]]]) -> list[list[User]]:
    """Return for each (complaint, users) those users who may learn of the complaint, each once, in one query.

    A confidential complaint reaches its assignee, admitted people, supervisors and managers. Departments
    learn of their own tasks, which say nothing about the customer.
    """
    pairs = [(complaint, {user.pk: user for user in users}) for complaint, users in asked]
    if not any(people for _complaint, people in pairs):
        return [[] for _pair in pairs]
    rows = set(
        Participant.objects.filter(
            complaint__in={complaint.pk for complaint, _people in pairs},
            user__in={pk for _complaint, people in pairs for pk in people},
            role__in=[ParticipantRole.NAMED, ParticipantRole.ADMITTED],
        ).values_list("complaint_id", "user_id", "role")
    )

    def may_hear(complaint: Complaint, user: User) -> bool:
        if not user.is_active or (complaint.pk, user.pk, ParticipantRole.NAMED) in rows:
            return False
        if not complaint.confidential or user.role != Role.AGENT or user.pk == complaint.assignee_id:
            return True
        return (complaint.pk, user.pk, ParticipantRole.ADMITTED) in rows

    return [[user for user in people.values() if may_hear(complaint, user)] for complaint, people in pairs]


def get_complaint_for(user: User, number: str) -> Complaint:
    """Return a complaint by its number. Raises the same 404 whether it does not exist or may not be seen."""
    complaint = (
        visible_to(user)
        .select_related("customer", "team", "assignee", "category", "logged_by")
        .filter(number=number.upper())
        .first()
    )
    if complaint is None:
        raise Http404("no such complaint")
    return complaint


def get_complaint_by_token(token: str, *, at: datetime) -> Complaint:
    """Return the complaint behind a customer's private link. Raises 404 if the link is not valid."""
    complaint: Complaint = links.find(token, at=at).complaint
    return complaint


def get_task_for(user: User, task_id: int) -> Task:
    """Return a task of the user's team, or of a complaint that the user may see. Raises 404 otherwise."""
    task = Task.objects.select_related("complaint", "team", "handling", "option").filter(pk=task_id).first()
    if task is None:
        raise Http404("no such task")
    barred = Participant.objects.filter(
        complaint=task.complaint, user=user, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT]
    )
    of_team = user.teams.filter(pk=task.team_id).exists() and not barred.exists()
    if not of_team and not visible_to(user).filter(pk=task.complaint_id).exists():
        raise Http404("no such task")
    return task


def may_read_record(user: User, task: Task) -> bool:
    """Return True if somebody who may act on this task also reads the record of its complaint.

    A team that is asked for help needs the record, but not the customer's contacts. The record of a
    confidential complaint is only for people who see the complaint itself. The task must come from
    `get_task_for`.
    """
    return not task.complaint.confidential or visible_to(user).filter(pk=task.complaint_id).exists()


def tasks_for(user: User) -> QuerySet[Task]:
    """Return the tasks of the user's teams.

    Those of complaints in which the user is named or has a conflict of interest are left out.
    """
    barred = Participant.objects.filter(
        complaint=OuterRef("complaint"), user=user, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT]
    )
    return (
        Task.objects.filter(team__in=user.teams.all())
        .exclude(Exists(barred))
        .select_related("complaint", "team")
    )
