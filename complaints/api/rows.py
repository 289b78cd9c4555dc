"""Load what answers show of complaints, in a number of queries that does not grow with their number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from complaints.api.shapes import ComplaintOut, each
from complaints.models import (
    Approval,
    CalendarVersion,
    Claim,
    Clock,
    Complaint,
    Participant,
    ParticipantRole,
    Plan,
    Promise,
    RiskFlag,
)
from complaints.reads import customers
from complaints.rights import access

RELATED = ("customer", "team", "assignee", "category", "merged_into")


def with_related(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return complaints.select_related(*RELATED)


def answer(complaint: Complaint, *, reader: User, at: datetime) -> dict[str, Any]:
    """Return one complaint as it is in the database now."""
    fresh = with_related(Complaint.objects.all()).get(pk=complaint.pk)
    return answers([fresh], reader=reader, at=at)[0]


def answers(complaints: Sequence[Complaint], *, reader: User, at: datetime) -> list[dict[str, Any]]:
    load(complaints, reader)
    return each(ComplaintOut, at=at)(complaints)


def load(complaints: Sequence[Complaint], reader: User) -> None:
    """Attach to each complaint the rows that an answer shows: rows_claims, rows_flags, rows_plan, …"""
    ids = [complaint.pk for complaint in complaints]
    clocks = _by(_with_calendars(Clock.objects.filter(complaint__in=ids).order_by("id")))
    flags = _by(RiskFlag.objects.filter(complaint__in=ids, cleared_at__isnull=True).order_by("flag"))
    promises = _by(Promise.objects.filter(complaint__in=ids).order_by("id"))
    named = _by(
        Participant.objects.filter(complaint__in=ids, role=ParticipantRole.NAMED)
        .select_related("user")
        .order_by("user__username")
    )
    claims, plans = _claims(ids), _plans(ids)
    hidden = _hidden_targets(complaints, reader)
    customers.show_hints(reader, (complaint.customer for complaint in complaints))
    for complaint in complaints:
        found: Any = complaint
        found.rows_clocks = clocks[complaint.pk]
        found.rows_flags = flags[complaint.pk]
        found.rows_promises = promises[complaint.pk]
        found.rows_about_staff = [row.user.username for row in named[complaint.pk]]
        found.rows_claims = claims[complaint.pk]
        found.rows_plan = plans.get(complaint.pk)
        if complaint.merged_into_id in hidden:
            found.merged_into = None


def _by(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.complaint_id].append(row)
    return found


def _with_calendars(clocks: Iterable[Clock]) -> list[Clock]:
    """Load each calendar version once. Parsing its hours for every clock took half of a list's time."""
    found = list(clocks)
    versions = CalendarVersion.objects.in_bulk({clock.calendar_id for clock in found if clock.calendar_id})
    for clock in found:
        if clock.calendar_id:
            clock.calendar = versions[clock.calendar_id]
    return found


def _claims(ids: Sequence[int]) -> dict[int, list[Claim]]:
    """Return the claims by complaint: its own and those of all complaints that were merged into it."""
    into: dict[int, int] = {}
    new = set(ids)
    while new:
        rows = Complaint.objects.filter(merged_into__in=new).values_list("pk", "merged_into")
        merged = {pk: target for pk, target in rows if target is not None}
        new = merged.keys() - into.keys()
        into |= merged
    found: dict[int, list[Claim]] = defaultdict(list)
    claims = Claim.objects.filter(complaint__in={*ids, *into}).select_related("category")
    for claim in claims.order_by("complaint", "position"):
        handled_at: int | None = claim.complaint_id
        while handled_at is not None:
            found[handled_at].append(claim)
            handled_at = into.get(handled_at)
    return found


def _plans(ids: Sequence[int]) -> dict[int, Any]:
    """Return the latest plan of each complaint's current round, by complaint id."""
    rows = Plan.objects.filter(
        handling__complaint__in=ids, handling__round=F("handling__complaint__round")
    ).select_related("handling")
    found: dict[int, Any] = {}
    for plan in rows.prefetch_related("options__remedy").order_by("version"):
        found[plan.handling.complaint_id] = plan
    latest = {plan.pk: plan for plan in found.values()}
    for plan in latest.values():
        plan.rows_options, plan.rows_approval = list(plan.options.all()), None
        for option in plan.rows_options:
            option.plan = plan
    for approval in Approval.objects.filter(plan__in=latest).order_by("id"):
        latest[approval.plan_id].rows_approval = approval
    return found


def _hidden_targets(complaints: Sequence[Complaint], reader: User) -> set[int]:
    """Return the ids of merge targets whose numbers this reader must not learn."""
    targets = {c.merged_into_id for c in complaints if c.merged_into_id is not None}
    if not targets:
        return set()
    seen = access.visible_to(reader).filter(pk__in=targets).values_list("pk", flat=True)
    return targets - set(seen)
