"""Merge two complaints that turn out to be one: the source closes as a duplicate, the survivor goes on.

`merge` is one transaction with both complaints locked (docs/lifecycle.md, "Merge"):

1. The state of the source and the clocks of the survivor are remembered for an undo.
2. The survivor takes over the source's barred people, risk flags, clocks, open tasks and promises.
3. The source is wound down and closed. Its words, claims and evidence stay its own; pages show them with the
   survivor.
4. What was remembered and taken over is written to `Merge.before`.

`unmerge` reads `Merge.before` and gives each complaint what it would have had without the merge. A crash
during either leaves both complaints as they were.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import engine, flash, risk
from complaints.lifecycle.conflict import hand_on, take_off
from complaints.lifecycle.ending import merged_clocks, unmerged_clocks
from complaints.lifecycle.ending.wind_down import wind_down
from complaints.lifecycle.remedies import carry_out
from complaints.models import (
    ApprovalState,
    Callback,
    Complaint,
    Merge,
    Participant,
    ParticipantRole,
    Plan,
    PlanState,
    Promise,
    RiskFlag,
    Squad,
    Task,
    Wait,
)
from complaints.notices import notify
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, NotYours, Problems
from complaints.terms.input import clean_text
from complaints.terms.stages import Outcome, Stage, WaitingOn

UNDO_WITHIN = timedelta(days=7)
BARRING = (ParticipantRole.NAMED, ParticipantRole.CONFLICT)
FINISHED = (Task.State.DONE, Task.State.CANCELLED)


def merge(
    complaint: Complaint, into: Complaint | None, *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Close `complaint` as a duplicate of `into`. Only supervisors merge complaints of different customers.

    Raises MissingDetail if `into` is None (it does not exist, or the actor may not see it) or the complaint
    itself, and MoveNotAllowed if `into` is closed.
    """
    if into is None or into.pk == complaint.pk:
        with engine.move("merge", complaint, by=by, at=at, version=version):
            text = _("There is no such complaint.") if into is None else _("Choose another complaint.")
            raise MissingDetail({"into": [text]})
    both = engine.move_two("merge", complaint, into, by=by, at=at, version=version, ready=_other_open)
    with both as (turn, other):
        if turn.complaint.customer_id != other.complaint.customer_id and not by.is_supervisor:
            raise NotYours(_("Only a supervisor can merge complaints of different customers."))
        before = {"survivor_clocks": merged_clocks.remember(other.complaint)} | _as_it_was(turn)
        before |= _take_over_people(turn, other) | _take_over_risks(turn, other)
        before["taken_clocks"] = merged_clocks.combine(
            turn.complaint, other.complaint, at, before=before["survivor_clocks"]
        )
        before |= _take_over_work(turn, other)
        _close(turn, other)
        assert turn.user is not None
        Merge.objects.create(
            source=turn.complaint, survivor=other.complaint, at=at, by=turn.user, before=before
        )
    return complaint


def _other_open(turn: engine.Turn, other: engine.Turn) -> None:
    if not other.complaint.is_open:
        raise MoveNotAllowed(_("The other complaint is closed. Reopen it before you merge."))


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _as_it_was(turn: engine.Turn) -> dict[str, Any]:
    """Return what `_close` is going to end in the source, so that `unmerge` can begin it again."""
    complaint = turn.complaint
    plans = Plan.objects.filter(handling=turn.handling)
    return {
        "stage": complaint.stage,
        "outcome": complaint.outcome,
        "source_clocks": merged_clocks.remember(complaint),
        "waits": _ids(Wait.objects.filter(complaint=complaint, until__isnull=True)),
        "offers": [plan.pk for plan in plans if plan.state == PlanState.OFFERED],
        "callbacks": _ids(Callback.objects.filter(handling=turn.handling, finished_at__isnull=True)),
        "squads": _ids(Squad.objects.filter(complaint=complaint, ended_at__isnull=True)),
        "claims": dict(complaint.claims.values_list("pk", "disposition")),
    }


def _take_over_people(turn: engine.Turn, other: engine.Turn) -> dict[str, Any]:
    """Bar from the survivor whoever is named in the source or has a conflict there.

    Return what has changed.
    """
    survivor = other.complaint
    known = set(survivor.participants.filter(role__in=BARRING).values_list("user_id", "role"))
    new = [
        Participant(complaint=survivor, user_id=row.user_id, role=row.role, since=turn.at)
        for row in turn.complaint.participants.filter(role__in=BARRING)
        if (row.user_id, row.role) not in known
    ]
    for participant in new:
        participant.save()
    for user in User.objects.filter(pk__in=[participant.user_id for participant in new]):
        hand_on(other, user)
    before: dict[str, Any] = {"people": [p.pk for p in new], "made_confidential": False}
    if turn.complaint.confidential and not survivor.confidential:
        other.change(confidential=True)
        before["made_confidential"] = True
    if survivor.assignee_id in {participant.user_id for participant in new}:
        take_off(other)
    return before


def _take_over_risks(turn: engine.Turn, other: engine.Turn) -> dict[str, Any]:
    on = set(other.complaint.flags.filter(cleared_at__isnull=True).values_list("flag", flat=True))
    new = []
    for flag in turn.complaint.flags.filter(cleared_at__isnull=True).exclude(flag__in=on):
        new.append(
            RiskFlag.objects.create(
                complaint=other.complaint,
                flag=flag.flag,
                set_at=turn.at,
                set_by=flag.set_by,
                reason=flag.reason,
                confirmed_at=flag.confirmed_at,
                confirmed_by=flag.confirmed_by,
            )
        )
    for flag in new:
        risk.took_effect(other, flag)
    return {"flags": [flag.pk for flag in new]}


def _take_over_work(turn: engine.Turn, other: engine.Turn) -> dict[str, Any]:
    """Move open tasks and promises to the survivor, with their clocks and waits. Return what was moved."""
    source, survivor = turn.complaint, other.complaint
    tasks = _ids(Task.objects.filter(complaint=source).exclude(state__in=FINISHED))
    promises = _ids(Promise.objects.filter(complaint=source, kept_at__isnull=True))
    department = _ids(Wait.objects.filter(complaint=source, on=WaitingOn.DEPARTMENT, until__isnull=True))
    steps = dict(Task.objects.filter(pk__in=tasks, step__isnull=False).values_list("pk", "step"))
    _move(Task, tasks, other)
    Task.objects.filter(pk__in=tasks).update(step=None)
    _move(Promise, promises, other)
    merged_clocks.hand_over("task", tasks, survivor)
    merged_clocks.hand_over("promise", promises, survivor)
    for wait in Wait.objects.filter(pk__in=department, cause=carry_out.SUBJECT):
        other.wait(WaitingOn.DEPARTMENT, wait.cause, wait.cause_id)
    return {"tasks": tasks, "promises": promises, "steps": steps}


def _move(model: type[Model], ids: list[int], turn: engine.Turn) -> None:
    model._default_manager.filter(pk__in=ids).update(complaint=turn.complaint, handling=turn.handling)


def _close(turn: engine.Turn, other: engine.Turn) -> None:
    wind_down(turn, requests_end=ApprovalState.EXPIRED)
    turn.change(stage=Stage.CLOSED, outcome=Outcome.DUPLICATE, closed_at=turn.at, merged_into=other.complaint)
    told = turn.event("merged", into=other.complaint.number)
    notify.tell_customer("merged", complaint=turn.complaint, at=turn.at, event=told)
    event = other.event("merged_in", source=turn.complaint.number)
    notify.tell_users(
        notify.responsible(other.complaint), "merged", complaint=other.complaint, at=turn.at, event=event
    )


def unmerge(
    complaint: Complaint, *, by: Actor, at: datetime, reason: str, version: int | None = None
) -> Complaint:
    """Undo a merge within 7 days. `complaint` is the source, the one that was closed.

    Raises MoveNotAllowed if it is not merged, the 7 days are over, or the survivor has since been merged too.
    """
    done = Merge.objects.filter(source=complaint, undone_at__isnull=True).select_related("survivor").first()
    if done is None:
        with engine.move("unmerge", complaint, by=by, at=at, version=version, ready=_never_merged):
            raise AssertionError("a merge appeared")

    def standing(turn: engine.Turn, other: engine.Turn) -> None:
        fresh = Merge.objects.get(pk=done.pk)
        if fresh.undone_at is not None:
            raise MoveNotAllowed(_("This merge has already been undone."))
        if at > fresh.at + UNDO_WITHIN:
            raise MoveNotAllowed(_("A merge can only be undone within 7 days."))
        if other.complaint.merged_into_id is not None:
            raise MoveNotAllowed(_("The other complaint has been merged too. Undo that merge first."))

    both = engine.move_two("unmerge", complaint, done.survivor, by=by, at=at, version=version, ready=standing)
    with both as (turn, other):
        problems = Problems()
        reason = clean_text(problems, "reason", reason, limit=1000, required=True)
        problems.check()
        _give_back(turn, other, done)
        done.undone_at, done.undone_by = at, turn.user
        done.save(update_fields=["undone_at", "undone_by"])
        event = other.event("unmerged_from", source=turn.complaint.number)
        own = turn.event("unmerged", reason, survivor=other.complaint.number)
        for each, cause in ((other, event), (turn, own)):
            people = notify.responsible(each.complaint)
            notify.tell_users(people, "unmerged", complaint=each.complaint, at=at, event=cause)
    return complaint


def may_be_undone(complaint: Complaint, at: datetime) -> bool:
    """Return True if this complaint was merged, not unmerged since, and no more than 7 days ago."""
    standing = Merge.objects.filter(source=complaint, undone_at__isnull=True, at__gte=at - UNDO_WITHIN)
    return standing.exists()


def _never_merged(turn: engine.Turn) -> None:
    raise MoveNotAllowed(_("This complaint is not merged into another one."))


def _give_back(turn: engine.Turn, other: engine.Turn, done: Merge) -> None:
    before, survivor = done.before, other.complaint
    _restore_source(turn, before)
    _give_back_waits(turn, other, before)
    flags = RiskFlag.objects.filter(pk__in=before["flags"], cleared_at__isnull=True)
    flags.update(cleared_at=turn.at, cleared_by=turn.user, cleared_reason="unmerged")
    if not risk.grave_risks(survivor):
        other.change(severity=survivor.graded_severity)
    Participant.objects.filter(pk__in=before["people"]).delete()
    if before["made_confidential"]:
        other.change(confidential=False)
    unmerged_clocks.restore(
        before["survivor_clocks"], before["taken_clocks"], survivor, since=done.at, at=turn.at
    )


def _give_back_waits(turn: engine.Turn, other: engine.Turn, before: dict[str, Any]) -> None:
    """Give waits for the source's tasks back to the source, each with its original beginning."""
    of_tasks = {"on": WaitingOn.DEPARTMENT, "cause": carry_out.SUBJECT}
    open_now = Wait.objects.filter(
        complaint=other.complaint, until__isnull=True, cause_id__in=before["tasks"], **of_tasks
    )
    for task_id in list(open_now.values_list("cause_id", flat=True)):
        Wait.objects.filter(pk__in=before["waits"], cause_id=task_id, **of_tasks).update(until=None)
        turn.wait(WaitingOn.DEPARTMENT, carry_out.SUBJECT, task_id)
        other.stop_waiting(WaitingOn.DEPARTMENT, carry_out.SUBJECT, task_id)


def _restore_source(turn: engine.Turn, before: dict[str, Any]) -> None:
    _move(Task, before["tasks"], turn)
    for task_id, step_id in before.get("steps", {}).items():
        Task.objects.filter(pk=task_id).update(step=step_id)
    _move(Promise, before["promises"], turn)
    merged_clocks.hand_over("task", before["tasks"], turn.complaint)
    merged_clocks.hand_over("promise", before["promises"], turn.complaint)
    Plan.objects.filter(pk__in=before["offers"]).update(expired_at=None)
    Callback.objects.filter(pk__in=before["callbacks"]).update(finished_at=None)
    Wait.objects.filter(pk__in=before["waits"], on=WaitingOn.CUSTOMER).update(until=None)
    for claim in turn.complaint.claims.all():
        claim.disposition = before["claims"].get(str(claim.pk), claim.disposition)
        claim.save(update_fields=["disposition"])
    turn.change(stage=before["stage"], outcome=before["outcome"], closed_at=None, merged_into=None)
    flash.gather_again(turn, before.get("squads", []))
    unmerged_clocks.revive(before["source_clocks"])
