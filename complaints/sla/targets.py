"""Which policy rule applies to a complaint, and what it grants (docs/clocks.md, "Policy")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from complaints.models import CalendarVersion, ClockKind, Complaint, Policy, PolicyRule
from complaints.rows import lookups
from complaints.rows.bulk import related
from complaints.terms.errors import NotSetUp
from complaints.terms.stages import Channel, Flag

DEFAULT_WARN = (50, 75, 90)
LATER_ROUND_FACTOR = 0.5
"""The share of the policy's minutes in round 2 and later (lifecycle.md, "Second handling")."""
HALVED_IN_LATER_ROUNDS = frozenset({ClockKind.RESOLUTION, ClockKind.UPDATE, ClockKind.PICKUP})

_HOUR, _ALWAYS = 60, "ALWAYS"
FIXED: dict[str, tuple[int, str]] = {
    ClockKind.CALLBACK_OUTCOME: (48 * _HOUR, _ALWAYS),
    ClockKind.CALLBACK_NOTICE: (72 * _HOUR, _ALWAYS),
    ClockKind.MAKE_GOOD: (48 * _HOUR, _ALWAYS),
    ClockKind.CUSTOMER_WAIT: (7 * 24 * _HOUR, _ALWAYS),
    ClockKind.PROMISE: (24 * _HOUR, _ALWAYS),
    ClockKind.FLASH: (15, _ALWAYS),
}
"""Minutes and calendar code of the kinds that have a fixed time if the rule gives none."""
AT_RECEIPT = ("acknowledge", "first_response", "plan", "recovery", "update", "resolution", "pickup")
"""Columns of the policy whose clocks start when a complaint is received."""
LATER = (
    "reply",
    "approval",
    "callback",
    "callback_outcome",
    "callback_notice",
    "make_good",
    "customer_wait",
    "task",
    "flash",
)
"""Columns of the policy whose clocks start with something that happens later."""
POLICY_KINDS = (*AT_RECEIPT, *LATER)
TARGET_OF: dict[str, str] = {ClockKind.REPLY: ClockKind.FIRST_RESPONSE}
"""Kinds whose empty cell takes the time of another kind."""
KIND_WORDS: dict[str, Any] = dict(ClockKind.choices)


class NoPolicy(NotSetUp):
    """No policy is loaded, or none of its rules fits."""

    code = "no_policy"


class NoCalendar(NotSetUp):
    """A calendar by which a deadline is counted is missing."""

    code = "no_calendar"


@dataclass(frozen=True)
class Target:
    """What a rule grants a clock: an amount of working time in a version of a calendar."""

    duration: timedelta
    calendar: CalendarVersion
    rule: PolicyRule


def facts_of(complaint: Complaint) -> dict[str, object]:
    """Return the facts that rules are matched with.

    A complaint is external if it came by the regulator's channel or has the flag for an external authority.
    """
    external = complaint.channel == Channel.REGULATOR or (
        complaint.pk is not None
        and any(row.flag == Flag.EXTERNAL and row.cleared_at is None for row in related(complaint, "flags"))
    )
    return facts(
        severity=complaint.severity,
        channel=complaint.channel,
        segment=complaint.customer.segment,
        region=complaint.region,
        external=external,
    )


def facts(
    *, severity: str, channel: str, segment: str | None, region: str | None, external: bool
) -> dict[str, object]:
    """Return the facts that rules are matched with.

    `external` says whether the risk flag is set; complaints by the regulator's channel are external too.
    """
    return {
        "severity": severity,
        "channel": channel,
        "segment": segment,
        "region": region,
        "external_authority": external or channel == Channel.REGULATOR,
    }


@dataclass(frozen=True)
class Condition:
    """One condition of a rule, compared with a complaint."""

    field: str
    wanted: object
    found: object

    @property
    def holds(self) -> bool:
        return self.found == self.wanted


def conditions(match: Mapping[str, object], facts: Mapping[str, object]) -> list[Condition]:
    return [Condition(field, wanted, facts.get(field)) for field, wanted in match.items()]


def fits(match: Mapping[str, object], facts: Mapping[str, object]) -> bool:
    """Return True if every condition holds. No conditions fit everything."""
    return all(condition.holds for condition in conditions(match, facts))


def first_fitting(rules: Iterable[PolicyRule], facts: Mapping[str, object]) -> PolicyRule | None:
    return next((rule for rule in rules if fits(rule.match, facts)), None)


def policy_now() -> Policy | None:
    """Return the newest version of the policy, or None."""
    return Policy.objects.order_by("-version").first()


def matching_rule(complaint: Complaint) -> PolicyRule:
    """Return the first rule of the newest policy that fits the complaint. Raises NoPolicy if none does."""
    return rule_for(facts_of(complaint))


def rule_for(found: Mapping[str, object]) -> PolicyRule:
    """Return the first rule of the newest policy that fits these facts. Raises NoPolicy if none does."""
    policy, rules = lookups.once("policy", _table_now)
    if policy is None:
        raise NoPolicy(_("There is no SLA policy yet. A manager adds one under Settings → Policies."))
    rule = lookups.once(("rule", *found.values()), lambda: first_fitting(rules, found))
    if rule is None:
        text = _("No rule of the SLA policy fits. A manager adds a rule for everything else under Policies.")
        raise NoPolicy(text)
    return rule


def _table_now() -> tuple[Policy | None, list[PolicyRule]]:
    policy = policy_now()
    return policy, list(policy.rules.all()) if policy else []


def calendar_now(code: str) -> CalendarVersion:
    """Return the newest version of a calendar. Raises NoCalendar."""
    return lookups.once(("calendar", code), lambda: _newest(code))


def _newest(code: str) -> CalendarVersion:
    found = CalendarVersion.objects.filter(calendar__code=code).order_by("-version").first()
    if found is None:
        raise NoCalendar(_("The calendar %(code)s is missing. An administrator adds it.") % {"code": code})
    return found


def calendars_now() -> dict[str, CalendarVersion]:
    """Return the newest version of every calendar, by code."""
    newest = CalendarVersion.objects.filter(calendar=OuterRef("calendar")).order_by("-version")
    found = CalendarVersion.objects.filter(pk=Subquery(newest.values("pk")[:1])).select_related("calendar")
    return {version.calendar.code: version for version in found.order_by("calendar__code")}


def target_for(complaint: Complaint, kind: str, rule: PolicyRule | None = None) -> Target | None:
    """Return what the policy grants this kind of clock now, or None if such a clock does not start."""
    return granted(rule or matching_rule(complaint), kind, complaint.round)


def cell_of(cells: Mapping[str, Any], kind: str) -> Any:
    """Return the cell (minutes, calendar code) for this kind, else that of its `TARGET_OF` kind, or None."""
    return cells.get(kind) or cells.get(TARGET_OF.get(kind, kind))


def granted(
    rule: PolicyRule,
    kind: str,
    handling_round: int,
    calendars: Mapping[str, CalendarVersion] | None = None,
) -> Target | None:
    """Return what a rule grants this kind of clock in a round, or None.

    From round 2 on, some kinds get half the minutes, rounded up. `calendars` is what `calendars_now` returns.
    """
    cell = cell_of(rule.targets, kind) or FIXED.get(kind)
    if cell is None:
        return None
    minutes, code = cell
    if handling_round > 1 and kind in HALVED_IN_LATER_ROUNDS:
        minutes = ceil(minutes * LATER_ROUND_FACTOR)
    calendar = calendar_now(code) if calendars is None else calendars[code]
    return Target(timedelta(minutes=minutes), calendar, rule)
