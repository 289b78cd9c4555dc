"""Try the policy: which rule applies to a complaint, and every moment that follows. Nothing is written.

Rules, targets, calendars and firings come from the functions that also start and fire real clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import Team
from accounts.roles import TOP_TIER, next_tier
from complaints.models import (
    ALWAYS_CODE,
    BreachEscalation,
    CalendarVersion,
    Clock,
    ClockKind,
    Complaint,
    Handling,
    PolicyRule,
    StatutoryPack,
)
from complaints.models.clock import BREACH_LEVEL, CUSTOMERS_OWN, ESCALATING
from complaints.sla import targets
from complaints.sla.calendars.days import beyond_loaded
from complaints.sla.firing import Firing, next_firing
from complaints.sla.statutory import duty
from complaints.terms.stages import ESCALATING_STAGES, Stage
from complaints.triage import routing


@dataclass(frozen=True)
class Case:
    """The complaint to try: `facts` as in `targets.facts_of`, and the moment at which its clocks start.

    `stage`, `tier`, `category` and `has_escalated` decide what a breach does. For an invented complaint they
    have the values that a complaint has in intake.
    """

    facts: Mapping[str, object]
    started_at: datetime
    round: int = 1
    stage: str = Stage.INTAKE
    tier: int = 1
    category: str = ""
    has_escalated: bool = False
    received_at: datetime | None = None
    """The receipt, if that is not `started_at`, as in later rounds."""
    authority_due_at: datetime | None = None


@dataclass(frozen=True)
class Tried:
    """A rule with its conditions. `fits` is True for the rule that decides."""

    rule: PolicyRule
    conditions: list[targets.Condition]
    fits: bool


@dataclass(frozen=True)
class Breach:
    """What a missed deadline does apart from notices: `to_tier` if it escalates, or else `why_not`."""

    to_tier: int | None = None
    team: Team | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Promise:
    """One clock as the rule grants it.

    `own` is False if its time is the kind's default instead of the rule's.

    A statutory clock does not come from the rule but from `pack`, or from an authority if that is None.
    """

    kind: str
    starts_at_receipt: bool
    own: bool
    duration: timedelta
    calendar: CalendarVersion
    started_at: datetime
    due_at: datetime
    warnings: list[Firing]
    after: list[Firing]
    breach: Breach
    pack: StatutoryPack | None = None
    day_zero: date | None = None

    @property
    def kind_name(self) -> str:
        return str(targets.KIND_WORDS[self.kind])

    @property
    def beyond_holidays(self) -> bool:
        """Return True if the deadline lies beyond the calendar's loaded holidays."""
        return beyond_loaded(self.calendar, self.due_at)


@dataclass(frozen=True)
class Simulation:
    """The result: the rules tried from the top to the one that decides (`rule`, None if none does).

    `promises` are the clocks that it grants, `absent` the names of those that do not start.
    """

    case: Case
    tried: list[Tried]
    rule: PolicyRule | None
    promises: list[Promise] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def case_of(complaint: Complaint) -> Case:
    """Return a real complaint as it is now. In later rounds its clocks run from the start of the round."""
    start = complaint.received_at
    if complaint.round > 1:
        start = Handling.objects.get(complaint=complaint, round=complaint.round).started_at
    return Case(
        facts=targets.facts_of(complaint),
        started_at=start,
        round=complaint.round,
        stage=complaint.stage,
        tier=complaint.tier,
        category=complaint.category.code,
        has_escalated=BreachEscalation.objects.filter(complaint=complaint, round=complaint.round).exists(),
        received_at=complaint.received_at,
        authority_due_at=complaint.authority_due_at,
    )


def simulate(case: Case, rules: Sequence[PolicyRule]) -> Simulation:
    """Compare the rules with the case from the top, and return what the first that fits grants."""
    tried: list[Tried] = []
    rule = targets.first_fitting(rules, case.facts)
    for each in rules:
        tried.append(Tried(each, targets.conditions(each.match, case.facts), each is rule))
        if each is rule:
            break
    if rule is None:
        return Simulation(case, tried, None)
    calendars = targets.calendars_now()
    promises = [
        found for kind in targets.POLICY_KINDS if (found := _promise(case, rule, kind, calendars)) is not None
    ]
    promises += _statutory(case, rule)
    granted = {promise.kind for promise in promises}
    absent = [str(targets.KIND_WORDS[kind]) for kind in _kinds(case) if kind not in granted]
    return Simulation(case, tried, rule, promises, absent)


def _kinds(case: Case) -> list[str]:
    """Return the kinds that can start.

    Of those that start at receipt, later rounds start only the halved ones.
    """
    at_start = (
        targets.AT_RECEIPT
        if case.round == 1
        else [kind for kind in targets.AT_RECEIPT if kind in targets.HALVED_IN_LATER_ROUNDS]
    )
    return [*at_start, *targets.LATER]


def _promise(
    case: Case, rule: PolicyRule, kind: str, calendars: Mapping[str, CalendarVersion]
) -> Promise | None:
    target = targets.granted(rule, kind, case.round, calendars) if kind in _kinds(case) else None
    if target is None:
        return None
    due = target.calendar.working.add(case.started_at, target.duration)
    clock = Clock(
        kind=kind,
        round=case.round,
        target_seconds=int(target.duration.total_seconds()),
        calendar=target.calendar,
        rule=rule,
        started_at=case.started_at,
        due_at=due,
        original_due_at=due,
    )
    firings = list(_firings(clock))
    return Promise(
        kind=kind,
        starts_at_receipt=kind in targets.AT_RECEIPT,
        own=bool(rule.targets.get(kind)),
        duration=target.duration,
        calendar=target.calendar,
        started_at=case.started_at,
        due_at=due,
        warnings=[firing for firing in firings if firing.level < BREACH_LEVEL],
        after=[firing for firing in firings if firing.level > BREACH_LEVEL],
        breach=_breach(case, rule, kind),
    )


def _statutory(case: Case, rule: PolicyRule) -> list[Promise]:
    """Return the statutory clocks: that of the pack that fits, and that of a deadline set by an authority."""
    received, found = case.received_at or case.started_at, []
    pack = duty.pack_for(case.facts, received)
    if pack is not None and pack.unit:
        calendar = duty.calendar_of(pack)
        counted = duty.count(pack, received, calendar)
        found.append(_demanded(rule, received, counted.due_at, calendar, pack, counted.day_zero))
    if case.authority_due_at:
        always = targets.calendar_now(ALWAYS_CODE)
        found.append(_demanded(rule, received, case.authority_due_at, always))
    return found


def _demanded(
    rule: PolicyRule,
    received: datetime,
    due: datetime,
    calendar: CalendarVersion,
    pack: StatutoryPack | None = None,
    day_zero: date | None = None,
) -> Promise:
    clock = duty.prepared(received, due, calendar, rule)
    firings = list(_firings(clock))
    return Promise(
        kind=clock.kind,
        starts_at_receipt=True,
        own=True,
        duration=timedelta(seconds=clock.target_seconds),
        calendar=calendar,
        started_at=received,
        due_at=due,
        warnings=[firing for firing in firings if firing.level < BREACH_LEVEL],
        after=[firing for firing in firings if firing.level > BREACH_LEVEL],
        breach=Breach(why_not="law"),
        pack=pack,
        day_zero=day_zero,
    )


def _firings(clock: Clock) -> list[Firing]:
    """Return every level of the clock in order, as the sweep would come to them."""
    found: list[Firing] = []
    while (firing := next_firing(clock, found[-1].level if found else 0)) is not None:
        found.append(firing)
    return found


def _breach(case: Case, rule: PolicyRule, kind: str) -> Breach:
    """Return what a breach does (lifecycle.md, "Escalation by a missed deadline")."""
    if kind in CUSTOMERS_OWN:
        return Breach(why_not="customers_own")
    if kind == ClockKind.APPROVAL:
        return Breach(why_not="climbs")
    if kind not in ESCALATING:
        return Breach(why_not="kind")
    if not rule.escalate:
        return Breach(why_not="rule")
    if case.stage not in ESCALATING_STAGES:
        return Breach(why_not="stage")
    if case.tier >= TOP_TIER:
        return Breach(why_not="top")
    if case.has_escalated:
        return Breach(why_not="once")
    tier = next_tier(case.tier)
    return Breach(tier, _team(case, tier))


def _team(case: Case, tier: int) -> Team | None:
    """Return the team to which routing would send it, or None without a category or a matching rule."""
    if not case.category:
        return None
    region = case.facts.get("region")
    try:
        return routing.team_for(
            tier,
            channel=str(case.facts["channel"]),
            category_code=case.category,
            region=str(region) if region else None,
        )
    except routing.NoRoute:
        return None
