"""The form of the severity matrix."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.terms.stages import Gravity, Reach, Severity
from complaints.triage.severity_matrix import Cells


class MatrixForm(StepForm):
    """The twelve cells and the reason for the change. `version` is the one that was being edited."""

    reason = forms.CharField(label=_("Why does it change?"), required=False)

    def __init__(self, *args: Any, cells: Cells, **kwargs: Any) -> None:
        kwargs["initial"] = kwargs.get("initial", {}) | {
            _name(gravity, reach): cells[gravity][reach] for gravity in Gravity for reach in Reach
        }
        super().__init__(*args, **kwargs)
        for gravity in Gravity:
            for reach in Reach:
                self.fields[_name(gravity, reach)] = forms.CharField(
                    label=f"{gravity.label}, {reach.label}",
                    required=False,
                    widget=forms.Select(choices=Severity.choices),
                )

    @property
    def rows(self) -> list[tuple[Gravity, list[Any]]]:
        return [(gravity, [self[_name(gravity, reach)] for reach in Reach]) for gravity in Gravity]

    def cells(self) -> Cells:
        return {
            gravity.value: {reach.value: self.cleaned_data[_name(gravity, reach)] for reach in Reach}
            for gravity in Gravity
        }


def _name(gravity: Gravity, reach: Reach) -> str:
    """Return the name of a cell's field; the rule reports a wrong cell as cells.S1.one."""
    return f"cells_{gravity.value}_{reach.value}"
