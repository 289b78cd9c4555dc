"""Which policy rule applies to a complaint, and what it grants."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from complaints import lookups
from complaints.lifecycle.stages import Channel, Flag
from complaints.models import CalendarVersion, ClockKind, Complaint, Policy, PolicyRule

DEFAULT_WARN = (50, 75, 90)
LATER_ROUND_FACTOR = 0.5
"""Share of the policy's minutes in a second or later handling (lifecycle.md, "Second handling")."""
HALVED_IN_LATER_ROUNDS = frozenset({ClockKind.RESOLUTION, ClockKind.UPDATE, ClockKind.PICKUP})

_HOUR, _ALWAYS = 60, "ALWAYS"
FIXED: dict[ClockKind, tuple[int, str]] = {
    ClockKind.CALLBACK_OUTCOME: (48 * _HOUR, _ALWAYS),
    ClockKind.CALLBACK_NOTICE: (72 * _HOUR, _ALWAYS),
    ClockKind.MAKE_GOOD: (48 * _HOUR, _ALWAYS),
    ClockKind.CUSTOMER_WAIT: (7 * 24 * _HOUR, _ALWAYS),
    ClockKind.PROMISE: (24 * _HOUR, _ALWAYS),
}
"""Minutes and calendar of kinds that no policy table has a column for (sla.md, "Clocks")."""


class NoPolicy(LookupError):
    """No policy is loaded, or none of its rules matches and there is no rule for everything else."""


@dataclass(frozen=True)
class Target:
    """What a rule grants one clock: working time in a version of a calendar."""

    duration: timedelta
    calendar: CalendarVersion
    rule: PolicyRule


def facts_of(complaint: Complaint) -> dict[str, object]:
    """What rules are matched on (sla.md, "Policy")."""
    external = complaint.channel == Channel.REGULATOR or (
        complaint.pk is not None
        and any(row.flag == Flag.EXTERNAL and row.cleared_at is None for row in complaint.flags.all())
    )
    return {
        "severity": complaint.severity,
        "channel": complaint.channel,
        "segment": complaint.customer.segment,
        "region": complaint.region,
        "external_authority": external,
    }


def matching_rule(complaint: Complaint) -> PolicyRule:
    """The first rule of the newest policy whose every condition holds."""
    policy, rules = lookups.once("policy", _policy_now)
    if policy is None:
        raise NoPolicy("no SLA policy is loaded")
    facts = facts_of(complaint)
    for rule in rules:
        if all(facts.get(field) == value for field, value in rule.match.items()):
            return rule
    raise NoPolicy(f"no rule of policy {policy} matches {facts}")


def _policy_now() -> tuple[Policy | None, list[PolicyRule]]:
    policy = Policy.objects.order_by("-version").first()
    return policy, list(policy.rules.all()) if policy else []


def calendar_now(code: str) -> CalendarVersion:
    """The newest version of a calendar."""
    newest = CalendarVersion.objects.order_by("-version")
    return lookups.once(("calendar", code), lambda: newest.filter(calendar__code=code)[:1].get())


def target_for(complaint: Complaint, kind: str, rule: PolicyRule | None = None) -> Target | None:
    """What the complaint's policy grants this kind of clock now; None where it does not start."""
    rule = rule or matching_rule(complaint)
    cell = rule.targets.get(kind) or FIXED.get(ClockKind(kind))
    if cell is None:
        return None
    minutes, calendar_code = cell
    if complaint.round > 1 and kind in HALVED_IN_LATER_ROUNDS:
        minutes = ceil(minutes * LATER_ROUND_FACTOR)
    return Target(timedelta(minutes=minutes), calendar_now(calendar_code), rule)
