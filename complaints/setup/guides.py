"""Playbooks and checklists as sections of the settings."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from complaints.models import Category, ChecklistItem, Playbook, PlaybookStep
from complaints.setup.document import Row, Section, Writing
from complaints.setup.tables import NAMES
from complaints.terms.errors import MissingDetail

_PLAYBOOK = (*NAMES, "problem_type", "hint_en", "hint_zh", "hint_hant", "is_active")
_STEP = ("title_en", "title_zh", "title_hant", "minutes", "blocking", "after_previous")
_ITEM = ("text_en", "text_zh", "text_hant", "is_evidence", "is_active")


def _playbooks() -> dict[str, Row]:
    found = Playbook.objects.select_related("category").prefetch_related("steps__team")
    return {
        book.code: {name: getattr(book, name) for name in _PLAYBOOK}
        | {
            "category": book.category.code if book.category else None,
            "steps": [
                {name: getattr(step, name) for name in _STEP}
                | {"team": step.team.code if step.team else None}
                for step in book.steps.all()
            ],
        }
        for book in found
    }


def _write_playbook(code: str, row: Row, how: Writing) -> None:
    """Write a playbook and replace its steps. Tasks that were started from it keep their own texts."""
    book = Playbook.objects.filter(code=code).first() or Playbook(code=code)
    for name in _PLAYBOOK:
        if name in row:
            setattr(book, name, row[name])
    book.category = _by_code(Category, row.get("category"), "category")
    book.full_clean()
    book.save()
    book.steps.all().delete()
    for position, given in enumerate(row.get("steps") or [], start=1):
        step = PlaybookStep(playbook=book, position=position)
        for name in _STEP:
            if name in given:
                setattr(step, name, given[name])
        step.team = _by_code(Team, given.get("team"), f"steps.{position}.team")
        step.full_clean()
        step.save()


def _checklists() -> dict[str, Row]:
    items = ChecklistItem.objects.select_related("category").order_by("category__code", "position", "id")
    found: dict[str, Row] = {}
    for item in items:
        texts = {name: getattr(item, name) for name in _ITEM}
        found.setdefault(item.category.code, {"items": []})["items"].append(texts)
    return found


def _write_checklist(code: str, row: Row, how: Writing) -> None:
    """Write the checklist of a category.

    Items that are left out are retired instead of deleted, because ticks may refer to them.
    """
    category = _by_code(Category, code, "category")
    if category is None:
        raise MissingDetail({"category": [_("This is required.")]})
    known = {item.text_en: item for item in category.checklist.all()}
    for position, given in enumerate(row["items"], start=1):
        item = known.pop(given["text_en"], None) or ChecklistItem(category=category)
        for name in _ITEM:
            if name in given:
                setattr(item, name, given[name])
        item.position = position
        item.full_clean()
        item.save()
    for left in known.values():
        left.is_active = False
        left.position = len(row["items"]) + 1
        left.save(update_fields=["is_active", "position"])


def _by_code(model: type[Any], code: object, field: str) -> Any:
    if code is None or code == "":
        return None
    found = model.objects.filter(code=str(code)).first()
    if found is None:
        raise MissingDetail({field: [_("There is nothing with this code.")]})
    return found


SECTIONS = [
    Section(
        "playbooks",
        gettext_lazy("Playbooks"),
        frozenset({*_PLAYBOOK, "category", "steps"}),
        _playbooks,
        _write_playbook,
    ),
    Section("checklists", gettext_lazy("Checklists"), frozenset({"items"}), _checklists, _write_checklist),
]
