"""Shared by all figures: the population, a figure with its parts, and one way to count and list rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from complaints.models import Complaint
from complaints.terms.stages import Outcome
from reporting.period import Period

LEAST_N = 20
"""A rate with fewer cases than this is marked as not meaningful (docs/metrics.md, "House rules")."""
NOT_COUNTED = Q(outcome__in=[Outcome.OUT_OF_SCOPE, Outcome.DUPLICATE])
Base = Callable[[QuerySet[Complaint], Period], QuerySet[Any]]
Parts = Callable[[datetime], dict[str, Q]]


@dataclass(frozen=True)
class Figure:
    """One figure.

    `base` finds its rows and `parts` divides them; its number and its list both come from these.
    """

    key: str
    label: str | Promise
    basis: str | Promise
    base: Base
    parts: Parts
    labels: Mapping[str, str | Promise]
    rate: tuple[str, tuple[str, ...]] | None = None
    """(numerator part, denominator parts); None if the figure is not a rate."""
    high_is_good: bool = True

    def counts(self, seen: QuerySet[Complaint], period: Period, at: datetime) -> dict[str, int]:
        """Return how many rows each part has, in one query."""
        counted = {name: Count("pk", filter=where, distinct=True) for name, where in self.parts(at).items()}
        found: dict[str, int] = self.base(seen, period).aggregate(**counted)
        return found

    def rows(self, seen: QuerySet[Complaint], period: Period, at: datetime, part: str) -> QuerySet[Any]:
        """Return the rows that `counts` counted for this part."""
        return self.base(seen, period).filter(self.parts(at)[part]).distinct()


@dataclass(frozen=True)
class Value:
    """The numbers of a figure, ready to be shown."""

    figure: Figure
    counts: dict[str, int]

    @property
    def n(self) -> int:
        """The denominator of a rate; for other figures the number itself."""
        parts = self.figure.rate[1] if self.figure.rate else tuple(self.counts)[:1]
        return sum(self.counts[part] for part in parts)

    @property
    def percent(self) -> float | None:
        """The rate in percent, or None if the figure is not a rate or has no cases."""
        if self.figure.rate is None or not self.n:
            return None
        return 100 * self.counts[self.figure.rate[0]] / self.n

    @property
    def too_few(self) -> bool:
        return self.figure.rate is not None and self.n < LEAST_N

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [
            {"key": key, "label": self.figure.labels[key], "count": count}
            for key, count in self.counts.items()
        ]


def received(seen: QuerySet[Complaint], period: Period) -> QuerySet[Complaint]:
    """Return the received cohort: complaints that came in during the period, whatever happened later."""
    found = seen.filter(received_at__gte=period.start, received_at__lt=period.end)
    return found.filter(Q(outcome__isnull=True) | ~NOT_COUNTED)
