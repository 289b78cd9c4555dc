"""How the dates and windows of a working calendar are written as JSON, and read back.

Dates are written like "2026-10-01", times like "09:00" (seconds and six decimals may follow), windows as
pairs of times; "24:00" ends a day. Anything else raises ValueError, saying where it was found.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

Pair = tuple[time, time]

_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{6}))?)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def listed(value: Any, where: str) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    raise ValueError(f"{where}: expected a list")


def read_date(text: Any) -> date:
    # fromisoformat alone would accept other ISO forms too, but each date must have only one spelling.
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date like 2026-10-01")
    return date.fromisoformat(text)


def read_windows(value: Any, where: str) -> list[Pair]:
    result = []
    for window in listed(value, where):
        if len(listed(window, where)) != 2:
            raise ValueError(f'{where}: a window is a pair like ["09:00", "18:00"]')
        result.append((_read_time(window[0], where, end=False), _read_time(window[1], where, end=True)))
    return result


def _read_time(text: Any, where: str, *, end: bool) -> time:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    parts = [int(part or 0) for part in match.groups()] if match else [99]
    if end and parts == [24, 0, 0, 0]:
        return time(0, 0)
    if parts[0] > 23:
        raise ValueError(f"{where}: {text!r} is not a time like 09:00")
    hour, minute, second, micro = (*parts, 0, 0, 0)[:4]
    return time(hour, minute, second, micro)


def write_windows(windows: Iterable[Pair]) -> list[list[str]]:
    return [[edge.isoformat().removesuffix(":00" * (not edge.second)) for edge in pair] for pair in windows]
