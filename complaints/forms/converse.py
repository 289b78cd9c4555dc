"""The composer: reply, internal note, call log."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.lifecycle.converse import WRITABLE_PURPOSES
from complaints.views.doors import StepForm

KINDS = [("reply", _("Reply")), ("note", _("Internal note")), ("call", _("Phone log"))]


class MessageForm(StepForm):
    kind = forms.ChoiceField(choices=KINDS, required=False, initial="reply")
    body = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[(p.value, p.label) for p in WRITABLE_PURPOSES]
    )
    not_reached = forms.BooleanField(label=_("Not reached"), required=False)
