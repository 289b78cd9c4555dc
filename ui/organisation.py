"""The organisation's name, language, time zone and currency, wherever they are stored.

This module reads no database rows: an app above passes in a function that does (`take_from`). Until then the
values are those of the server's environment.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from django.conf import settings

SECONDS_KEPT = 5
"""After a change, another process shows the old values for at most this many seconds."""


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
    """Drop the stored values after a change, so that the next reader gets the new ones."""
    global _kept
    _kept = None


def keep(values: Organisation) -> None:
    """Use these values until `forget` is called, for tests that must not read the database."""
    global _kept
    _kept = (values, inf)
