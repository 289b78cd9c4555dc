"""Load the sample playbooks and checklists. What a manager has changed is left alone."""

import tomllib
from pathlib import Path
from typing import Any

from accounts.models import Team
from complaints.models import Category, ChecklistItem, Playbook, PlaybookStep

TABLE = Path(__file__).with_name("playbooks.toml")


def load() -> None:
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    categories = {category.code: category for category in Category.objects.all()}
    teams = {team.code: team for team in Team.objects.all()}
    for entry in data["playbook"]:
        _load_playbook(entry, categories, teams)
    for entry in data["checklist"]:
        _load_checklist(entry, categories[entry["category"]])


def _load_playbook(entry: dict[str, Any], categories: dict[str, Category], teams: dict[str, Team]) -> None:
    values = {name: value for name, value in entry.items() if name not in {"code", "category", "step"}}
    category = categories[entry["category"]] if "category" in entry else None
    playbook, made = Playbook.objects.get_or_create(
        code=entry["code"], defaults=values | {"category": category}
    )
    if not made:
        return
    for position, step in enumerate(entry.get("step", []), start=1):
        PlaybookStep.objects.create(
            playbook=playbook,
            position=position,
            title_en=step["title_en"],
            title_zh=step["title_zh"],
            title_hant=step["title_hant"],
            team=teams[step["team"]] if "team" in step else None,
            minutes=step.get("minutes"),
            blocking=step.get("blocking", True),
            after_previous=step.get("after", False),
        )


def _load_checklist(entry: dict[str, Any], category: Category) -> None:
    """Load the checklist of a category that does not have one yet."""
    if category.checklist.exists():
        return
    category.required_record = category.required_record or entry.get("required", [])
    category.save(update_fields=["required_record"])
    for position, item in enumerate(entry["item"], start=1):
        ChecklistItem.objects.create(
            category=category,
            position=position,
            text_en=item["en"],
            text_zh=item["zh"],
            text_hant=item["hant"],
            is_evidence=item.get("evidence", False),
        )
