"""The forms in which a team reports on its task: done, sent back, or no longer needed."""

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
