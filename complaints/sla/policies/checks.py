"""Check a rule of a policy, and the table of rules as a whole (docs/clocks.md, "Policy")."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import CalendarVersion, PolicyRule
from complaints.models.clock import BREACH_LEVEL
from complaints.sla import targets
from complaints.sla.policies.conditions import DOMAIN, cases, covered
from complaints.terms.errors import Problems
from complaints.terms.input import clean_text
from complaints.workdays.working_time import NoWorkingTime

LONGEST = timedelta(days=400)
MOST_WARNINGS = 5
MOST_RULES = 100
NAME_ROOM = 80


def take(rule: PolicyRule, given: Mapping[str, Any], problems: Problems, at: datetime) -> None:
    """Set the given values on the rule, and note what is wrong with them by field.

    `given` has name_en, name_zh, name_hant; match {field: value}; targets {kind: (minutes, calendar code)};
    escalate (bool); warn (a list of percentages).
    """
    for name, required in (("name_en", True), ("name_zh", True), ("name_hant", False)):
        text = clean_text(problems, name, given.get(name), limit=NAME_ROOM, required=required)
        setattr(rule, name, text)
    rule.match = _match(problems, given.get("match") or {})
    rule.targets = _targets(problems, given.get("targets") or {}, at)
    rule.escalate = bool(given.get("escalate"))
    rule.warn = _levels(problems, given.get("warn") or [])


def _match(problems: Problems, match: Mapping[str, Any]) -> dict[str, object]:
    for field in match.keys() - DOMAIN.keys():
        problems.add("match", _("A rule cannot ask for “%(field)s”.") % {"field": str(field)[:80]})
    for field in DOMAIN.keys() & match.keys():
        value = match[field]
        if not any(value == known and type(value) is type(known) for known in DOMAIN[field]):
            problems.add(field, _("Choose one of the values offered."))
    return {field: match[field] for field in DOMAIN if field in match}


def _targets(problems: Problems, cells: Mapping[str, Any], at: datetime) -> dict[str, list[Any]]:
    calendars = targets.calendars_now()
    for kind in cells.keys() - set(targets.POLICY_KINDS):
        problems.add("targets", _("There is no clock of the kind “%(kind)s”.") % {"kind": str(kind)[:80]})
    found: dict[str, list[Any]] = {}
    for kind in targets.POLICY_KINDS:
        if kind in cells:
            minutes, code = cells[kind]
            _check_target(problems, kind, minutes, calendars.get(code), at)
            found[kind] = [minutes, code]
    if not found and "targets" not in problems.errors:
        problems.add("targets", _("Enter at least one deadline."))
    return found


def _check_target(
    problems: Problems, kind: str, minutes: object, calendar: CalendarVersion | None, at: datetime
) -> None:
    if calendar is None:
        problems.add(f"calendar.{kind}", _("Choose a calendar."))
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 1:
        problems.add(f"minutes.{kind}", _("Enter whole minutes, at least 1."))
    elif not _within_reason(timedelta(minutes=min(minutes, 2**31)), calendar, at):
        problems.add(f"minutes.{kind}", _("This is more than %(days)d days.") % {"days": LONGEST.days})


def _within_reason(duration: timedelta, calendar: CalendarVersion | None, at: datetime) -> bool:
    """Return True if a clock that started at `at` would be due within 400 days of elapsed time."""
    if duration > LONGEST:
        return False
    try:
        return calendar is None or calendar.working.add(at, duration) - at <= LONGEST
    except NoWorkingTime:
        return False


def _levels(problems: Problems, given: Sequence[Any]) -> list[int]:
    """Return the percentages sorted; note a problem unless they are distinct whole numbers from 1 to 99."""
    levels = [int(word) for word in map(str, given) if word.isascii() and word.isdigit() and len(word) <= 2]
    if len(levels) != len(given) or any(not 1 <= level < BREACH_LEVEL for level in levels):
        problems.add("warn", _("Enter whole percentages from 1 to 99, such as 50, 75, 90."))
    elif len(set(levels)) != len(levels):
        problems.add("warn", _("A percentage appears twice."))
    elif len(levels) > MOST_WARNINGS:
        problems.add("warn", _("At most %(most)d warnings.") % {"most": MOST_WARNINGS})
    return sorted(levels)


def check_table(problems: Problems, table: Sequence[PolicyRule]) -> None:
    """Note a problem unless every rule can be reached and one rule covers everything else.

    The rule for everything else may stay even if the rules above it match every case, because the fields may
    get new values later.
    """
    if len(table) > MOST_RULES:
        problems.add("match", _("There can be at most %(most)d rules.") % {"most": MOST_RULES})
        return
    left = frozenset(range(len(cases())))
    for place, rule in enumerate(table, start=1):
        own = covered(rule.match)
        if not own & left and not _is_only_catch_all(rule, table):
            problems.add("match", _never(place, rule, table))
        left -= own
    if all(rule.match for rule in table):
        problems.add("match", _("The last rule must have no conditions, so that it covers everything else."))


def _is_only_catch_all(rule: PolicyRule, table: Sequence[PolicyRule]) -> bool:
    return rule is table[-1] and [other for other in table if not other.match] == [rule]


def _never(place: int, rule: PolicyRule, table: Sequence[PolicyRule]) -> str:
    """Return a text that names the rules above which together take everything that fits this one."""
    own = covered(rule.match)
    if not own:
        return _("Rule %(place)d, “%(name)s”, fits no complaint: its conditions exclude each other.") % {
            "place": place,
            "name": rule.name,
        }
    takers: list[str] = []
    for number, above in enumerate(table[: place - 1], start=1):
        if own & covered(above.match):
            takers.append(f"{number} “{above.name}”")
            own -= covered(above.match)
    text = _(
        "Rule %(place)d, “%(name)s”, would never be reached. Rules above take all that fits it: %(takers)s."
    )
    return text % {"place": place, "name": rule.name, "takers": ", ".join(takers)}
