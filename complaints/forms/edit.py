"""The form to correct the record, and how a correction is described in the timeline."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.choices import categories, labelled
from complaints.forms.intake import moment_field
from complaints.models import Complaint
from complaints.reads.record_words import LABELS
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor
from complaints.terms.stages import Gravity, Reach, Region, Severity

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
    """The fields of PATCH (docs/http-interface.md), filled with the current values."""

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
    subject = forms.CharField(label=LABELS["subject"], required=False)
    description = forms.CharField(
        label=LABELS["description"], required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    desired_outcome = forms.CharField(label=LABELS["desired_outcome"], required=False)
    occurred_at = moment_field(LABELS["occurred_at"])
    place = forms.CharField(label=LABELS["place"], required=False)
    order_reference = forms.CharField(label=LABELS["order_reference"], required=False)
    loss_amount = forms.CharField(
        label=LABELS["loss_amount"], required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    external_reference = forms.CharField(label=LABELS["external_reference"], required=False)
    region = forms.ChoiceField(label=LABELS["region"], required=False, choices=[])
    category = forms.ChoiceField(label=LABELS["category"], required=False, choices=[])
    gravity = forms.ChoiceField(label=LABELS["gravity"], required=False, choices=Gravity.choices)
    reach = forms.ChoiceField(label=LABELS["reach"], required=False, choices=Reach.choices)
    severity = forms.ChoiceField(label=LABELS["severity"], required=False, choices=[])
    severity_reason = forms.CharField(label=LABELS["severity_reason"], required=False)

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
        """Return the values that differ from the record. Raises MissingDetail for a malformed amount."""
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
    """Compare two values. Texts with line breaks are compared by words, because browsers change line ends."""
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
