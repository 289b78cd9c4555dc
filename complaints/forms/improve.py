"""Forms to report an improvement as done and to verify whether it works."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm


class ActionDoneForm(StepForm):
    note = forms.CharField(
        label=_("What was changed, and where it can be seen"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 1000}),
    )


class VerifyForm(StepForm):
    works = forms.TypedChoiceField(
        choices=[("yes", _("It works")), ("no", _("It does not work yet"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    verification = forms.CharField(
        label=_("What showed it"), required=False, widget=forms.TextInput(attrs={"maxlength": 1000})
    )
