"""The reason for recalculating open deadlines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm


class RetargetForm(StepForm):
    reason = forms.CharField(label=_("Why are open deadlines recalculated?"), required=False)
