"""Lists each difference between the product's clocks and those of the model."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from complaints.models import BreachEscalation, Complaint, Effect, Event, Outbox
from complaints.models import Clock as Row
from complaints.sla import clocks
from complaints.tests.clockwalk.clock import Case, Clock
from complaints.tests.clockwalk.model import Model

Key = tuple[int, str, int, str, int | None]
TOLD = {"warning", "breach"}


def differences(model: Model, complaints: Sequence[Complaint], at: datetime) -> Iterator[str]:
    rows: dict[Key, list[Row]] = defaultdict(list)
    numbers = {complaint.pk: number for number, complaint in enumerate(complaints)}
    found = Row.objects.select_related("calendar", "rule").prefetch_related("effects", "pauses")
    for row in found.order_by("pk"):
        subject = row.subject_id if row.subject_type else 0
        rows[(numbers[row.complaint_id], row.kind, row.round, row.subject_type, subject)].append(row)
    wanted: dict[Key, list[Clock]] = defaultdict(list)
    for case in model.cases:
        for clock in case.clocks:
            if clock.subject[1] is None:
                _name(case, clock, rows)
            wanted[(case.number, clock.kind, clock.round, *clock.subject)].append(clock)
    for key in {**wanted, **rows}:
        if len(wanted[key]) != len(rows[key]):
            yield f"{key}: the model has {len(wanted[key])}, the product {len(rows[key])}"
            continue
        for number, (clock, row) in enumerate(zip(wanted[key], rows[key], strict=True)):
            yield from _compare(f"{key}#{number}", _of_model(model, clock, at), _of_row(row, at))
    yield from _heads(model, complaints)
    yield from _once()


def _name(case: Case, clock: Clock, rows: dict[Key, list[Row]]) -> None:
    """Give the model's clock the number of its task, if a sweep has created that task."""
    known = {other.subject for other in case.clocks}
    for number, kind, handling, subject, pk in list(rows):
        if (number, kind, handling) == (case.number, clock.kind, clock.round) and (subject, pk) not in known:
            clock.subject = (subject, pk)
            assert pk is not None
            case.tasks[pk] = False
            return


def _of_model(model: Model, clock: Clock, at: datetime) -> dict[str, Any]:
    left = None
    if clock.live:
        worked = model.calendars[clock.calendar]
        left = int(worked.between(clock.paused or at, clock.due).total_seconds())
    return {
        "target": int(clock.target.total_seconds()),
        "calendar": clock.calendar,
        "rule": clock.rule,
        "started": clock.start,
        "due": clock.due,
        "original": clock.original,
        "paused": clock.paused,
        "ended": clock.ended,
        "stopped": clock.stopped,
        "breached": clock.breached,
        "floor": clock.floored,
        "left": left,
        "next": model.next_level(clock),
        "effects": sorted(clock.effects),
        "pauses": sorted(clock.pauses),
    }


def _of_row(row: Row, at: datetime) -> dict[str, Any]:
    effects = [(effect.level, str(effect.kind), effect.at) for effect in row.effects.all()]
    following = (row.next_level, row.next_fire_at) if row.next_fire_at else None
    return {
        "target": row.target_seconds,
        "calendar": row.calendar_id,
        "rule": row.rule_id,
        "started": row.started_at,
        "due": row.due_at,
        "original": row.original_due_at,
        "paused": row.paused_since,
        "ended": row.ended_as and str(row.ended_as),
        "stopped": row.stopped_at,
        "breached": row.breached_at,
        "floor": row.floor_used,
        "left": clocks.remaining_seconds(row, at),
        "next": following,
        "effects": sorted(effects),
        "pauses": sorted((pause.since, pause.until) for pause in row.pauses.all() if pause.until),
    }


def _compare(name: str, wanted: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    for field, value in wanted.items():
        if got[field] != value:
            yield f"{name}.{field}: the model says {_plain(value)}, the product {_plain(got[field])}"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%m-%d %H:%M:%S.%f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(_plain(each) for each in value)}]"
    return repr(value)


def _heads(model: Model, complaints: Sequence[Complaint]) -> Iterator[str]:
    up = set(BreachEscalation.objects.values_list("complaint", "round"))
    breaches = Counter(Event.objects.filter(kind="breached").values_list("complaint", flat=True))
    for case, complaint in zip(model.cases, complaints, strict=True):
        due = [clock.due for clock in case.live() if not clock.paused]
        wanted = {
            "stage": case.stage,
            "round": case.round,
            "tier": case.tier,
            "assigned": case.assigned,
            "severity": case.severity,
            "next_due_at": min(due, default=None) if case.is_open else None,
            "escalated": case.escalated,
            "told of breaches": case.breaches,
        }
        got = {
            "stage": complaint.stage,
            "round": complaint.round,
            "tier": complaint.tier,
            "assigned": complaint.assignee_id is not None,
            "severity": complaint.severity,
            "next_due_at": complaint.next_due_at,
            "escalated": {number for pk, number in up if pk == complaint.pk},
            "told of breaches": breaches[complaint.pk],
        }
        yield from _compare(str(case.number), wanted, got)


def _once() -> Iterator[str]:
    """Check that each effect and each of its notices exists once, and that no clock was set aside."""
    fired = Counter(Effect.objects.values_list("clock", "level", "generation"))
    notices = Counter(
        Outbox.objects.filter(template__in=TOLD, effect__isnull=False).values_list(
            "effect", "recipient", "channel"
        )
    )
    for each, count in [*fired.items(), *notices.items()]:
        if count > 1:
            yield f"{each} happened {count} times"
    for clock in Row.objects.filter(set_aside_at__isnull=False):
        yield f"clock {clock.pk} is set aside: {clock.set_aside_error[-600:]}"
