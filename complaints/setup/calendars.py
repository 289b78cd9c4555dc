"""Calendars and statutory packs as sections of the settings. Every change is a new version."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import ALWAYS_CODE, Calendar, CalendarVersion, StatutoryPack
from complaints.setup.document import Row, Section, Writing
from complaints.setup.tables import CODE, NAMES
from complaints.sla import targets
from complaints.sla.calendars.days import MICROSECOND, content_of
from complaints.sla.statutory import packs
from complaints.terms.errors import MissingDetail, MoveNotAllowed
from complaints.workdays.working_time import NoWorkingTime

_VERSION = ("definition", "country", "day_notes", "years")


def _calendars() -> dict[str, Row]:
    return {
        code: {name: getattr(version.calendar, name) for name in NAMES}
        | {name: getattr(version, name) for name in _VERSION}
        for code, version in targets.calendars_now().items()
    }


def _write_calendar(code: str, row: Row, how: Writing) -> None:
    if not (len(code) <= 20 and CODE.fullmatch(code)):
        raise MissingDetail({"code": [_("Use only letters from A to Z, digits and dashes.")]})
    known = Calendar.objects.filter(code=code).first()
    if known is not None and code == ALWAYS_CODE:
        raise MoveNotAllowed(_("This calendar counts every hour and cannot be changed."))
    calendar = known or Calendar(code=code)
    for name in NAMES:
        setattr(calendar, name, row.get(name, ""))
    calendar.full_clean()
    calendar.save()
    last = CalendarVersion.objects.filter(calendar=calendar).order_by("-version").first()
    version = CalendarVersion(
        calendar=calendar,
        version=last.version + 1 if last else 1,
        created_at=how.at,
        created_by=how.by,
        reason=how.reason,
        **{name: row[name] for name in _VERSION if name in row},
    )
    # The values are read and written again, so that nothing is stored that the pages could not show.
    content = content_of(version)
    columns = content.columns(how.at.year)
    if last is not None and all(columns[name] == getattr(last, name) for name in _VERSION):
        return
    for name, value in columns.items():
        setattr(version, name, value)
    version.full_clean(exclude=["calendar"])
    try:
        content.working.add(how.at, MICROSECOND)
    except NoWorkingTime:
        text = _("This leaves no working time in the next 400 days. Deadlines could not be calculated.")
        raise MissingDetail({"definition": [text]}) from None
    version.save()


_PACK = tuple(name for name in packs.CONTENT if name != "calendar_id")
_DATES = ("effective_from", "effective_to")


def _packs() -> dict[str, Row]:
    newest: dict[str, StatutoryPack] = {}
    for pack in StatutoryPack.objects.select_related("calendar").order_by("order", "code", "version"):
        newest[pack.code] = pack
    return {code: _pack_row(pack) for code, pack in newest.items()}


def _pack_row(pack: StatutoryPack) -> Row:
    row: Row = {name: getattr(pack, name) for name in _PACK}
    for name in _DATES:
        row[name] = row[name].isoformat() if row[name] else None
    return row | {"calendar": pack.calendar.code if pack.calendar else None}


def _write_pack(code: str, row: Row, how: Writing) -> None:
    last = StatutoryPack.objects.filter(code=code).order_by("-version").first()
    pack = StatutoryPack(
        code=code,
        version=last.version + 1 if last else 1,
        created_at=how.at,
        created_by=how.by,
        reason=how.reason,
    )
    given: dict[str, Any] = {name: row[name] for name in _PACK if name in row}
    for name in _DATES:
        given[name] = date.fromisoformat(given[name]) if given.get(name) else None
    packs.check_whole(pack, given, row.get("calendar"), how.at)
    pack.save()


SECTIONS = [
    Section(
        "calendars",
        gettext_lazy("Calendars"),
        frozenset({*NAMES, *_VERSION}),
        _calendars,
        _write_calendar,
    ),
    Section(
        "packs",
        gettext_lazy("Statutory packs"),
        frozenset({*_PACK, "calendar"}),
        _packs,
        _write_pack,
    ),
]
