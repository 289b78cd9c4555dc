"""The form of the finding."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.models import Assessment, CustomerState, Nature, ProblemType, Responsibility
from complaints.terms.stages import Finding


def _segment(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _words(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class FindingForm(StepForm):
    """The fields of the move `finding` (docs/http-interface.md)."""

    optional: ClassVar[tuple[str, ...]] = ("underlying_need",)
    scene = _words(_("What exactly happened? Time, place, steps"))
    desired_outcome = _words(_("What would put it right?"))
    underlying_need = forms.CharField(label=_("What is behind it?"), required=False)
    reported_before = _segment(_("Reported before?"), [("yes", _("Yes")), ("no", _("No"))])
    earlier_complaint = forms.CharField(
        label=_("Which complaint?"), required=False, help_text=_("Its number; leave blank if unknown.")
    )
    nature = _segment(_("Fact or feeling"), Nature.choices)
    customer_state = _segment(_("The customer is"), CustomerState.choices)
    problem_type = _segment(_("It is about"), ProblemType.choices)
    grounds = _segment(_("Are the grounds sufficient?"), Assessment.choices)
    demand = _segment(_("Is the demand reasonable?"), Assessment.choices)
    responsibility = _segment(_("Responsibility"), Responsibility.choices)
    problem_statement = forms.CharField(label=_("The problem in one sentence"), required=False)
    finding = _segment(_("Is the complaint upheld?"), Finding.choices)
    reasons = _words(_("Reasons and evidence"), 3)

    def finding_data(self) -> dict[str, Any]:
        """Return the input of the step.

        `reported_before` becomes a bool, or None when it was not answered.
        """
        data = dict(self.cleaned_data)
        data["reported_before"] = {"yes": True, "no": False}.get(data["reported_before"])
        return data
