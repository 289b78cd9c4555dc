"""Hints on the complaint's page: what to check, what the record still lacks, which playbook fits.

They never stop anybody: no step asks for them.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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

FORM_FIELDS = {"loss": "loss_amount"}
"""{field of the record: field of the form}, where the two names differ."""

RECORD_FIELDS = {
    "occurred_at": "occurred_at",
    "place": "place",
    "order_reference": "order_reference",
    "loss": "loss_minor",
    "desired_outcome": "desired_outcome",
}
"""{name in `Category.required_record`: field of the complaint}."""
RECORD_LABELS: dict[str, str | Promise] = {
    "occurred_at": gettext_lazy("When it happened"),
    "place": gettext_lazy("Where it happened"),
    "order_reference": gettext_lazy("Order number"),
    "loss": gettext_lazy("Loss"),
    "desired_outcome": gettext_lazy("What the customer wants"),
}


def _branch_and_leaf(complaint: Complaint) -> list[int]:
    category = complaint.category
    return [pk for pk in (category.parent_id, category.pk) if pk]


def checklist_of(complaint: Complaint) -> list[ChecklistItem]:
    """Return the checklist items for complaints of this kind, those of the branch first."""
    items = ChecklistItem.objects.filter(is_active=True, category__in=_branch_and_leaf(complaint))
    return list(items.order_by("category__is_leaf", "position", "id"))


def ticked(handling: Handling) -> dict[int, ChecklistTick]:
    return {tick.item_id: tick for tick in ChecklistTick.objects.filter(handling=handling)}


def missing_record(complaint: Complaint) -> list[str]:
    """Return the fields that such complaints should have and this one lacks, in the record's order."""
    asked: set[str] = set()
    lists = Category.objects.filter(pk__in=_branch_and_leaf(complaint))
    for required in lists.values_list("required_record", flat=True):
        asked.update(required)
    return [
        name
        for name, field in RECORD_FIELDS.items()
        if name in asked and getattr(complaint, field) in (None, "")
    ]


def fitting(complaint: Complaint, problem_type: str | None) -> list[Playbook]:
    """Return the playbooks that fit: of the leaf, the branch, then any; first those with a problem type."""
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
    """Return the ids of playbook steps for which this round already has a task."""
    tasks = Task.objects.filter(handling=handling, step__isnull=False).exclude(state=Task.State.CANCELLED)
    return {step_id for step_id in tasks.values_list("step_id", flat=True) if step_id}


def is_started(steps: Iterable[PlaybookStep], begun: set[int]) -> bool:
    return any(step.pk in begun for step in steps)


def checklist(complaint: Complaint, handling: Handling) -> dict[str, Any]:
    """Return the card “Before you decide”: the items with their ticks, and what the record still lacks."""
    items, ticks = checklist_of(complaint), ticked(handling)
    return {
        "rows": [{"item": item, "tick": ticks.get(item.pk)} for item in items],
        "ticked": sum(item.pk in ticks for item in items),
        "missing": [
            {"label": RECORD_LABELS[name], "field": FORM_FIELDS.get(name, name)}
            for name in missing_record(complaint)
        ],
    }


def fitting_rows(complaint: Complaint, handling: Handling, problem_type: str | None) -> list[dict[str, Any]]:
    """Return the playbooks that match, each with a flag that tells whether its tasks were started."""
    fit = fitting(complaint, problem_type)
    begun = started_steps(handling) if fit else set()
    return [
        {
            "playbook": one,
            "steps": list(one.steps.all()),
            "started": is_started(one.steps.all(), begun),
        }
        for one in fit
    ]
