"""Time zones come from the pinned package `tzdata`, never from the system, whose files may be years old.

Rules of zones change several times a year, often with a few weeks' notice. With the package they change only
with a release of Redress, and all processes and machines agree.
"""

import os
import zoneinfo

import tzdata

IANA_VERSION = tzdata.IANA_VERSION
"""The release of the IANA database that is in use, such as 2026f."""


def pin() -> None:
    """Make this process and those that it starts read zones from the package only."""
    os.environ["PYTHONTZPATH"] = ""
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
