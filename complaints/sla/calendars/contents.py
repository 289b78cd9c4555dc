"""The content of a file with dates after it was read, and the errors that were found in it."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.sla.calendars import checks
from complaints.sla.calendars.days import Day
from complaints.terms.errors import Problems

MAX_ENTRIES, MOST_ERRORS = 1_000, 10
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
CLOSED, BY_NAME, WORKED = "closed", "by_name", "worked"
MEANINGS = (
    (CLOSED, gettext_lazy("Closed days; entries named as working days are left out")),
    (BY_NAME, gettext_lazy("By their names: working days are worked, all others are closed")),
    (WORKED, gettext_lazy("All of them are working days")),
)
"""What the entries of an .ics file mean. The manager chooses, because the file does not say."""


class Ignored(NamedTuple):
    """An entry that is not read, and why."""

    where: str
    why: str


class Asked(NamedTuple):
    """A day off in only one part of the country. A person decides whether it counts."""

    day: Day
    why: str


@dataclass
class Contents:
    """The dates of a file in order, the ignored entries, and the days that a person must decide on."""

    days: dict[date, Day] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


class Errors:
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


def one_line(text: str) -> str:
    """Return the text as one line, cut to the greatest length of a name."""
    return _BLANKS.sub(" ", text).strip()[: checks.MAX_NAME]
