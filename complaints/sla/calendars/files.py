"""Read dates from files: .ics from any calendar program, and .csv with the columns date, kind, hours, name.

A file is accepted as a whole or not at all; each error names its line or entry.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from icalendar import Calendar as IcsCalendar

from complaints.models import DayKind, DaySource
from complaints.sla.calendars import checks, ics_events
from complaints.sla.calendars.days import Day
from complaints.sla.calendars.wording import windows_in_words
from complaints.terms.errors import Problems

MAX_BYTES, MAX_ENTRIES, MAX_ENTRY_DAYS, MOST_ERRORS = 256 * 1024, 1_000, 62, 10
COLUMNS = ("date", "kind", "hours", "name")
ONE_DAY = timedelta(days=1)

CLOSED, BY_NAME, WORKED = "closed", "by_name", "worked"
MEANINGS = (
    (CLOSED, gettext_lazy("Closed days; entries named as working days are left out")),
    (BY_NAME, gettext_lazy("By their names: working days are worked, all others are closed")),
    (WORKED, gettext_lazy("All of them are working days")),
)
"""What the entries of an .ics file mean. The manager chooses, because the file does not say."""
_WORKING_NAME = re.compile(r"班|补工|補工|\b(working|work ?day|make-?up)\b", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")


class Ignored(NamedTuple):
    """An entry that is not read, and why."""

    where: str
    why: str


@dataclass
class Contents:
    """The dates of a file in order, and the entries that were ignored."""

    days: dict[date, Day] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)


class _Errors:
    """Collects the errors of a file. `check` raises the first few, and says how many more there are."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, where: str, why: str) -> None:
        self.texts.append(_("%(where)s: %(why)s") % {"where": where, "why": why})

    def check(self) -> None:
        if not self.texts:
            return
        problems = Problems()
        for text in self.texts[:MOST_ERRORS]:
            problems.add("file", text)
        if (more := len(self.texts) - MOST_ERRORS) > 0:
            problems.add("file", ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
        problems.check()


def read_file(name: str, data: bytes, *, meaning: str, like: int | None, at: datetime) -> Contents:
    """Return the dates in a file.

    Raises MissingDetail on `file`, naming each line or entry that cannot be read.

    `meaning` (one of MEANINGS) and `like` (the weekday whose hours are worked) are for .ics only.
    """
    problems = Problems()
    ending = name.lower().rpartition(".")[2]
    if len(data) > MAX_BYTES:
        problems.add("file", _("This file is larger than %(limit)d kB.") % {"limit": MAX_BYTES // 1024})
    elif ending not in {"ics", "csv"}:
        problems.add("file", _("Choose a file that ends in .ics or .csv."))
    problems.check()
    text = _text(data)
    contents = read_csv(text, at) if ending == "csv" else read_ics(text, meaning=meaning, like=like, at=at)
    if not contents.days and not contents.ignored:
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
    errors, contents = _Errors(), Contents()
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


def _csv_rows(text: str, errors: _Errors) -> Iterator[tuple[int, dict[str, str]]]:
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


def _csv_day(row: dict[str, str], where: str, errors: _Errors, at: datetime) -> Day | None:
    problems, warnings = Problems(), list[str]()
    day = checks.check_date(problems, "date", row["date"], at)
    kind, hours, name = row["kind"].lower(), row["hours"], _name(row["name"])
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


# --- iCalendar ---
class _Entry(NamedTuple):
    where: str
    name: str
    first: date
    last: date


def read_ics(text: str, *, meaning: str, like: int | None, at: datetime) -> Contents:
    """Read the all-day entries.

    Those that have a time of day, repeat or are cancelled are listed as ignored.
    """
    errors, contents = _Errors(), Contents()
    for entry in _entries(text, errors, contents.ignored):
        kind = _kind(entry, meaning, contents.ignored)
        if kind is None:
            continue
        count = (entry.last - entry.first).days + 1
        if not (checks.near(entry.first.year, at) and checks.near(entry.last.year, at)):
            contents.ignored.append(Ignored(entry.where, checks.far_text(at)))
            continue
        worked = like if kind == DayKind.WORK_LIKE else None
        for day in (entry.first + n * ONE_DAY for n in range(count)):
            made = Day(day, kind, (), worked, entry.name, DaySource.IMPORTED)
            known = contents.days.setdefault(day, made)
            if known.kind != kind:
                errors.add(entry.where, _("%(date)s is both closed and worked in this file.") % {"date": day})
    errors.check()
    contents.days = dict(sorted(contents.days.items()))
    return contents


def _entries(text: str, errors: _Errors, ignored: list[Ignored]) -> Iterator[_Entry]:
    try:
        calendars: Sequence[Any] = IcsCalendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        errors.add(
            _("The file"), _("is not a valid iCalendar file (%(problem)s).") % {"problem": str(problem)[:80]}
        )
        return
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        errors.add(_("The file"), _("contains no calendar."))
        return
    events = [event for each in calendars for event in each.walk("VEVENT")]
    if len(events) > MAX_ENTRIES:
        errors.add(_("The file"), _("has more than %(limit)d entries.") % {"limit": MAX_ENTRIES})
        return
    for number, event in enumerate(events, start=1):
        summary = event.get("SUMMARY", "")
        name = _name(str(summary[0] if isinstance(summary, list) else summary))
        where = _("Entry %(number)d (%(name)s)") % {"number": number, "name": name or "–"}
        why = ics_events.why_ignored(event)
        if why:
            ignored.append(Ignored(where, why))
        else:
            yield from _dated(event, where, name, errors, ignored)


def _dated(event: Any, where: str, name: str, errors: _Errors, ignored: list[Ignored]) -> Iterator[_Entry]:
    """Yield the entry with its first and last day, if it is an all-day entry with valid dates."""
    start, end, length = (ics_events.value_of(event.get(key)) for key in ("DTSTART", "DTEND", "DURATION"))
    if isinstance(start, datetime):
        ignored.append(Ignored(where, _("it has a time of day; only all-day entries are read")))
        return
    last = ics_events.last_day(start, end, length) if isinstance(start, date) else None
    if last is None or not isinstance(start, date):
        errors.add(where, _("its dates cannot be read."))
    elif last < start:
        errors.add(where, _("it ends before it begins."))
    elif (last - start).days >= MAX_ENTRY_DAYS:
        errors.add(where, _("it is longer than %(limit)d days.") % {"limit": MAX_ENTRY_DAYS})
    else:
        yield _Entry(where, name, start, last)


def _kind(entry: _Entry, meaning: str, ignored: list[Ignored]) -> DayKind | None:
    named_working = bool(_WORKING_NAME.search(entry.name))
    if meaning == WORKED or (meaning == BY_NAME and named_working):
        return DayKind.WORK_LIKE
    if named_working:
        ignored.append(Ignored(entry.where, _("its name says that this is a working day")))
        return None
    return DayKind.CLOSED


def _name(text: str) -> str:
    """Return the text as one line, cut to the longest name."""
    return _BLANKS.sub(" ", text).strip()[: checks.MAX_NAME]
