"""A task that is done."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.views.doors import StepForm


class TaskDoneForm(StepForm):
    evidence = forms.CharField(
        label=_("Evidence"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000})
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000}))
