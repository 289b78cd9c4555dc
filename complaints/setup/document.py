"""The settings of the organisation as one document: read, compare with what is in force, and apply.

The document is what an export writes and an import reads, and what a starting set is made of. It is
{section: {key: row}} with plain values only, so that it can be JSON. A section that is one table whose rows
depend on each other has a single key, `WHOLE`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import changes
from accounts.models import User
from complaints.terms.errors import LifecycleError, MissingDetail, Problems

Row = dict[str, Any]
SUBJECTS = {
    "teams": "team",
    "categories": "category",
    "remedies": "remedy",
    "calendars": "calendar",
    "routes": "routing",
    "packs": "pack",
    "playbooks": "playbook",
    "checklists": "checklist",
}
"""{section: subject under which its changes are recorded}, where the two differ."""
MOST_PROBLEMS = 100
"""An import stops after this many wrong rows, because it holds the database and nobody reads more."""
WHOLE = "all"
"""The only key of a section that is replaced as a whole."""


@dataclass(frozen=True)
class Writing:
    """Who writes, when, and the reason to store with new versions. `by` is None for commands."""

    by: User | None
    at: datetime
    reason: str


@dataclass(frozen=True)
class Section:
    """One kind of setting. `current` reads all its rows; `write` creates or changes one.

    `write` gets the whole row, and raises MissingDetail or ValidationError. `fields` are the names that a row
    may have. One that is replaced as a whole has no other key than `WHOLE`.
    """

    name: str
    title: Any
    fields: frozenset[str]
    current: Callable[[], dict[str, Row]]
    write: Callable[[str, Row, Writing], None]
    is_whole: bool = False


@dataclass(frozen=True)
class Difference:
    """What an import would do to one row. `fields` are the names of the values that change."""

    section: Section
    key: str
    is_new: bool
    row: Row
    fields: Sequence[str] = field(default_factory=tuple)


def differences(sections: Sequence[Section], document: Mapping[str, Any]) -> list[Difference]:
    """Return what applying a document would create and change, in the order in which it is written.

    Values that the document does not contain stay as they are. Raises MissingDetail if its shape is wrong.
    """
    found = list[Difference]()
    for section, rows in _given(sections, document):
        current = section.current()
        for key, row in rows.items():
            known = current.get(key)
            changed = [name for name, value in row.items() if known is None or known.get(name) != value]
            if changed:
                found.append(Difference(section, key, known is None, (known or {}) | row, changed))
    return found


def _given(
    sections: Sequence[Section], document: Mapping[str, Any]
) -> Iterator[tuple[Section, dict[str, Row]]]:
    problems = Problems()
    names = {section.name for section in sections}
    for name in document.keys() - names:
        problems.add(str(name)[:80], _("There is no such part of the settings."))
    for section in sections:
        rows = document.get(section.name, {})
        if not isinstance(rows, Mapping) or not all(isinstance(row, Mapping) for row in rows.values()):
            problems.add(section.name, _("This must be an object of objects."))
            continue
        for key, row in rows.items():
            if section.is_whole and key != WHOLE:
                problems.add(f"{section.name}.{key}"[:200], _("There is no such part of the settings."))
            for unknown in row.keys() - section.fields:
                problems.add(f"{section.name}.{key}.{unknown}"[:200], _("There is no such field."))
    problems.check()
    for section in sections:
        yield section, {str(key): dict(row) for key, row in document.get(section.name, {}).items()}


def apply(
    sections: Sequence[Section],
    document: Mapping[str, Any],
    how: Writing,
    *,
    only_missing: bool = False,
    recorded: bool = True,
) -> list[Difference]:
    """Write a document in one transaction and return what was created and changed.

    With `only_missing`, rows that exist are left alone. Unless `recorded` is False, each change is recorded
    (`accounts/changes.py`). Raises MissingDetail with everything that is wrong, by section, key and field;
    then nothing has been written.
    """
    problems = Problems()
    with transaction.atomic():
        found = list[Difference]()
        # Each section is compared only after those before it are written, because a row may refer to one of
        # them.
        for section in sections:
            part = {section.name: document[section.name]} if section.name in document else {}
            for change in differences([section], part):
                if only_missing and not change.is_new:
                    continue
                if len(problems.errors) >= MOST_PROBLEMS:
                    problems.check()
                before = None if change.is_new else section.current().get(change.key)
                if _written(change, how, problems):
                    if recorded:
                        changes.record(
                            subject_of(section.name), change.key, before, change.row, by=how.by, at=how.at
                        )
                    found.append(change)
        _check_shape(sections, document, problems)
        problems.check()
    return found


def _check_shape(sections: Sequence[Section], document: Mapping[str, Any], problems: Problems) -> None:
    for name in document.keys() - {section.name for section in sections}:
        problems.add(str(name)[:80], _("There is no such part of the settings."))


def _written(change: Difference, how: Writing, problems: Problems) -> bool:
    """Write one row in its own savepoint. Return False after noting what is wrong with it."""
    place = f"{change.section.name}.{change.key}"
    try:
        with transaction.atomic():
            change.section.write(change.key, change.row, how)
    except (ValidationError, MissingDetail) as refused:
        for name, texts in errors_of(refused).items():
            for text in texts:
                problems.add(f"{place}.{name}" if name else place, text)
    except LifecycleError as refused:
        problems.add(place, refused.message)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as fault:
        # The value has the wrong shape, such as a list where an object belongs.
        problems.add(place, _("This has a wrong value: %(what)s") % {"what": str(fault)[:200]})
    else:
        return True
    return False


def errors_of(refused: ValidationError | MissingDetail) -> dict[str, list[str]]:
    """Return the messages by field; those about the row as a whole are under an empty name."""
    if isinstance(refused, MissingDetail):
        return refused.errors
    by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    return {"" if name == NON_FIELD_ERRORS else name: list(texts) for name, texts in by_field.items()}


def trial(sections: Sequence[Section], document: Mapping[str, Any], how: Writing) -> list[Difference]:
    """Return what `apply` would do, and raise what it would raise, without leaving anything behind."""
    found: list[Difference] = []
    try:
        with transaction.atomic():
            found = apply(sections, document, how)
            raise _OnlyATrial
    except _OnlyATrial:
        return found


class _OnlyATrial(Exception):
    """Rolls back what a trial has written."""


def subject_of(section: str) -> str:
    """Return the subject under which changes of this section are recorded."""
    return SUBJECTS.get(section, section)


def export(sections: Sequence[Section]) -> dict[str, dict[str, Row]]:
    return {section.name: section.current() for section in sections}
