"""How many complaints moved up a tier? A higher tier given by routing at the start does not count."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Event
from reporting.metrics.basis import Figure, received
from reporting.period import Period

KINDS = ("escalated", "escalated_by_breach", "second_handling")


def base(seen: QuerySet[Complaint], period: Period) -> QuerySet[Complaint]:
    raised = Event.objects.filter(complaint=OuterRef("pk"), kind__in=KINDS, changed__has_key="tier")
    return received(seen, period).annotate(raised=Exists(raised))


def parts(at: datetime) -> dict[str, Q]:
    return {"escalated": Q(raised=True), "not_escalated": Q(raised=False)}


ESCALATIONS = Figure(
    key="escalations",
    label=_("Escalated"),
    basis=_("of complaints received in the period"),
    base=base,
    parts=parts,
    labels={"escalated": _("escalated"), "not_escalated": _("stayed on their tier")},
    rate=("escalated", ("escalated", "not_escalated")),
    high_is_good=False,
)
