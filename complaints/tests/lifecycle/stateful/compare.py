"""Lists each difference between the rows of the product and those of the lifecycle model."""

from collections.abc import Iterator, Sequence
from typing import Any

from complaints.models import Approval, Claim, Complaint, Message, Plan, Promise, RiskFlag, Squad, Task
from complaints.tests.lifecycle.stateful.model_people import Model


def differences(model: Model, complaints: Sequence[Complaint]) -> Iterator[str]:
    ids = {complaint.pk: number for number, complaint in enumerate(complaints)}
    flags: dict[int, dict[str, bool]] = {pk: {} for pk in ids}
    for row in RiskFlag.objects.filter(cleared_at__isnull=True):
        flags[row.complaint_id][row.flag] = row.confirmed_at is not None
    for case, complaint in zip(model.cases, complaints, strict=True):
        wanted = {
            "stage": case.stage,
            "tier": case.tier,
            "round": case.round,
            "team": case.team,
            "assignee": case.assignee,
            "outcome": case.outcome,
            "callback_outcome": case.callback_outcome,
            "waiting_on": model.waiting_on(case),
            "severity": case.severity,
            "confidential": case.confidential,
            "highest_tier": case.highest,
            "closed_at": case.closed_at,
            "category": case.category,
            "merged_into": case.merged_into,
            "flags": case.flags,
        }
        got = {name: getattr(complaint, name, None) for name in wanted} | {
            "team": complaint.team.code,
            "assignee": complaint.assignee and complaint.assignee.username,
            "category": complaint.category.code,
            "merged_into": ids.get(complaint.merged_into_id or 0),
            "flags": flags[complaint.pk],
        }
        for name, value in wanted.items():
            if got[name] != value:
                yield f"{case.number}.{name}: the model says {value!r}, the product {got[name]!r}"
    yield from _rows(model, ids)


def _rows(model: Model, ids: dict[int, int]) -> Iterator[str]:
    plans = [
        (ids[plan.handling.complaint_id], plan.handling.round, str(plan.state))
        for plan in Plan.objects.select_related("handling").order_by("pk")
    ]
    yield from _compare("plans", [(p.case, p.round, p.state) for p in model.plans], plans)
    tasks = [
        (ids[t.complaint_id], t.state, t.team.code, t.owner and t.owner.username, t.blocking)
        for t in Task.objects.select_related("team", "owner").order_by("pk")
    ]
    wanted = [(t.case, t.state, t.team, t.owner, t.blocking) for t in model.tasks]
    yield from _compare("tasks", wanted, tasks)
    requests = Approval.objects.select_related("requested_by").prefetch_related("asked").order_by("pk")
    found = [
        (ids[r.complaint_id], r.kind, r.state, r.requested_by and r.requested_by.username, r.amount_minor)
        for r in requests
    ]
    expected = [(r.case, r.kind, r.state, r.requester, r.amount) for r in model.requests]
    yield from _compare("requests", expected, found)
    for own, request in zip(model.requests, requests, strict=False):
        # Requests climb with time, which the model does not follow. It takes over whom they have come to.
        own.asked = {user.username for user in request.asked.all()}
    promises = [(ids[p.complaint_id], p.kept_at is not None) for p in Promise.objects.order_by("pk")]
    yield from _compare("promises", [(p.case, p.kept) for p in model.promises], promises)
    said = Message.objects.filter(event__kind="message_in").order_by("pk")
    yield from _compare(
        "messages", [(s.case, s.thanks) for s in model.said], [(ids[m.complaint_id], m.thanks) for m in said]
    )
    at_work = Squad.objects.filter(ended_at__isnull=True).prefetch_related("members__user")
    squads = [
        (ids[squad.complaint_id], sorted(member.user.username for member in squad.members.all()))
        for squad in at_work.order_by("complaint")
    ]
    called = [(case.number, sorted(case.squad.members)) for case in model.cases if case.squad]
    yield from _compare("squads", called, squads)
    claims = [(ids[c.complaint_id], c.disposition) for c in Claim.objects.order_by("pk")]
    yield from _compare("claims", [(c.case, c.disposition) for c in model.claims], claims)


def _compare(name: str, wanted: list[Any], got: list[Any]) -> Iterator[str]:
    if len(wanted) != len(got):
        yield f"{name}: the model has {len(wanted)}, the product {len(got)}"
    for number, (one, other) in enumerate(zip(wanted, got, strict=False)):
        if one != other:
            yield f"{name} {number}: the model says {one}, the product {other}"
