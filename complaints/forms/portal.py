"""The forms of the customer's own page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.forms.callback import AnswerForm


class PickForm(StepForm):
    option = forms.IntegerField(required=False)


class OtherForm(StepForm):
    """The customer refuses all options and says why, and what would help instead."""

    reason = forms.CharField(
        label=_("Why does none of these suit you?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    counter_proposal = forms.CharField(
        label=_("What would put it right?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class WriteForm(StepForm):
    body = forms.CharField(label=_("Your message"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class WithdrawForm(StepForm):
    """Withdraw the complaint.

    The reason is optional; the form exists so that one stray tap withdraws nothing.
    """

    optional = ("reason",)
    reason = forms.CharField(
        label=_("Would you tell us why?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopenForm(StepForm):
    reason = forms.CharField(
        label=_("What is still wrong?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(AnswerForm):
    """The questions of the callback, addressed to the customer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["csat_attitude"].label = _("How did we treat you?")
        self.fields["nps"].label = _("Would you recommend us, 0 to 10?")
        self.fields["note"].label = _("Anything we should change?")
