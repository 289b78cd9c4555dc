"""The words of invented complaints: the lines of the tables, with dates relative to the seeding."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

HERE = Path(__file__).parent
PHRASES: dict[str, dict[str, str]] = tomllib.loads((HERE / "cases_words.toml").read_text(encoding="utf-8"))
_DAY = re.compile(r"\{d(\d+)\}")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class Words:
    """One line of `cases_live.toml` or `cases_closed.toml`. The tables explain each field."""

    story: str
    channel: str
    subject: str
    demand: str
    text: str
    name: str = ""
    anonymous: str = ""
    lang: str = "zh-hans"
    region: str = "east"
    segment: str | None = None
    category: str | None = None
    gravity: str | None = None
    emotion: str | None = None
    loss: str = ""
    order: str = ""
    reference: str = ""
    flags: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    by: str = ""
    logged: str = ""
    ago: int = 0
    last: int = 1
    scene: str = ""
    statement: str = ""
    reasons: str = ""
    finding: str = "upheld"
    problem: str = "compensation"
    responsibility: str = "own"
    options: list[list[str]] = field(default_factory=list)
    second: list[list[str]] = field(default_factory=list)
    chosen: int = 1
    limit: str = ""
    task: str = ""
    task_due: int = 0
    improvement: str = ""
    explanation: str = ""
    reason: str = ""
    tried: str = ""
    ask: str = ""
    counter: str = ""
    question: str = ""
    evidence: str = ""
    proof: str = ""
    progress: str = ""
    answer: str = ""
    still_wrong: str = ""
    good: str = ""
    attribution: str = "setting"
    lesson: str = ""
    scores: list[int] = field(default_factory=lambda: [5, 5, 9])
    finally_: list[int] = field(default_factory=lambda: [5, 5, 8])

    def say(self, name: str, **values: str) -> str:
        """Return the case's own phrase of this name, else the usual one in the customer's language."""
        own = getattr(self, name, "")
        usual: str = PHRASES[self.lang].get(name, "")
        return own or usual.format_map({"subject": self.subject, "statement": self.statement, **values})


_NAMES = {entry.name for entry in fields(Words)}


def read(table: str, at: datetime) -> list[Words]:
    """Return the lines of a table.

    {d5} in a text becomes the date five days before `at`, in the language of the case.
    """
    lines: list[dict[str, Any]] = tomllib.loads((HERE / table).read_text(encoding="utf-8"))["case"]
    return [_words(line, at) for line in lines]


def _words(line: dict[str, Any], at: datetime) -> Words:
    line = {"finally_" if name == "finally" else name: value for name, value in line.items()}
    line.setdefault("scene", PHRASES[line.get("lang", "zh-hans")]["scene"])
    lang = line.get("lang", "zh-hans")
    dated: dict[str, Any] = {
        name: _dated(value, lang, at) if isinstance(value, str) else value
        for name, value in line.items()
        if name in _NAMES
    }
    if unknown := line.keys() - _NAMES:
        raise KeyError(f"{line['subject']}: unknown {sorted(unknown)}")
    return Words(**dated)


def _dated(text: str, lang: str, at: datetime) -> str:
    def day(match: re.Match[str]) -> str:
        moment = timezone.localtime(at) - timedelta(days=int(match[1]))
        return PHRASES[lang]["day"].format(
            day=moment.day, month=moment.month, month_name=_MONTHS[moment.month - 1]
        )

    return _DAY.sub(day, text)
