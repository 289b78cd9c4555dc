"""How much of the time were clocks paused while waiting for customers, by agent and by team?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Team, User
from complaints.models import CalendarVersion, Clock, ClockEnd, ClockKind, Complaint, Handling
from reporting.metrics.basis import LEAST_N, NOT_COUNTED
from reporting.period import Period


@dataclass(frozen=True)
class Stood:
    """The working time of `n` clocks from start to end, and for how much of it they were paused."""

    n: int = 0
    paused: timedelta = timedelta(0)
    total: timedelta = timedelta(0)

    def __add__(self, other: "Stood") -> "Stood":
        return Stood(self.n + other.n, self.paused + other.paused, self.total + other.total)

    @property
    def percent(self) -> float:
        return 100 * (self.paused / self.total) if self.total else 0.0

    @property
    def too_few(self) -> bool:
        return self.n < LEAST_N


@dataclass(frozen=True)
class Row:
    name: str
    stood: Stood


def base(seen: QuerySet[Complaint], period: Period) -> QuerySet[Clock]:
    """Return the resolution clocks that ended as met in the period, in time or late."""
    counted = seen.filter(Q(outcome__isnull=True) | ~NOT_COUNTED)
    return Clock.objects.filter(
        kind=ClockKind.RESOLUTION,
        ended_as=ClockEnd.MET,
        complaint__in=counted,
        stopped_at__gte=period.start,
        stopped_at__lt=period.end,
    )


def stood(clock: Clock) -> Stood:
    """Return the working time and the paused time of one clock that has ended."""
    assert clock.stopped_at is not None
    between, end = clock.calendar.working.between, clock.stopped_at
    paused = timedelta(0)
    for pause in clock.pauses.all():
        paused += between(pause.since, pause.until or end)
    return Stood(1, paused, between(clock.started_at, end))


def by_agent_and_team(seen: QuerySet[Complaint], period: Period) -> tuple[list[Row], list[Row]]:
    """Return the rows of agents and of teams, most paused first.

    A clock counts for whoever resolved the complaint in that round, and for the team that has the complaint
    now.
    """
    handlings = Handling.objects.only("complaint", "round", "resolved_by")
    found = list(
        base(seen, period)
        .select_related("complaint")
        .prefetch_related("pauses", Prefetch("complaint__handlings", queryset=handlings))
    )
    versions = CalendarVersion.objects.in_bulk({clock.calendar_id for clock in found})
    agents: defaultdict[int, Stood] = defaultdict(Stood)
    teams: defaultdict[int, Stood] = defaultdict(Stood)
    for clock in found:
        clock.calendar = versions[clock.calendar_id]
        share = stood(clock)
        teams[clock.complaint.team_id] += share
        if agent := _resolver(clock):
            agents[agent] += share
    people, named = User.objects.in_bulk(agents), Team.objects.in_bulk(teams)
    return (
        _most_first(Row(people[pk].display_name, share) for pk, share in agents.items()),
        _most_first(Row(named[pk].name, share) for pk, share in teams.items()),
    )


def _resolver(clock: Clock) -> int | None:
    own = (each for each in clock.complaint.handlings.all() if each.round == clock.round)
    return next((each.resolved_by_id for each in own), None)


def _most_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.stood.percent, row.name))
