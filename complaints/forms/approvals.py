"""The form with which a request is approved or rejected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor
from ui.formats import in_currency

APPROVE, LIMIT, REJECT = "approve", "limit", "reject"


class DecisionForm(StepForm):
    """The field `decision` gets its value from the button that was pressed."""

    decision = forms.CharField(required=False)
    left = forms.BooleanField(required=False)
    """Set if the browser sends the decision while the page is left, so that nobody sees the answer."""
    limit = forms.CharField(
        label=in_currency(_("Approve up to a total of")),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    reason = forms.CharField(label=_("Why not?"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def decision_data(self) -> dict[str, Any]:
        """Return the input of the step. Another amount counts as an approval with a limit, in minor units.

        Raises MissingDetail.
        """
        data, problems = self.cleaned_data, Problems()
        problems.one_of("decision", data["decision"], (APPROVE, LIMIT, REJECT))
        limit = None
        if data["decision"] == LIMIT:
            problems.require("limit", data["limit"])
            limit = amount_minor(problems, "limit", data["limit"])
        problems.check()
        approve = data["decision"] != REJECT
        note = "" if approve else data["reason"]
        return {"approve": approve, "note": note, "limit_minor": limit, "version": self.seen_version}
