"""Add, change and retire teams, departments, categories and remedies. Every change is written down.

Nothing is deleted: history still names a retired row, but choices no longer offer it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import changes
from complaints.models import Category
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.setup.document import Row, subject_of
from complaints.setup.tables import CATEGORIES, REMEDIES, TEAMS, Table
from complaints.terms.errors import MissingDetail, Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text

SUBJECTS = {"teams": TEAMS, "categories": CATEGORIES, "remedies": REMEDIES}


def version_of(row: Row) -> int:
    """Return a number that changes whenever the row changes, so that a stale edit is noticed.

    It is 48 bits of a digest, so it does not count upwards.
    """
    plain = json.dumps(row, sort_keys=True, ensure_ascii=False)
    return int(hashlib.sha256(plain.encode()).hexdigest()[:12], 16)


def version_in(subject: str, row: Any) -> int:
    """Return the version of a row as it came from the database."""
    return version_of(SUBJECTS[subject].row_of(row))


def add(subject: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> Any:
    """Add a row; `given` has its `code` and columns.

    Raises RoleMayNot for anybody but managers and administrators, and MissingDetail by field.
    """
    table = _table(subject, by)
    problems = Problems()
    code = clean_text(problems, "code", given.get("code"), limit=20, required=True).upper()
    if code and table.rows.filter(code=code).exists():
        problems.add("code", _("There is already something with this code."))
    problems.check()
    try:
        with transaction.atomic():
            row = table.save(code, given)
            changes.record(subject_of(subject), code, None, table.row_of(row), by=by.user, at=at)
    except IntegrityError:
        raise StaleVersion(_("Somebody has just added this code.")) from None
    return row


def change(
    subject: str, code: str, given: Mapping[str, Any], *, version: int | None = None, by: Actor, at: datetime
) -> Any:
    """Change the columns that are given. Retiring is `is_active` False, and a branch takes its leaves along.

    `version` is the one that the caller saw (`version_of`). Raises RoleMayNot, StaleVersion if it is no
    longer the current one, and MissingDetail.
    """
    table = _table(subject, by)
    with transaction.atomic():
        known = table.rows.select_for_update().filter(code=code).first()
        if known is None:
            raise MissingDetail({"code": [_("There is nothing with this code.")]})
        before = table.row_of(known)
        if version is not None and version != version_of(before):
            raise StaleVersion(_("Somebody else has changed this meanwhile. Look at it again."))
        row = table.save(code, given)
        changes.record(subject_of(subject), code, before, table.row_of(row), by=by.user, at=at)
        if subject == "categories" and before["is_active"] and not row.is_active:
            _retire_leaves(row, by, at)
    return row


def _retire_leaves(branch: Category, by: Actor, at: datetime) -> None:
    for leaf in branch.children.filter(is_active=True):
        before = CATEGORIES.row_of(leaf)
        leaf.is_active = False
        leaf.save(update_fields=["is_active"])
        changes.record(
            subject_of("categories"), leaf.code, before, CATEGORIES.row_of(leaf), by=by.user, at=at
        )


def _table(subject: str, by: Actor) -> Table:
    if by.role not in duties.KEEP_ORGANISATION:
        raise RoleMayNot(_("Only managers and administrators can change this."))
    return SUBJECTS[subject]
