"""The composer: a reply, an internal note or a call log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import StepForm
from complaints.lifecycle.converse import WRITABLE_PURPOSES, may_answer_finally
from complaints.models import Complaint, Purpose

KINDS = [("reply", _("Reply")), ("note", _("Internal note")), ("call", _("Phone log"))]


class MessageForm(StepForm):
    kind = forms.ChoiceField(choices=KINDS, required=False, initial="reply")
    body = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[(p.value, p.label) for p in WRITABLE_PURPOSES]
    )
    not_reached = forms.BooleanField(label=_("Not reached"), required=False)

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_answer_finally(complaint):
            fields: dict[str, Any] = self.fields
            fields["purpose"].choices = [
                *fields["purpose"].choices,
                (Purpose.FINAL.value, Purpose.FINAL.label),
            ]
