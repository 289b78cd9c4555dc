"""How many complaints are open now, and in which stage? This is a snapshot, so the period has no effect."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.terms.stages import Stage
from reporting.metrics.basis import Figure
from reporting.period import Period

STAGES = [stage for stage in Stage if stage != Stage.CLOSED]


def base(seen: QuerySet[Complaint], period: Period) -> QuerySet[Complaint]:
    return seen.exclude(stage=Stage.CLOSED)


def parts(at: datetime) -> dict[str, Q]:
    return {"all": Q()} | {stage.value: Q(stage=stage) for stage in STAGES}


BACKLOG = Figure(
    key="open",
    label=_("Open"),
    basis=_("open now"),
    base=base,
    parts=parts,
    labels={"all": _("open now")} | {stage.value: stage.label for stage in STAGES},
)
