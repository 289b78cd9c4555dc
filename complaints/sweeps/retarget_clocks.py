"""Which open clocks a recalculation looks at, and how one of them gets its new deadline."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Max, Q, QuerySet

from complaints.models import Clock, ClockKind, Effect, PolicyRule
from complaints.rows import lookups
from complaints.sla import firing, targets
from complaints.sla.retarget import adopt
from complaints.sla.statutory import recount


def on_older_versions(at: datetime) -> QuerySet[Clock]:
    """Return the live clocks, still in time, that use an older version of the policy or their calendar.

    Clocks of earlier rounds, tasks and other subjects are left out. Statutory clocks of any round are
    included if their pack's calendar decides the deadline.
    """
    calendars, ours = lookups.once("older", _older)
    on_time = Q(paused_since__isnull=False) | Q(due_at__gt=at)
    ours &= on_time & Q(subject_type="", rule__isnull=False, round=F("complaint__round"))
    laws = recount.countable(at) & calendars
    own = ours & ~Q(kind=ClockKind.STATUTORY)
    return Clock.objects.live().filter(own | laws, breached_at__isnull=True)


def _older() -> tuple[Q, Q]:
    """Return the filters for an older calendar, and for an older calendar or policy."""
    calendars = ~Q(calendar__in=[version.pk for version in targets.calendars_now().values()])
    return calendars, calendars | ~Q(rule__policy=targets.policy_now())


class Done(NamedTuple):
    """By clock id: the highest level fired, and for statutory clocks the number of extensions granted."""

    fired: Mapping[int, int]
    granted: Mapping[int, int]


def done_to(found: list[Clock]) -> Done:
    return Done(_fired(found), recount.granted_by_clock(found))


def adopted(clock: Clock, rule: PolicyRule, at: datetime, done: Done) -> bool:
    """Give the clock what the rule grants now, or a statutory clock the newest version of its calendar.

    Return False, with nothing changed, if the rule grants no such clock.
    """
    fired = firing.reached(clock, done.fired.get(clock.pk, 0))
    if clock.kind == ClockKind.STATUTORY:
        return recount.recount(clock, fired=fired, granted=done.granted.get(clock.pk, 0))
    if not targets.cell_of(rule.targets, clock.kind):
        return False
    target = lookups.once(
        ("granted", rule.pk, clock.kind, clock.round),
        lambda: targets.granted(rule, clock.kind, clock.round),
    )
    if target is None:
        return False
    adopt(clock, target, at, fired=fired)
    return True


def _fired(found: list[Clock]) -> dict[int, int]:
    """Return {clock id: the highest level it has fired}, 0 if none."""
    of = {clock.complaint_id for clock in found}
    rows = Effect.objects.filter(clock__complaint__in=of, clock__ended_as__isnull=True).order_by()
    return defaultdict(int, rows.values_list("clock").annotate(level=Max("level")))
