"""A decision on a request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.terms.errors import Problems
from complaints.terms.input import amount_minor

APPROVE, LIMIT, REJECT = "approve", "limit", "reject"


class DecisionForm(StepForm):
    """`decision` comes from the button that was pressed."""

    decision = forms.CharField(required=False)
    limit = forms.CharField(
        label=_("Approve up to, in all (¥)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    reason = forms.CharField(label=_("Why not?"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def decision_data(self) -> dict[str, Any]:
        """What the step takes; another amount is an approval with a limit."""
        data, problems = self.cleaned_data, Problems()
        problems.one_of("decision", data["decision"], (APPROVE, LIMIT, REJECT))
        limit = None
        if data["decision"] == LIMIT:
            problems.require("limit", data["limit"])
            limit = amount_minor(problems, "limit", data["limit"])
        problems.check()
        approve = data["decision"] != REJECT
        return {"approve": approve, "note": "" if approve else data["reason"], "limit_minor": limit}
