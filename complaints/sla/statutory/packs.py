"""Change statutory packs. Every change is a new version with a reason; running clocks keep theirs."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.models import ALWAYS_CODE, Calendar, PackReceipt, PackUnit, StatutoryPack
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.sla.calendars.checks import check_zone
from complaints.sla.policies.conditions import DOMAIN
from complaints.sla.statutory import duty
from complaints.terms.errors import MissingDetail, Problems, RoleMayNot, StaleVersion
from complaints.terms.input import clean_text
from complaints.workdays.working_time import NoWorkingTime

CONTENT = (
    *("name_en", "name_zh", "name_hant", "order", "match", "unit", "length", "timezone", "calendar_id"),
    *("receipt", "to_open_day", "holding_day", "extensions", "clauses", "effective_from", "effective_to"),
)
"""The columns that make up what a version says."""
LONGEST = {
    PackUnit.CALENDAR_DAYS: 400,
    PackUnit.BUSINESS_DAYS: 250,
    PackUnit.WEEKS: 57,
    PackUnit.MONTHS: 13,
}
LANGUAGES = ("en", "zh", "hant")
MAX_NAME, MAX_CLAUSES, MAX_CLAUSE, MAX_STEPS, MAX_ORDER = 120, 10, 500, 10, 99
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
_STEP = re.compile(r"([0-9]{1,3})(?:\s*[x×*]\s*([0-9]))?")
_BETWEEN = re.compile(r"[,;，；、]")


def versions(code: str) -> list[StatutoryPack]:
    """Return the versions of a pack, newest first."""
    found = StatutoryPack.objects.filter(code=code).select_related("calendar", "created_by")
    return list(found.order_by("-version"))


def save(
    code: str | None, given: Mapping[str, Any], *, seen: int | None, reason: str, by: Actor, at: datetime
) -> StatutoryPack:
    """Save a new version of a pack, or a new pack if `code` is None, for complaints received from now on.

    `given` has the columns of CONTENT, except that `calendar` is a code, `extensions` a text such as “15, 30
    × 2”, and `clauses_en`, `clauses_zh` and `clauses_hant` have one clause on each line; for a new pack also
    `code`. Raises RoleMayNot for anybody but managers, StaleVersion if `seen` is not the newest version, and
    MissingDetail.
    """
    if by.role not in duties.EDIT_RULES:
        raise RoleMayNot(_("Only managers can change statutory packs."))
    before = next(iter(versions(code)), None) if code else None
    if code and (before is None or before.version != seen):
        raise _stale()
    problems = Problems()
    pack = StatutoryPack(
        code=code or _new_code(problems, given.get("code")),
        version=before.version + 1 if before else 1,
        created_at=at,
        created_by=by.user,
    )
    _take(pack, given, problems)
    pack.reason = clean_text(problems, "reason", reason, limit=300, required=True)
    if not problems.errors:
        _check_countable(problems, pack, at)
    problems.check()
    if before is not None and _says(pack) == _says(before):
        raise MissingDetail({"content": [_("Nothing is different from the version in force.")]})
    try:
        with transaction.atomic():
            pack.save(force_insert=True)
    except IntegrityError:
        raise _stale() from None
    return pack


def _stale() -> StaleVersion:
    return StaleVersion(_("Somebody changed this pack while you were working on it."))


def _says(pack: StatutoryPack) -> list[Any]:
    return [getattr(pack, name) for name in CONTENT]


def _new_code(problems: Problems, given: object) -> str:
    code = clean_text(problems, "code", given, limit=20, required=True).upper()
    if code and not _CODE.fullmatch(code):
        problems.add("code", _("Use only letters from A to Z, digits and dashes."))
    elif StatutoryPack.objects.filter(code=code).exists():
        problems.add("code", _("There is already a pack with this code."))
    return code


def _take(pack: StatutoryPack, given: Mapping[str, Any], problems: Problems) -> None:
    """Set the given values on the pack, and note what is wrong with them by field."""
    for name in ("name_en", "name_zh", "name_hant"):
        text = clean_text(problems, name, given.get(name), limit=MAX_NAME, required=name != "name_hant")
        setattr(pack, name, text)
    pack.order = _number(problems, "order", given.get("order"), MAX_ORDER)
    pack.match = _match(problems, given.get("match") or {})
    unit = str(given.get("unit") or "")
    if unit not in PackUnit.values:
        problems.add("unit", _("Choose one of the values offered."))
        unit = ""
    pack.unit = unit
    pack.timezone = check_zone(problems, "timezone", str(given.get("timezone") or ""))
    _take_time(pack, given, problems)
    pack.clauses = _clauses(problems, given) if unit else []
    pack.effective_from, pack.effective_to = given.get("effective_from"), given.get("effective_to")
    if pack.effective_from and pack.effective_to and pack.effective_to < pack.effective_from:
        problems.add("effective_to", _("This is before the first day."))


def _take_time(pack: StatutoryPack, given: Mapping[str, Any], problems: Problems) -> None:
    """Set length, calendar, holding day and extensions. A pack without a deadline has none of them."""
    pack.receipt = str(given.get("receipt") or PackReceipt.RECEIPT)
    problems.one_of("receipt", pack.receipt, PackReceipt.values)
    pack.to_open_day = bool(given.get("to_open_day")) and bool(pack.unit)
    if not pack.unit:
        pack.length, pack.calendar, pack.holding_day, pack.extensions = None, None, None, []
        return
    unit = PackUnit(pack.unit)
    pack.length = _number(problems, "length", given.get("length"), LONGEST[unit])
    pack.calendar = _calendar(problems, str(given.get("calendar") or ""))
    needed = unit == PackUnit.BUSINESS_DAYS or pack.receipt != PackReceipt.RECEIPT or pack.to_open_day
    if needed and pack.calendar is None and "calendar" not in problems.errors:
        problems.add("calendar", _("Choose the calendar that gives the business days."))
    pack.holding_day = None
    if given.get("holding_day") is not None:
        most = LONGEST[unit] if "length" in problems.errors else pack.length
        pack.holding_day = _number(problems, "holding_day", given["holding_day"], most)
    pack.extensions = _extensions(problems, str(given.get("extensions") or ""), LONGEST[unit])


def _number(problems: Problems, field: str, given: object, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= max(most, 1):
        problems.add(field, _("Enter a whole number from 1 to %(most)d.") % {"most": max(most, 1)})
        return 1
    return given


def _match(problems: Problems, match: Mapping[str, Any]) -> dict[str, object]:
    for field, value in match.items():
        if field not in duty.MATCHED_ON or value not in DOMAIN[field]:
            name = field if field in duty.MATCHED_ON else "match"
            problems.add(name, _("Choose one of the values offered."))
    return {field: match[field] for field in duty.MATCHED_ON if field in match}


def _calendar(problems: Problems, code: str) -> Calendar | None:
    found = Calendar.objects.filter(code=code).exclude(code=ALWAYS_CODE).first() if code else None
    if code and found is None:
        problems.add("calendar", _("Choose a calendar."))
    return found


def _extensions(problems: Problems, text: str, most: int) -> list[list[int]]:
    """Return a text such as “15, 30 × 2” as [[15, 1], [30, 2]]; note a problem if it cannot be read."""
    found: list[list[int]] = []
    for word in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        step = _STEP.fullmatch(word)
        more, times = (int(step[1]), int(step[2] or 1)) if step else (0, 0)
        if not 1 <= more <= most or times < 1:
            problems.add("extensions", _("Enter extensions such as 15, 30 or 15 × 2."))
            return []
        found.append([more, times])
    if len(found) > MAX_STEPS:
        problems.add("extensions", _("At most %(most)d extensions.") % {"most": MAX_STEPS})
    return found


def _clauses(problems: Problems, given: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the clauses line by line, each as {language: text} for the languages in which it is given."""
    lines: dict[str, list[str]] = {}
    for language in LANGUAGES:
        text = clean_text(problems, f"clauses_{language}", given.get(f"clauses_{language}") or "")
        lines[language] = [line.strip() for line in text.splitlines() if line.strip()]
        if any(len(line) > MAX_CLAUSE for line in lines[language]):
            text = _("A clause is longer than %(limit)d characters.")
            problems.add(f"clauses_{language}", text % {"limit": MAX_CLAUSE})
    number = max(map(len, lines.values()))
    if number > MAX_CLAUSES:
        problems.add("clauses_en", _("At most %(most)d clauses.") % {"most": MAX_CLAUSES})
    for language, own in lines.items():
        if own and len(own) != number:
            text = _("Enter as many lines as in the other languages: each line is the same clause.")
            problems.add(f"clauses_{language}", text)
    return [
        {language: own[place] for language, own in lines.items() if place < len(own)}
        for place in range(number)
    ]


def check_whole(pack: StatutoryPack, columns: Mapping[str, Any], calendar: str | None, at: datetime) -> None:
    """Set columns on a pack in their stored form, and check them as `save` does. Raises MissingDetail.

    `columns` are those of CONTENT, with lists and dates; `calendar` is a code or None.
    """
    texts = {
        "extensions": ", ".join(f"{more} × {times}" for more, times in columns.get("extensions") or []),
        "calendar": calendar,
    }
    clauses = columns.get("clauses") or []
    for language in LANGUAGES:
        texts[f"clauses_{language}"] = "\n".join(clause[language] for clause in clauses if language in clause)
    problems = Problems()
    if not _CODE.fullmatch(pack.code):
        problems.add("code", _("Use only letters from A to Z, digits and dashes."))
    _take(pack, {**columns, **texts}, problems)
    if not problems.errors:
        _check_countable(problems, pack, at)
    problems.check()


def _check_countable(problems: Problems, pack: StatutoryPack, at: datetime) -> None:
    """Note a problem if a complaint received now would have no deadline, with or without the extensions."""
    if not pack.unit:
        return
    try:
        length = (pack.length or 0) + sum(pack.steps)
        duty.count(pack, at, duty.calendar_of(pack), length)
    except (NoWorkingTime, OverflowError, ValueError):
        problems.add("length", _("This calendar does not have enough business days to calculate a deadline."))
