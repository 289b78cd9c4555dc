"""Turn the cells of a table into the values that the HTTP interface takes."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from complaints.management.tables import BadFile

LANGUAGES = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "en": "en"}
LISTS = {"risk_flags", "about_staff"}
MOMENTS = {"received_at", "occurred_at", "authority_due_at", "closed_at"}
YES_NO = dict.fromkeys(("true", "yes", "y", "1", "是"), True) | dict.fromkeys(
    ("false", "no", "n", "0", "否"), False
)
_MONEY = re.compile(r"(?:[¥￥]|CNY|RMB)?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?)\s*元?", re.IGNORECASE)
_OFFSET = re.compile(r"\d(Z|[+-]\d{2}(:?\d{2})?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Manner:
    """How the table writes moments: the zone of those without an offset, and the format (None: ISO 8601)."""

    zone: ZoneInfo | None = None
    format: str = ""


def manner(zone: str | None, format_: str | None) -> Manner:
    """Return the manner that the options describe. Raises BadFile for an unknown zone or format."""
    try:
        found = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise BadFile(f"there is no time zone {zone!r}; write it like Asia/Shanghai") from problem
    if format_ and "%" not in format_:
        raise BadFile(f"{format_!r} is no date format; write it like %d.%m.%Y or '%m/%d/%Y %H:%M'")
    return Manner(found, format_ or "")


def value_of(target: str, text: str, how: Manner) -> Any:
    """Return the value of a field. An unreadable text is returned unchanged, so that the field refuses it."""
    if target in LISTS:
        return [word.strip() for word in text.split(";") if word.strip()]
    if target in MOMENTS:
        return _moment(text, how)
    if target == "language":
        return LANGUAGES.get(text.lower(), text.lower())
    if target == "confidential":
        return YES_NO.get(text.lower(), text)
    if target == "loss_amount":
        amount = _MONEY.fullmatch(text)
        return amount[1].replace(",", "") if amount else text
    if target == "id":
        return int(text) if text.isdigit() else text
    return text


def _moment(text: str, how: Manner) -> str:
    """Return a moment with its offset, or the text unchanged if it cannot be read or its zone is unknown."""
    try:
        moment = _read(text, how.format)
    except ValueError:
        return text
    if moment.tzinfo is None:
        if how.zone is None:
            return text
        moment = moment.replace(tzinfo=how.zone)
    return moment.isoformat()


def _read(text: str, form: str) -> datetime:
    return datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
