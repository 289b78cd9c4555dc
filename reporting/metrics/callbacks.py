"""How many customers were called within 24 hours of the resolution? (docs/metrics.md)"""

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from complaints.models import Callback, CallbackAttempt, Complaint
from reporting.metrics.basis import NOT_COUNTED, Figure
from reporting.period import Period


def base(seen: QuerySet[Complaint], period: Period) -> QuerySet[Callback]:
    """Return callbacks by due date, with the moment of the first attempt as `first_at`."""
    first = CallbackAttempt.objects.filter(callback=OuterRef("pk")).order_by("at").values("at")[:1]
    counted = seen.filter(Q(outcome__isnull=True) | ~NOT_COUNTED)
    return Callback.objects.filter(
        handling__complaint__in=counted, due_at__gte=period.start, due_at__lt=period.end
    ).annotate(first_at=Subquery(first))


def parts(at: datetime) -> dict[str, Q]:
    untried = Q(first_at__isnull=True, due_at__lte=at)
    return {
        "in_time": Q(first_at__lte=F("due_at")),
        "late": Q(first_at__gt=F("due_at")) | untried,
    }


CALLBACKS = Figure(
    key="callbacks",
    label=_("Called back within 24 h"),
    basis=_("first attempt, by due date in the period"),
    base=base,
    parts=parts,
    labels={"in_time": _("in time"), "late": _("late")},
    rate=("in_time", ("in_time", "late")),
)
