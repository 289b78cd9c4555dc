"""Read what the organisation has set, with what the server's environment says where it has set nothing."""

from dataclasses import replace

from complaints.models import OrganisationSettings
from ui import organisation
from ui.organisation import Organisation


def in_force() -> Organisation:
    row = OrganisationSettings.objects.filter(pk=OrganisationSettings.ONLY).first()
    given = organisation.of_environment()
    names = ("brand_name", "language", "time_zone", "currency")
    return replace(given, **{name: getattr(row, name) for name in names if row and getattr(row, name)})
