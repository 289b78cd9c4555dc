"""The relations of a person to one complaint (standings), and the moves that these allow now."""

from collections.abc import Callable, Iterable
from functools import cached_property

from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.models import ActorKind, Complaint, Participant, ParticipantRole, SquadMember, Task
from complaints.rights.access import visible_to
from complaints.rights.actors import Actor
from complaints.terms.moves import MOVES, Standing
from complaints.terms.stages import Stage

TASK_MOVES = frozenset(name for name in MOVES if name.endswith("-task") and name != "add-task")


class Facts:
    """The facts about one user and one complaint that the predicates below need, each read at most once."""

    def __init__(self, user: User, complaint: Complaint, task: Task | None = None) -> None:
        self.user, self.complaint, self.task = user, complaint, task

    @cached_property
    def teams(self) -> dict[int, Team]:
        """The user's teams by their ids."""
        return {team.pk: team for team in self.user.teams.all()}

    @cached_property
    def sees(self) -> bool:
        found = visible_to(self.user, teams=list(self.teams.values()))
        return found.filter(pk=self.complaint.pk).exists()

    @cached_property
    def is_shown(self) -> bool:
        """True unless the complaint is confidential and the user is not admitted to it.

        Being in the team of a confidential complaint gives no standing to those it is not shown to.
        """
        return not self.complaint.confidential or self.sees

    @property
    def of_team(self) -> bool:
        return self.complaint.team_id in self.teams

    def in_team_of_kind(self, kind: TeamKind) -> bool:
        return any(team.kind == kind for team in self.teams.values())

    def takes_part(self, **match: object) -> bool:
        return Participant.objects.filter(complaint=self.complaint, **match).exists()


def _is_assignee(facts: Facts) -> bool:
    return facts.complaint.assignee_id == facts.user.pk


def _is_former_assignee(facts: Facts) -> bool:
    """Return True if this agent handled the complaint and nobody has taken it over since."""
    return (
        facts.user.is_agent
        and facts.complaint.assignee_id is None
        and facts.is_shown
        and facts.takes_part(user=facts.user, role=ParticipantRole.HANDLED)
    )


def _is_of_team(facts: Facts) -> bool:
    return facts.user.is_agent and facts.of_team and facts.is_shown


def _is_of_team_while_unassigned(facts: Facts) -> bool:
    return facts.complaint.assignee_id is None and _is_of_team(facts)


def _is_of_callback_team(facts: Facts) -> bool:
    in_callback = facts.complaint.stage == Stage.CALLBACK and facts.in_team_of_kind(TeamKind.CALLBACK)
    return facts.user.is_agent and in_callback and facts.is_shown


def _supervises(facts: Facts) -> bool:
    """Return True for supervisors of a team that has or had the complaint.

    While it is in callback, supervisors of a callback team count too.
    """
    if not facts.user.is_supervisor or not facts.is_shown:
        return False
    if facts.complaint.stage == Stage.CALLBACK and facts.in_team_of_kind(TeamKind.CALLBACK):
        return True
    return facts.takes_part(team__in=list(facts.teams), role=ParticipantRole.TEAM)


def _keeps_quality(facts: Facts) -> bool:
    in_review = facts.complaint.stage == Stage.REVIEW and facts.in_team_of_kind(TeamKind.QUALITY)
    return facts.user.is_supervisor and in_review and facts.is_shown


def _is_of_task_team(facts: Facts) -> bool:
    task = facts.task
    return task is not None and (task.team_id in facts.teams or task.owner_id == facts.user.pk)


def _is_manager(facts: Facts) -> bool:
    return facts.user.is_manager and facts.is_shown


def _is_expert(facts: Facts) -> bool:
    return facts.user.is_expert and facts.sees


def _is_recorder(facts: Facts) -> bool:
    """Return True for whoever logged a complaint that went to another team and that nobody has taken yet.

    They heard what the customer said, so they may correct what they wrote down.
    """
    untouched = facts.complaint.assignee_id is None and facts.complaint.stage == Stage.INTAKE
    return untouched and facts.is_shown and facts.takes_part(user=facts.user, role=ParticipantRole.LOGGED)


def _is_in_squad(facts: Facts) -> bool:
    squad = SquadMember.objects.filter(squad__complaint=facts.complaint, squad__ended_at=None)
    return squad.filter(user=facts.user).exists()


STANDINGS: dict[Standing, Callable[[Facts], bool]] = {
    Standing.ASSIGNEE: _is_assignee,
    Standing.FORMER_ASSIGNEE: _is_former_assignee,
    Standing.TEAM: _is_of_team,
    Standing.TEAM_WHILE_UNASSIGNED: _is_of_team_while_unassigned,
    Standing.CALLBACK_TEAM: _is_of_callback_team,
    Standing.SUPERVISOR: _supervises,
    Standing.QUALITY: _keeps_quality,
    Standing.TASK_TEAM: _is_of_task_team,
    Standing.MANAGER: _is_manager,
    Standing.EXPERT: _is_expert,
    Standing.SQUAD: _is_in_squad,
    Standing.RECORDER: _is_recorder,
    Standing.VIEWER: lambda facts: facts.sees,
}
"""The predicate of each standing that a user can have. The customer and the system have theirs by kind."""


def standings(actor: Actor, complaint: Complaint, *, task: Task | None = None) -> set[Standing]:
    """Return every standing of the actor in this complaint.

    With `task`, TASK_TEAM is among them if the actor is in the task's team or owns the task.
    """
    if actor.kind == ActorKind.CUSTOMER:
        return {Standing.CUSTOMER}
    if actor.user is None:
        return {Standing.SYSTEM}
    facts = Facts(actor.user, complaint, task)
    return {standing for standing, holds in STANDINGS.items() if holds(facts)}


def has_any(
    actor: Actor, complaint: Complaint, wanted: Iterable[Standing], *, task: Task | None = None
) -> bool:
    """Return True if the actor has one of these standings. Only the facts that these need are read."""
    if actor.user is None:
        return bool(set(wanted) & standings(actor, complaint))
    facts = Facts(actor.user, complaint, task)
    return any(standing in STANDINGS and STANDINGS[standing](facts) for standing in wanted)


def has_conflict(user: User, complaint: Complaint) -> bool:
    """Return True if this person is named in the complaint or has declared a conflict of interest (回避)."""
    return Participant.objects.filter(
        complaint=complaint, user=user, role__in=[ParticipantRole.NAMED, ParticipantRole.CONFLICT]
    ).exists()


def allowed_task_moves(actor: Actor, complaint: Complaint, tasks: list[Task]) -> dict[int, set[str]]:
    """Return for each task id the moves that this actor could make by role, stage and standing.

    The state of the task is not considered: `reads/task_lists.py` has the rule for that.
    """
    if actor.user is None or has_conflict(actor.user, complaint):
        return {task.pk: set() for task in tasks}
    mine, teams = standings(actor, complaint), {team.pk for team in actor.user.teams.all()}
    rows = [
        MOVES[name]
        for name in TASK_MOVES
        if actor.role in MOVES[name].roles and complaint.stage in MOVES[name].sources
    ]
    found = {}
    for task in tasks:
        of_team = task.team_id in teams or task.owner_id == actor.user.pk
        held = mine | {Standing.TASK_TEAM} if of_team else mine
        found[task.pk] = {row.name for row in rows if row.standings & held}
    return found


def allowed_moves(actor: Actor, complaint: Complaint) -> set[str]:
    """Return the names of the moves that this actor could make now, by role, stage and standing."""
    if actor.user is not None and has_conflict(actor.user, complaint):
        return set()
    mine = standings(actor, complaint)
    return {
        move.name
        for move in MOVES.values()
        if actor.role in move.roles and complaint.stage in move.sources and move.standings & mine
    }
