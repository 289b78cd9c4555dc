"""What the organisation calls itself, speaks and counts in, wherever it is kept.

This module knows no rows: an app above says where the values come from. Until one does, they are those of the
server's environment.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from django.conf import settings

SECONDS_KEPT = 5
"""The longest that another process goes on showing values that were changed."""


@dataclass(frozen=True)
class Organisation:
    """`currency` is an ISO 4217 code, `time_zone` an IANA name, `language` one of settings.LANGUAGES.

    Customers of whom no language is known are written to in `language`.
    """

    brand_name: str
    language: str
    time_zone: str
    currency: str


def of_environment() -> Organisation:
    """Return what the environment of the server says."""
    return Organisation(
        settings.BRAND_NAME, settings.CUSTOMER_LANGUAGE, settings.TIME_ZONE, settings.CURRENCY
    )


_source: Callable[[], Organisation] = of_environment
_kept: tuple[Organisation, float] | None = None


def take_from(source: Callable[[], Organisation]) -> None:
    """Read the values from this function from now on."""
    global _source
    _source = source


def current() -> Organisation:
    """Return the values in force, read at most every few seconds."""
    global _kept
    if _kept is None or _kept[1] <= time.monotonic():
        _kept = (_source(), time.monotonic() + SECONDS_KEPT)
    return _kept[0]


def forget() -> None:
    """Read the values again when they are next asked for. Called when they were changed."""
    global _kept
    _kept = None


def keep(values: Organisation) -> None:
    """Keep these values until they are forgotten, for tests that must not read the database."""
    global _kept
    _kept = (values, inf)
