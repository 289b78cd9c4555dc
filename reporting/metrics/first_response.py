"""How often was the first reply in time?"""

from django.utils.translation import gettext_lazy as _

from complaints.models import ClockKind
from reporting.metrics.attainment import LABELS, due, parts
from reporting.metrics.basis import Figure

FIRST_RESPONSE = Figure(
    key="first-response",
    label=_("First reply in time"),
    basis=_("by due date in the period"),
    base=due(ClockKind.FIRST_RESPONSE),
    parts=parts,
    labels=dict(LABELS),
    rate=("met", ("met", "breached")),
)
