"""What a team says about its task: done, sent back; and that one is not needed any more."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm


class TaskDoneForm(StepForm):
    evidence = forms.CharField(
        label=_("Evidence"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000})
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000}))


class TaskReasonForm(StepForm):
    reason = forms.CharField(
        label=_("Why?"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000})
    )
