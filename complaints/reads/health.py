"""The state of the background work, for the readiness page and for Prometheus.

Every figure uses an index or looks at a limited time, so that reading it costs the same however many
complaints there are.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, F, Min
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from complaints.models import UNSENT, Clock, Effect, Outbox, OutboxState
from complaints.models.clock import BREACH_LEVEL
from complaints.sla import firing

WINDOW = timedelta(hours=24)
"""The period over which fired levels are counted."""
LATE = timedelta(seconds=60)
"""A level that fired this long after its time counts as late."""


def _level_kind(level: int) -> str:
    if level == BREACH_LEVEL:
        return "breach"
    return "warning" if level < BREACH_LEVEL else "after"


class Figures(Collector):
    """The figures at one moment. Each scrape makes a new instance."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield from self._clocks()
        yield from self._fired()
        yield from self._outbox()

    def _clocks(self) -> Iterator[Metric]:
        live = Clock.objects.live().count()
        due = Clock.objects.filter(firing.due_filter(self.at)).count()
        aside = Clock.objects.set_aside().count()
        yield _gauge(
            "redress_sweep_lag_seconds", "Age of the oldest due clock.", _seconds(firing.sweep_lag(self.at))
        )
        yield _gauge("redress_clocks_due", "Clocks with something to fire now.", due)
        yield _gauge(
            "redress_clocks_set_aside", "Clocks whose effects failed and that wait for a person.", aside
        )
        yield _gauge("redress_clocks_live", "Clocks neither met nor cancelled.", live)

    def _fired(self) -> Iterator[Metric]:
        """Yield how many warnings, breaches and later levels were fired, and how many of them too late."""
        fired = GaugeMetricFamily(
            "redress_fired_last_day", "Levels fired in the last 24 hours.", labels=["level", "effect"]
        )
        late = GaugeMetricFamily(
            "redress_fired_late_last_day",
            "Of these, noticed more than 60 s after their time.",
            labels=["level"],
        )
        noticed = Effect.objects.filter(noticed_at__gt=self.at - WINDOW, noticed_at__lte=self.at).order_by()
        counts = dict.fromkeys(
            ((level, kind) for level in ("warning", "breach", "after") for kind in Effect.Kind.values), 0
        )
        for level, kind, count in noticed.values_list("level", "kind").annotate(n=Count("pk")):
            counts[_level_kind(level), kind] += count
        for (level, kind), count in counts.items():
            fired.add_metric([level, kind], count)
        lates = dict.fromkeys(("warning", "breach", "after"), 0)
        too_late = noticed.filter(noticed_at__gt=F("at") + LATE)
        for level, count in too_late.values_list("level").annotate(n=Count("pk")):
            lates[_level_kind(level)] += count
        for name, count in lates.items():
            late.add_metric([name], count)
        yield fired
        yield late

    def _outbox(self) -> Iterator[Metric]:
        """Yield the messages by state.

        Failed ones are counted for a day, all others for as long as they exist.
        """
        rows = GaugeMetricFamily("redress_outbox_rows", "Messages by state.", labels=["state"])
        for state in UNSENT:
            found = Outbox.objects.filter(state=state)
            if state == OutboxState.FAILED:
                found = found.filter(created_at__gt=self.at - WINDOW)
            rows.add_metric([state.value], found.count())
        yield rows
        oldest = Outbox.objects.filter(state=OutboxState.QUEUED).aggregate(first=Min("created_at"))["first"]
        waiting = _seconds(self.at - oldest) if oldest else 0.0
        yield _gauge(
            "redress_outbox_oldest_seconds",
            "Age of the oldest waiting message, including quiet hours.",
            waiting,
        )


def _seconds(length: timedelta) -> float:
    return max(length.total_seconds(), 0.0)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
