"""Turn a recorded change of a setting into words: its subject, its fields and their values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import SettingsChange
from accounts.roles import Role, Tier
from ui import formats

SUBJECTS = {
    "person": gettext_lazy("Person"),
    "team": gettext_lazy("Team"),
    "category": gettext_lazy("Category"),
    "limits": gettext_lazy("Limits of authority"),
    "routing": gettext_lazy("Routing"),
    "severity": gettext_lazy("Severity"),
    "playbook": gettext_lazy("Playbook"),
    "checklist": gettext_lazy("Checklist"),
    "remedy": gettext_lazy("Remedy"),
    "calendar": gettext_lazy("Calendar"),
    "policies": gettext_lazy("Policies"),
    "pack": gettext_lazy("Statutory packs"),
    "squad": gettext_lazy("Flash squad"),
    "organisation": gettext_lazy("Organisation"),
    "settings": gettext_lazy("All settings as a file"),
}
"""{subject: its name on pages}. A subject that is not listed is shown by its code."""
FIELDS = {
    "name_en": gettext_lazy("Name in English"),
    "name_zh": gettext_lazy("Name in Simplified Chinese"),
    "name_hant": gettext_lazy("Name in Traditional Chinese"),
    "username": gettext_lazy("Username"),
    "email": gettext_lazy("Mail address"),
    "role": gettext_lazy("Role"),
    "tier": gettext_lazy("Tier"),
    "teams": gettext_lazy("Teams"),
    "team": gettext_lazy("Team"),
    "is_active": gettext_lazy("In use"),
    "may_sign_in": gettext_lazy("May sign in"),
    "language": gettext_lazy("Language"),
    "timezone": gettext_lazy("Time zone"),
    "invited": gettext_lazy("Invited until"),
    "limit": gettext_lazy("Total limit per complaint"),
    "every_kind": gettext_lazy("Every kind of remedy"),
    "kinds": gettext_lazy("Kinds of remedy"),
    "kind_limits": gettext_lazy("Limits by kind"),
    "cash_remedies": gettext_lazy("Maximum cash remedies per customer"),
    "cash_days": gettext_lazy("Days within which these count"),
    "channel": gettext_lazy("Channel"),
    "category": gettext_lazy("Category"),
    "region": gettext_lazy("Region"),
    "order": gettext_lazy("Place in the order"),
    "code": pgettext_lazy("of a row", "Code"),
    "kind": gettext_lazy("Kind"),
    "version": gettext_lazy("Version"),
    "reason": gettext_lazy("Reason"),
    "cells": gettext_lazy("Matrix"),
    "problem_type": gettext_lazy("Problem type"),
    "hint_en": pgettext_lazy("playbook", "Hint in English"),
    "hint_zh": pgettext_lazy("playbook", "Hint in Simplified Chinese"),
    "hint_hant": pgettext_lazy("playbook", "Hint in Traditional Chinese"),
    "steps": gettext_lazy("Steps"),
    "items": gettext_lazy("Items"),
    "required_record": gettext_lazy("What the record should contain"),
}
"""{field: its name on pages}. A field that is not listed is shown by its code."""
LABELS: dict[str, dict[Any, Any]] = {
    "role": dict(Role.choices),
    "tier": dict(Tier.choices),
    "language": dict(settings.LANGUAGES),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Line:
    """One changed field. `before` is None if it had no value before, `after` if it has none now."""

    name: str
    before: str | None
    after: str | None


def subject_of(code: str) -> str:
    return str(SUBJECTS.get(code, code))


def lines(change: SettingsChange) -> list[Line]:
    """Return the fields of a change with their values as texts, in the reader's language."""
    before, after = change.before or {}, change.after or {}
    return [
        Line(
            str(FIELDS.get(name, name)),
            _of_field(name, before[name]) if name in before else None,
            _of_field(name, after[name]) if name in after else None,
        )
        for name in {**before, **after}
    ]


def _of_field(name: str, value: Any) -> str:
    return str(LABELS.get(name, {}).get(value) or in_words(value)) if _is_plain(value) else in_words(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def in_words(value: Any) -> str:
    """Return a JSON value as a text: yes or no, a dash for nothing, lists and objects as their items."""
    if value is True or value is False:
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _joined(f"{name}{formats.colon()}{in_words(item)}" for name, item in value.items())
    if isinstance(value, list):
        return _joined(f"({in_words(each)})" if isinstance(each, dict) else in_words(each) for each in value)
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    return "–" if value is None or value == "" else str(value)


def _joined(texts: Iterable[str]) -> str:
    return formats.listed(texts) or "–"
