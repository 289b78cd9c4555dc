"""Were deadlines met? Clocks due in the period: met ÷ (met + breached) (docs/metrics.md)."""

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Clock, ClockEnd, ClockKind, Complaint
from reporting.metrics.basis import NOT_COUNTED, Base
from reporting.period import Period


def due(kind: ClockKind) -> Base:
    """Return the rows of a figure: clocks of this kind by due date, of complaints in the population."""

    def base(seen: QuerySet[Complaint], period: Period) -> QuerySet[Clock]:
        counted = seen.filter(Q(outcome__isnull=True) | ~NOT_COUNTED)
        return Clock.objects.filter(
            kind=kind, complaint__in=counted, due_at__gte=period.start, due_at__lt=period.end
        )

    return base


def parts(at: datetime) -> dict[str, Q]:
    """Return the parts "met" and "breached" of a figure of clocks.

    An open clock past its deadline counts as breached now; one that is not yet due counts in neither part.
    """
    running_late = Q(ended_as__isnull=True, paused_since__isnull=True, due_at__lte=at)
    met_late = Q(ended_as=ClockEnd.MET, stopped_at__gt=F("due_at"))
    return {
        "met": Q(ended_as=ClockEnd.MET, breached_at__isnull=True, stopped_at__lte=F("due_at")),
        "breached": Q(breached_at__isnull=False) | running_late | met_late,
    }


LABELS = {"met": _("met"), "breached": _("breached")}
