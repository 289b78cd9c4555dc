"""The form for what a supervisor found when looking at a long pause."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm


class PauseForm(StepForm):
    note = forms.CharField(
        required=False, label=_("What did you find?"), widget=forms.Textarea(attrs={"rows": 2})
    )
