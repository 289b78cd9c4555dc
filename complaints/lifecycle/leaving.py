"""Give back the work of somebody who may no longer do it (docs/lifecycle.md, "People and visibility").

This happens when somebody loses the right to sign in, their role, or a team. In the same transaction their
open complaints and unfinished tasks go back to the teams, requests put to them go to others who may decide,
and improvements go to a supervisor. Each of these leaves an event in its complaint, and the people
responsible for it are notified.

Locks are taken in the order in which every move takes them: complaints first, the person afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import people
from accounts.models import Team, User
from accounts.roles import TeamKind
from complaints.lifecycle import conflict, engine, improve
from complaints.lifecycle.approvals import climbing
from complaints.models import (
    Approval,
    ApprovalLevel,
    ApprovalState,
    Complaint,
    ImprovementAction,
    SquadSeat,
    Task,
)
from complaints.notices import notify
from complaints.reads.task_lists import UNFINISHED
from complaints.rights.actors import Actor
from complaints.rights.authority import barred_ids
from complaints.rows import lookups
from complaints.terms.stages import Stage


@dataclass(frozen=True)
class Held:
    """How much work somebody has. `complaints` counts those that are neither in callback nor in review."""

    complaints: int = 0
    callbacks: int = 0
    reviews: int = 0
    tasks: int = 0
    requests: int = 0
    actions: int = 0

    @property
    def total(self) -> int:
        return sum(vars(self).values())


@dataclass(frozen=True)
class _Work:
    """Queries for all the work of a person; with `teams`, only for their work as a member of these teams."""

    user: User
    teams: frozenset[Team] | None = None

    def of_teams(self, field: str) -> Q:
        return Q() if self.teams is None else Q(**{f"{field}__in": self.teams})

    @property
    def complaints(self) -> QuerySet[Complaint]:
        return Complaint.objects.filter(self.of_teams("team"), assignee=self.user).exclude(stage=Stage.CLOSED)

    @property
    def tasks(self) -> QuerySet[Task]:
        return Task.objects.filter(self.of_teams("team"), owner=self.user, state__in=UNFINISHED)

    @property
    def requests(self) -> QuerySet[Approval]:
        """Return the pending requests put to the person.

        Managers are asked because of their role, so leaving a team takes no request from them.
        """
        found = Approval.objects.filter(asked=self.user, state=ApprovalState.PENDING)
        if self.teams is None:
            return found
        if self.user.is_manager:
            return found.none()
        quality = any(team.kind == TeamKind.QUALITY for team in self.teams)
        as_quality = Q(required_role=ApprovalLevel.QUALITY) if quality else Q(pk__in=[])
        return found.filter(self.of_teams("complaint__team") | as_quality)

    @property
    def actions(self) -> QuerySet[ImprovementAction]:
        own = ImprovementAction.objects.filter(
            self.of_teams("complaint__team"), owner=self.user, verified_at__isnull=True
        )
        return improve.current(own)

    @property
    def ids(self) -> set[int]:
        """The ids of all complaints in which the person holds anything."""
        found = set(self.complaints.values_list("pk", flat=True))
        for rows in (self.tasks, self.requests, self.actions):
            found |= set(rows.values_list("complaint", flat=True))
        return found

    def counted(self) -> Held:
        stages = list(self.complaints.values_list("stage", flat=True))
        callbacks, reviews = stages.count(Stage.CALLBACK), stages.count(Stage.REVIEW)
        return Held(
            complaints=len(stages) - callbacks - reviews,
            callbacks=callbacks,
            reviews=reviews,
            tasks=self.tasks.count(),
            requests=self.requests.count(),
            actions=self.actions.count(),
        )


def held_by(user: User, teams: Iterable[Team] | None = None) -> Held:
    """Return how much this person would give back on leaving `teams`, or altogether if it is None."""
    return _Work(user, _frozen(teams)).counted()


def lock_with_work(user: User, others: Q) -> list[User]:
    """Lock all complaints in which this person holds anything, then the person and `others`, by their ids.

    Returns the people as they are now. Call it in a transaction, before the account is changed. Whoever is
    about to give the person work waits for the end of the transaction and is then refused (`engine.hold`).
    """
    work = _Work(user)
    while True:
        with transaction.atomic():
            ids = work.ids
            list(Complaint.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
            found = User.objects.select_for_update(no_key=True).filter(others | Q(pk=user.pk))
            locked = list(found.order_by("pk"))
            if work.ids <= ids:
                return locked
            # Work was added before the person was locked. Locking its complaint now would be the wrong order.
            transaction.set_rollback(True)


def hand_over(user: User, *, by: Actor, at: datetime, teams: Iterable[Team] | None = None) -> Held:
    """Give back all work of this person, or their work as a member of `teams`. Return how much it was.

    The account must be changed already, so that nothing comes back to the same person, and all must be in one
    transaction that began with `lock_with_work`.
    """
    work = _Work(user, _frozen(teams))
    held = work.counted()
    with transaction.atomic(), lookups.shared():
        for complaint in Complaint.objects.filter(pk__in=work.ids).order_by("pk"):
            with engine.recording(complaint, by=by, at=at) as turn:
                _give_back(turn, work)
        SquadSeat.objects.filter(work.of_teams("team"), on_call=user).update(on_call=None)
    return held


def _frozen(teams: Iterable[Team] | None) -> frozenset[Team] | None:
    return None if teams is None else frozenset(teams)


def _give_back(turn: engine.Turn, work: _Work) -> None:
    """Give back the person's work in one complaint. Each recipient gets one notice: the most important."""
    turn.gathered = []
    complaint = turn.complaint
    if work.complaints.filter(pk=complaint.pk).exists():
        conflict.take_off(turn)
        event = turn.event("handed_back", who=_names(work.user))
        told = [*notify.responsible(complaint), *notify.supervisors_of(complaint.team)]
        turn.tell(told, "handed_back", event=event)
    for task in work.tasks.filter(complaint=complaint).select_related("team", "option__remedy", "step"):
        _give_back_task(turn, task, work.user)
    for approval in work.requests.filter(complaint=complaint):
        approval.asked.remove(work.user)
        turn.event("request_handed_on", kind=approval.kind, approval=approval.pk, who=_names(work.user))
        if approval.asked.count() < approval.needs - approval.votes.count() or not approval.asked.exists():
            climbing.climb(turn, approval)
    for action in work.actions.filter(complaint=complaint):
        _hand_on_action(turn, action, work.user)


def _give_back_task(turn: engine.Turn, task: Task, user: User) -> None:
    task.owner = None
    if task.state == Task.State.ACCEPTED:
        task.state, task.accepted_at, task.accepted_by = Task.State.OPEN, None, None
    task.save(update_fields=["owner", "state", "accepted_at", "accepted_by"])
    event = turn.event("task_handed_back", task=task.pk, title=task.title, who=_names(user))
    turn.tell(notify.doers(task), "task_handed_back", event=event)


def _hand_on_action(turn: engine.Turn, action: ImprovementAction, user: User) -> None:
    """Give an improvement to the first supervisor of the team, else of quality, else to a manager.

    If there is none of these, the owner stays; supervisors and managers can still mark it as done and verify
    it.
    """
    barred = {user.pk, *barred_ids(turn.complaint)}
    ways = (
        people.supervisors().filter(teams=turn.complaint.team_id),
        improve.quality_supervisors(),
        people.managers(),
    )
    found = (way.exclude(pk__in=barred).order_by("username").first() for way in ways)
    owner = next((person for person in found if person is not None), None)
    if owner is None:
        return
    action.owner = owner
    action.save(update_fields=["owner"])
    event = turn.event(
        "action_handed_on", action=action.pk, title=action.title, who=_names(user), owner=_names(owner)
    )
    turn.tell([owner], "action_handed_on", event=event)


def _names(user: User) -> dict[str, str]:
    return {"name_en": user.name_en or user.username, "name_zh": user.name_zh or user.username}


def in_words(held: Held) -> str:
    """Return the counts as a list in the reader's language, such as "2 tasks, 1 callback"; "" for nothing."""
    parts = (
        (held.complaints, ngettext("%(n)d open complaint", "%(n)d open complaints", held.complaints)),
        (held.callbacks, ngettext("%(n)d callback", "%(n)d callbacks", held.callbacks)),
        (held.reviews, ngettext("%(n)d review", "%(n)d reviews", held.reviews)),
        (held.tasks, ngettext("%(n)d task", "%(n)d tasks", held.tasks)),
        (held.requests, ngettext("%(n)d request to decide", "%(n)d requests to decide", held.requests)),
        (held.actions, ngettext("%(n)d improvement", "%(n)d improvements", held.actions)),
    )
    return _(", ").join(text % {"n": count} for count, text in parts if count)
