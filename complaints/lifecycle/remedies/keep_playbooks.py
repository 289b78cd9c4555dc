"""Save playbooks and checklists as managers edited them, and write down what changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import changes
from complaints.models import Category, ChecklistItem, Playbook, PlaybookStep
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import RoleMayNot

OUT_OF_THE_WAY = 10_000
"""Added to all positions before steps change places, so that no two of them ever share a position."""
TEXTS = ("name_en", "name_zh", "name_hant", "hint_en", "hint_zh", "hint_hant")
Values = dict[str, Any]


def save_playbook(
    playbook: Playbook,
    steps: Sequence[PlaybookStep],
    removed: Iterable[PlaybookStep],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Save a playbook with its steps in this order. All of them are checked already, but not saved.

    Raises RoleMayNot for anybody but managers.
    """
    _check_right(by)
    with transaction.atomic():
        before = _of_playbook(playbook.pk)
        playbook.save()
        for step in removed:
            step.delete()
        playbook.steps.update(position=F("position") + OUT_OF_THE_WAY)
        for position, step in enumerate(steps, start=1):
            step.playbook, step.position = playbook, position
            step.after_previous = step.after_previous and position > 1
            step.save()
        changes.record("playbook", playbook.code, before, _of_playbook(playbook.pk), by=by.user, at=at)


def save_checklist(category: Category, items: Sequence[ChecklistItem], *, by: Actor, at: datetime) -> None:
    """Save which fields the record of this category should have, and its checklist in this order.

    An item that was ever ticked cannot be deleted; it can only be taken out of use. Raises RoleMayNot for
    anybody but managers.
    """
    _check_right(by)
    with transaction.atomic():
        before = _of_checklist(category.pk)
        category.save(update_fields=["required_record"])
        for position, item in enumerate(items, start=1):
            item.category, item.position = category, position
            item.save()
        after = _of_checklist(category.pk)
        changes.record("checklist", category.code, before, after, by=by.user, at=at)


def _check_right(by: Actor) -> None:
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change playbooks and checklists."))


def _of_playbook(pk: int | None) -> Values | None:
    """Return a playbook as it is stored, or None if it is not there yet."""
    locked = Playbook.objects.select_for_update(of=("self",)).select_related("category")
    found = locked.filter(pk=pk or 0).first()
    if found is None:
        return None
    names = ("title_en", "title_zh", "title_hant", "minutes", "blocking", "after_previous")
    steps = [
        {name: getattr(step, name) for name in names} | {"team": step.team.code if step.team else None}
        for step in found.steps.select_related("team").order_by("position")
    ]
    own: Values = {name: getattr(found, name) for name in ("code", "problem_type", "is_active", *TEXTS)}
    return own | {"category": found.category.code if found.category else None, "steps": steps}


def _of_checklist(pk: int) -> Values:
    found = Category.objects.get(pk=pk)
    names = ("text_en", "text_zh", "text_hant", "is_evidence", "is_active")
    items = list(found.checklist.order_by("position", "id").values(*names))
    return {"required_record": found.required_record, "items": items}
