"""The form for what a grade may grant without approval."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.models import AuthorityLimit, Remedy
from complaints.rights.limits import CASH_GRADES
from ui.formats import in_currency


def amount_text(minor_units: int) -> str:
    """Return an amount in minor units as people type it: 200, or 12.50."""
    whole, cents = divmod(minor_units, 100)
    return f"{whole}.{cents:02}" if cents else str(whole)


def _amount_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )


class LimitsForm(StepForm):
    """One grade: its total limit, and for each kind of remedy whether it is allowed and up to what amount."""

    limit = _amount_field(in_currency(_("Total limit per complaint")))
    every_kind = forms.BooleanField(label=_("Every kind of remedy"), required=False)
    cash_remedies = forms.CharField(
        label=_("Maximum cash remedies per customer"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Leave empty for no limit."),
    )
    cash_days = forms.CharField(
        label=_("within this many days"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, grade: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue = list(Remedy.objects.all())
        for remedy in self.catalogue:
            self.fields[f"kind_{remedy.code}"] = forms.BooleanField(label=remedy.name, required=False)
            self.fields[f"kind_limits_{remedy.code}"] = _amount_field(remedy.name)
        if grade not in CASH_GRADES:
            del self.fields["cash_remedies"], self.fields["cash_days"]
        self.mark_optional()

    @property
    def rows(self) -> list[dict[str, BoundField | Remedy]]:
        return [
            {
                "remedy": remedy,
                "allowed": self[f"kind_{remedy.code}"],
                "limit": self[f"kind_limits_{remedy.code}"],
            }
            for remedy in self.catalogue
        ]

    def limits_data(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "limit": data["limit"],
            "every_kind": data["every_kind"],
            "kinds": [remedy.code for remedy in self.catalogue if data[f"kind_{remedy.code}"]],
            "kind_limits": {remedy.code: data[f"kind_limits_{remedy.code}"] for remedy in self.catalogue},
            "cash_remedies": data.get("cash_remedies"),
            "cash_days": data.get("cash_days"),
        }


def initial_of(grade: str) -> dict[str, Any]:
    """Return the current limits of a grade as initial values of its form."""
    row = AuthorityLimit.objects.filter(grade=grade).first()
    if row is None:
        return {}
    cash = grade in {str(each) for each in CASH_GRADES} and row.cash_remedies is not None
    return (
        {
            "limit": amount_text(row.limit_minor),
            "every_kind": row.every_kind,
            "cash_remedies": row.cash_remedies if cash else "",
            "cash_days": row.cash_days,
        }
        | {f"kind_{code}": True for code in row.kinds.values_list("code", flat=True)}
        | {
            f"kind_limits_{own.remedy.code}": amount_text(own.limit_minor)
            for own in row.kind_limits.select_related("remedy")
        }
    )
