"""How many complaints came in?"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reporting.metrics.basis import Figure, received


def parts(at: datetime) -> dict[str, Q]:
    return {"all": Q()}


VOLUME = Figure(
    key="volume",
    label=_("Complaints"),
    basis=_("received in the period"),
    base=received,
    parts=parts,
    labels={"all": _("received")},
)
