"""The labels of a record's fields, and corrections of the record described in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.terms.stages import Gravity, Reach, Region, Severity
from ui.formats import money

LABELS = {
    "subject": _("In one line"),
    "description": _("In the customer's words"),
    "desired_outcome": _("What would put it right?"),
    "occurred_at": _("When did it happen?"),
    "place": _("Where?"),
    "order_reference": _("Order or trip"),
    "loss_amount": _("Loss"),
    "external_reference": _("Reference of the authority"),
    "region": _("Region"),
    "category": _("Category"),
    "gravity": _("Gravity"),
    "reach": _("Reach"),
    "severity": _("Severity"),
    "severity_reason": _("Reason, when it is set by hand"),
    "loss_minor": _("Loss"),
}
"""The label of each field, both in the form that corrects the record and in the timeline."""
_WORDS: dict[str, dict[Any, Any]] = {
    "severity": dict(Severity.choices),
    "gravity": dict(Gravity.choices),
    "reach": dict(Reach.choices),
    "region": dict(Region.choices),
}
_UNSAID = frozenset({"graded_severity", "matrix"})


def changed_words(changed: Mapping[str, Any]) -> str:
    """Return the timeline's description of a correction.

    `changed` is {field: [before, after]}. A text field appears by its name only, other fields as
    "name from → to".
    """
    found = []
    for name, (before, after) in changed.items():
        if name in _UNSAID:
            continue
        label = str(LABELS.get(name) or name)
        known = name in _WORDS or name in {"category", "loss_minor"}
        if known:
            label += f" {_word(name, before)} → {_word(name, after)}"
        found.append(label)
    return " · ".join(found)


def _word(name: str, value: Any) -> str:
    if value in {None, ""}:
        return gettext("not known")
    return money(value) if name == "loss_minor" else str(_WORDS.get(name, {}).get(value, value))
