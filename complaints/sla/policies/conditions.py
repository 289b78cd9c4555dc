"""What rules of a policy may ask for: five fields with few values each, so coverage can be counted out."""

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
"""Fields as `targets.facts_of` names them, and every value that each can have."""
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
    """A value as people read it; an unknown one as it stands."""
    if isinstance(value, bool):
        return pgettext("condition", "yes") if value else pgettext("condition", "no")
    if value is None:
        return _("not known")
    return str(_WORDS.get(field, {}).get(str(value), value))


def in_words(match: Mapping[str, object]) -> list[tuple[str, str]]:
    """(field, value) of each condition, in the reader's language."""
    return [(str(FIELD_WORDS.get(field, field)), value_words(field, value)) for field, value in match.items()]


@lru_cache(maxsize=1)
def cases() -> tuple[dict[str, object], ...]:
    """Every complaint that rules could tell from another. What a regulator sends is always external."""
    found = (dict(zip(DOMAIN, values, strict=True)) for values in product(*DOMAIN.values()))
    return tuple(case for case in found if case["external_authority"] or case["channel"] != Channel.REGULATOR)


@lru_cache(maxsize=512)
def _covered(match: tuple[tuple[str, object], ...]) -> frozenset[int]:
    asked = dict(match)
    return frozenset(number for number, case in enumerate(cases()) if targets.fits(asked, case))


def covered(match: Mapping[str, object]) -> frozenset[int]:
    """Which of `cases` fit, by their number."""
    return _covered(tuple(sorted(match.items())))
