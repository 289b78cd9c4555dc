"""Correct the record."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.choices import categories, labelled
from complaints.forms.intake import moment_field
from complaints.models import Complaint
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor
from complaints.terms.stages import Gravity, Reach, Region, Severity
from ui.formats import money

SAME = (
    "subject",
    "description",
    "desired_outcome",
    "place",
    "order_reference",
    "external_reference",
    "gravity",
    "reach",
)


class EditForm(StepForm):
    """Fields of api.md, PATCH, filled with what stands."""

    optional = (
        "subject",
        "desired_outcome",
        "occurred_at",
        "place",
        "order_reference",
        "loss_amount",
        "external_reference",
        "severity_reason",
    )
    subject = forms.CharField(label=_("In one line"), required=False)
    description = forms.CharField(
        label=_("In the customer's words"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    desired_outcome = forms.CharField(label=_("What would put it right?"), required=False)
    occurred_at = moment_field(_("When did it happen?"))
    place = forms.CharField(label=_("Where?"), required=False)
    order_reference = forms.CharField(label=_("Order or trip"), required=False)
    loss_amount = forms.CharField(
        label=_("Loss, in yuan"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    external_reference = forms.CharField(label=_("Reference of the authority"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False, choices=[])
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[])
    gravity = forms.ChoiceField(label=_("Gravity"), required=False, choices=Gravity.choices)
    reach = forms.ChoiceField(label=_("Reach"), required=False, choices=Reach.choices)
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[])
    severity_reason = forms.CharField(label=_("Reason, when it is set by hand"), required=False)

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _as_it_stands(complaint))
        super().__init__(*args, auto_id="edit_%s", **kwargs)
        self.complaint = complaint
        self.fields["region"].choices = labelled(Region.choices, _("not known"))  # type: ignore[attr-defined]
        self.fields["category"].choices = categories(_("choose a category"))  # type: ignore[attr-defined]
        self.fields["severity"].choices = labelled(  # type: ignore[attr-defined]
            Severity.choices, _("by the matrix")
        )

    def changes(self) -> dict[str, Any]:
        """What differs from the record. Raises MissingDetail for an amount that is none."""
        data, stands = self.cleaned_data, _as_it_stands(self.complaint)
        problems = Problems()
        loss = amount_minor(problems, "loss_amount", data["loss_amount"])
        problems.check()
        given = {name: data[name] for name in (*SAME, "category", "occurred_at")}
        given |= {"region": data["region"] or None, "severity": data["severity"] or None, "loss_minor": loss}
        stands["loss_minor"] = self.complaint.loss_minor
        changed = {name: value for name, value in given.items() if _differs(value, stands[name])}
        if given["severity"] and data["severity_reason"] != stands["severity_reason"]:
            changed["severity"] = given["severity"]
        return changed | {"severity_reason": data["severity_reason"]} if "severity" in changed else changed


def _differs(given: Any, stands: Any) -> bool:
    """Browsers send line ends of their own."""
    texts = isinstance(given, str) and isinstance(stands, str)
    return bool(given.split() != stands.split() if texts and "\n" in given + stands else given != stands)


def _as_it_stands(complaint: Complaint) -> dict[str, Any]:
    by_hand = bool(complaint.severity_reason)
    occurred = complaint.occurred_at
    return {name: getattr(complaint, name) for name in SAME} | {
        "version": complaint.version,
        "category": complaint.category.code,
        "region": complaint.region,
        "severity": complaint.graded_severity if by_hand else None,
        "severity_reason": complaint.severity_reason,
        "occurred_at": timezone.localtime(occurred).replace(second=0, microsecond=0) if occurred else None,
        "loss_amount": f"{complaint.loss_minor / 100:.2f}" if complaint.loss_minor is not None else "",
    }


_WORDS: dict[str, dict[Any, Any]] = {
    "severity": dict(Severity.choices),
    "gravity": dict(Gravity.choices),
    "reach": dict(Reach.choices),
    "region": dict(Region.choices),
}
_SAID = {
    **{name: field.label for name, field in EditForm.base_fields.items()},
    "loss_minor": _("Loss, in yuan"),
}
_UNSAID = frozenset({"graded_severity", "matrix"})


def changed_words(changed: Mapping[str, Any]) -> str:
    """What a correction changed, for the timeline: of texts the name, of the rest from → to."""
    found = []
    for name, (before, after) in changed.items():
        if name in _UNSAID:
            continue
        label = str(_SAID.get(name) or name)
        known = name in _WORDS or name in {"category", "loss_minor"}
        if known:
            label += f" {_word(name, before)} → {_word(name, after)}"
        found.append(label)
    return " · ".join(found)


def _word(name: str, value: Any) -> str:
    if value in {None, ""}:
        return _now("not known")
    return money(value) if name == "loss_minor" else str(_WORDS.get(name, {}).get(value, value))
