"""Change the organisation's name, language, time zone and currency."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import changes
from accounts.models import User
from complaints.models import OrganisationSettings
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.setup.document import WHOLE, Row, Section, Writing
from complaints.sla.calendars.checks import check_zone
from complaints.terms.errors import Problems, RoleMayNot
from complaints.terms.input import clean_text
from ui import organisation

FIELDS = ("brand_name", "language", "time_zone", "currency")
_CURRENCY = re.compile(r"[A-Z]{3}")


def row() -> OrganisationSettings:
    """Return the stored row, or an unsaved one without values."""
    found = OrganisationSettings.objects.filter(pk=OrganisationSettings.ONLY).first()
    return found or OrganisationSettings(pk=OrganisationSettings.ONLY)


def values() -> Row:
    kept = row()
    return {name: getattr(kept, name) for name in FIELDS}


def change(given: Mapping[str, Any], *, by: Actor, at: datetime) -> OrganisationSettings:
    """Set the values that are given; an empty one means what the server's environment says.

    Raises RoleMayNot for anybody but managers and administrators, and MissingDetail by field.
    """
    if by.role not in duties.KEEP_ORGANISATION:
        raise RoleMayNot(_("Only managers and administrators can change the organisation."))
    return put(given, by=by.user, at=at)


def put(given: Mapping[str, Any], *, by: User | None, at: datetime) -> OrganisationSettings:
    """Check and save the given values, and record the change. Raises MissingDetail."""
    with transaction.atomic():
        before = values()
        kept = _save({**before, **given})
        changes.record("organisation", "", before, values(), by=by, at=at)
    organisation.forget()
    return kept


def _save(given: Mapping[str, Any]) -> OrganisationSettings:
    kept = checked(given)
    kept.save()
    return kept


def checked(given: Mapping[str, Any]) -> OrganisationSettings:
    """Return the row as it would be, unsaved. Raises MissingDetail by field."""
    problems, kept = Problems(), row()
    kept.brand_name = clean_text(problems, "brand_name", given.get("brand_name"), limit=80)
    kept.language = clean_text(problems, "language", given.get("language"))
    if kept.language:
        problems.one_of("language", kept.language, list(dict(settings.LANGUAGES)))
    zone = clean_text(problems, "time_zone", given.get("time_zone"))
    kept.time_zone = check_zone(problems, "time_zone", zone) if zone else ""
    kept.currency = clean_text(problems, "currency", given.get("currency")).upper()
    if kept.currency and not _CURRENCY.fullmatch(kept.currency):
        problems.add("currency", _("Enter the three letters of a currency, such as CNY."))
    problems.check()
    return kept


def _current() -> dict[str, Row]:
    return {WHOLE: values()} if OrganisationSettings.objects.exists() else {}


def _write(key: str, given: Row, how: Writing) -> None:
    _save({**values(), **given})
    # The values are forgotten only after the commit, because a refused import is rolled back.
    transaction.on_commit(organisation.forget)


SECTION = Section("organisation", gettext_lazy("Organisation"), frozenset(FIELDS), _current, _write, True)
