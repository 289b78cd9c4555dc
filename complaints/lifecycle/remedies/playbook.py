"""Hints for the work, never a bar: what to check, what the record lacks, which playbook fits, its tasks."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.lifecycle import engine
from complaints.lifecycle.diagnose import current_diagnosis
from complaints.lifecycle.remedies import carry_out
from complaints.models import (
    Category,
    ChecklistItem,
    ChecklistTick,
    Complaint,
    Handling,
    Playbook,
    PlaybookStep,
    Task,
)
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed

RECORD_FIELDS = {
    "occurred_at": "occurred_at",
    "place": "place",
    "order_reference": "order_reference",
    "loss": "loss_minor",
    "desired_outcome": "desired_outcome",
}
"""What a category may ask of the record (`Category.required_record`) → the complaint's own field."""
RECORD_LABELS: dict[str, str | Promise] = {
    "occurred_at": gettext_lazy("When it happened"),
    "place": gettext_lazy("Where it happened"),
    "order_reference": gettext_lazy("Order number"),
    "loss": gettext_lazy("Loss"),
    "desired_outcome": gettext_lazy("What the customer wants"),
}


# --- The checklist and the record ---
def _branch_and_leaf(complaint: Complaint) -> list[int]:
    category = complaint.category
    return [pk for pk in (category.parent_id, category.pk) if pk]


def checklist_of(complaint: Complaint) -> list[ChecklistItem]:
    """What to check in complaints of this kind, the branch's items first."""
    items = ChecklistItem.objects.filter(is_active=True, category__in=_branch_and_leaf(complaint))
    return list(items.order_by("category__is_leaf", "position", "id"))


def ticked(handling: Handling) -> dict[int, ChecklistTick]:
    return {tick.item_id: tick for tick in ChecklistTick.objects.filter(handling=handling)}


def tick(complaint: Complaint, item_id: int, *, done: bool, by: Actor, at: datetime) -> Complaint:
    """Check an item off in this round, or take that back. Ticking it twice is ticking it once."""
    with engine.move("tick", complaint, by=by, at=at) as turn:
        turn.is_move = False
        item = next((item for item in checklist_of(turn.complaint) if item.pk == item_id), None)
        if item is None:
            raise MissingDetail({"item": [_("This complaint has no such item to check.")]})
        assert turn.user is not None
        if not done:
            ChecklistTick.objects.filter(handling=turn.handling, item=item).delete()
            return complaint
        _row, made = ChecklistTick.objects.get_or_create(
            handling=turn.handling, item=item, defaults={"by": turn.user, "at": at}
        )
        if made:
            text = {"name_en": item.text_en, "name_zh": item.text_zh, "name_hant": item.text_hant}
            turn.event("ticked", item=text)
    return complaint


def missing_record(complaint: Complaint) -> list[str]:
    """The fields that complaints of this kind should have and this one lacks, in the record's order."""
    asked: set[str] = set()
    lists = Category.objects.filter(pk__in=_branch_and_leaf(complaint))
    for required in lists.values_list("required_record", flat=True):
        asked.update(required)
    return [
        name
        for name, field in RECORD_FIELDS.items()
        if name in asked and getattr(complaint, field) in (None, "")
    ]


# --- Playbooks ---
def fitting(complaint: Complaint, problem_type: str | None) -> list[Playbook]:
    """What fits: playbooks of the leaf, of the branch, of any; those with a problem type come first."""
    found = Playbook.objects.filter(
        Q(category__isnull=True) | Q(category__in=_branch_and_leaf(complaint)),
        problem_type__in=["", problem_type or ""],
        is_active=True,
    ).prefetch_related("steps__team")

    def order(playbook: Playbook) -> tuple[int, bool, str]:
        leaf = playbook.category_id == complaint.category_id
        return (0 if leaf else 1 if playbook.category_id else 2, not playbook.problem_type, playbook.code)

    return sorted(found, key=order)


def started_steps(handling: Handling) -> set[int]:
    """The steps of which this round has a task already."""
    tasks = Task.objects.filter(handling=handling, step__isnull=False).exclude(state=Task.State.CANCELLED)
    return {step_id for step_id in tasks.values_list("step_id", flat=True) if step_id}


def is_started(steps: Iterable[PlaybookStep], begun: set[int]) -> bool:
    return any(step.pk in begun for step in steps)


def start(
    complaint: Complaint, playbook_id: int, *, by: Actor, at: datetime, version: int | None = None
) -> Complaint:
    """Open the tasks of a playbook that fits, in its order; once a round."""

    def not_started(turn: engine.Turn) -> None:
        steps = PlaybookStep.objects.filter(playbook=playbook_id)
        if is_started(steps, started_steps(turn.handling)):
            raise MoveNotAllowed(_("The tasks of this playbook have been started already."))

    with engine.move("playbook", complaint, by=by, at=at, version=version, ready=not_started) as turn:
        diagnosis = current_diagnosis(turn.handling)
        fit = fitting(turn.complaint, diagnosis.problem_type if diagnosis else None)
        playbook = next((one for one in fit if one.pk == playbook_id), None)
        if playbook is None or not playbook.steps.all():
            raise MissingDetail({"playbook": [_("No playbook with tasks of this kind fits this complaint.")]})
        names = {f"name_{part}": getattr(playbook, f"name_{part}") for part in ("en", "zh", "hant")}
        turn.event("playbook_started", playbook=playbook.code, name=names)
        _open_tasks(turn, playbook)
    return complaint


def _open_tasks(turn: engine.Turn, playbook: Playbook) -> None:
    previous: Task | None = None
    for step in playbook.steps.all():
        previous = carry_out.open_task(
            turn,
            title=step.title,
            team=step.team or turn.complaint.team,
            owner=None if step.team else turn.complaint.assignee,
            blocking=step.blocking,
            after=previous if step.after_previous else None,
            step=step,
        )
