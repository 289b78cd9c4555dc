"""Read the organisation's settings. A value that is not set comes from the server's environment."""

from dataclasses import replace

from complaints.models import OrganisationSettings
from ui import organisation
from ui.organisation import Organisation


def in_force() -> Organisation:
    row = OrganisationSettings.objects.filter(pk=OrganisationSettings.ONLY).first()
    given = organisation.of_environment()
    names = ("brand_name", "language", "time_zone", "currency")
    return replace(given, **{name: getattr(row, name) for name in names if row and getattr(row, name)})
