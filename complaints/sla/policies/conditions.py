"""The conditions of policy rules: five fields with few values each, so every combination can be listed."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.sla import targets
from complaints.terms.stages import Channel, Region, Segment, Severity

DOMAIN: dict[str, tuple[object, ...]] = {
    "severity": tuple(Severity.values),
    "channel": tuple(Channel.values),
    "segment": (*Segment.values, None),
    "region": (*Region.values, None),
    "external_authority": (True, False),
}
"""The fields, named as in `targets.facts_of`, with every value that each can have."""
FIELD_WORDS = {
    "severity": gettext_lazy("Severity"),
    "channel": gettext_lazy("Channel"),
    "segment": gettext_lazy("Customer value"),
    "region": gettext_lazy("Region"),
    "external_authority": gettext_lazy("External authority"),
}
_WORDS = {
    "severity": dict(Severity.choices),
    "channel": dict(Channel.choices),
    "segment": dict(Segment.choices),
    "region": dict(Region.choices),
}


def value_words(field: str, value: object) -> str:
    """Return a value in the reader's language; an unknown one is returned as it is."""
    if isinstance(value, bool):
        return pgettext("condition", "yes") if value else pgettext("condition", "no")
    if value is None:
        return _("not known")
    return str(_WORDS.get(field, {}).get(str(value), value))


def in_words(match: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return (field, value) for each condition, in the reader's language."""
    return [(str(FIELD_WORDS.get(field, field)), value_words(field, value)) for field, value in match.items()]


@lru_cache(maxsize=1)
def cases() -> tuple[dict[str, object], ...]:
    """Return every combination of facts that rules can tell apart.

    What a regulator sends is always external.
    """
    found = (dict(zip(DOMAIN, values, strict=True)) for values in product(*DOMAIN.values()))
    return tuple(case for case in found if case["external_authority"] or case["channel"] != Channel.REGULATOR)


@lru_cache(maxsize=512)
def _covered(match: tuple[tuple[str, object], ...]) -> frozenset[int]:
    asked = dict(match)
    return frozenset(number for number, case in enumerate(cases()) if targets.fits(asked, case))


def covered(match: Mapping[str, object]) -> frozenset[int]:
    """Return the numbers of the `cases` that fit these conditions."""
    return _covered(tuple(sorted(match.items())))
