"""Log a complaint and, if it was solved during the call, also the finding and what was done."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.diagnose import FindingForm
from complaints.forms.intake import LogForm
from complaints.forms.resolve import OfferForm
from complaints.lifecycle.first_contact import Solution
from complaints.terms.errors import MissingDetail


class CallForm(LogForm, FindingForm, OfferForm):
    """The record, the finding and the offer in one form.

    One field for the desired outcome serves them all.
    """

    optional = (*LogForm.optional, *FindingForm.optional)
    acceptance = forms.CharField(label=_("How did the customer accept it?"), required=False)
    done_evidence = forms.CharField(label=_("What was done, and where can it be seen?"), required=False)
    final_answer = forms.CharField(
        label=_("Final answer to the customer"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def solved_errors(self) -> bool:
        """Return True if there is an error in a field that only this form has, not the log form."""
        return bool(self.errors.keys() - LogForm.base_fields.keys() - {"__all__"})

    @property
    def solved_filled(self) -> bool:
        """Return True if there is input in a field that only this form has, not the log form."""
        return any(
            str(self.data.get(name, "")).strip() for name in self.fields.keys() - LogForm.base_fields.keys()
        )

    def check_not_solved(self) -> None:
        """Raise MissingDetail if input about the solution would be lost: the complaint is only logged."""
        if self.solved_filled:
            text = gettext(
                "You have filled in “Solved on this call”. Log it as solved, or empty that part first."
            )
            raise MissingDetail({"solved": [text]})

    def solution(self) -> Solution:
        data = self.cleaned_data
        return Solution(
            finding=self.finding_data(),
            offer=self.offer_data(),
            acceptance=data["acceptance"],
            done_evidence=data["done_evidence"],
            final_answer=data["final_answer"],
        )
