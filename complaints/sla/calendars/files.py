"""Read dates from files: .ics from any calendar program, and .csv with the columns date, kind, hours, name.

A file is accepted as a whole or not at all; each error names its line or entry.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from complaints.models import DayKind, DaySource
from complaints.sla.calendars import checks
from complaints.sla.calendars.contents import MAX_ENTRIES, Contents, Errors, one_line
from complaints.sla.calendars.days import Day
from complaints.sla.calendars.ics import read_ics
from complaints.sla.calendars.wording import windows_in_words
from complaints.terms.errors import Problems

MAX_BYTES = 256 * 1024
COLUMNS = ("date", "kind", "hours", "name")


def read_file(
    name: str,
    data: bytes,
    *,
    meaning: str,
    like: int | None,
    at: datetime,
    zone: ZoneInfo | None = None,
) -> Contents:
    """Return the dates in a file.

    Raises MissingDetail on `file`, naming each line or entry that cannot be read.

    `meaning` (one of MEANINGS), `like` (the weekday whose hours are worked) and `zone`, that of the calendar,
    are for .ics only.
    """
    problems = Problems()
    ending = name.lower().rpartition(".")[2]
    if len(data) > MAX_BYTES:
        problems.add("file", _("This file is larger than %(limit)d kB.") % {"limit": MAX_BYTES // 1024})
    elif ending not in {"ics", "csv"}:
        problems.add("file", _("Choose a file that ends in .ics or .csv."))
    problems.check()
    text = _text(data)
    contents = (
        read_csv(text, at)
        if ending == "csv"
        else read_ics(text, meaning=meaning, like=like, at=at, zone=zone)
    )
    if not (contents.days or contents.ignored or contents.asked):
        problems.add("file", _("There are no dates in this file."))
    problems.check()
    return contents


def _text(data: bytes) -> str:
    problems = Problems()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
        problems.add("file", _("This file is not UTF-8 text. Save it as “CSV UTF-8”."))
    if "\x00" in text:
        problems.add("file", _("This text has characters that cannot be stored."))
    problems.check()
    return text


# --- CSV ---
def read_csv(text: str, at: datetime) -> Contents:
    errors, contents = Errors(), Contents()
    seen: dict[date, int] = {}
    for line, row in _csv_rows(text, errors):
        where = _("Line %(number)d") % {"number": line}
        day = _csv_day(row, where, errors, at)
        if day is None:
            continue
        if day.date in seen:
            errors.add(where, _("this date is already on line %(number)d.") % {"number": seen[day.date]})
        seen.setdefault(day.date, line)
        contents.days[day.date] = day
    errors.check()
    return contents


def _csv_rows(text: str, errors: Errors) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, {column: cell}) for each line that is not blank."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if header is None:
                header = [cell.lower() for cell in cells]
                if sorted(header) != sorted(COLUMNS):
                    errors.add(_("Line 1"), _("the columns must be date, kind, hours, name."))
                    return
            elif len(cells) != len(header):
                errors.add(
                    _("Line %(number)d") % {"number": reader.line_num},
                    _("%(found)d columns instead of %(wanted)d.")
                    % {"found": len(cells), "wanted": len(header)},
                )
            elif reader.line_num > MAX_ENTRIES + 1:
                errors.add(_("The file"), _("has more than %(limit)d lines.") % {"limit": MAX_ENTRIES})
                return
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error:
        errors.add(_("Line %(number)d") % {"number": reader.line_num}, _("quotes or commas are wrong."))


def _csv_day(row: dict[str, str], where: str, errors: Errors, at: datetime) -> Day | None:
    problems, warnings = Problems(), list[str]()
    day = checks.check_date(problems, "date", row["date"], at)
    kind, hours, name = row["kind"].lower(), row["hours"], one_line(row["name"])
    windows: tuple[Any, ...] = ()
    like = None
    if kind == DayKind.HOURS:
        windows = checks.check_windows(problems, "hours", hours, label=where, warnings=warnings)
        if not windows and not problems.errors:
            problems.add("hours", _("The hours are missing."))
    elif kind == DayKind.WORK_LIKE:
        like = checks.read_weekday(hours)
        if like is None:
            problems.add("hours", _("Enter a weekday in the column hours, such as Monday."))
    elif kind != DayKind.CLOSED:
        problems.add("kind", _("The kind must be closed, hours or work_like."))
    elif hours:
        problems.add("hours", _("A closed day cannot have hours."))
    for texts in problems.errors.values():
        for text in texts:
            errors.add(where, text)
    if day is None or problems.errors:
        return None
    return Day(day, DayKind(kind), windows, like, name, DaySource.IMPORTED)


def write_csv(days: Iterable[Day]) -> str:
    """Write days in the form that `read_csv` reads.

    A preview passes them on to its confirmation in this form.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for day in days:
        hours = windows_in_words(day.windows) if day.like is None else str(day.like + 1)
        writer.writerow((day.date.isoformat(), day.kind.value, hours, day.name))
    return out.getvalue()
