"""How often was a complaint resolved in time?"""

from django.utils.translation import gettext_lazy as _

from complaints.models import ClockKind
from reporting.metrics.attainment import LABELS, due, parts
from reporting.metrics.basis import Figure

RESOLUTION = Figure(
    key="resolution",
    label=_("Resolved in time"),
    basis=_("by due date in the period"),
    base=due(ClockKind.RESOLUTION),
    parts=parts,
    labels=dict(LABELS),
    rate=("met", ("met", "breached")),
)
