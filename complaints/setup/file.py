"""All settings as one JSON file: write it, and read one that somebody wrote."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.setup import document, sections
from complaints.setup.document import Difference, Writing
from complaints.terms.errors import MissingDetail, Problems, RoleMayNot
from complaints.terms.input import clean_text

FORMAT = "redress-settings"
VERSION = 1
LARGEST = 5_000_000
"""The most characters that a file may have."""


def written(at: datetime) -> str:
    """Return all settings as the text of a file."""
    content = {"format": FORMAT, "version": VERSION, "written_at": at}
    with transaction.atomic():
        content |= {"settings": document.export(sections.ALL)}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"


def export(*, by: Actor, at: datetime) -> str:
    """Return the file for a person, and record that they exported it. Raises RoleMayNot."""
    _may(by)
    text = written(at)
    changes.record("settings", "export", None, {"written_at": at}, by=by.user, at=at)
    return text


def read(text: str) -> dict[str, Any]:
    """Return the document in a file. Raises MissingDetail under `file`."""
    if len(text) > LARGEST:
        raise MissingDetail({"file": [_("This file is too large.")]})
    try:
        content = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MissingDetail({"file": [_("This is not a JSON file.")]}) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise MissingDetail({"file": [_("This is not a file of settings of Redress.")]})
    if content.get("version") != VERSION:
        raise MissingDetail({"file": [_("This file is of another version of Redress.")]})
    settings = content.get("settings")
    if not isinstance(settings, dict):
        raise MissingDetail({"file": [_("This file has no settings.")]})
    return settings


def _refuse(name: str) -> None:
    raise ValueError(name)


def try_out(text: str, *, by: Actor, at: datetime) -> list[Difference]:
    """Return what the file would change, and leave nothing behind. Raises RoleMayNot and MissingDetail."""
    _may(by)
    return document.trial(sections.ALL, read(text), Writing(by.user, at, "…"))


def take_over(text: str, *, reason: str, by: Actor, at: datetime) -> list[Difference]:
    """Change the settings as the file says, all or nothing. Raises RoleMayNot and MissingDetail."""
    _may(by)
    problems = Problems()
    reason = clean_text(problems, "reason", reason, limit=300, required=True)
    problems.check()
    return document.apply(sections.ALL, read(text), Writing(by.user, at, reason))


def _may(by: Actor) -> None:
    if by.role not in duties.MOVE_SETTINGS:
        raise RoleMayNot(_("Only administrators can export and import settings."))
